/** The debug type, and its shortest configuration. */

import * as vscode from "vscode";

export const DEBUG_TYPE = "agent-context";

/** @param program a path, or a variable of VS Code's that stands for one */
export function configurationOf(program: string): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name: vscode.l10n.t("Debug Agent Script"), program };
}
