/** How the task of a run is told from others. */

import type * as vscode from "vscode";

export const TASK_TYPE = "agent-context";

/** @returns the title of the run that the task was made for, or undefined when it is none of ours. */
export function runTitleOf(task: vscode.Task): string | undefined {
  const { type, run } = task.definition as { readonly type: string; readonly run?: unknown };
  return type === TASK_TYPE && typeof run === "string" ? run : undefined;
}
