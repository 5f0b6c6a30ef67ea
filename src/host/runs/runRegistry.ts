/** Which runs this window shows, in which order, and which is the current one. */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { Run } from "./run";
import { isOver } from "./runState";

/** Disposing it disposes of all runs. */
export class RunRegistry implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  /** A run was added, removed, or made current. */
  readonly onDidChange = this.changed.event;
  private readonly added = this.store.add(new vscode.EventEmitter<Run>());
  /** A run was added. */
  readonly onDidAdd = this.added.event;
  private readonly removed = this.store.add(new vscode.EventEmitter<Run>());
  /** A run was taken out. */
  readonly onDidRemove = this.removed.event;
  private readonly runs: Run[] = [];
  private currentId: string | undefined;

  /** Newest first. */
  get all(): readonly Run[] {
    return this.runs;
  }

  /** The run that views without a choice of their own show; the newest unless the user chose. */
  get current(): Run | undefined {
    return this.get(this.currentId ?? "") ?? this.runs[0];
  }

  get(id: string): Run | undefined {
    return this.runs.find((run) => run.id === id);
  }

  setCurrent(id: string): void {
    if (this.currentId === id || !this.get(id)) return;
    this.currentId = id;
    this.changed.fire();
  }

  /** Adds a run, newest first, and makes it the current one. @param replaced a run that makes room for it */
  add(run: Run, replaced?: Run): void {
    if (replaced) this.takeOut(replaced.id);
    this.runs.unshift(run);
    this.currentId = run.id;
    this.added.fire(run);
    this.changed.fire();
  }

  /**
   * Takes an ended run out of the views; its recording stays on disk.
   * @throws HumanError while the run's process lives.
   */
  remove(id: string): void {
    const run = this.get(id);
    if (!run) return;
    if (!isOver(run.state)) throw new HumanError(vscode.l10n.t("{0} is still running. Stop it first.", run.title));
    this.takeOut(id);
  }

  dispose(): void {
    for (const run of this.runs.splice(0)) run.dispose();
    this.store.dispose();
  }

  private takeOut(id: string): void {
    const index = this.runs.findIndex((run) => run.id === id);
    const [run] = index < 0 ? [] : this.runs.splice(index, 1);
    if (run === undefined) return;
    if (this.currentId === id) this.currentId = undefined;
    this.removed.fire(run);
    this.changed.fire();
    run.dispose();
  }
}
