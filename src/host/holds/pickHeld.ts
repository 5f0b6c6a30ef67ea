/** Which held merge a command means. */

import * as vscode from "vscode";
import type { HeldMergeInfo } from "../../model/runInfo";
import { HumanError } from "../../base/humanError";
import { heldAt } from "../preview/previewPlan";
import type { HeldChoice } from "../preview/previews";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { isRunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";

/** The held merge that was given, the oldest of the agent or run that was given, the only one, or the one the user picks. */
export async function pickHeld(
  runs: Pick<RunRegistry, "all">,
  argument: unknown,
  placeHolder: string,
): Promise<HeldChoice | undefined> {
  const target = isRunTarget(argument) ? argument : undefined;
  const isMeant = (run: Run, { layer, id }: HeldMergeInfo): boolean =>
    target === undefined ||
    (target.runId === run.id && [undefined, layer].includes(target.layer) && [undefined, id].includes(target.hold));
  const among = runs.all.flatMap((run) => run.held.map((held) => ({ run, held })));
  const meant = among.filter(({ run, held }) => isMeant(run, held));
  const choices = meant.map(({ run, held }) => ({
    label: visibleText(held.agent),
    description: visibleText(run.title),
    detail: held.keyCount === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", held.keyCount),
    iconPath: new vscode.ThemeIcon("debug-pause"),
    run,
    layer: held.layer,
    hold: held.id,
  }));
  const [first] = choices;
  if (first === undefined) {
    const decided = vscode.l10n.t("This merge is no longer held: it was decided.");
    throw new HumanError(target?.hold === undefined ? vscode.l10n.t("No merge is held.") : decided);
  }
  if (choices.length === 1 || target?.layer !== undefined) return first;
  return vscode.window.showQuickPick(choices, { placeHolder, matchOnDescription: true });
}

/** The held merge that a tree element is, at the event that the tree shows; it may have been decided since. */
export function heldShown(runs: RunRegistry, argument: unknown): HeldChoice | undefined {
  if (!isRunTarget(argument) || argument.layer === undefined || argument.hold === undefined) return undefined;
  const run = runs.get(argument.runId);
  if (run === undefined) return undefined;
  const choice = { run, layer: argument.layer, hold: argument.hold };
  return isShown(choice) ? choice : undefined;
}

/** Tells whether a held merge waits at the event that the views show. */
export function isShown({ run, hold }: HeldChoice): boolean {
  return heldAt(run, run.cursor.seq).some(({ id }) => id === hold);
}
