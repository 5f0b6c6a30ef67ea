/** One tab that sums a recording up, and where its buttons lead. */

import * as path from "node:path";
import * as vscode from "vscode";
import { modelSummary } from "../../model/text/recordingSummary";
import {
  decodeRecordingMessage,
  type ReadingState,
  type RecordingSummary,
  type SummaryOutcome,
} from "../../protocol/recordingMessages";
import { Coalescer } from "../../base/coalescer";
import { CommandId } from "../../../contributions/commands";
import { DisposableStore } from "../../base/disposableStore";
import { problemsText } from "../ui/findingsText";
import type { Run } from "../runs/run";
import { endText, isOver, runWord } from "../runs/runState";
import type { RunsWatcher } from "../runs/runsWatcher";
import { visibleText } from "../../base/visibleText";
import { webviewHtml, webviewRoot } from "../ui/webviewHtml";
import { RecordingRun } from "../runs/opened/recordingRun";
import type { RecordingDocument } from "./recordingDocument";

/** What a tab needs of the rest. */
export interface RecordingPageDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly watcher: RunsWatcher;
  readonly revealRun: (run: Run) => void;
  readonly showEvents: (run: Run, layer: number | undefined) => void;
  readonly readAgain: (document: RecordingDocument) => void;
}

/** The page in a custom editor's panel. It ends with the panel. */
export class RecordingPage {
  private readonly store = new DisposableStore();
  private readonly refreshes: Coalescer;
  private ready = false;
  private sent = "";

  constructor(
    private readonly deps: RecordingPageDeps,
    private readonly document: RecordingDocument,
    private readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(deps.extensionUri)] };
    this.refreshes = this.store.add(
      new Coalescer(
        () => this.refresh(),
        () => panel.visible && this.ready,
      ),
    );
    this.store.add(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.store.add(
      deps.watcher.onDidChange((run) => {
        if (run === undefined || run === document.run) this.refreshes.request();
      }),
    );
    panel.onDidChangeViewState(() => {
      // A hidden panel loses its page: it says "ready" again when it is back.
      if (!panel.visible) this.ready = false;
    });
    panel.onDidDispose(() => this.store.dispose());
    webview.html = webviewHtml(webview, deps.extensionUri, "recording", path.basename(document.uri.fsPath));
  }

  private receive(value: unknown): void {
    const decoded = decodeRecordingMessage(value);
    if (!decoded.ok) {
      this.deps.log.warn(decoded.problem);
      return;
    }
    const { deps, document } = this;
    const { run } = document;
    const { message } = decoded;
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.sent = "";
        this.refreshes.request();
        return;
      case "stopReading":
        if (run instanceof RecordingRun) run.stopReading();
        return;
      case "readAgain":
        deps.readAgain(document);
        this.refreshes.request();
        return;
      case "showTree":
        deps.revealRun(run);
        return;
      case "showEvents":
        deps.showEvents(run, message.layer);
        return;
      case "previewMerge":
        void vscode.commands.executeCommand(CommandId.previewMerge, { runId: run.id, layer: message.layer, path: [] });
        return;
      case "showEvent":
        run.cursor.moveTo(message.seq);
        deps.showEvents(run, undefined);
        return;
      case "export":
        void vscode.commands.executeCommand(CommandId.exportRun, { runId: run.id, path: [] });
        return;
      case "compare":
        void vscode.commands.executeCommand(CommandId.compareWithRun, { runId: run.id, path: [] });
        return;
    }
  }

  private refresh(): void {
    const summary = summaryOf(this.document);
    const text = JSON.stringify(summary);
    if (text === this.sent) return;
    this.sent = text;
    void this.panel.webview.postMessage(summary);
  }
}

function summaryOf({ uri, run }: RecordingDocument): RecordingSummary {
  return {
    type: "summary",
    title: run.title,
    file: uri.fsPath,
    reading: run.state.kind === "recorded" ? run.state.reading : READ,
    outcome: outcomeOf(run),
    problem: run.problem === undefined ? undefined : visibleText(run.problem, 1_000),
    facts: factsOf(run),
    ...modelSummary(run.model),
  };
}

const READ: ReadingState = { kind: "read" };

function outcomeOf(run: Run): SummaryOutcome {
  const end = endText(run.state);
  const lost = problemsText(run.model.found.totals);
  const text = lost === undefined ? end : `${end} · ${lost}`;
  if (!isOver(run.state)) return { weight: "plain", text };
  const isBad = runWord(run.state) === "failed" || run.problem !== undefined || lost !== undefined;
  if (isBad) return { weight: "bad", text };
  const { ended } = run.model.info;
  if (ended === undefined) return { weight: "doubtful", text };
  if (ended.signal !== null) return { weight: "plain", text };
  return { weight: ended.code === 0 ? "good" : "bad", text };
}

function factsOf(run: Run): RecordingSummary["facts"] {
  const { info } = run.model;
  const facts: { label: string; text: string }[] = [];
  const add = (label: string, text: string): void => {
    if (text !== "") facts.push({ label, text: visibleText(text, 1_000) });
  };
  add(vscode.l10n.t("Script"), info.script);
  add(vscode.l10n.t("Arguments"), info.args.join(" "));
  add(vscode.l10n.t("Working folder"), info.cwd);
  add(vscode.l10n.t("Node"), run.nodeText);
  if (info.startedMs !== undefined) add(vscode.l10n.t("Started"), timeText(info.startedMs));
  if (info.ended !== undefined) add(vscode.l10n.t("Ended"), timeText(info.ended.atMs));
  if (info.startedMs !== undefined && info.ended !== undefined) {
    add(vscode.l10n.t("Duration"), durationText(info.ended.atMs - info.startedMs));
  }
  return facts;
}

function timeText(ms: number): string {
  return new Date(ms).toLocaleString(vscode.env.language);
}

/** A clock that was set back in between makes it negative, which nobody wants to read. */
function durationText(ms: number): string {
  if (ms < 0) return "";
  if (ms < 1_000) return vscode.l10n.t("{0} ms", Math.round(ms));
  if (ms < 60_000) return vscode.l10n.t("{0} s", (ms / 1_000).toFixed(1));
  return vscode.l10n.t("{0} min {1} s", Math.floor(ms / 60_000), Math.round((ms % 60_000) / 1_000));
}
