/** The context key that says whether F5 is ours. */

import * as vscode from "vscode";
import { canDebug } from "../../../contributions/contextKeys";
import { DisposableStore } from "../../base/disposableStore";
import { isAgentScript, isScriptName } from "../runs/importMatcher";
import { ContextKeys } from "../ui/contextKeys";

/** Keeps the key: it is false in scripts that have nothing to do with agents. */
export function followActiveScript(): vscode.Disposable {
  const store = new DisposableStore();
  const keys = new ContextKeys();
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const isOurs = document === undefined || !isScriptName(document.uri.path) || isAgentScript(document);
    keys.set(canDebug, isOurs);
  };
  store.add(vscode.window.onDidChangeActiveTextEditor(update));
  store.add(vscode.workspace.onDidSaveTextDocument(update));
  let timer: NodeJS.Timeout | undefined;
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document !== vscode.window.activeTextEditor?.document) return;
      clearTimeout(timer);
      timer = setTimeout(update, 300);
    }),
  );
  store.add(new vscode.Disposable(() => clearTimeout(timer)));
  update();
  return store;
}
