/** What tells one window's workspace from another's. */

import * as vscode from "vscode";

/** The workspace's file or first folder, as a URI; "" without one. */
export function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders?.[0]?.uri)?.toString() ?? "";
}
