/** The extension's one output channel. */

import * as vscode from "vscode";

/** Creates the log channel "Agent Context"; once, in `activate`. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel("Agent Context", { log: true });
}

/** Writes lines to a log that only somebody who asked for them wants to read; costs nothing while nobody has. */
export function traceTo(log: vscode.LogOutputChannel): (line: string) => void {
  return (line) => {
    if (log.logLevel === vscode.LogLevel.Trace) log.trace(line);
  };
}
