/** The question "which agent?" for commands that were not given one. */

import * as vscode from "vscode";
import type { AgentInfo } from "../../model/runInfo";
import { overlayWords } from "../ui/changesText";
import { isRunTarget, type RunTarget } from "../ui/runTarget";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { HumanError } from "../../base/humanError";
import { visibleText } from "../../base/visibleText";

/** An agent of a run. */
export interface AgentChoice {
  readonly run: Run;
  readonly layer: number;
}

/**
 * The agent that a command is about: the one it was given, the only one there is, or the one the user picks.
 * @param argument what the command was called with; an element of the tree names an agent, or a run to pick one of
 * Offered first is the agent that is selected, then those with something pending, then those that lost something.
 * @param selected what is selected in the tree
 * @returns undefined when the user picks none
 * @throws HumanError when there is no agent, or the given one is gone
 */
export async function chooseAgent(
  runs: RunRegistry,
  argument: unknown,
  placeHolder: string,
  selected?: RunTarget,
): Promise<AgentChoice | undefined> {
  const given = agentOf(runs, argument);
  if (given !== undefined) return given;
  const among = isRunTarget(argument) ? runs.all.filter((run) => run.id === argument.runId) : runs.all;
  const picks = among.flatMap((run) => run.model.agents(run.cursor.seq).map((agent) => pickOf(run, agent)));
  if (picks.length === 0) throw new HumanError(vscode.l10n.t("There is no agent yet. Run an agent script first."));
  if (picks.length === 1) return picks[0];
  const first = agentOf(runs, selected);
  const rank = ({ run, layer }: AgentChoice): number => {
    if (run === first?.run && layer === first.layer) return 0;
    if (run.model.isPending(layer, run.cursor.seq)) return 1;
    return (run.model.found.totals.problemsOf.get(layer) ?? 0) > 0 ? 2 : 3;
  };
  picks.sort((a, b) => rank(a) - rank(b));
  return vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true });
}

function pickOf(run: Run, agent: AgentInfo): vscode.QuickPickItem & AgentChoice {
  const { model, cursor } = run;
  const { counts } = model.plan(agent.layer, cursor.seq);
  const words = overlayWords({ counts, pending: model.isPending(agent.layer, cursor.seq) });
  return {
    label: visibleText(agent.label),
    iconPath: new vscode.ThemeIcon("person"),
    description: visibleText(run.title),
    detail: words.join(", ") || vscode.l10n.t("no changes"),
    run,
    layer: agent.layer,
  };
}

/** The agent that a tree element belongs to, if it is one. */
export function agentOf(runs: RunRegistry, argument: unknown): AgentChoice | undefined {
  if (!isRunTarget(argument) || argument.layer === undefined) return undefined;
  const run = runs.get(argument.runId);
  const { layer } = argument;
  return run?.model.agents().some((agent) => agent.layer === layer) ? { run, layer } : undefined;
}
