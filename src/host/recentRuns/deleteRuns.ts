/** The deleting of recorded runs: what may be deleted, that the user is asked, and that it leaves the views first. */

import * as vscode from "vscode";
import { EditorId } from "../../../contributions/editors";
import { HumanError } from "../../base/humanError";
import { bytesText } from "../ui/bytesText";
import { isLive, runName, type RecentRun } from "./recentRun";
import type { RecentRunActionsDeps } from "./recentRunActions";
import type { RunRecordStore } from "../records/runRecordStore";

/** Why a run stays. */
type Hindrance = "live" | "elsewhere";

/** Deletes these runs once the user has said so. @throws HumanError when none of them can be */
export async function deleteRuns(runs: readonly RecentRun[], deps: RecentRunActionsDeps): Promise<void> {
  const question = ([first, ...others]: readonly RecentRun[]): string =>
    first !== undefined && others.length === 0
      ? vscode.l10n.t("Delete the run {0} and its recording?", runName(first.record))
      : vscode.l10n.t("Delete {0} runs and their recordings?", others.length + 1);
  await askAndDelete(runs, question, deps);
}

/** Deletes all these runs, as {@link deleteRuns} does. */
export async function deleteAllRuns(runs: readonly RecentRun[], deps: RecentRunActionsDeps): Promise<void> {
  if (runs.length === 0) throw new HumanError(vscode.l10n.t("There is no recorded run to delete."));
  await askAndDelete(runs, (doomed) => vscode.l10n.t("Delete all {0} runs that are listed?", doomed.length), deps);
}

async function askAndDelete(
  runs: readonly RecentRun[],
  question: (doomed: readonly RecentRun[]) => string,
  deps: RecentRunActionsDeps,
): Promise<void> {
  const hindrances = await Promise.all(runs.map((run) => hindranceOf(run, deps.records)));
  const doomed = runs.filter((_run, index) => hindrances[index] === undefined);
  if (doomed.length === 0) throw new HumanError(refusal(runs, hindrances));
  const bytes = doomed.reduce((sum, run) => sum + run.bytes, 0);
  const detail = [vscode.l10n.t("{0} on disk. This cannot be undone.", bytesText(bytes))];
  const staying = runs.length - doomed.length;
  if (staying === 1) detail.push(vscode.l10n.t("1 run is kept: it is active, or open in another window."));
  if (staying > 1) {
    detail.push(vscode.l10n.t("{0} runs are kept: they are active, or open in another window.", staying));
  }
  const yes = vscode.l10n.t("Delete");
  const options = { modal: true, detail: detail.join("\n") };
  if ((await vscode.window.showWarningMessage(question(doomed), options, yes)) !== yes) return;
  const kept: string[] = [];
  for (const run of doomed) if (!(await deleteRun(run, deps))) kept.push(runName(run.record));
  if (kept.length > 0) {
    throw new HumanError(
      vscode.l10n.t(
        "Not deleted, because another window has opened or deleted it in the meantime: {0}",
        kept.join(", "),
      ),
    );
  }
}

/** Takes the run out of this window's views and removes it from disk. */
async function deleteRun({ record, recording }: RecentRun, { runs, records }: RecentRunActionsDeps): Promise<boolean> {
  const uri = vscode.Uri.file(recording).toString();
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputCustom && input.viewType === EditorId.recording)
    .filter(({ input }) => (input as vscode.TabInputCustom).uri.toString() === uri);
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  for (const run of [...runs.all]) if (run.recording.toString() === uri) runs.remove(run.id);
  return records.removeIfClosed(record.id, true);
}

async function hindranceOf(run: RecentRun, records: RunRecordStore): Promise<Hindrance | undefined> {
  if (isLive(run)) return "live";
  return (await records.isOpenElsewhere(run.record.id)) ? "elsewhere" : undefined;
}

function refusal([first, ...others]: readonly RecentRun[], hindrances: readonly (Hindrance | undefined)[]): string {
  if (first === undefined || others.length > 0) {
    return vscode.l10n.t("None of these runs can be deleted: they are active, or open in another window.");
  }
  const name = runName(first.record);
  if (hindrances[0] === "elsewhere") {
    return vscode.l10n.t("{0} is open in another window. Close it there first.", name);
  }
  return first.status.type === "elsewhere" && first.status.followed
    ? vscode.l10n.t("{0} is still running, in another window. Stop it there first.", name)
    : vscode.l10n.t("{0} is still running. Stop it first.", name);
}
