/** What can be done with one recorded run, or two: opened, renamed, revealed, compared. Deleting is in deleteRuns.ts. */

import * as path from "node:path";
import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { EditorId } from "../../../contributions/editors";
import type { RunRegistry } from "../runs/runRegistry";
import { shownRun, type RecentRun } from "./recentRun";
import type { RunRecordStore } from "../records/runRecordStore";

const LONGEST_NAME = 200;

/** What the actions work on. */
export interface RecentRunActionsDeps {
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly showRun: (runId: string, focus: boolean) => Promise<void>;
}

/**
 * Shows a run: in the Agents view where it is on show already, else its recording in an editor.
 * @param focus takes the keyboard to the Agents view; not from a list whose keys are meant for its own rows
 */
export async function openRun(
  { recording }: RecentRun,
  { runs, showRun }: RecentRunActionsDeps,
  focus: boolean,
): Promise<void> {
  const shown = shownRun(recording, runs.all);
  if (shown?.control !== undefined) return showRun(shown.id, focus);
  await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(recording), EditorId.recording);
}

/** Asks for a name of the user's own; an empty one gives the script's back. */
export async function renameRun({ record }: RecentRun, { records }: RecentRunActionsDeps): Promise<void> {
  const script = path.basename(record.script);
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rename Run"),
    prompt: vscode.l10n.t("A name for this run. Leave it empty to use {0}, the name of its script.", script),
    placeHolder: script,
    value: record.name ?? script,
    validateInput: (text) =>
      text.trim().length > LONGEST_NAME ? vscode.l10n.t("A name has at most {0} characters.", LONGEST_NAME) : undefined,
  });
  if (answer === undefined) return;
  const name = answer.trim();
  records.update(record.id, ({ name: _before, ...rest }) =>
    name === "" || name === script ? rest : { ...rest, name },
  );
}

/** Shows the recording among the files of this machine; where the files are on another one, copies its path. */
export async function revealRun({ recording }: RecentRun): Promise<void> {
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(recording));
    return;
  }
  await vscode.env.clipboard.writeText(recording);
  const text = vscode.l10n.t(
    "The recording is on the machine that scripts run on. Its path was copied: {0}",
    recording,
  );
  void vscode.window.showInformationMessage(text);
}

/** Exports a run from its recording; whether it is on show makes no difference. */
export async function exportRun({ recording }: RecentRun): Promise<void> {
  await vscode.commands.executeCommand(CommandId.exportRun, { recording: vscode.Uri.file(recording) });
}

/** Compares two runs; those that are not on show are opened first. */
export async function compareRuns(first: RecentRun, second: RecentRun, deps: RecentRunActionsDeps): Promise<void> {
  const progress = { location: vscode.ProgressLocation.Notification, cancellable: true };
  const ids = await vscode.window.withProgress(
    { ...progress, title: vscode.l10n.t("Opening the runs to compare") },
    async (_report, token) => {
      const one = await shownId(first, deps.runs, token);
      return one === undefined ? undefined : [one, await shownId(second, deps.runs, token)];
    },
  );
  if (ids?.every((id) => id !== undefined)) await vscode.commands.executeCommand(CommandId.compareRuns, ...ids);
}

/** The id under which a run is on show, once it is; undefined when the user no longer waits. */
async function shownId(
  { recording }: RecentRun,
  runs: RunRegistry,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  const id = (): string | undefined => shownRun(recording, runs.all)?.id;
  if (id() !== undefined) return id();
  await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(recording), EditorId.recording);
  return new Promise((resolve) => {
    const listeners: vscode.Disposable[] = [];
    const look = (): void => {
      if (id() === undefined && !token.isCancellationRequested) return;
      for (const listener of listeners) listener.dispose();
      resolve(token.isCancellationRequested ? undefined : id());
    };
    listeners.push(runs.onDidChange(look), token.onCancellationRequested(look));
    look();
  });
}
