/** Owns which runs this window shows, in which order, and which is the current one; how they come about is others' affair. */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { Run, Runs } from "./run";

/** A run on show; disposed of when it is taken out. */
export type OpenRun = Run & vscode.Disposable;

/** See {@link Runs}. Disposing it disposes of all runs. */
export class OpenRuns implements Runs, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  /** A run was added, removed, or made current. */
  readonly onDidChange = this.changed.event;
  private readonly added = this.store.add(new vscode.EventEmitter<OpenRun>());
  /** A run was added. */
  readonly onDidAdd = this.added.event;
  private readonly removed = this.store.add(new vscode.EventEmitter<OpenRun>());
  /** A run was taken out. */
  readonly onDidRemove = this.removed.event;
  private readonly runs: OpenRun[] = [];
  private currentId: string | undefined;

  get all(): readonly OpenRun[] {
    return this.runs;
  }

  get current(): OpenRun | undefined {
    return this.get(this.currentId ?? "") ?? this.runs[0];
  }

  get(id: string): OpenRun | undefined {
    return this.runs.find((run) => run.id === id);
  }

  setCurrent(id: string): void {
    if (this.currentId === id || !this.get(id)) return;
    this.currentId = id;
    this.changed.fire();
  }

  /** Adds a run, newest first, and makes it the current one. @param replaced a run that makes room for it */
  add(run: OpenRun, replaced?: Run): void {
    if (replaced) this.takeOut(replaced.id);
    this.runs.unshift(run);
    this.currentId = run.id;
    this.added.fire(run);
    this.changed.fire();
  }

  remove(id: string): void {
    const run = this.get(id);
    if (!run) return;
    if (!run.isOver) throw new HumanError(vscode.l10n.t("{0} is still running. Stop it first.", run.title));
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
