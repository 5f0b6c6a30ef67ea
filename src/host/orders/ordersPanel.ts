/** Owns one comparison of merge orders: a panel that follows the merges into one parent and the run's cursor, and has them done. */

import * as vscode from "vscode";
import { OrderComparison } from "../../model/orderComparison";
import { decodeOrdersMessage, type OrdersFromWebview, type OrdersToWebview } from "../../protocol/ordersMessages";
import { Coalescer } from "../coalescer";
import { messageOf } from "../humanError";
import { StalePlan } from "../pendingCommands";
import { unavailableReason } from "../preview/mergeActions";
import type { Run } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { visibleText } from "../visibleText";
import { webviewHtml, webviewRoot } from "../webviewHtml";

export const ORDERS_VIEW_TYPE = "agentContext.orders";

/** What a panel needs of the rest. */
export interface OrdersDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly watcher: RunsWatcher;
  readonly openPreview: (run: Run, layer: number) => void;
}

type Outcome = Extract<OrdersToWebview, { readonly type: "outcome" }>;
type MergeAll = Extract<OrdersFromWebview, { readonly type: "mergeAll" }>;

/** Keys that moved which are named at most. */
const MAX_MOVED = 20;

/** The panel of one parent of one run. Order, ticks and policy are kept while it is hidden. */
export class OrdersPanel implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly comparison: OrderComparison;
  private readonly refreshes: Coalescer;
  private readonly disposables: vscode.Disposable[] = [];
  private readonly disposeEmitter = new vscode.EventEmitter<void>();
  /** The front end has said that it listens. */
  private ready = false;
  /** What was sent last, so that nothing is sent twice. */
  private sent = "";
  private sentTable = 0;
  private moved: Outcome["moved"];
  private command: Extract<OrdersToWebview, { type: "command" }> = { type: "command", state: "idle", text: "" };
  /** True while a merging given here is on its way. */
  private acting = false;

  readonly onDidDispose = this.disposeEmitter.event;

  constructor(
    private readonly deps: OrdersDeps,
    readonly run: Run,
    /** The layer that is merged into. */
    readonly parent: number,
  ) {
    this.comparison = new OrderComparison(run.model, parent);
    const title = vscode.l10n.t("Merge Orders: {0}", visibleText(run.model.layerName(parent), 60));
    this.panel = vscode.window.createWebviewPanel(
      ORDERS_VIEW_TYPE,
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
    this.panel.webview.html = webviewHtml(this.panel.webview, deps.extensionUri, "orders", title);
  }

  reveal(): void {
    this.panel.reveal(undefined, false);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private receive(value: unknown): void {
    const decoded = decodeOrdersMessage(value);
    if (!decoded.ok) {
      this.deps.log.warn(decoded.problem);
      return;
    }
    const { message } = decoded;
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.sent = "";
        this.sentTable = 0;
        this.refreshes.request();
        this.post(this.command);
        return;
      case "arrange":
        this.comparison.take(message);
        this.moved = undefined;
        // Not coalesced: the user is waiting to see what the move comes to.
        this.refresh();
        return;
      case "wantDetails": {
        const { tableId } = this.comparison;
        const details = message.tableId === tableId ? this.comparison.details(message.key) : undefined;
        if (details !== undefined) this.post({ type: "details", tableId, details });
        return;
      }
      case "mergeAll":
        void this.mergeAll(message);
        return;
      case "cancelCommand":
        this.run.cancelCommand();
        return;
      case "openPreview": {
        const [merge] = this.comparison.merges([message.id]);
        if (merge !== undefined) this.deps.openPreview(this.run, merge.layer);
        return;
      }
      case "copy":
        void vscode.env.clipboard.writeText(message.text);
        return;
    }
  }

  private async mergeAll({ ids, policy, asOf }: MergeAll): Promise<void> {
    if (this.acting) return;
    this.acting = true;
    this.moved = undefined;
    this.say("waiting", this.run.waitingFor ?? vscode.l10n.t("Waiting for the script to merge…"));
    try {
      const merges = this.comparison.merges(ids);
      const outcomes = await this.run.mergeInOrder(merges, policy, this.comparison.stillAt(asOf));
      this.say("idle", outcomeText(outcomes));
    } catch (error) {
      if (error instanceof StalePlan) {
        this.moved = { keys: error.keys.slice(0, MAX_MOVED), more: Math.max(0, error.keys.length - MAX_MOVED) };
        this.say("idle", "");
      } else if (error instanceof vscode.CancellationError) this.say("idle", "");
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

  private refresh(): void {
    const { run, comparison } = this;
    this.followCommand();
    const { seq, isLive: live } = run.cursor;
    comparison.look(seq);
    const parentName = run.model.layerName(this.parent);
    if (comparison.arranged.length === 0) {
      const text = live
        ? vscode.l10n.t("There is nothing to merge into {0} now.", visibleText(parentName, 60))
        : vscode.l10n.t("At event {0} there was nothing to merge into {1}.", seq, visibleText(parentName, 60));
      if (this.sent !== text) this.post({ type: "message", kind: "empty", text });
      this.sent = text;
      return;
    }
    const head = { run: run.title, parentName, disabledReason: unavailableReason(run), moved: this.moved };
    const version = JSON.stringify([comparison.outcomeVersion, head, live ? 0 : seq]);
    if (version === this.sent) return;
    this.sent = version;
    if (this.sentTable !== comparison.tableId) {
      this.sentTable = comparison.tableId;
      this.post(comparison.table());
    }
    this.post(comparison.outcome({ ...head, asOf: { live, seq } }));
  }

  private post(message: OrdersToWebview): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }
}

function outcomeText(outcomes: readonly { readonly merged: number; readonly refused?: string }[]): string {
  const keys = outcomes.reduce((sum, { merged }) => sum + merged, 0);
  const refused = outcomes.flatMap((outcome) => outcome.refused ?? []);
  const done = outcomes.length - refused.length;
  const written = keys === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", keys);
  const text =
    refused.length > 0
      ? vscode.l10n.t("{0} of {1} merges are done: {2} written.", done, outcomes.length, written)
      : done === 1
        ? vscode.l10n.t("The merge is done: {0} written.", written)
        : vscode.l10n.t("All {0} merges are done: {1} written.", done, written);
  return refused.length === 0 ? text : `${text} ${refused.map((each) => visibleText(each, 200)).join(" ")}`;
}
