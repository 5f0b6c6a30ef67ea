/** A recording that is looked at as if it were a run: read from disk, shown by all views, changed by none. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { ReadingState } from "../../../protocol/recordingMessages";
import { RunCursor } from "../../../model/runCursor";
import { Pages } from "../../../model/storage/pages";
import { RunModel } from "../../../model/runModel";
import type { HoldModes } from "../../../core/inspector";
import type { Run } from "../run";
import type { RecordedState } from "../runState";
import { PageFile } from "../../../disk/pageFile";
import { outcomeOf, type Outcome } from "../runOutcome";
import { visibleText } from "../../../base/visibleText";
import { IndexError, indexRecording } from "./indexRecording";
import { RecordingFile } from "../../../disk/recordingFile";

const NO_HOLDS: HoldModes = { run: "never", agents: new Map() };

/** What an opened recording is made of. */
export interface RecordingRunOptions {
  readonly id: string;
  readonly title: string;
  readonly recording: vscode.Uri;
  /** The bundle of the thread that reads. */
  readonly thread: string;
  /** How much of the index is kept in memory, bytes. */
  readonly indexBytes: number;
  readonly log: vscode.LogOutputChannel;
}

/** See {@link Run}. Its model grows while it is read. */
export class RecordingRun implements Run {
  readonly id: string;
  readonly title: string;
  readonly recording: vscode.Uri;
  readonly control = undefined;
  readonly over = Promise.resolve();
  readonly holds = NO_HOLDS;
  readonly held = [];
  readonly model: RunModel;
  readonly cursor: RunCursor;
  /** Resolves when reading has come to its end, whichever. */
  readonly whenRead: Promise<void>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly file: RecordingFile | undefined;
  private readonly pageFile: PageFile;
  private readonly abort = new AbortController();
  private reading: ReadingState = { kind: "reading", bytes: 0, size: 0 };
  private end: Outcome | undefined;

  constructor(private readonly options: RecordingRunOptions) {
    this.id = options.id;
    this.title = options.title;
    this.recording = options.recording;
    this.file = this.tryOpen();
    const { file } = this;
    this.pageFile = new PageFile((message) => options.log.warn(`${this.title}: ${message}`));
    const pages = new Pages(this.pageFile, options.indexBytes);
    this.model = new RunModel(file ?? { lineAt: () => undefined }, 0, pages);
    this.cursor = new RunCursor(this.model);
    this.model.onDidChange(() => this.changed.fire());
    this.whenRead = file === undefined ? Promise.resolve() : this.read();
  }

  get script(): vscode.Uri {
    const { script } = this.model.info;
    return path.isAbsolute(script) ? vscode.Uri.file(script) : this.recording;
  }

  get state(): RecordedState {
    const { reading, end } = this;
    return { kind: "recorded", reading, end };
  }

  get problem(): string | undefined {
    return this.reading.kind === "failed" ? this.reading.message : this.end?.problem;
  }

  get nodeText(): string {
    const { node } = this.model.info;
    return node === undefined || node.version === "" ? "" : `Node.js ${node.version} (${node.execPath})`;
  }

  /** Stops reading; what was read stays. */
  stopReading(): void {
    this.abort.abort();
  }

  dispose(): void {
    this.abort.abort();
    this.file?.close();
    this.pageFile.dispose();
    this.changed.dispose();
  }

  private tryOpen(): RecordingFile | undefined {
    try {
      return new RecordingFile(this.recording.fsPath);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private async read(): Promise<void> {
    const { options, model } = this;
    const { signal } = this.abort;
    try {
      const bytes = await indexRecording({
        thread: options.thread,
        file: this.recording.fsPath,
        model,
        signal,
        progress: ({ bytes: read, size }) => (this.reading = { kind: "reading", bytes: read, size }),
      });
      model.finish();
      if (bytes === undefined) {
        const { reading } = this;
        this.reading = reading.kind === "reading" ? { ...reading, kind: "stopped" } : reading;
      } else this.readToEnd(bytes);
    } catch (error) {
      model.finish();
      this.fail(error);
    }
    this.changed.fire();
  }

  private readToEnd(bytes: number): void {
    const { model, title } = this;
    const { info } = model;
    const problem = this.unreadableReason(bytes);
    this.reading = problem === undefined ? { kind: "read" } : { kind: "failed", message: problem };
    if (info.ended === undefined && info.errors.length === 0) return;
    const outcome = outcomeOf({
      title,
      ended: info.ended,
      errors: info.errors,
      stopped: false,
      launchError: undefined,
      nodeSource: "path",
    });
    // Nobody asked for the end; where a recording does not tell of it that need not be a crash.
    this.end = info.ended === undefined ? { ...outcome, statusText: vscode.l10n.t("end not recorded") } : outcome;
  }

  /** Why nothing of it can be shown, if so. */
  private unreadableReason(bytes: number): string | undefined {
    const { model } = this;
    const name = path.basename(this.recording.fsPath);
    if (bytes === 0) return vscode.l10n.t("{0} is empty: nothing was recorded.", name);
    if (model.eventCount > 0 || model.info.runId !== "") return undefined;
    const [first] = model.damage;
    if (first === undefined) return vscode.l10n.t("{0} contains no events.", name);
    return vscode.l10n.t("{0} is not a recording: line {1}: {2}", name, first.line, visibleText(first.message));
  }

  private fail(error: unknown): void {
    const { log, title } = this.options;
    const code = error instanceof IndexError ? error.code : ((error as NodeJS.ErrnoException).code ?? "");
    const message = error instanceof Error ? error.message : String(error);
    log.error(`${title}: the recording cannot be read: ${error instanceof Error ? error.stack : message}`);
    this.reading = { kind: "failed", message: failureText(this.recording.fsPath, code, message) };
  }
}

function failureText(file: string, code: string, message: string): string {
  switch (code) {
    case "ENOENT":
      return vscode.l10n.t("There is no file {0}. It may have been moved or deleted.", file);
    case "EISDIR":
      return vscode.l10n.t("{0} is a folder. Open one of the recordings in it.", file);
    case "EACCES":
    case "EPERM":
      return vscode.l10n.t("{0} cannot be read: permission denied. Change the file's permissions, or copy it.", file);
    default:
      return vscode.l10n.t("{0} cannot be read to its end: {1}. What was read is shown.", file, message);
  }
}
