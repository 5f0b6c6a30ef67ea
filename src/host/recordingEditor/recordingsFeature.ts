/** What opens recordings: the custom editor, and Open Recording. */

import * as vscode from "vscode";
import { EditorId } from "../../../contributions/editors";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import { RecordingDocument } from "./recordingDocument";
import { RecordingPage, type RecordingPageDeps } from "./recordingPage";
import type { Recordings } from "./recordings";

/** What opening recordings needs. */
export interface RecordingsFeatureDeps extends Omit<RecordingPageDeps, "readAgain"> {
  readonly runs: RunRegistry;
  readonly recordings: Recordings;
}

/** Registers Open Recording. */
export function registerOpenRecording(log: vscode.LogOutputChannel): vscode.Disposable {
  return registerCommand<[unknown]>(log, CommandId.openRecording, async (argument) => {
    const uris = argument instanceof vscode.Uri ? [argument] : await askForRecordings();
    for (const uri of uris) await vscode.commands.executeCommand("vscode.openWith", uri, EditorId.recording);
  });
}

async function askForRecordings(): Promise<readonly vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t("Open Recording"),
    title: vscode.l10n.t("Open Recording"),
    filters: { [vscode.l10n.t("Recordings and logs")]: ["jsonl"], [vscode.l10n.t("All files")]: ["*"] },
  });
  return chosen ?? [];
}

/** Shows a recording's summary in a tab, and the recording itself in all views. */
export class RecordingEditor implements vscode.CustomReadonlyEditorProvider<RecordingDocument>, vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, RecordingDocument>();
  private readonly listener: vscode.Disposable;

  constructor(private readonly deps: RecordingsFeatureDeps) {
    this.listener = deps.runs.onDidRemove((run) => this.closeTabsOf(run));
  }

  openCustomDocument(uri: vscode.Uri): RecordingDocument {
    return new RecordingDocument(uri, this.deps.recordings.open(uri));
  }

  resolveCustomEditor(document: RecordingDocument, panel: vscode.WebviewPanel): void {
    this.panels.set(panel, document);
    panel.onDidDispose(() => this.panels.delete(panel));
    new RecordingPage({ ...this.deps, readAgain: (asked) => this.readAgain(asked) }, document, panel);
  }

  dispose(): void {
    this.listener.dispose();
  }

  private readAgain(document: RecordingDocument): void {
    const { run } = document;
    const documents = [...this.panels.values()].filter((each) => each.run === run);
    // Its tabs stay: they show the run that takes its place.
    this.replacing = run;
    try {
      const fresh = this.deps.recordings.reopen(run);
      for (const each of [...documents, document]) each.run = fresh;
    } finally {
      this.replacing = undefined;
    }
  }

  private replacing: Run | undefined;

  private closeTabsOf(run: Run): void {
    if (run === this.replacing) return;
    for (const [panel, document] of this.panels) if (document.run === run) panel.dispose();
  }
}
