/** Compare Runs: two runs in VS Code's own editor of many differences, and the way to the events where they part. */

import * as vscode from "vscode";
import { comparisonSections } from "../../model/compare/comparisonText";
import { neverDiverge } from "../../model/compare/divergence";
import { compareRuns, comparisonWork, type RunComparison } from "../../model/compare/runComparison";
import { CommandId } from "../../../contributions/commands";
import { registerCommand, reportFailure } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import type { Run } from "../runs/run";
import type { RunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";
import { ComparisonDocuments } from "./comparisonDocuments";
import { comparisonMessage } from "./comparisonMessage";
import { chooseRuns, type RunPair, type RunSources } from "./pickRuns";
import { SlicedWork } from "../../base/slicedWork";

/** A comparison that takes longer shows its progress. */
const PATIENCE_MS = 400;

/** What comparing needs of the rest. */
export interface CompareDeps extends RunSources {
  readonly log: vscode.LogOutputChannel;
}

/** Registers Compare Runs and Compare with Run. */
export function registerCompare({ log, ...sources }: CompareDeps): vscode.Disposable {
  const { runs } = sources;
  const disposables = new DisposableStore();
  const documents = disposables.add(new ComparisonDocuments());
  const compare = async (first: unknown, second: unknown): Promise<void> => {
    const pair = await chooseRuns(sources, first, second);
    if (pair === undefined || !(await wholeRead(pair))) return;
    const comparison = await compareInSlices(pair);
    if (comparison === undefined) return;
    const [left, right] = pair.map(({ title }) => visibleText(title, 60)) as [string, string];
    const sections = comparisonSections(comparison, { left, right });
    const title = `${left} ↔ ${right}`;
    await vscode.commands.executeCommand("vscode.changes", title, documents.add(title, sections));
    tell({ log, runs }, pair, comparison);
  };
  for (const id of [CommandId.compareRuns, CommandId.compareWithRun]) {
    disposables.add(registerCommand<[unknown, unknown]>(log, id, compare));
  }
  return disposables;
}

/** Waits for recordings that are being read. @returns false when the user no longer waits */
async function wholeRead(pair: RunPair): Promise<boolean> {
  const read = Promise.all(pair.map(({ whenRead }) => whenRead ?? Promise.resolve())).then(() => true);
  if (await isSoon(read)) return read;
  const title = vscode.l10n.t("Reading the runs to compare");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (_progress, cancelled) =>
    Promise.race([read, new Promise<boolean>((resolve) => cancelled.onCancellationRequested(() => resolve(false)))]),
  );
}

/** Whether it is done before anybody asks what is going on. */
function isSoon(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    work.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS)),
  ]);
}

/** @returns undefined when the user cancelled it */
async function compareInSlices([left, right]: RunPair): Promise<RunComparison | undefined> {
  const work = new SlicedWork(compareRuns(left.model, right.model), comparisonWork(left.model, right.model));
  const done = work.run();
  if (await isSoon(done)) return done;
  const title = vscode.l10n.t("Comparing {0} with {1}", left.title, right.title);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, cancelled) => {
    let shown = 0;
    work.follow((fraction) => {
      const percent = Math.floor(fraction * 100);
      if (percent > shown) progress.report({ increment: percent - shown });
      shown = Math.max(shown, percent);
    });
    cancelled.onCancellationRequested(() => work.cancel());
    return done;
  });
}

/** Says what it came to, and offers the way to where the runs part; does not wait for the user. */
function tell(
  { log, runs }: Pick<CompareDeps, "log" | "runs">,
  [left, right]: RunPair,
  comparison: RunComparison,
): void {
  const text = comparisonMessage(comparison, visibleText(left.title, 60), visibleText(right.title, 60));
  if (neverDiverge(comparison.divergence)) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const buttons = [left, right].map((run) => ({
    title: vscode.l10n.t("Show in {0}", visibleText(run.title, 40)),
    run,
  }));
  const show = async (shown: Run): Promise<void> => {
    // Both stand where they part, so that the tree shows one beside the other.
    for (const [run, side] of [
      [left, "left"],
      [right, "right"],
    ] as const) {
      if (runs.get(run.id) === run) run.cursor.moveTo(comparison.divergence[side]?.seq ?? comparison[side].seq);
    }
    const target: RunTarget = { runId: shown.id, layer: undefined, key: undefined, path: [] };
    await vscode.commands.executeCommand(CommandId.showEvents, target);
  };
  vscode.window
    .showInformationMessage(text, ...buttons)
    .then((chosen) => chosen && show(chosen.run))
    .then(undefined, (error: unknown) => reportFailure(log, CommandId.compareRuns, error));
}
