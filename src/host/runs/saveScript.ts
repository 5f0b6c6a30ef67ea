/** That a script is run as the editor shows it: scripts run from disk. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";

/** Auto save may be under way; an explicit save is refused meanwhile, so it is tried again for so long. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** Saves the script if it is open with changes. @throws HumanError when it stays unsaved. */
export async function saveScript(script: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === script.toString());
  if (!document || document.isUntitled) return;
  const untilMs = performance.now() + PATIENCE_MS;
  // `isDirty` lags behind the last keystroke, so it is not asked before: saving what is saved does nothing.
  while (!(await document.save()) && document.isDirty) {
    if (performance.now() > untilMs) {
      throw new HumanError(vscode.l10n.t("{0} could not be saved, so it was not run.", script.fsPath));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
