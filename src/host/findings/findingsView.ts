/** The view "Findings": what lost, or may have lost, somebody's work in the runs on show; its badge counts the losses. */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { problemCount } from "../../model/findings/finding";
import { BranchTree } from "../contexts/branchTree";
import type { Branch } from "../contexts/liveTree";
import type { LazyTree } from "../ui/lazyTree";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { findingRoots, nothingFoundText } from "./findingNodes";

/** What the view needs of the rest. */
export interface FindingsViewDeps {
  readonly rows: LazyTree<Branch>;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
}

/** Shows the findings of all runs on show, whatever event their cursors stand at: a loss does not go away by looking back. */
export class FindingsView implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly tree: BranchTree;

  constructor({ rows, runs, watcher }: FindingsViewDeps) {
    this.tree = this.store.add(
      new BranchTree({
        rows,
        makeRoots: () => findingRoots(runs.all),
        announce: (view) => {
          const message = nothingFoundText(runs.all);
          if ((view.message ?? "") !== message) view.message = message;
        },
      }),
    );
    this.store.add(this.tree.onDidSelect(({ runId }) => runs.setCurrent(runId)));
    this.store.add(
      watcher.onDidChange(() => {
        this.tree.request();
        const lost = runs.all.reduce((sum, { model }) => sum + problemCount(model.found.totals), 0);
        const { view } = this.tree;
        if (lost === (view.badge?.value ?? 0)) return;
        const tooltip = lost === 1 ? vscode.l10n.t("1 problem found") : vscode.l10n.t("{0} problems found", lost);
        view.badge = lost === 0 ? undefined : { value: lost, tooltip };
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}
