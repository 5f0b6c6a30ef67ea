/** The view "State": the parent states of the current run, as its cursor shows them. */

import type * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { visibleText } from "../../base/visibleText";
import type { LazyTree } from "../ui/lazyTree";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { BranchTree } from "./branchTree";
import type { Branch } from "./liveTree";
import { storeNodes } from "./runNodes";

/** What the view needs of the rest. */
export interface StateViewDeps {
  readonly rows: LazyTree<Branch>;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
}

/** Shows the stores of the run that is current, and says which run that is. */
export class StateView implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly tree: BranchTree;

  constructor({ rows, runs, watcher }: StateViewDeps) {
    this.tree = this.store.add(
      new BranchTree({
        rows,
        makeRoots: () => (runs.current === undefined ? [] : storeNodes(runs.current)),
        announce: (view) => {
          const title = runs.current === undefined ? undefined : visibleText(runs.current.title, 60);
          if (view.description !== title) view.description = title ?? "";
        },
        selected: ({ runId }) => runs.setCurrent(runId),
      }),
    );
    this.store.add(watcher.onDidChange(() => this.tree.request()));
  }

  /** What is selected in the tree. */
  get selected(): Branch | undefined {
    return this.tree.selected;
  }

  dispose(): void {
    this.store.dispose();
  }
}
