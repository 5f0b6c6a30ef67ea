/** Held merges as the user meets them: the commands that hold, approve, reject and release, and how they make themselves known. */

import * as vscode from "vscode";
import { ContextKeys } from "../ui/contextKeys";
import { hasDecidableMerges, hasHeldMerges } from "../../../contributions/contextKeys";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { pickRun } from "../runs/pickRun";
import type { HeldChoice, Previews } from "../preview/previews";
import { controlOf, type Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { isRunTarget } from "../ui/runTarget";
import { HeldNotice } from "./heldNotice";
import { isReachable } from "../runs/runState";
import { undecidableReason } from "../runs/undecidable";
import { heldShown, isShown, pickHeld } from "./pickHeld";
import { pickHoldMode, setHold } from "./holdModes";

/** What holds need of the rest. */
export interface HoldsDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  readonly previews: Pick<Previews, "open" | "approve" | "reject" | "heldInFront" | "isSeen">;
}

/** Registers the commands, and shows what is held. */
export function registerHolds({ log, runs, watcher, previews }: HoldsDeps): vscode.Disposable {
  const store = new DisposableStore();
  const on = (id: CommandId, handler: (argument: unknown) => unknown): void => {
    store.add(registerCommand<[unknown]>(log, id, handler));
  };
  const chooseRun = (argument: unknown, question: string): Promise<Run | undefined> =>
    pickRun(
      runs,
      argument,
      ({ state }) => isReachable(state),
      vscode.l10n.t("No script is connected. Run one first."),
      question,
    );
  const chooseToDecide = async (argument: unknown, question: string): Promise<HeldChoice | undefined> =>
    (argument === undefined ? previews.heldInFront : undefined) ?? pickHeld(decidable(runs), argument, question);

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
    const run = await chooseRun(argument, vscode.l10n.t("Stop holding the merges of which run?"));
    if (run === undefined) return;
    const layer = isRunTarget(argument) ? argument.layer : undefined;
    if (layer === undefined) return setHold(run, undefined, "never");
    await setHold(run, layer, run.holds.run === "never" ? "inherit" : "never");
  });
  on(CommandId.previewHeldMerge, async (argument) => {
    const choice =
      heldShown(runs, argument) ?? (await pickHeld(runs, argument, vscode.l10n.t("Show which held merge?")));
    if (choice === undefined) return;
    // The past that is shown may not know of it.
    if (!isShown(choice)) choice.run.cursor.goLive();
    previews.open(choice, choice.hold);
  });
  on(CommandId.approveMerge, async (argument) => {
    const choice = await chooseToDecide(argument, vscode.l10n.t("Approve which held merge?"));
    if (choice !== undefined) await previews.approve(choice);
  });
  on(CommandId.rejectMerge, async (argument) => {
    const choice = await chooseToDecide(argument, vscode.l10n.t("Reject which held merge?"));
    if (choice !== undefined) await previews.reject(choice);
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
    const count = await controlOf(run).releaseAll();
    const text =
      count === 1 ? vscode.l10n.t("Released 1 held merge") : vscode.l10n.t("Released {0} held merges", count);
    void vscode.window.setStatusBarMessage(text, 5_000);
  });
  on(CommandId.detachRun, async (argument) => {
    const run = await chooseRun(argument, vscode.l10n.t("Detach from which run?"));
    await (run && controlOf(run).detach());
  });

  const shown = new WeakSet<Run>();
  const notice = new HeldNotice((run) => previews.isSeen(run));
  const keys = new ContextKeys();
  store.add(
    watcher.onDidChange(() => {
      let count = 0;
      for (const run of runs.all) {
        const { held } = run;
        count += held.length;
        const [first] = held;
        // Unasked only once a run: what is held later shows in tree, status bar and notice. Not over the past.
        if (first === undefined || shown.has(run) || !run.cursor.isLive) continue;
        shown.add(run);
        previews.open({ run, layer: first.layer }, first.id, true);
      }
      notice.update(runs.all.flatMap((run) => run.held.map((held) => ({ run, held }))));
      keys.set(hasHeldMerges, count > 0);
      keys.set(
        hasDecidableMerges,
        runs.all.some((run) => run.held.length > 0 && undecidableReason(run) === undefined),
      );
    }),
  );
  return store;
}

/** Of several held merges, commands that decide offer those that can be decided. */
function decidable(runs: RunRegistry): Pick<RunRegistry, "all" | "get"> {
  const all = runs.all.filter((run) => undecidableReason(run) === undefined);
  return { all: all.some(({ held }) => held.length > 0) ? all : runs.all, get: (id) => runs.get(id) };
}
