/** Where the bundle of the thread lies that reads recordings. */

import * as vscode from "vscode";

/** @param extensionUri the extension's own folder @returns an absolute path */
export function indexerThread(extensionUri: vscode.Uri): string {
  return vscode.Uri.joinPath(extensionUri, "dist", "indexer.cjs").fsPath;
}
