/** Owns the question "which agent?" for commands that were not given one. */

import * as vscode from "vscode";
import { isRunTarget } from "../runTarget";
import type { Run, Runs } from "../run";
import { HumanError } from "../humanError";
import { visibleText } from "../visibleText";

/** An agent of a run. */
export interface AgentChoice {
  readonly run: Run;
  readonly layer: number;
}

/**
 * The agent that a command is about: the one it was given, the only one there is, or the one the user picks.
 * @returns undefined when the user picks none
 * @throws HumanError when no run has an agent
 */
export async function chooseAgent(
  runs: Runs,
  argument: unknown,
  placeHolder: string,
): Promise<AgentChoice | undefined> {
  const given = agentOf(runs, argument);
  if (given !== undefined) return given;
  const picks = runs.all.flatMap((run) =>
    run.model.agents(run.cursor.seq).map((agent) => {
      const { counts } = run.model.plan(agent.layer, run.cursor.seq);
      const changes = counts.added + counts.modified + counts.deleted;
      return {
        label: visibleText(agent.name),
        iconPath: new vscode.ThemeIcon("person"),
        description: visibleText(run.title),
        detail: vscode.l10n.t("{0} changes, {1} conflicts", changes, counts.conflicts),
        run,
        layer: agent.layer,
      };
    }),
  );
  if (picks.length === 0) throw new HumanError(vscode.l10n.t("No run has an agent yet. Run an agent script first."));
  if (picks.length === 1) return picks[0];
  return vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true });
}

/** The agent that a tree element belongs to, if it is one. */
export function agentOf(runs: Runs, argument: unknown): AgentChoice | undefined {
  if (!isRunTarget(argument) || argument.layer === undefined) return undefined;
  const run = runs.get(argument.runId);
  const { layer } = argument;
  return run?.model.agents().some((agent) => agent.layer === layer) ? { run, layer } : undefined;
}
