/** Export Run… as the user meets it: which format, which file, progress, and what came of it. */

import * as vscode from "vscode";
import {
  dialogExtensions,
  EXPORT_FORMATS,
  EXPORT_SUFFIX,
  exportName,
  type ExportFormat,
} from "../../model/export/exportFormat";
import { CommandId } from "../../../contributions/commands";
import { registerCommand, reportFailure } from "../ui/commands";
import { HumanError } from "../../base/humanError";
import type { RunRegistry } from "../runs/runRegistry";
import { exportSubject, type ExportSubject } from "./exportSubject";
import { writeExport, type Exported } from "./writeExport";

/** What exports need of the rest. */
export interface ExportDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
}

/** Where to and as what, for callers that have asked already: neither dialog is shown then. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly target: vscode.Uri;
}

/** Registers Export Run…. */
export function registerExport({ log, runs }: ExportDeps): vscode.Disposable {
  return registerCommand<[unknown, unknown]>(log, CommandId.exportRun, async (argument, second) => {
    const subject = await exportSubject(runs, argument);
    if (subject === undefined) return undefined;
    // A menu's second argument is the selection.
    const request = isRequest(second) ? second : await askFor(subject);
    if (request === undefined) return undefined;
    const exported = await showingProgress(subject, request);
    if (exported === undefined) return undefined;
    for (const { line, message } of exported.damage) log.warn(`${subject.title}: line ${line}: ${message}`);
    tell(log, subject, request, exported).catch((error: unknown) => reportFailure(log, "export", error));
    return exported;
  });
}

function isRequest(argument: unknown): argument is ExportRequest {
  if (typeof argument !== "object" || argument === null) return false;
  const { format, target } = argument as Partial<ExportRequest>;
  return EXPORT_FORMATS.some((known) => known === format) && target instanceof vscode.Uri;
}

async function askFor({ title, info, folder }: ExportSubject): Promise<ExportRequest | undefined> {
  const items: Readonly<Record<ExportFormat, { readonly label: string; readonly detail: string }>> = {
    jsonl: {
      label: vscode.l10n.t("JSON Lines"),
      detail: vscode.l10n.t("The recording itself: every event with its value, ready to be opened here again"),
    },
    otlp: {
      label: vscode.l10n.t("OpenTelemetry"),
      detail: vscode.l10n.t(
        "A trace in OTLP JSON for collectors: run, agents and scopes become spans, events become span events",
      ),
    },
  };
  const choice = await vscode.window.showQuickPick(
    EXPORT_FORMATS.map((format) => ({ ...items[format], description: `*${EXPORT_SUFFIX[format]}`, format })),
    { title: vscode.l10n.t("Export {0}", title), placeHolder: vscode.l10n.t("Export in which format?") },
  );
  if (choice === undefined) return undefined;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export {0}", title),
    saveLabel: vscode.l10n.t("Export"),
    defaultUri: vscode.Uri.joinPath(folder, exportName(info, choice.format)),
    filters: { [choice.label]: dialogExtensions(choice.format) },
  });
  return target && { format: choice.format, target };
}

/** @returns undefined when the user cancelled it. */
async function showingProgress(
  { source, title }: ExportSubject,
  { format, target }: ExportRequest,
): Promise<Exported | undefined> {
  if (target.scheme !== "file") {
    throw new HumanError(vscode.l10n.t("'{0}' is not on this disk. Choose another place.", target.toString(true)));
  }
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Exporting {0}", title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    let shown = 0;
    try {
      return await writeExport(source, {
        format,
        target: target.fsPath,
        signal: abort.signal,
        progress: (part) => {
          const percent = Math.floor(part * 100);
          if (percent > shown) progress.report({ increment: percent - shown });
          shown = Math.max(shown, percent);
        },
      });
    } catch (error) {
      if (abort.signal.aborted && error === abort.signal.reason) return undefined;
      throw error;
    } finally {
      cancelled.dispose();
    }
  });
}

/** Says what came of it and offers to look; does not keep the command waiting. */
async function tell(
  log: vscode.LogOutputChannel,
  { title }: ExportSubject,
  { target }: ExportRequest,
  { snapshot, leftOut, damageCount, otherRuns }: Exported,
): Promise<void> {
  const name = target.path.slice(target.path.lastIndexOf("/") + 1);
  const openFile = vscode.l10n.t("Open File");
  const reveal = vscode.l10n.t("Reveal in Explorer");
  const showLog = vscode.l10n.t("Show Log");
  let choice;
  if (damageCount > 0) {
    const text =
      leftOut === 0
        ? vscode.l10n.t("Exported {0} to {1}. The recording is incomplete; the log says what is wrong.", title, name)
        : leftOut === 1
          ? vscode.l10n.t("Exported {0} to {1} without 1 incomplete line.", title, name)
          : vscode.l10n.t("Exported {0} to {1} without {2} incomplete lines.", title, name, leftOut);
    choice = await vscode.window.showWarningMessage(text, openFile, reveal, showLog);
  } else if (otherRuns > 0) {
    const text =
      otherRuns === 1
        ? vscode.l10n.t("Exported the first run of {0} to {1}; 1 more run in the file was left out.", title, name)
        : vscode.l10n.t(
            "Exported the first run of {0} to {1}; {2} more runs in the file were left out.",
            title,
            name,
            otherRuns,
          );
    choice = await vscode.window.showWarningMessage(text, openFile, reveal);
  } else {
    const text = snapshot
      ? vscode.l10n.t("Exported {0} to {1} as recorded so far; the run continues.", title, name)
      : vscode.l10n.t("Exported {0} to {1}.", title, name);
    choice = await vscode.window.showInformationMessage(text, openFile, reveal);
  }
  if (choice === openFile) await vscode.commands.executeCommand("vscode.open", target);
  else if (choice === reveal) await revealFile(target);
  else if (choice === showLog) log.show();
}

/** The explorer shows what is in the workspace; where there is a desktop, its own file manager shows the rest. */
async function revealFile(file: vscode.Uri): Promise<void> {
  const inside = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  await vscode.commands.executeCommand(inside || !isDesktop ? "revealInExplorer" : "revealFileInOS", file);
}
