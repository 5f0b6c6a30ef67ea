/** Owns the "Run agent script" lens over the import of `agent-context`. */

import * as vscode from "vscode";
import { CommandId } from "./commandIds";
import { importLine, isScriptName, SCRIPT_EXTENSIONS } from "./importMatcher";

/** Registers the lens for files on disk. */
export function registerScriptCodeLens(): vscode.Disposable {
  const selector = { scheme: "file", pattern: `**/*.{${SCRIPT_EXTENSIONS.join(",")}}` };
  return vscode.languages.registerCodeLensProvider(selector, {
    provideCodeLenses(document) {
      const line = isScriptName(document.uri.path) ? importLine(document.getText()) : undefined;
      if (line === undefined) return [];
      const run: vscode.Command = {
        command: CommandId.runScript,
        title: vscode.l10n.t("$(play) Run agent script"),
        arguments: [document.uri],
      };
      return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), run)];
    },
  });
}
