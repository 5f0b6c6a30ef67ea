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

/** Registers the views "Agents" and "State". @returns that of agents, so that keys can act on what is selected in it */
export function registerContexts({ trees, ...deps }: ContextsFeatureDeps, disposables: DisposableStore): ContextsView {
  const view = disposables.add(new ContextsView({ rows: trees.contexts, ...deps }));
  const state = disposables.add(new StateView({ rows: trees.state, ...deps }));
  disposables.add(registerStateDecorations());
  const branchOf = (argument: unknown): Branch | undefined =>
    argument instanceof Branch ? argument : (view.selected ?? state.selected);
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
  return view;
}
