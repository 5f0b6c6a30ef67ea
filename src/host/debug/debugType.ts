/** The shortest debug configuration. */

import * as vscode from "vscode";
import { DEBUG_TYPE } from "../../../contributions/debuggers";

/** @param program a path, or a variable of VS Code's that stands for one */
export function configurationOf(program: string): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name: vscode.l10n.t("Debug Agent Script"), program };
}
