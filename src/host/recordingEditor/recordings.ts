/** Which recordings are open in this window: each file once, as a run among the others. */

import * as path from "node:path";
import * as vscode from "vscode";
import { RECORDING_SUFFIX } from "../../recording/recording";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { readMemoryBounds } from "../settings/memorySettings";
import { uniqueTitle } from "../runs/uniqueTitle";
import { RecordingRun } from "../runs/opened/recordingRun";
import { indexerThread } from "../runs/opened/threadFile";
import type { RunRecordStore } from "../records/runRecordStore";

/** What opening needs. */
export interface RecordingsOptions {
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly log: vscode.LogOutputChannel;
  /** The extension's own folder. */
  readonly extensionUri: vscode.Uri;
}

/** Opens recordings. */
export class Recordings {
  private opened = 0;

  constructor(private readonly options: RecordingsOptions) {}

  /**
   * The run that a recording is shown as: the one that is on show already, live or not, else a new one that is being
   * read from now on.
   * @throws HumanError for what is no file on disk
   */
  open(recording: vscode.Uri): Run {
    if (recording.scheme !== "file") {
      const text = vscode.l10n.t(
        "Recordings are read from disk, and {0} is not there. Save a copy first.",
        recording.path,
      );
      throw new HumanError(text);
    }
    return this.shown(recording) ?? this.read(recording);
  }

  /** Reads an opened recording again from its beginning. */
  reopen(run: Run): Run {
    return this.read(run.recording, run);
  }

  private shown(recording: vscode.Uri): Run | undefined {
    return this.options.runs.all.find((run) => run.recording.fsPath === recording.fsPath);
  }

  private read(recording: vscode.Uri, replaced?: Run): Run {
    const { runs, records, log, extensionUri } = this.options;
    const others = runs.all.filter((run) => run !== replaced);
    const name = records.read(records.idOf(recording.fsPath) ?? "")?.name ?? nameOf(recording);
    const run = new RecordingRun({
      id: `recording-${++this.opened}`,
      title: uniqueTitle(name, new Set(others.map(({ title }) => title))),
      recording,
      thread: indexerThread(extensionUri),
      indexBytes: readMemoryBounds().indexBytes,
      log,
    });
    runs.add(run, replaced);
    return run;
  }
}

function nameOf(recording: vscode.Uri): string {
  const name = path.basename(recording.fsPath);
  return name.endsWith(RECORDING_SUFFIX) ? name.slice(0, -RECORDING_SUFFIX.length) : name;
}
