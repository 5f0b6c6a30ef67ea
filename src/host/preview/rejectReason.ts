/** The question why a held merge is rejected. */

import * as vscode from "vscode";
import type { Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";

/** Asks while the merge is held: decided elsewhere, there is nothing left to ask. @returns undefined when the user thinks better of it */
export async function askRejectReason(run: Run, layer: number, hold: number): Promise<string | undefined> {
  const over = new vscode.CancellationTokenSource();
  const listener = run.onDidChange(() => {
    if (!run.held.some(({ id }) => id === hold)) over.cancel();
  });
  try {
    return await vscode.window.showInputBox(
      {
        title: vscode.l10n.t("Reject the Merge of {0}", visibleText(run.model.layerName(layer), 60)),
        prompt: vscode.l10n.t("The script's merge fails with MergeRejectedError. Reason (optional):"),
      },
      over.token,
    );
  } finally {
    listener.dispose();
    over.dispose();
  }
}
