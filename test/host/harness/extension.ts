/** How host tests reach the extension under test: through VS Code's own extension API, as any other extension would. */

import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { RunRegistry } from "../../../src/host/runs/runRegistry";

export { waitFor } from "../../harness/waitFor";

/** Publisher and name, as package.json says. */
export const EXTENSION_ID = "agent-context.agent-context-inspector";

/** The extension, active; its exports are whatever `activate` returned. */
export async function activatedExtension(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not installed in this host`);
  await extension.activate();
  return extension;
}

/** The folder that the host has open: a copy of `examples/`, free to be written to. */
export function workspaceUri(...segments: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "the host has no folder open");
  return vscode.Uri.joinPath(folder.uri, ...segments);
}

/** Ends all runs, and takes them and their terminals away; for `afterEach`. */
export async function removeRuns(runs: RunRegistry): Promise<void> {
  for (const run of [...runs.all]) {
    await run.control?.stop();
    runs.remove(run.id);
  }
  for (const terminal of vscode.window.terminals) terminal.dispose();
}
