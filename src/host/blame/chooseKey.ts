/** The question "which key?" for commands that were not given one. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { isRunTarget, type RunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";
import { plainLabel } from "../ui/plainLabel";

/** A key as one layer of a run shows it. */
export interface KeyChoice {
  readonly run: Run;
  readonly layer: number;
  readonly key: string;
}

/**
 * The key that a command is about: the one it was given, else the one that is selected in the tree, else the one that
 * the user picks.
 * @returns undefined when the user picks none. @throws HumanError when no run has a key.
 */
export async function chooseKey(
  runs: RunRegistry,
  argument: unknown,
  selected: RunTarget | undefined,
  placeHolder: string,
): Promise<KeyChoice | undefined> {
  const given = keyOf(runs, argument) ?? (isRunTarget(argument) ? undefined : keyOf(runs, selected));
  if (given !== undefined) return given;
  const among = isRunTarget(argument) ? runs.all.filter(({ id }) => id === argument.runId) : runs.all;
  const picks = among.flatMap((run) => keysOf(run, isRunTarget(argument) ? argument.layer : undefined));
  if (picks.length === 0) throw new HumanError(vscode.l10n.t("There is no key yet. Run an agent script first."));
  if (picks.length === 1) return picks[0];
  return vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true });
}

function keyOf(runs: RunRegistry, argument: unknown): KeyChoice | undefined {
  if (!isRunTarget(argument) || argument.layer === undefined || argument.key === undefined) return undefined;
  const run = runs.get(argument.runId);
  return run && { run, layer: argument.layer, key: argument.key };
}

function keysOf(run: Run, layer: number | undefined): (vscode.QuickPickItem & KeyChoice)[] {
  const { model, cursor } = run;
  const at = (owner: { readonly layer: number; readonly name: string }, keys: readonly { readonly key: string }[]) =>
    keys.map(({ key }) => ({
      label: key === "" ? vscode.l10n.t("(empty key)") : plainLabel(visibleText(key)),
      description: plainLabel(`${visibleText(owner.name, 60)} · ${visibleText(run.title, 60)}`),
      run,
      layer: owner.layer,
      key,
    }));
  return [
    ...model.stores(cursor.seq).flatMap((store) => at(store, model.storeKeys(store.layer, cursor.seq))),
    ...model.agents(cursor.seq).flatMap((agent) => at(agent, model.overlay(agent.layer, cursor.seq))),
  ].filter((pick) => layer === undefined || pick.layer === layer);
}
