/** The lenses "Run agent script" and "Debug" over the import of `agent-context`, and "Add Types" where there are none. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { importLine, isScriptName, SCRIPT_EXTENSIONS } from "../runs/importMatcher";
import type { UnresolvedImports } from "../types/unresolvedImports";

/** Registers the lenses for files on disk. */
export function registerScriptCodeLens(unresolved: UnresolvedImports): vscode.Disposable {
  const selector = { scheme: "file", pattern: `**/*.{${SCRIPT_EXTENSIONS.join(",")}}` };
  return vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: unresolved.onDidChange,
    provideCodeLenses(document) {
      const line = isScriptName(document.uri.path) ? importLine(document.getText()) : undefined;
      if (line === undefined) return [];
      const run: vscode.Command = {
        command: CommandId.runScript,
        title: vscode.l10n.t("$(play) Run agent script"),
        arguments: [document.uri],
      };
      const debug: vscode.Command = {
        command: CommandId.debugScript,
        title: vscode.l10n.t("$(debug-alt) Debug"),
        arguments: [document.uri],
      };
      const range = new vscode.Range(line, 0, line, 0);
      const lenses = [new vscode.CodeLens(range, run), new vscode.CodeLens(range, debug)];
      if (unresolved.has(document)) {
        const addTypes: vscode.Command = {
          command: CommandId.addTypes,
          title: vscode.l10n.t("Add Types for agent-context"),
          arguments: [document.uri],
        };
        lenses.push(new vscode.CodeLens(range, addTypes));
      }
      return lenses;
    },
  });
}
