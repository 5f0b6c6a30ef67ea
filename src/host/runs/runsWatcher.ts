/** One event for everything that views follow: runs, their states, events and cursors. */

import * as vscode from "vscode";
import type { Run } from "./run";
import type { RunRegistry } from "./runRegistry";

/** Tells of every change of every run. Fires as often as they do: views coalesce. */
export class RunsWatcher implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<Run | undefined>();
  private readonly watched = new Map<Run, vscode.Disposable>();
  private readonly runsListener: vscode.Disposable;

  /** The run that changed, or undefined when runs came, went or another one became current. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly runs: RunRegistry) {
    this.runsListener = runs.onDidChange(() => {
      this.watchAll();
      this.emitter.fire(undefined);
    });
    this.watchAll();
  }

  dispose(): void {
    this.runsListener.dispose();
    for (const listener of this.watched.values()) listener.dispose();
    this.watched.clear();
    this.emitter.dispose();
  }

  private watchAll(): void {
    const all = new Set(this.runs.all);
    for (const [run, listener] of this.watched) {
      if (all.has(run)) continue;
      listener.dispose();
      this.watched.delete(run);
    }
    for (const run of all) {
      if (this.watched.has(run)) continue;
      const fire = (): void => this.emitter.fire(run);
      const stopFollowing = run.cursor.onDidChange(fire);
      this.watched.set(run, vscode.Disposable.from(run.onDidChange(fire), { dispose: stopFollowing }));
    }
  }
}
