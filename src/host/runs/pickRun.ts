/** Which run a command means: the one it was called on, the only one that fits, or the one the user chooses. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";
import { isRunTarget } from "../ui/runTarget";
import type { Run } from "./run";
import { statusText } from "./runState";

/**
 * @param argument a run's id, a tree element, or anything else (then `fits` narrows and the user chooses among several).
 * @param none what to say when nothing fits.
 * @returns undefined when the user chose nothing.
 * @throws HumanError with `none`.
 */
export async function pickRun<R extends Run>(
  runs: { readonly all: readonly R[]; get(id: string): R | undefined },
  argument: unknown,
  fits: (run: R) => boolean,
  none: string,
  question: string,
): Promise<R | undefined> {
  const id = isRunTarget(argument) ? argument.runId : argument;
  const named = typeof id === "string" ? runs.get(id) : undefined;
  const fitting = (named ? [named] : runs.all).filter(fits);
  if (fitting.length === 0) throw new HumanError(none);
  if (fitting.length === 1) return fitting[0];
  const items = fitting.map((run) => ({ label: run.title, description: statusText(run.state), run }));
  return (await vscode.window.showQuickPick(items, { placeHolder: question, matchOnDescription: true }))?.run;
}
