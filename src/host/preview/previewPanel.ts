/** Owns one merge preview: a panel that follows an agent's overlay, its parent and the run's cursor, and acts on the script through the run. */

import * as vscode from "vscode";
import { previewDetails, previewRows } from "../../model/previewRows";
import { decodePreviewMessage, type PreviewToWebview } from "../../protocol/previewMessages";
import type { MergePlan } from "../../runtime/mergePlan";
import { Coalescer } from "../coalescer";
import { messageOf } from "../humanError";
import type { Run } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { visibleText } from "../visibleText";
import { webviewHtml, webviewRoot } from "../webviewHtml";
import { confirmDiscard, unavailableReason } from "./mergeActions";

export const PREVIEW_VIEW_TYPE = "agentContext.preview";

/** What a panel needs of the rest. */
export interface PreviewDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly watcher: RunsWatcher;
  readonly openDiff: (run: Run, layer: number, key: string | undefined) => Promise<void>;
}

/** The panel of one agent context of one run. */
export class PreviewPanel implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly refreshes: Coalescer;
  private readonly disposables: vscode.Disposable[] = [];
  private readonly disposeEmitter = new vscode.EventEmitter<void>();
  /** The front end has said that it listens. */
  private ready = false;
  /** The plan on show; details and actions speak of it. */
  private plan: MergePlan | undefined;
  private planId = 0;
  /** What was sent last, so that nothing is sent twice. */
  private sent = "";
  private command: Extract<PreviewToWebview, { type: "command" }> = { type: "command", state: "idle", text: "" };
  /** True while a Merge or Discard given here is on its way. */
  private acting = false;

  readonly onDidDispose = this.disposeEmitter.event;

  constructor(
    private readonly deps: PreviewDeps,
    readonly run: Run,
    readonly layer: number,
  ) {
    const title = vscode.l10n.t("Merge: {0}", visibleText(run.model.layerName(layer), 60));
    this.panel = vscode.window.createWebviewPanel(
      PREVIEW_VIEW_TYPE,
      title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      { enableScripts: true, enableCommandUris: false, localResourceRoots: [webviewRoot(deps.extensionUri)] },
    );
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(deps.extensionUri, "media", `preview-${theme}.svg`);
    this.panel.iconPath = { light: icon("light"), dark: icon("dark") };
    this.refreshes = new Coalescer(
      () => this.refresh(),
      () => this.panel.visible && this.ready,
    );
    this.disposables.push(
      this.refreshes,
      this.disposeEmitter,
      deps.watcher.onDidChange((changed) => {
        if (changed === undefined || changed === run) this.refreshes.request();
      }),
      this.panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      this.panel.onDidChangeViewState(() => {
        // A hidden panel loses its page: it says "ready" again when it is back.
        if (!this.panel.visible) this.ready = false;
      }),
      this.panel.onDidDispose(() => {
        this.disposeEmitter.fire();
        for (const disposable of this.disposables) disposable.dispose();
      }),
    );
    this.panel.webview.html = webviewHtml(this.panel.webview, deps.extensionUri, "preview", title);
  }

  get active(): boolean {
    return this.panel.active;
  }

  reveal(): void {
    this.panel.reveal(undefined, false);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Merges this agent's overlay; the outcome shows in the panel. */
  async merge(): Promise<void> {
    await this.act(vscode.l10n.t("Waiting for the script to merge…"), () => this.run.merge(this.layer));
  }

  /** Discards this agent's overlay after asking once; the outcome shows in the panel. */
  async discard(): Promise<void> {
    if (!(await confirmDiscard(this.run, this.layer))) return;
    await this.act(vscode.l10n.t("Waiting for the script to discard…"), () => this.run.discard(this.layer));
  }

  private async act(waiting: string, action: () => Promise<unknown>): Promise<void> {
    if (this.acting) return;
    this.acting = true;
    this.say("waiting", this.run.waitingFor ?? waiting);
    try {
      await action();
      this.say("idle", "");
    } catch (error) {
      if (error instanceof vscode.CancellationError) this.say("idle", "");
      else this.say("failed", messageOf(error));
    } finally {
      this.acting = false;
      this.refreshes.request();
    }
  }

  /** A command given elsewhere is waited for here too: one run has one at a time. */
  private followCommand(): void {
    if (this.acting) return;
    const { waitingFor } = this.run;
    if (waitingFor !== undefined) {
      if (this.command.text !== waitingFor) this.say("waiting", waitingFor);
    } else if (this.command.state === "waiting") this.say("idle", "");
  }

  private say(state: "idle" | "waiting" | "failed", text: string): void {
    this.command = { type: "command", state, text };
    this.post(this.command);
  }

  private receive(value: unknown): void {
    const decoded = decodePreviewMessage(value);
    if (!decoded.ok) {
      this.deps.log.warn(decoded.problem);
      return;
    }
    const { message } = decoded;
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.sent = "";
        this.refreshes.request();
        this.post(this.command);
        return;
      case "wantDetails":
        if (message.planId === this.planId && this.plan !== undefined) this.sendDetails(this.plan, message.key);
        return;
      case "merge":
        void this.merge();
        return;
      case "discard":
        void this.discard();
        return;
      case "cancelCommand":
        this.run.cancelCommand();
        return;
      case "openDiffEditor":
        this.deps
          .openDiff(this.run, this.layer, message.key)
          .catch((error: unknown) => this.deps.log.error(messageOf(error)));
        return;
      case "copy":
        void vscode.env.clipboard.writeText(message.text);
        return;
    }
  }

  private sendDetails(plan: MergePlan, key: string): void {
    const entry = plan.entries.find((each) => each.key === key);
    if (entry === undefined) return;
    this.post({
      type: "details",
      planId: this.planId,
      details: previewDetails(entry, (seq) => this.run.model.row(seq)?.timestampMs),
    });
  }

  private refresh(): void {
    const { run, layer } = this;
    this.followCommand();
    const seq = run.cursor.seq;
    const agent = run.model.agents(seq).find((each) => each.layer === layer);
    if (agent === undefined) {
      this.sendOnce("none", {
        type: "message",
        kind: "empty",
        text: vscode.l10n.t("At event {0} this agent had not started.", seq),
      });
      this.plan = undefined;
      return;
    }
    const plan = run.model.plan(layer, seq);
    const reason = unavailableReason(run);
    const version = JSON.stringify([
      run.title,
      agent.name,
      run.cursor.isLive,
      run.cursor.isLive ? 0 : seq,
      reason,
      planVersion(plan),
    ]);
    if (version === this.sent) return;
    this.plan = plan;
    this.planId++;
    this.sendOnce(version, {
      type: "plan",
      planId: this.planId,
      agent: agent.name,
      run: run.title,
      parentName: run.model.layerName(plan.into),
      asOf: { live: run.cursor.isLive, seq },
      disabledReason: reason,
      counts: plan.counts,
      rows: previewRows(plan),
    });
  }

  private sendOnce(version: string, message: PreviewToWebview): void {
    if (version === this.sent) return;
    this.sent = version;
    this.post(message);
  }

  private post(message: PreviewToWebview): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }
}

/** Says the same for plans that would be drawn the same: values are told by the writes that they came from. */
function planVersion(plan: MergePlan): string {
  let text = "";
  for (const { key, kind, conflict, base, parent, overlay } of plan.entries) {
    text += `${JSON.stringify(key)}${kind}${conflict}${base.layer}.${base.revision}/${parent.layer}.${parent.revision}/${overlay.layer}.${overlay.revision};`;
  }
  return text;
}
