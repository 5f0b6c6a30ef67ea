/** Owns held merges as the user meets them: the commands that hold, approve, reject and release, and how they make themselves known. */

import * as vscode from "vscode";
import { CommandId } from "../commandIds";
import { registerCommand } from "../commands";
import { DisposableStore } from "../disposableStore";
import { HumanError } from "../humanError";
import { pickRun } from "../pickRun";
import { unavailableReason } from "../preview/mergeActions";
import type { Previews } from "../preview/previews";
import type { Run, Runs } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { isRunTarget } from "../runTarget";
import { visibleText } from "../visibleText";
import { HeldNotice } from "./heldNotice";
import { effectiveMode, pickHoldMode, setHold } from "./holdModes";

/** What holds need of the rest. */
export interface HoldsDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly watcher: RunsWatcher;
  readonly previews: Pick<Previews, "open">;
}

/** A held merge of a run. */
interface HeldChoice {
  readonly run: Run;
  readonly layer: number;
  readonly hold: number;
}

/** Registers the commands, and shows what is held. */
export function registerHolds({ log, runs, watcher, previews }: HoldsDeps): vscode.Disposable {
  const store = new DisposableStore();
  const on = (id: CommandId, handler: (argument: unknown) => unknown): void => {
    store.add(registerCommand<[unknown]>(log, id, handler));
  };
  const isLive = (run: Run): boolean => unavailableReason(run) === undefined;
  const chooseRun = (argument: unknown, question: string): Promise<Run | undefined> =>
    pickRun(runs, argument, isLive, vscode.l10n.t("No run is alive, so there is no merge to hold."), question);

  on(CommandId.holdMerges, async (argument) => {
    const run = await chooseRun(argument, vscode.l10n.t("Hold the merges of which run?"));
    if (run === undefined) return;
    const layer = isRunTarget(argument) ? argument.layer : undefined;
    const mode = await pickHoldMode(run, layer);
    if (mode !== undefined) await setHold(run, layer, mode);
  });
  on(CommandId.startHolding, async (argument) => {
    const run = await chooseRun(argument, vscode.l10n.t("Hold the merges of which run?"));
    if (run !== undefined) await setHold(run, isRunTarget(argument) ? argument.layer : undefined, "always");
  });
  on(CommandId.stopHolding, async (argument) => {
    const run = await chooseRun(argument, vscode.l10n.t("Hold no more merges of which run?"));
    if (run === undefined) return;
    const layer = isRunTarget(argument) ? argument.layer : undefined;
    if (layer === undefined) return setHold(run, undefined, "never");
    await setHold(run, layer, "inherit");
    if (effectiveMode(run, layer) !== "never") await setHold(run, layer, "never");
  });
  on(CommandId.previewHeldMerge, async (argument) => {
    const choice = await chooseHeld(runs, argument, vscode.l10n.t("Show which held merge?"));
    if (choice !== undefined) previews.open(choice, choice.hold);
  });
  on(CommandId.approveMerge, async (argument) => {
    const choice = await chooseHeld(runs, argument, vscode.l10n.t("Approve which held merge?"));
    if (choice !== undefined) await choice.run.approve(choice.hold);
  });
  on(CommandId.rejectMerge, async (argument) => {
    const choice = await chooseHeld(runs, argument, vscode.l10n.t("Reject which held merge?"));
    if (choice !== undefined) await choice.run.reject(choice.hold);
  });
  on(CommandId.releaseMerges, async (argument) => {
    const run = await pickRun(
      runs,
      argument,
      (each) => each.held.length > 0,
      vscode.l10n.t("No merge is held."),
      vscode.l10n.t("Release the held merges of which run?"),
    );
    if (run === undefined) return;
    const count = await run.releaseAll();
    void vscode.window.setStatusBarMessage(vscode.l10n.t("Released {0} held merges", count), 5_000);
  });
  on(CommandId.detachRun, async (argument) => {
    const run = await chooseRun(argument, vscode.l10n.t("Detach from which run?"));
    await run?.detach();
  });

  const shown = new WeakSet<Run>();
  const notice = store.add(new HeldNotice());
  let hasHeld = false;
  store.add(
    watcher.onDidChange(() => {
      let count = 0;
      for (const run of runs.all) {
        const { held } = run;
        count += held.length;
        const [first] = held;
        // Unasked only once a run: what is held later shows in tree, status bar and notice.
        if (first === undefined || shown.has(run)) continue;
        shown.add(run);
        previews.open({ run, layer: first.layer }, first.id, true);
      }
      notice.update(count);
      if (hasHeld !== count > 0) {
        hasHeld = count > 0;
        void vscode.commands.executeCommand("setContext", "agentContext.hasHeldMerges", hasHeld);
      }
    }),
  );
  return store;
}

/** The held merge that was given, the oldest of the agent or run that was given, the only one, or the one the user picks. */
async function chooseHeld(runs: Runs, argument: unknown, placeHolder: string): Promise<HeldChoice | undefined> {
  const target = isRunTarget(argument) ? argument : undefined;
  const among = runs.all
    .filter((run) => target === undefined || run.id === target.runId)
    .flatMap((run) => run.held.map((held) => ({ run, held })))
    .filter(({ held }) => target?.layer === undefined || held.layer === target.layer)
    .filter(({ held }) => target?.hold === undefined || held.id === target.hold);
  const choices = among.map(({ run, held }) => ({
    label: visibleText(held.agent),
    description: visibleText(run.title),
    detail: held.keyCount === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", held.keyCount),
    iconPath: new vscode.ThemeIcon("debug-pause"),
    run,
    layer: held.layer,
    hold: held.id,
  }));
  const [first] = choices;
  if (first === undefined) throw new HumanError(vscode.l10n.t("No such merge is held any more."));
  if (choices.length === 1 || target?.layer !== undefined) return first;
  return vscode.window.showQuickPick(choices, { placeHolder, matchOnDescription: true });
}
