/**
 * One run from its launch to the last byte of its recording: the process, the connection, the model that the bytes
 * go into, and the commands on their way. It knows no views.
 */

import * as vscode from "vscode";
import { RunCursor } from "../../model/runCursor";
import type { HeldMergeInfo } from "../../model/runInfo";
import { Pages } from "../../model/storage/pages";
import { RunModel } from "../../model/runModel";
import type { Init, RunnerMessage, WireMerge } from "../../protocol/wire";
import type { HoldMode, MergePolicy } from "../../core/choices";
import type { HoldModes } from "../../core/inspector";
import { ByteFeed } from "./byteFeed";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError, messageOf, stackOf } from "../../base/humanError";
import type { MemoryBounds } from "../settings/memorySettings";
import type { NodeChoice } from "./nodeChoice";
import { PageFile } from "../../disk/pageFile";
import { PendingCommands } from "./pendingCommands";
import { askToEnd, endTree, whenExited, isAlive } from "../../base/processTree";
import { readTail } from "./recordingTail";
import type { Merged, Run, RunControl } from "./run";
import type { RunnerConnection, RunnerReceiver } from "./runnerConnection";
import { errorText, outcomeOf, type Outcome } from "./runOutcome";
import { RecordingFile } from "../../disk/recordingFile";
import type { RunSummary } from "../records/runRecord";
import type { RunProcess } from "./runProcess";
import {
  liveState,
  nextPhase,
  statusText,
  unreachableText,
  type LiveState,
  type Pause,
  type Phase,
  type Unreachable,
} from "./runState";
import { RunThread } from "./runThread";

/** Beyond the script's grace period a supervisor has so long to end it and to report. */
const REPORT_MS = 5_000;
/** A supervisor that is asked for it once more has so long. */
const AGAIN_MS = 2_500;

/** The supervisor's exit code for a script that it could not start. */
const CANNOT_RUN = 126;

/** A recording that nobody sends is looked at so often. */
const FOLLOW_MS = 500;

/** A run that this window did not start. */
export interface RestoredRun {
  /** Its process was there when it was found. */
  readonly lives: boolean;
  readonly detached: boolean;
  /** What was noted of its end by an earlier window. */
  readonly summary: RunSummary | undefined;
}

/** What a session is made of; who made it keeps none of it. */
export interface LiveRunOptions {
  readonly id: string;
  readonly title: string;
  readonly script: vscode.Uri;
  /** Absolute path of the recording. */
  readonly recording: string;
  readonly node: Pick<NodeChoice, "text" | "source">;
  /** The hold mode that it is started with. */
  readonly holdMerges: HoldMode;
  /** How long the script may take that is asked to end. */
  readonly stopGraceMs: number;
  readonly task: RunProcess;
  readonly log: vscode.LogOutputChannel;
  /** It is started for a debugger. */
  readonly debug?: boolean;
  /** Absent for a run that this window starts. */
  readonly restored?: RestoredRun;
  readonly memory: MemoryBounds;
  /** The user lets it go on alone. */
  readonly detachNoted?: () => void;
}

/** See {@link Run}. Its bytes come from the socket while it lives, and from the recording's file once it is gone. */
export class LiveRun implements Run, RunControl, RunnerReceiver, vscode.Disposable {
  readonly id: string;
  readonly title: string;
  readonly script: vscode.Uri;
  readonly control: RunControl = this;
  readonly recording: vscode.Uri;
  readonly model: RunModel;
  readonly cursor: RunCursor;
  readonly thread: RunThread | undefined;
  readonly nodeText: string;

  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  readonly over: Promise<void>;

  private phase: Phase = "starting";
  private connection: RunnerConnection | undefined;
  private init: Init | undefined;
  private stopRequested = false;
  private launchError: string | undefined;
  private recordingFailed = false;
  /** Why its runner will not be heard again, if so. */
  private silence: Exclude<Unreachable, "disconnected"> | undefined;
  private following: Promise<void> | undefined;
  private disposed = false;
  /** A found run's process is there: by its command line, or because it dialled in. */
  private isKnownToLive = false;
  /** Changes of the hold modes that the script has not answered. */
  private holdsAsked = 0;
  private holdModes: HoldModes;
  private collecting = false;
  private markOver: () => void = () => undefined;
  private file: RecordingFile | undefined;
  private readonly feed: ByteFeed;
  private readonly commands: PendingCommands;

  constructor(private readonly options: LiveRunOptions) {
    this.id = options.id;
    this.title = options.title;
    this.script = options.script;
    this.recording = vscode.Uri.file(options.recording);
    const { recentBytes, indexBytes } = options.memory;
    const pages = new Pages(
      this.store.add(new PageFile((message) => options.log.warn(`${this.title}: ${message}`))),
      indexBytes,
    );
    this.model = new RunModel({ lineAt: (offset) => this.lineAt(offset) }, recentBytes, pages);
    this.cursor = new RunCursor(this.model);
    this.nodeText = options.node.text;
    if (options.restored?.detached === true) this.silence = "detached";
    if (options.restored?.lives === true) this.phase = "running";
    this.holdModes = { run: options.holdMerges, agents: new Map() };
    this.over = new Promise((resolve) => (this.markOver = resolve));
    this.feed = new ByteFeed({
      append: (bytes) => this.model.append(bytes),
      brake: (on) => (on ? this.connection?.pause() : this.connection?.resume()),
      failed: (error) => options.log.error(`${this.title}: events could not be read: ${stackOf(error)}`),
    });
    this.commands = new PendingCommands(
      (message) => this.connection?.send(message),
      () => this.changed.fire(),
    );
    if (options.debug === true) {
      this.thread = this.store.add(
        new RunThread(this.model, (action) => this.connection?.send({ type: "thread", action })),
      );
      this.store.add(this.thread.onDidChange(() => this.changed.fire()));
    }
    const unsubscribe = this.model.onDidChange(() => this.changed.fire());
    this.store.add({ dispose: unsubscribe });
    this.store.add(options.task);
    this.store.add(options.task.onDidStart((pid) => this.processStarted(pid)));
    this.store.add(options.task.onDidEnd((exitCode) => void this.collect(exitCode)));
  }

  get state(): LiveState {
    const { restored } = this.options;
    const isKnown = restored === undefined || this.init !== undefined || this.isKnownToLive;
    return liveState({
      phase: this.phase,
      restoring: isKnown ? undefined : restored.lives ? "process" : "recording",
      unreachable: this.silence ?? (this.connection ? undefined : "disconnected"),
      pause: this.pause,
    });
  }

  get problem(): string | undefined {
    if (this.outcome) return this.outcome.problem;
    const { silence } = this;
    if (silence === "secret" || silence === "version") return unreachableText(this.title, silence);
    return errorText({ title: this.title, errors: this.model.info.errors, nodeSource: this.options.node.source });
  }

  /** How this window came by it, unless it started it: "live", or "ended" with its end told by an earlier window. */
  get restored(): "live" | "ended" | undefined {
    const { restored } = this.options;
    return restored && (restored.summary === undefined ? "live" : "ended");
  }

  get inspectorUrl(): string | undefined {
    return this.init?.inspectorUrl;
  }

  get waitingFor(): string | undefined {
    return this.commands.waitingFor;
  }

  get terminal(): vscode.Terminal | undefined {
    return this.options.task.terminal;
  }

  get holds(): HoldModes {
    return this.holdModes;
  }

  get held(): readonly HeldMergeInfo[] {
    // Detached, it has released them; its events come in when it has ended.
    return this.outcome || this.silence === "detached" ? [] : this.model.holds(this.model.lastSeq);
  }

  async merge(layer: number, merge: WireMerge = {}): Promise<Merged> {
    this.requireScript(
      vscode.l10n.t("The run has ended: there is nothing to merge into. Run the script again to merge."),
    );
    const result = await this.commands.give(
      { name: "merge", layer, ...merge },
      vscode.l10n.t("Waiting for the script to merge {0}", this.model.layerName(layer)),
    );
    return { merged: result.merged ?? 0, skipped: result.skipped ?? [] };
  }

  async discard(layer: number, keys?: readonly string[]): Promise<void> {
    this.requireScript(vscode.l10n.t("The run has ended: there is nothing to discard."));
    const text = vscode.l10n.t("Waiting for the script to discard the overlay of {0}", this.model.layerName(layer));
    await this.commands.give({ name: "discard", layer, ...(keys && { keys }) }, text);
  }

  async setHold(mode: HoldMode | undefined, layer?: number): Promise<void> {
    this.requireScript(vscode.l10n.t("The run has ended: none of its merges can be held."));
    const before = this.holdModes;
    const agents = new Map(before.agents);
    if (layer !== undefined && mode !== undefined) agents.set(layer, mode);
    else if (layer !== undefined) agents.delete(layer);
    const asked: HoldModes = { run: layer === undefined ? (mode ?? "never") : before.run, agents };
    this.holdModes = asked;
    this.holdsAsked++;
    this.changed.fire();
    const text = vscode.l10n.t("Waiting for the script to apply the hold mode");
    try {
      await this.commands.give({ name: "setHolds", run: asked.run, agents: [...agents] }, text);
    } catch (error) {
      // Taken back or lost: what is shown must not promise what nobody does. A later change has its own answer.
      if (this.holdModes === asked) this.holdModes = before;
      this.changed.fire();
      throw error;
    } finally {
      this.holdsAsked--;
    }
  }

  async approve(hold: number, merge: WireMerge = {}): Promise<Merged> {
    this.requireScript(vscode.l10n.t("The run has ended: the held merge was never done."));
    const text = vscode.l10n.t("Waiting for the script to apply the held merge");
    const result = await this.commands.give({ name: "approve", hold, ...merge }, text);
    return { merged: result.merged ?? 0, skipped: result.skipped ?? [] };
  }

  async reject(hold: number, reason?: string): Promise<void> {
    this.requireScript(vscode.l10n.t("The run has ended: the held merge was never done."));
    const text = vscode.l10n.t("Waiting for the script to receive the rejection of its merge");
    await this.commands.give({ name: "reject", hold, ...(reason === undefined ? {} : { reason }) }, text);
  }

  async releaseAll(): Promise<number> {
    this.requireScript(vscode.l10n.t("The run has ended: the held merges were never done."));
    const text = vscode.l10n.t("Waiting for the script to apply the held merges");
    return (await this.commands.give({ name: "release" }, text)).merged ?? 0;
  }

  async mergeInOrder(
    merges: readonly { readonly layer: number; readonly hold?: number }[],
    policy: MergePolicy,
    asOf: number,
  ): Promise<readonly { readonly merged: number; readonly refused?: string }[]> {
    this.requireScript(
      vscode.l10n.t("The run has ended: there is nothing to merge into. Run the script again to merge."),
    );
    const text = vscode.l10n.t("Waiting for the script to merge {0} agents in order", merges.length);
    return (await this.commands.give({ name: "mergeInOrder", merges, policy, asOf }, text)).outcomes ?? [];
  }

  async detach(): Promise<void> {
    this.requireScript(vscode.l10n.t("The run has ended already."));
    this.silence = "detached";
    this.options.detachNoted?.();
    this.options.log.info(`${this.title}: detached`);
    this.thread?.release();
    // The runner closes the connection once it has heard it; what it writes from then on is read from the recording.
    this.connection?.send({ type: "detach" });
    this.changed.fire();
    await new Promise<void>((resolve) => {
      const listener = this.onDidChange(() => {
        if (this.connection) return;
        listener.dispose();
        resolve();
      });
    });
  }

  async end(): Promise<void> {
    this.requireScript(vscode.l10n.t("The run has ended already."));
    await this.commands.give({ name: "end" }, vscode.l10n.t("Waiting for the script to end"));
  }

  cancelCommand(): void {
    this.commands.cancel();
  }

  /** Starts the process. A failure becomes the run's problem; it is not thrown. */
  async launch(): Promise<void> {
    try {
      await this.options.task.start();
    } catch (error) {
      this.launchError = messageOf(error);
      this.options.log.error(`${this.title}: the task could not be started: ${stackOf(error)}`);
      await this.collect();
    }
  }

  /**
   * Takes up a run that was found: first what is on disk, then what its runner sends. A failure is logged, and leaves
   * what was read.
   * @param listen lets its runner in; false = it cannot, and the recording is followed instead
   */
  async takeUp(listen: () => Promise<boolean>): Promise<void> {
    this.isKnownToLive = this.options.restored?.lives === true && this.options.task.isOurs();
    this.changed.fire();
    await this.readRest();
    if (this.options.restored?.lives !== true) return this.collect();
    try {
      if (this.silence === undefined && !(await listen())) this.silence = "secret";
    } catch (error) {
      this.options.log.error(`${this.title}: its runner cannot connect: ${stackOf(error)}`);
      this.silence = "secret";
    }
    if (this.disposed) return undefined;
    if (this.model.info.waiting) this.advance("waiting");
    if (this.silence !== undefined) this.following ??= this.follow();
    this.changed.fire();
    return this.options.task.start();
  }

  async stop(): Promise<void> {
    if (this.outcome) return;
    const { task } = this.options;
    const again = this.stopRequested;
    if (this.restored !== undefined && !task.isOurs()) {
      if (!task.terminate()) throw new HumanError(this.untoldText());
      this.stopRequested = true;
      return this.over;
    }
    this.stopRequested = true;
    this.advance("stopping");
    // One that is held could not do what it does at its end.
    this.thread?.release();
    const { pid } = task;
    if (pid === undefined) task.terminate();
    else this.signalEnd(pid, again);
    await this.over;
  }

  /** The window lets go of it. Its process is left alone: another window may take it up. */
  dispose(): void {
    this.disposed = true;
    this.commands.fail(vscode.l10n.t("The run was removed."));
    this.store.dispose();
    this.file?.close();
  }

  runnerRefused(): void {
    if (this.silence !== undefined || this.disposed) return;
    this.silence = "version";
    this.following ??= this.follow();
    this.changed.fire();
  }

  runnerConnected(connection: RunnerConnection, init: Init): number | string {
    if (this.collecting) return "The run has ended.";
    if (this.silence === "detached") return "The run was detached.";
    if (this.connection && this.init && init.pid !== this.init.pid) return "Another process of this run is connected.";
    this.options.task.proved(init.pid);
    const fromByte = this.model.bytes + this.feed.pendingBytes;
    if (init.bytes < fromByte) return `The recording has ${init.bytes} bytes, fewer than the ${fromByte} sent before.`;
    this.connection?.terminate();
    this.connection = connection;
    this.init = init;
    this.options.log.info(`${this.title}: connected, pid ${init.pid}, from byte ${fromByte}`);
    if (this.phase === "starting") this.phase = "running";
    this.thread?.connected();
    this.changed.fire();
    return fromByte;
  }

  bytesReceived(bytes: Uint8Array): void {
    if (!this.collecting) this.feed.push(bytes);
  }

  messageReceived(message: Exclude<RunnerMessage, Init>): void {
    switch (message.type) {
      case "status":
        // "ending" only announces what the end of the process will tell.
        if (message.state !== "ending") this.advance(message.state);
        break;
      case "holds":
        if (this.holdsAsked > 0) break; // what was asked for is newer
        this.holdModes = { run: message.run, agents: new Map(message.agents) };
        this.changed.fire();
        break;
      case "commandDone":
        this.commands.answered(message);
        break;
      case "threadState":
        if (this.thread) this.thread.received(message);
        // A debugger of an earlier window held it, and there is none here.
        else if (message.stop) this.connection?.send({ type: "thread", action: { name: "release" } });
        break;
      case "recordingFailed":
        this.recordingFailed = true;
        this.model.keepValues();
        this.options.log.warn(`${this.title}: the recording can no longer be written: ${message.message}`);
        break;
      case "error":
        this.options.log.warn(`${this.title}: the script's runner reports ${message.code}: ${message.message}`);
        break;
    }
  }

  runnerDisconnected(connection: RunnerConnection): void {
    if (this.connection !== connection) return; // replaced by a newer one
    this.connection = undefined;
    this.commands.fail(
      vscode.l10n.t("The connection to the script was lost. The Agents view shows whether the command was applied."),
    );
    this.changed.fire();
  }

  private get outcome(): Outcome | undefined {
    return typeof this.phase === "object" ? this.phase : undefined;
  }

  /** Who holds its thread, or will. */
  private get pause(): Pause | undefined {
    const { stop, phase, isPausedByScriptDebugger } = this.thread ?? {};
    if (stop) return { at: stop.seq };
    if (isPausedByScriptDebugger === true) return "scriptDebugger";
    return phase === "pausing" ? "asked" : undefined;
  }

  /** A line of the recording, for values that are not in memory any more. */
  private lineAt(offset: number): string | undefined {
    if (this.disposed) return undefined;
    try {
      this.file ??= new RecordingFile(this.options.recording);
    } catch (error) {
      this.options.log.error(`${this.title}: the recording cannot be read again: ${stackOf(error)}`);
      return undefined;
    }
    return this.file.lineAt(offset);
  }

  private requireScript(endedText: string): void {
    if (this.outcome !== undefined || this.phase === "stopping") throw new HumanError(endedText);
    if (this.silence !== undefined) throw new HumanError(unreachableText(this.title, this.silence));
    if (!this.connection) {
      throw new HumanError(vscode.l10n.t("The script is not connected yet, or no longer. Try again in a moment."));
    }
  }

  private advance(to: Phase): void {
    const before = this.phase;
    this.phase = nextPhase(before, to);
    if (this.phase !== before) this.changed.fire();
  }

  private processStarted(pid: number): void {
    this.options.log.info(`${this.title}: started, supervisor ${pid}, ${this.options.node.text}`);
    if (this.stopRequested) this.signalEnd(pid, false);
  }

  private signalEnd(pid: number, again: boolean): void {
    askToEnd(pid, this.init?.pid);
    const timer = setTimeout(() => void this.endForcibly(pid), again ? AGAIN_MS : this.reportMs);
    void this.over.then(() => clearTimeout(timer));
  }

  /** After how long a supervisor that was asked to end must be gone. */
  private get reportMs(): number {
    return this.options.stopGraceMs + REPORT_MS;
  }

  private untoldText(): string {
    return vscode.l10n.t(
      "{0} cannot be stopped from here: its process cannot be told apart from others. Close its terminal, or end process {1}.",
      this.title,
      this.options.task.pid ?? "",
    );
  }

  /** Takes in what is on disk beyond what the model has. For while nobody sends. */
  private async readRest(): Promise<void> {
    try {
      await this.feed.idle();
      await readTail(this.options.recording, this.model.bytes, (bytes) => {
        this.feed.push(bytes);
        return this.feed.idle();
      });
    } catch (error) {
      this.options.log.error(`${this.title}: the recording could not be read to its end: ${stackOf(error)}`);
    }
  }

  private async follow(): Promise<void> {
    while (!this.collecting && !this.disposed) {
      await this.readRest();
      if (!this.collecting) this.advance(this.model.info.waiting ? "waiting" : "running");
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS).unref());
    }
  }

  private async endForcibly(pid: number): Promise<void> {
    this.options.log.warn(`${this.title}: did not end in time; ending its processes`);
    if (this.disposed || !this.options.task.isOurs()) return;
    endTree(pid, false);
    if ((await whenExited(pid, AGAIN_MS)) || !this.options.task.isOurs()) return;
    endTree(pid, true);
    this.options.task.terminate();
  }

  /** The process is gone: takes in what is on disk, and says how the run ended. */
  private async collect(exitCode?: number): Promise<void> {
    if (this.collecting) return;
    this.collecting = true;
    const { pid } = this.options.task;
    try {
      // VS Code tells the end of a closed terminal before the supervisor has ended its script and reported. The number of
      // a process that was found may be another's by now.
      const isThere = pid !== undefined && this.restored === undefined && !(await whenExited(pid, this.reportMs));
      // VS Code also tells so when the window is about to go: then the run lives on.
      if (this.disposed) return;
      if (isThere) endTree(pid, true);
      // Without its supervisor (kill -9) a script would live on, unseen.
      if (this.connection && this.init && isAlive(this.init.pid)) endTree(this.init.pid, true);
      this.connection?.terminate();
      this.connection = undefined;
      this.commands.fail(vscode.l10n.t("The run ended before the script applied the command."));
      await this.following;
      await this.readRest();
      this.model.finish();
    } catch (error) {
      this.options.log.error(`${this.title}: its end could not be followed: ${stackOf(error)}`);
    }
    if (this.disposed) return;
    if (this.recordingFailed) this.options.log.warn(`${this.title}: its recording is not whole`);
    if (exitCode === CANNOT_RUN && !this.model.info.ended) {
      this.launchError ??= vscode.l10n.t("its terminal shows why");
    }
    const { summary } = this.options.restored ?? {};
    const outcome = summary
      ? { kind: summary.state, statusText: summary.statusText, problem: summary.problem }
      : outcomeOf({
          title: this.title,
          ended: this.model.info.ended,
          errors: this.model.info.errors,
          stopped: this.stopRequested,
          launchError: this.launchError,
          nodeSource: this.options.node.source,
        });
    this.options.log.info(`${this.title}: ${outcome.problem ?? statusText(outcome)}`);
    this.phase = outcome;
    this.thread?.ended();
    this.markOver();
    this.changed.fire();
  }
}
