/** The sample that an empty workspace is offered. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";

const SAMPLE = "race.ts";

/**
 * Copies the smallest example into the workspace, never over a file, and opens it.
 * @returns the document in front.
 * @throws HumanError without a folder.
 */
export async function createSample(extensionUri: vscode.Uri): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new HumanError(vscode.l10n.t("Open a folder first: the sample becomes a file in it."));
  const target = vscode.Uri.joinPath(folder.uri, SAMPLE);
  const source = vscode.Uri.joinPath(extensionUri, "examples", SAMPLE);
  try {
    await vscode.workspace.fs.copy(source, target, { overwrite: false });
  } catch (error) {
    // What stands there already is the sample, or somebody's own: show it.
    if (!(error instanceof vscode.FileSystemError && error.code === "FileExists")) throw error;
  }
  return (await vscode.window.showTextDocument(target)).document;
}
