/** The registration of the views of agents and states, and of the commands that act on their elements alone. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import type { DisposableStore } from "../../base/disposableStore";
import { prettyJson } from "../../model/text/valueText";
import { ContextsView, type ContextsDeps } from "./contextsView";
import type { LazyTree } from "../ui/lazyTree";
import { keyPath } from "./keyPath";
import { Branch } from "./liveTree";
import { registerStateDecorations } from "./stateDecorations";
import { StateView } from "./stateView";

/** What the views need of the rest. */
export interface ContextsFeatureDeps extends Omit<ContextsDeps, "rows"> {
  readonly trees: { readonly contexts: LazyTree<Branch>; readonly state: LazyTree<Branch> };
  readonly log: vscode.LogOutputChannel;
}

/** What commands that were given no row ask the two views. */
export interface Contexts extends Pick<ContextsView, "showRun" | "focused"> {
  /** The row that was selected last in either of them, while it is selected. */
  readonly selected: () => Branch | undefined;
}

/** Registers the views "Agents" and "State". */
export function registerContexts({ trees, ...deps }: ContextsFeatureDeps, disposables: DisposableStore): Contexts {
  const view = disposables.add(new ContextsView({ rows: trees.contexts, ...deps }));
  const state = disposables.add(new StateView({ rows: trees.state, ...deps }));
  disposables.add(registerStateDecorations());
  let last: ContextsView | StateView = view;
  for (const each of [view, state]) disposables.add(each.onDidSelect(() => (last = each)));
  const selected = (): Branch | undefined => last.selected ?? (last === view ? state : view).selected;
  const branchOf = (argument: unknown): Branch | undefined => (argument instanceof Branch ? argument : selected());
  disposables.add(
    registerCommand<[unknown]>(deps.log, CommandId.copyValue, async (argument) => {
      const value = branchOf(argument)?.node.value;
      if (value !== undefined) await vscode.env.clipboard.writeText(prettyJson(value, Number.MAX_SAFE_INTEGER).json);
    }),
  );
  disposables.add(
    registerCommand<[unknown]>(deps.log, CommandId.copyKeyPath, async (argument) => {
      const branch = branchOf(argument);
      if (branch?.key !== undefined) await vscode.env.clipboard.writeText(keyPath(branch.key, branch.path));
    }),
  );
  return { selected, focused: () => view.focused(), showRun: (runId, focus) => view.showRun(runId, focus) };
}
