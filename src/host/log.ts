/** Owns the extension's one output channel. */

import * as vscode from "vscode";

/** Creates the log channel "Agent Context"; once, in `activate`. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel("Agent Context", { log: true });
}
