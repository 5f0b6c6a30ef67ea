/** The view "Agents": runs with their agents, each as its cursor shows it; says when that is the past. */

import type * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import type { LazyTree } from "../ui/lazyTree";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import type { StepScope } from "../runs/stepScope";
import { BranchTree } from "./branchTree";
import { heldText } from "./heldNodes";
import type { Branch } from "./liveTree";
import { pastMessage } from "./pastMessage";
import { runNodeId, runNodes } from "./runNodes";

/** What the view needs of the rest. */
export interface ContextsDeps {
  readonly rows: LazyTree<Branch>;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}

/** Shows runs and agents; follows each run's cursor. */
export class ContextsView implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly tree: BranchTree;
  /** Runs that were shown to the user once already, so that they are never forced upon them again. */
  private readonly revealed = new WeakSet<Run>();

  constructor(private readonly deps: ContextsDeps) {
    const { rows, runs, watcher, scope } = deps;
    this.tree = this.store.add(
      new BranchTree({
        rows,
        makeRoots: () => runNodes(runs.all),
        announce: (view) => {
          const message = pastMessage(runs.all, (run) => scope.layerFor(run)) ?? "";
          if ((view.message ?? "") !== message) view.message = message;
        },
      }),
    );
    this.store.add(this.tree.onDidSelect((branch) => this.follow(branch)));
    for (const run of runs.all) this.revealed.add(run);
    this.store.add(
      watcher.onDidChange(() => {
        this.tree.request();
        this.revealNewRun();
        this.showBadge();
      }),
    );
    this.store.add(scope.onDidChange(() => this.tree.request()));
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The user selected a row. */
  get onDidSelect(): vscode.Event<Branch> {
    return this.tree.onDidSelect;
  }

  /** What is selected in the tree. */
  get selected(): Branch | undefined {
    return this.tree.selected;
  }

  /** What the keyboard is on in the tree, for commands that a key calls there; else what is selected. */
  focused(): Promise<Branch | undefined> {
    return this.tree.focused();
  }

  /** Shows the view with a run selected. @param focus takes the keyboard there, too */
  async showRun(runId: string, focus: boolean): Promise<void> {
    await this.tree.reveal(runNodeId(runId), { select: true, focus });
  }

  /** The icon of the view counts what waits for the user, whether the view can be seen or not. */
  private showBadge(): void {
    const { view } = this.tree;
    const held = this.deps.runs.all.reduce((sum, run) => sum + run.held.length, 0);
    if (held === (view.badge?.value ?? 0)) return;
    view.badge = held === 0 ? undefined : { value: held, tooltip: heldText(held) };
  }

  /** A run that has just come is brought into sight, once, and the keyboard stays where it is. */
  private revealNewRun(): void {
    const run = this.deps.runs.all[0];
    if (run === undefined || this.revealed.has(run)) return;
    for (const each of this.deps.runs.all) this.revealed.add(each);
    // Opening a file must not take away what the side bar shows.
    if (run.control === undefined && !this.tree.view.visible) return;
    // One that was found again is where it was: the view is not forced upon whoever looked at something else.
    if (run.restored !== undefined) return;
    // A view that cannot be shown now is no failure: the run is there when it is opened.
    this.tree.reveal(runNodeId(run.id), { select: false, focus: false }).catch(() => undefined);
  }

  private follow(branch: Branch): void {
    this.deps.runs.setCurrent(branch.runId);
    this.deps.scope.choose(branch.runId, branch.layer);
  }
}
