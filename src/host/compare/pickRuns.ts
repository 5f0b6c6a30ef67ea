/** Owns the question which two runs are compared, for commands that were not given them. */

import * as vscode from "vscode";
import { HumanError } from "../humanError";
import { isRunTarget } from "../runTarget";
import type { Run, Runs } from "../run";

/** Two runs, the older one first unless they were named in another order. */
export type RunPair = readonly [left: Run, right: Run];

interface RunItem extends vscode.QuickPickItem {
  readonly run: Run;
}

/**
 * The runs that a command is about: those it was given, the only two there are, or those the user picks.
 * @param first a run's id or an element of the tree, or nothing
 * @param second as `first`
 * @returns undefined when the user picks none
 * @throws HumanError when there are no two runs
 */
export async function chooseRuns(runs: Runs, first: unknown, second: unknown): Promise<RunPair | undefined> {
  const [one, other] = [runOf(runs, first), runOf(runs, second)];
  if (one !== undefined && other !== undefined) {
    if (one === other) throw new HumanError(vscode.l10n.t("{0} is one run: choose another one to compare.", one.title));
    return [one, other];
  }
  if (runs.all.length < 2) {
    throw new HumanError(vscode.l10n.t("It takes two runs to compare. Run the script again, or open a recording."));
  }
  if (one === undefined) return runs.all.length === 2 ? inOrder(runs, runs.all) : pickTwo(runs);
  const others = runs.all.filter((run) => run !== one);
  if (others.length === 1) return inOrder(runs, [one, ...others]);
  const placeHolder = vscode.l10n.t("Compare {0} with which run?", one.title);
  const chosen = await vscode.window.showQuickPick(others.map(itemOf), { placeHolder, matchOnDescription: true });
  return chosen && inOrder(runs, [one, chosen.run]);
}

function runOf(runs: Runs, argument: unknown): Run | undefined {
  const id = isRunTarget(argument) ? argument.runId : argument;
  return typeof id === "string" ? runs.get(id) : undefined;
}

function inOrder(runs: Runs, chosen: readonly Run[]): RunPair | undefined {
  const [newer, older] = runs.all.filter((run) => chosen.includes(run));
  return newer && older && [older, newer];
}

function itemOf(run: Run): RunItem {
  return { label: run.title, description: run.statusText, run };
}

/** The newest two are ticked; it stays open until exactly two are. */
async function pickTwo(runs: Runs): Promise<RunPair | undefined> {
  const pick = vscode.window.createQuickPick<RunItem>();
  pick.title = vscode.l10n.t("Compare Runs");
  pick.placeholder = vscode.l10n.t("Choose two runs");
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.items = runs.all.map(itemOf);
  pick.selectedItems = pick.items.slice(0, 2);
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const chosen = pick.selectedItems.map(({ run }) => run);
      if (chosen.length !== 2) {
        pick.title = vscode.l10n.t("Compare Runs: choose exactly two, not {0}", chosen.length);
        return;
      }
      resolve(inOrder(runs, chosen));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
