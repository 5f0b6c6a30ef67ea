/** Asks which two runs are compared, for commands that were not given them, and opens those that are recorded only. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";
import type { RecentRun } from "../recentRuns/recentRun";
import { isRunTarget } from "../ui/runTarget";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { groupNames, likelyPair, olderFirst, runChoices, type RunChoice } from "./runChoices";

/** Two runs, the older one first unless they were named in another order. */
export type RunPair = readonly [left: Run, right: Run];

/** Where runs come from. */
export interface RunSources {
  readonly runs: RunRegistry;
  /** The recorded runs that Recent Runs lists. */
  readonly recorded: () => Promise<readonly RecentRun[]>;
  /** Shows a recording as a run. */
  readonly open: (recording: vscode.Uri) => Run;
}

interface RunItem extends vscode.QuickPickItem {
  readonly choice?: RunChoice<Run>;
}

/**
 * The runs that a command is about: those it was given, the only two there are, or those the user picks, recorded ones
 * too.
 * @param first a run's id or an element of the tree, or nothing
 * @param second as `first`
 * @returns undefined when the user picks none
 * @throws HumanError when there are no two runs
 */
export async function chooseRuns(sources: RunSources, first: unknown, second: unknown): Promise<RunPair | undefined> {
  const { runs } = sources;
  const [one, other] = [runOf(runs, first), runOf(runs, second)];
  if (one !== undefined && other !== undefined) {
    if (one === other) {
      throw new HumanError(vscode.l10n.t("{0} is the same run twice: choose another one to compare.", one.title));
    }
    return [one, other];
  }
  const context = { nowMs: Date.now(), locale: vscode.env.language };
  const choices = runChoices(runs.all, await sources.recorded(), context);
  if (choices.length < 2) {
    throw new HumanError(vscode.l10n.t("It takes two runs to compare. Run the script again, or open a recording."));
  }
  const chosen = one === undefined ? await twoOf(choices) : await withOther(one, choices);
  if (chosen === undefined) return undefined;
  const [older, newer] = olderFirst(chosen);
  const shown = ({ run, recording }: RunChoice<Run>): Run => run ?? sources.open(vscode.Uri.file(recording));
  return [shown(older), shown(newer)];
}

function runOf(runs: RunRegistry, argument: unknown): Run | undefined {
  const id = isRunTarget(argument) ? argument.runId : argument;
  return typeof id === "string" ? runs.get(id) : undefined;
}

type ChoicePair = readonly [RunChoice<Run>, RunChoice<Run>];

async function withOther(one: Run, choices: readonly RunChoice<Run>[]): Promise<ChoicePair | undefined> {
  const own = choices.find(({ run }) => run === one);
  const others = choices.filter((choice) => choice !== own);
  const [only] = others;
  if (own === undefined || only === undefined) return undefined;
  const inOrder = (other: RunChoice<Run>): ChoicePair =>
    choices.indexOf(other) < choices.indexOf(own) ? [other, own] : [own, other];
  if (others.length === 1) return inOrder(only);
  // What it is most likely to be compared with stands first.
  const sameScript = ({ script }: RunChoice): boolean => script !== "" && script === own.script;
  const sorted = [...others.filter(sameScript), ...others.filter((choice) => !sameScript(choice))];
  const placeHolder = vscode.l10n.t("Compare {0} with which run?", one.title);
  const item = await vscode.window.showQuickPick(sorted.map(itemOf), { placeHolder, matchOnDescription: true });
  return item?.choice && inOrder(item.choice);
}

function itemOf(choice: RunChoice<Run>): RunItem {
  return { label: choice.label, description: choice.description, choice };
}

/** Those on show and those that are recorded, under headings where there are both. */
function itemsOf(choices: readonly RunChoice<Run>[]): readonly RunItem[] {
  const shown = choices.filter(({ run }) => run !== undefined).map(itemOf);
  const recorded = choices.filter(({ run }) => run === undefined).map(itemOf);
  if (shown.length === 0 || recorded.length === 0) return [...shown, ...recorded];
  const kind = vscode.QuickPickItemKind.Separator;
  const names = groupNames();
  return [{ label: names.shown, kind }, ...shown, { label: names.recorded, kind }, ...recorded];
}

/** The newest two of one script are ticked; it stays open until exactly two are. */
async function twoOf(choices: readonly RunChoice<Run>[]): Promise<ChoicePair | undefined> {
  const [one, other] = choices;
  if (choices.length === 2 && one && other) return [one, other];
  const pick = vscode.window.createQuickPick<RunItem>();
  pick.title = vscode.l10n.t("Compare Runs");
  pick.placeholder = vscode.l10n.t("Choose two runs");
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.items = itemsOf(choices);
  const likely = likelyPair(choices);
  pick.selectedItems = pick.items.filter(({ choice }) => choice !== undefined && likely.includes(choice));
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const chosen = choices.filter((choice) => pick.selectedItems.some((item) => item.choice === choice));
      const [first, second] = chosen;
      if (chosen.length !== 2 || first === undefined || second === undefined) {
        pick.title = vscode.l10n.t("Compare Runs: choose exactly two, not {0}", chosen.length);
        return;
      }
      resolve([first, second]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
