/** One merge preview: a panel that follows an agent's overlay or held merges, the parent and the run's cursor, and acts on the script through the run. */

import * as vscode from "vscode";
import { PanelId } from "../../../contributions/views";
import { isMaskedEntry, previewDetails, previewRows, type PlanContext } from "../../model/text/previewRows";
import { decodePreviewMessage, type PreviewFromWebview, type PreviewToWebview } from "../../protocol/previewMessages";
import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import type { MergeChoice } from "../../core/mergeChoice";
import { PanelCommand } from "../panels/panelCommand";
import { unavailableReason, undecidableReason } from "../runs/undecidable";
import { controlOf, type Merged, type Run } from "../runs/run";
import type { RunsWatcher } from "../runs/runsWatcher";
import { RunPanel } from "../panels/runPanel";
import { visibleText } from "../../base/visibleText";
import { maskedEdit, parseEdit } from "./parseEdit";
import type { HeldDecision } from "./heldFollower";
import type { MergeDraft, MergeDrafts, MergeSubject } from "./mergeDrafts";
import { agreeToDiscard, discardAsAgreed, mergeAsDecided } from "./decidedMerge";
import { approvedText, rejectedText } from "./mergeActions";
import {
  planFacts,
  planMessage,
  planVersion,
  subjectAt,
  type PlanCircumstances,
  type PlanFacts,
  type ShownPlan,
} from "./previewPlan";
import { askRejectReason } from "./rejectReason";
import type { HoldMode } from "../../core/choices";

/** What a panel needs of the rest. */
export interface PreviewDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly watcher: RunsWatcher;
  readonly drafts: MergeDrafts;
  /** Where the script made the value that an event wrote, for showing ("race.ts:21"). */
  readonly siteText: (run: Run, seq: number) => string | undefined;
  /** What a preview asks for that is not its own affair. Failures are told to the user there. */
  readonly requests: PreviewRequests;
}

/** See {@link PreviewDeps.requests}. */
export interface PreviewRequests {
  openDiff(run: Run, subject: MergeSubject, key: string | undefined, compare: "result" | "base"): void;
  goToWriter(run: Run, seq: number): void;
  showEvent(run: Run, seq: number): void;
  showHistory(run: Run, layer: number, key: string): void;
  breakOnWrite(run: Run, key: string): void;
  compareOrders(run: Run, layer: number): void;
  /** Shows the held merge before or after this one; without one the first. */
  showHold(run: Run, hold: number | undefined, to: "next" | "previous"): void;
  /** A held merge was decided in the preview. */
  decided(run: Run, decision: HeldDecision): void;
  /** The user goes on with what the preview shows. */
  engaged(run: Run): void;
  setHold(run: Run, layer: number | undefined, mode: HoldMode | "inherit"): void;
}

/** The panel of one agent context of one run. */
export class PreviewPanel implements vscode.Disposable {
  private readonly panel: RunPanel<PreviewToWebview>;
  private readonly command: PanelCommand;
  /** The plan on show; details and actions speak of it. */
  private shown: (ShownPlan & { readonly facts: PlanFacts }) | undefined;
  private planId = 0;
  /** What was sent last, so that nothing is sent twice. */
  private sent = "";
  /** The held merge that the user wants to see, while it waits. */
  private wantedHold: number | undefined;
  /** The keyboard is to be on this button, once a held merge is shown. */
  private wantedFocus: HeldDecision["action"] | undefined;
  /** The key to be selected, once a plan is shown. */
  private wantedKey: string | undefined;
  /** Keys that kept the last plan from being applied, and of what that was. */
  private moved: { readonly hold: number | undefined; readonly keys: readonly string[] } | undefined;
  constructor(
    private readonly deps: PreviewDeps,
    readonly run: Run,
    readonly layer: number,
    show: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean },
  ) {
    const { extensionUri, watcher } = deps;
    this.panel = new RunPanel({
      extensionUri,
      watcher,
      run,
      viewType: PanelId.preview,
      page: "preview",
      title: vscode.l10n.t("Merge: {0}", visibleText(run.model.layerName(layer), 60)),
      show,
      received: (message) => this.receive(message),
      refresh: () => this.refresh(),
    });
    this.command = new PanelCommand(run, (message) => this.panel.post(message));
  }

  get onDidDispose(): vscode.Event<void> {
    return this.panel.onDidDispose;
  }

  /** Where it stands. */
  get viewColumn(): vscode.ViewColumn | undefined {
    return this.panel.viewColumn;
  }

  get active(): boolean {
    return this.panel.active;
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  /** What is on show; by default the agent's overlay. */
  get subject(): MergeSubject {
    return this.shown?.subject ?? { layer: this.layer, hold: undefined };
  }

  reveal(preserveFocus = false): void {
    this.panel.reveal(preserveFocus);
  }

  /** Shows this held merge for as long as it waits. */
  showHold(hold: number): void {
    this.wantedHold = hold;
    this.panel.request();
  }

  /** Selects this key in the plan that is shown next, if it is in there. */
  showKey(key: string): void {
    this.wantedKey = key;
    this.panel.request();
  }

  /** Says what came of a decision; with `focus` the keyboard goes to the button of the same action. */
  showReceipt(text: string, focus?: HeldDecision["action"]): void {
    this.command.showReceipt(text);
    this.wantedFocus = focus;
    this.panel.request();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Whether values of this run are masked. */
  private get isMasking(): boolean {
    return this.run.model.info.masked !== undefined;
  }

  private draft(): MergeDraft {
    return this.deps.drafts.of(this.run, this.subject);
  }

  private contextOf(subject: MergeSubject): PlanContext {
    const { run, deps } = this;
    const draft = deps.drafts.of(run, subject);
    return {
      timestampOf: (seq) => run.model.row(seq)?.timestampMs,
      siteOf: (seq) => deps.siteText(run, seq),
      isTicked: (key) => draft.isTicked(key),
      masking: this.isMasking,
      writerOf: (key, layer, revision) =>
        run.model.history(layer, key).find((write) => write.rev === revision && write.seq !== 0),
      tellWriter: (side) => ({
        actor: run.model.writerOf(side),
        own: run.model.agentLayer(run.model.writingLayer(side.seq)) === run.model.agentLayer(subject.layer),
      }),
    };
  }

  /** Does something to the script; the outcome shows in the panel, as the text that `action` returns, if any. */
  private async act(waiting: string, action: () => Promise<unknown>): Promise<void> {
    const { hold } = this.subject;
    await this.command.act(
      waiting,
      async () => {
        this.moved = undefined;
        const outcome = await action();
        return typeof outcome === "string" ? outcome : "";
      },
      (keys) => {
        this.moved = { hold, keys };
        this.sent = "";
      },
    );
    this.panel.request();
  }

  private merge(shown: ShownPlan): Promise<void> {
    const { hold } = shown.subject;
    const merge = (): Promise<Merged> => mergeAsDecided(this.deps.drafts, this.run, shown);
    const waiting = vscode.l10n.t("Waiting for the script to merge…");
    if (hold === undefined) return this.act(waiting, merge);
    return this.decide(waiting, hold, "approve", async () =>
      approvedText(this.run, this.layer, (await merge()).merged),
    );
  }

  /** Decides a held merge, and makes room for the next one. */
  private async decide(
    waiting: string,
    hold: number,
    action: HeldDecision["action"],
    perform: () => Promise<string>,
  ): Promise<void> {
    let receipt: string | undefined;
    await this.act(waiting, async () => (receipt = await perform()));
    if (receipt !== undefined) this.deps.requests.decided(this.run, { hold, action, receipt, inPreview: true });
  }

  private async discard(shown: ShownPlan): Promise<void> {
    const { drafts } = this.deps;
    const agreed = await agreeToDiscard(drafts, this.run, shown);
    if (agreed === undefined) return;
    await this.act(vscode.l10n.t("Waiting for the script to discard…"), () =>
      discardAsAgreed(drafts, this.run, shown, agreed),
    );
  }

  private async reject(hold: number): Promise<void> {
    const reason = await askRejectReason(this.run, this.layer, hold);
    if (reason === undefined) return;
    await this.decide(vscode.l10n.t("Waiting for the script to receive the rejection…"), hold, "reject", async () => {
      await controlOf(this.run).reject(hold, reason === "" ? undefined : reason);
      return rejectedText(this.run, this.layer);
    });
  }

  private receive(value: unknown): void {
    const decoded = decodePreviewMessage(value);
    if (!decoded.ok) {
      this.deps.log.warn(decoded.problem);
      return;
    }
    const { message } = decoded;
    if (message.type === "ready") {
      this.sent = "";
      this.panel.pageReady();
      this.panel.post(this.command.current);
      return;
    }
    // What speaks of a plan that is no longer on show came too late: the new one is on its way.
    if ("planId" in message) {
      if (this.shown !== undefined && message.planId === this.planId) this.handlePlanned(message, this.shown);
    } else this.handle(message);
  }

  private handlePlanned(
    message: Extract<PreviewFromWebview, { planId: number }>,
    shown: NonNullable<PreviewPanel["shown"]>,
  ): void {
    switch (message.type) {
      case "wantDetails":
        return this.sendDetails(message.key);
      case "tick":
        this.deps.requests.engaged(this.run);
        return this.tick(shown, message.keys, message.ticked);
      case "choose":
        this.deps.requests.engaged(this.run);
        return this.choose(shown, message.key, message.choice);
      case "merge":
      case "approve":
        if ((message.type === "approve") === (shown.subject.hold !== undefined)) void this.merge(shown);
        return;
      case "discard":
        if (shown.subject.hold === undefined) void this.discard(shown);
        return;
      case "reject":
        if (shown.subject.hold !== undefined) void this.reject(shown.subject.hold);
        return;
      case "openDiffEditor":
        return this.deps.requests.openDiff(this.run, shown.subject, message.key, message.compare ?? "result");
    }
  }

  private handle(message: Exclude<PreviewFromWebview, { planId: number } | { type: "ready" }>): void {
    const { requests } = this.deps;
    switch (message.type) {
      case "releaseAll":
        void this.act(vscode.l10n.t("Waiting for the script to merge…"), async () => controlOf(this.run).releaseAll());
        return;
      case "showHold":
        return requests.showHold(this.run, this.subject.hold, message.to);
      case "setHold":
        return requests.setHold(this.run, message.scope === "agent" ? this.layer : undefined, message.mode);
      case "cancelCommand":
        return this.run.control?.cancelCommand();
      case "goToWriter":
        return requests.goToWriter(this.run, message.seq);
      case "showEvent":
        return requests.showEvent(this.run, message.seq);
      case "showHistory":
        return requests.showHistory(this.run, this.writtenLayer(message.key), message.key);
      case "breakOnWrite":
        return requests.breakOnWrite(this.run, message.key);
      case "compareOrders":
        return requests.compareOrders(this.run, this.layer);
      case "copy":
        void vscode.env.clipboard.writeText(message.text);
        return;
    }
  }

  /** Whose history of a key is worth showing: the parent's, unless only the agent has ever written it. */
  private writtenLayer(key: string): number {
    const { plan } = this.shown ?? {};
    const isNew = plan?.entries.find((entry) => entry.key === key)?.parent.revision === 0;
    return plan === undefined || isNew ? this.layer : plan.into;
  }

  private tick(shown: ShownPlan, keys: readonly string[] | undefined, ticked: boolean): void {
    const changed = keys ?? shown.plan.entries.map(({ key }) => key);
    this.draft().tick(changed, ticked);
    this.sendRows(shown, new Set(changed));
  }

  private choose(
    shown: NonNullable<PreviewPanel["shown"]>,
    key: string,
    choice: Extract<PreviewFromWebview, { type: "choose" }>["choice"],
  ): void {
    const entry = shown.plan.entries.find((each) => each.key === key);
    if (entry === undefined) return;
    let chosen: MergeChoice | undefined;
    if (choice !== null && "json" in choice) {
      const edit = this.isMasking && isMaskedEntry(entry) ? maskedEdit() : parseEdit(choice.json, this.isMasking);
      if (!edit.ok) return this.panel.post({ type: "editRefused", planId: this.planId, key, text: edit.problem });
      chosen = sameAsSide(edit.value, entry.overlay.value) ?? { value: edit.value };
    } else chosen = choice ?? undefined;
    this.draft().choose(key, chosen);
    // Of the very event that is on show, so that nothing else changes under the user's hands.
    this.shown = { ...shown, plan: this.deps.drafts.plan(this.run, shown.subject, shown.seq) };
    this.sent = planVersion(shown.facts, this.shown.plan);
    this.sendRows(this.shown, new Set([key]));
    this.sendDetails(key);
  }

  private sendRows({ plan, subject }: ShownPlan, keys: ReadonlySet<string>): void {
    const rows = previewRows(plan, this.contextOf(subject), keys);
    this.panel.post({ type: "rows", planId: this.planId, counts: plan.counts, rows });
  }

  private sendDetails(key: string): void {
    const { shown } = this;
    const entry = shown?.plan.entries.find((each) => each.key === key);
    if (shown === undefined || entry === undefined) return;
    const details = previewDetails(shown.plan, entry, this.contextOf(shown.subject));
    this.panel.post({ type: "details", planId: this.planId, details });
  }

  private refresh(): void {
    this.showPlan();
    if (this.wantedKey !== undefined && this.shown !== undefined) {
      this.panel.post({ type: "selectKey", key: this.wantedKey });
      this.wantedKey = undefined;
    }
    const { wantedFocus, shown } = this;
    if (wantedFocus === undefined || shown?.subject.hold === undefined) return;
    this.wantedFocus = undefined;
    this.panel.post({ type: "focusDecision", on: wantedFocus });
  }

  private showPlan(): void {
    const { run, layer } = this;
    this.command.follow();
    const seq = run.cursor.seq;
    if (!run.model.agents(seq).some((each) => each.layer === layer)) {
      this.shown = undefined;
      return this.sendOnce("none", {
        type: "message",
        kind: "empty",
        text: vscode.l10n.t("At event {0} this agent had not started.", seq),
      });
    }
    const subject = subjectAt(run, layer, this.wantedHold, seq);
    const plan = this.deps.drafts.plan(run, subject, seq);
    const shown = { subject, seq, plan };
    const facts = planFacts(run, shown, this.circumstances(shown));
    const version = planVersion(facts, plan);
    if (version === this.sent) return;
    this.shown = { ...shown, facts };
    this.sendOnce(version, planMessage(facts, plan, ++this.planId, this.contextOf(subject)));
  }

  private circumstances({ subject }: ShownPlan): PlanCircumstances {
    const { moved } = this;
    return {
      disabledReason: subject.hold === undefined ? unavailableReason(this.run) : undecidableReason(this.run),
      moved: moved !== undefined && moved.hold === subject.hold ? moved.keys : [],
    };
  }

  private sendOnce(version: string, message: PreviewToWebview): void {
    if (version === this.sent) return;
    this.sent = version;
    this.panel.post(message);
  }
}

/** An edit that comes to what the overlay holds is no edit. */
function sameAsSide(value: JsonValue | undefined, overlay: JsonValue | undefined): MergeChoice | undefined {
  return jsonEqual(value, overlay) ? { take: "overlay" } : undefined;
}
