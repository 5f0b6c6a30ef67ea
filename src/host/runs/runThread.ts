/** What is known of a script's thread that a debugger may hold: whether it runs, where it stands, and what it was asked. */

import * as vscode from "vscode";
import type { EventBreakpoint } from "../../breakpoints/breakpoint";
import type { StepGoal, ThreadAction, ThreadState, ThreadStop } from "../../protocol/wire";
import type { RunModel } from "../../model/runModel";

/** Whether the script's thread runs. */
export type ThreadPhase = "running" | "pausing" | "held";

/** The thread of one run that was started for a debugger. */
export class RunThread implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** It was held or let go, or asked to pause. */
  readonly onDidChange = this.changed.event;
  private breakpoints: readonly EventBreakpoint[] = [];
  /** Told, and perhaps of events that the model has not yet. */
  private told: ThreadStop | undefined;
  private shown: ThreadStop | undefined;
  private isPausing = false;
  private isPausedElsewhere = false;
  private isReleased = false;
  private isNew = false;
  private readonly unlisten: () => void;

  /** @param send reaches the thread while its runner is connected */
  constructor(
    private readonly model: RunModel,
    private readonly send: (action: ThreadAction) => void,
  ) {
    this.unlisten = model.onDidChange(() => this.showStop());
  }

  /** Where it is held, once the model knows all that happened before; undefined while it runs. */
  get stop(): ThreadStop | undefined {
    return this.shown;
  }

  get phase(): ThreadPhase {
    if (this.shown !== undefined) return "held";
    return this.isPausing ? "pausing" : "running";
  }

  /** The JavaScript debugger holds the script, so that nothing of it is heard here until it goes on. */
  get isPausedByScriptDebugger(): boolean {
    return this.isPausedElsewhere;
  }

  /** The JavaScript debugger holds the script, or lets it go on. */
  scriptDebuggerPaused(isPaused: boolean): void {
    if (this.isPausedElsewhere === isPaused) return;
    this.isPausedElsewhere = isPaused;
    this.changed.fire();
  }

  /** Nobody debugs it any more, and nobody will. */
  get isLetGo(): boolean {
    return this.isReleased;
  }

  /** From now on these breakpoints, and no others, hold it. */
  arm(breakpoints: readonly EventBreakpoint[]): void {
    this.breakpoints = breakpoints;
    this.send({ name: "arm", breakpoints });
  }

  /** Holds it at its next call of the runtime or turn of its loop. */
  pause(): void {
    if (this.told !== undefined) return;
    this.isPausing = true;
    this.send({ name: "pause" });
    this.changed.fire();
  }

  /** Lets it go on, to where `until` says. One that runs is held there; a stop that nobody was shown yet stays. */
  go(until?: StepGoal): void {
    if (this.shown === undefined) {
      if (until) this.send({ name: "until", goal: until });
      return;
    }
    this.forget();
    this.send({ name: "go", ...(until && { until }) });
    this.changed.fire();
  }

  /** Nobody debugs it any more. */
  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.breakpoints = [];
    this.forget();
    this.send({ name: "release" });
    this.changed.fire();
  }

  /** Its runner is there, or there again; nothing can be sent before it has told its state. */
  connected(): void {
    this.isNew = true;
  }

  /** Its runner says so. */
  received({ stop }: ThreadState): void {
    if (this.isNew) this.tellAgain();
    if (this.isReleased) return;
    this.told = stop ?? undefined;
    if (stop === null) {
      if (this.shown === undefined) return;
      this.forget();
      this.changed.fire();
    } else this.showStop();
  }

  /** The run has ended. */
  ended(): void {
    this.isPausedElsewhere = false;
    this.forget();
    this.changed.fire();
  }

  dispose(): void {
    this.unlisten();
    this.changed.dispose();
  }

  private tellAgain(): void {
    this.isNew = false;
    if (this.isReleased) return this.send({ name: "release" });
    this.send({ name: "arm", breakpoints: this.breakpoints });
    if (this.isPausing) this.send({ name: "pause" });
  }

  private showStop(): void {
    const { told } = this;
    if (told === undefined || this.shown === told || this.model.lastSeq < told.lastSeq) return;
    this.shown = told;
    this.isPausing = false;
    this.changed.fire();
  }

  private forget(): void {
    this.told = undefined;
    this.shown = undefined;
    this.isPausing = false;
  }
}
