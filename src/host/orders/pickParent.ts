/** The question "merges into which parent?" for commands that were not told. */

import * as vscode from "vscode";
import { orderParents } from "../../model/orders/orderArrangement";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { isRunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";

/** A parent of a run that merges go into. */
export interface ParentChoice {
  readonly run: Run;
  /** A store, or an agent's context. */
  readonly layer: number;
}

/**
 * The parent whose merges are to be compared: the given store's or the given agent's, the only one with two merges or
 * more, or the one that the user picks.
 * @param argument what the command was called with; an element of the tree names a run, an agent or a store
 * @returns undefined when the user picks none
 * @throws HumanError when there is nothing to compare
 */
export async function chooseParent(runs: RunRegistry, argument: unknown): Promise<ParentChoice | undefined> {
  const target = isRunTarget(argument) ? argument : undefined;
  const given = target === undefined ? undefined : runs.get(target.runId);
  const among = given === undefined ? runs.all : [given];
  const picks = among.flatMap(picksOf);
  if (given !== undefined && target?.layer !== undefined) {
    const parent = given.model.agents().find(({ layer }) => layer === target.layer)?.parent;
    // An agent's siblings go first; it may itself be the parent of others.
    const pick = picks.find(({ layer }) => layer === parent) ?? picks.find(({ layer }) => layer === target.layer);
    if (pick !== undefined) return pick;
    const name = visibleText(given.model.layerName(parent ?? target.layer), 60);
    throw new HumanError(
      vscode.l10n.t("There is no order to compare: fewer than two agents have changes to merge into {0}.", name),
    );
  }
  if (picks.length === 0) {
    throw new HumanError(
      vscode.l10n.t("There is no order to compare: no two agents have changes to merge into one parent."),
    );
  }
  if (picks.length === 1) return picks[0];
  return vscode.window.showQuickPick(picks, {
    placeHolder: vscode.l10n.t("Compare the merges into which parent?"),
    matchOnDescription: true,
  });
}

function picksOf(run: Run): (vscode.QuickPickItem & ParentChoice)[] {
  const stores = new Set(run.model.stores().map(({ layer }) => layer));
  return orderParents(run.model, run.cursor.seq).map(({ layer, candidates, pending }) => ({
    label: visibleText(run.model.layerName(layer)),
    iconPath: new vscode.ThemeIcon(stores.has(layer) ? "database" : "person"),
    description: visibleText(run.title),
    detail: vscode.l10n.t("{0} agents with local changes, {1} not merged yet", candidates, pending),
    run,
    layer,
  }));
}
