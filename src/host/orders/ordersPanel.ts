/** One comparison of merge orders: a panel that follows the merges into one parent and the run's cursor, and has them done. */

import * as vscode from "vscode";
import { PanelId } from "../../../contributions/views";
import { OrderComparison } from "../../model/orders/orderComparison";
import { decodeOrdersMessage, type OrdersFromWebview, type OrdersToWebview } from "../../protocol/ordersMessages";
import { PanelCommand } from "../panels/panelCommand";
import { controlOf, type Run } from "../runs/run";
import { unavailableReason } from "../runs/undecidable";
import type { RunsWatcher } from "../runs/runsWatcher";
import { RunPanel } from "../panels/runPanel";
import { visibleText } from "../../base/visibleText";

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
  private readonly panel: RunPanel<OrdersToWebview>;
  private readonly command: PanelCommand;
  private readonly comparison: OrderComparison;
  /** What was sent last, so that nothing is sent twice. */
  private sent = "";
  private sentTable = 0;
  private moved: Outcome["moved"];
  constructor(
    private readonly deps: OrdersDeps,
    readonly run: Run,
    /** The layer that is merged into. */
    readonly parent: number,
  ) {
    this.comparison = new OrderComparison(run.model, parent);
    const { extensionUri, watcher } = deps;
    this.panel = new RunPanel({
      extensionUri,
      watcher,
      run,
      viewType: PanelId.orders,
      page: "orders",
      title: vscode.l10n.t("Merge Orders: {0}", visibleText(run.model.layerName(parent), 60)),
      show: { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      received: (message) => this.receive(message),
      refresh: () => this.refresh(),
    });
    this.command = new PanelCommand(run, (message) => this.panel.post(message));
  }

  get onDidDispose(): vscode.Event<void> {
    return this.panel.onDidDispose;
  }

  reveal(): void {
    this.panel.reveal();
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
        this.sent = "";
        this.sentTable = 0;
        this.panel.pageReady();
        this.panel.post(this.command.current);
        return;
      case "arrange":
        this.comparison.applyArrangement(message);
        this.moved = undefined;
        // Not coalesced: the user is waiting to see what the move comes to.
        this.refresh();
        return;
      case "wantDetails": {
        const { tableId } = this.comparison;
        const details = message.tableId === tableId ? this.comparison.details(message.key) : undefined;
        if (details !== undefined) this.panel.post({ type: "details", tableId, details });
        return;
      }
      case "mergeAll":
        void this.mergeAll(message);
        return;
      case "cancelCommand":
        this.run.control?.cancelCommand();
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
    await this.command.act(
      vscode.l10n.t("Waiting for the script to merge…"),
      async () => {
        this.moved = undefined;
        const merges = this.comparison.merges(ids);
        return outcomeText(await controlOf(this.run).mergeInOrder(merges, policy, this.comparison.stillAt(asOf)));
      },
      (keys) => {
        this.moved = { keys: keys.slice(0, MAX_MOVED), more: Math.max(0, keys.length - MAX_MOVED) };
      },
    );
    this.panel.request();
  }

  private refresh(): void {
    const { run, comparison } = this;
    this.command.follow();
    const { seq, isLive: live } = run.cursor;
    comparison.look(seq);
    const parentName = run.model.layerName(this.parent);
    if (comparison.arranged.length === 0) {
      const text = live
        ? vscode.l10n.t("There is nothing to merge into {0} now.", visibleText(parentName, 60))
        : vscode.l10n.t("At event {0} there was nothing to merge into {1}.", seq, visibleText(parentName, 60));
      if (this.sent !== text) this.panel.post({ type: "message", kind: "empty", text });
      this.sent = text;
      return;
    }
    const head = { run: run.title, parentName, disabledReason: unavailableReason(run), moved: this.moved };
    const version = JSON.stringify([comparison.outcomeVersion, head, live ? 0 : seq]);
    if (version === this.sent) return;
    this.sent = version;
    if (this.sentTable !== comparison.tableId) {
      this.sentTable = comparison.tableId;
      this.panel.post(comparison.table());
    }
    this.panel.post(comparison.outcome({ ...head, asOf: { live, seq } }));
  }
}

function outcomeText(outcomes: readonly { readonly merged: number; readonly refused?: string }[]): string {
  const keys = outcomes.reduce((sum, { merged }) => sum + merged, 0);
  const refused = outcomes.flatMap((outcome) => outcome.refused ?? []);
  const done = outcomes.length - refused.length;
  const written = keys === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", keys);
  const text =
    refused.length > 0
      ? vscode.l10n.t("{0} of {1} merges were applied: {2} written.", done, outcomes.length, written)
      : done === 1
        ? vscode.l10n.t("The merge was applied: {0} written.", written)
        : vscode.l10n.t("All {0} merges were applied: {1} written.", done, written);
  return refused.length === 0 ? text : `${text} ${refused.map((each) => visibleText(each, 200)).join(" ")}`;
}
