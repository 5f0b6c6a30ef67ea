/** The comparisons of merge orders that are open, one a parent of a run, and the command that opens them. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import type { RunTarget } from "../ui/runTarget";
import { OrdersPanel } from "./ordersPanel";
import { chooseParent, type ParentChoice } from "./pickParent";

/** What the comparisons need of the rest. */
export interface OrdersFeatureDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
}

/** Registers Compare Merge Orders. */
export function registerOrders(deps: OrdersFeatureDeps): vscode.Disposable {
  const { extensionUri, log, runs, watcher } = deps;
  const panels = new Set<OrdersPanel>();
  const open = ({ run, layer }: ParentChoice): void => {
    for (const panel of panels) {
      if (panel.run === run && panel.parent === layer) return panel.reveal();
    }
    const openPreview = (of: Run, agent: number): void => {
      const target: RunTarget = { runId: of.id, layer: agent, key: undefined, path: [] };
      void vscode.commands.executeCommand(CommandId.previewMerge, target);
    };
    const panel = new OrdersPanel({ extensionUri, log, watcher, openPreview }, run, layer);
    panels.add(panel);
    panel.onDidDispose(() => panels.delete(panel));
  };
  const disposables = new DisposableStore();
  disposables.add({ dispose: () => panels.forEach((panel) => panel.dispose()) });
  disposables.add(
    runs.onDidChange(() => {
      for (const panel of panels) if (runs.get(panel.run.id) === undefined) panel.dispose();
    }),
  );
  disposables.add(
    registerCommand<[unknown]>(log, CommandId.compareOrders, async (argument) => {
      const choice = await chooseParent(runs, argument);
      if (choice !== undefined) open(choice);
    }),
  );
  return disposables;
}
