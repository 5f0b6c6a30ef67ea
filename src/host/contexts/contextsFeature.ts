/** The registration of the Contexts view and of the commands that act on its elements alone. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import type { DisposableStore } from "../../base/disposableStore";
import { prettyJson } from "../../model/text/valueText";
import { ContextsView, type ContextsDeps } from "./contextsView";
import { keyPath } from "./keyPath";
import { Branch } from "./liveTree";

/** Registers the view "Contexts". @returns the view, so that keys can act on what is selected in it */
export function registerContexts(
  deps: ContextsDeps & { readonly log: vscode.LogOutputChannel },
  disposables: DisposableStore,
): ContextsView {
  const view = disposables.add(new ContextsView(deps));
  const branchOf = (argument: unknown): Branch | undefined => (argument instanceof Branch ? argument : view.selected);
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
