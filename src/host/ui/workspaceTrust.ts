/** What an untrusted workspace is told: nothing runs before trust is given. */

import * as vscode from "vscode";

/**
 * Returns in a trusted workspace; else explains, and offers to manage the trust.
 * @throws vscode.CancellationError when the workspace is not trusted; the user has been told.
 */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const text = vscode.l10n.t(
    "Agent scripts are programs that can do anything, so they run only in a trusted workspace.",
  );
  void vscode.window.showWarningMessage(text, manage).then((choice) => {
    if (choice === manage) void vscode.commands.executeCommand("workbench.trust.manage");
  });
  throw new vscode.CancellationError();
}
