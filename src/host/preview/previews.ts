/** The merge previews that are open, one an agent context, and the commands about merging. */

import * as vscode from "vscode";
import { FOCUSED_ROW } from "../../../contributions/keys";
import { CommandId } from "../../../contributions/commands";
import { registerCommand, reportFailure } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { controlOf, type Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { isRunTarget, type RunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";
import { openBaseDiff, openMergeDiff, openOverlayDiff, parentName } from "./diffEditors";
import { agreeToDiscard, discardAsAgreed, mergeAsDecided } from "./decidedMerge";
import { HeldFollower, type HeldDecision } from "./heldFollower";
import { approvedText, rejectedText, requireAvailable, requireDecidable } from "./mergeActions";
import { MergeDrafts, type MergeSubject } from "./mergeDrafts";
import { chooseAgent, type AgentChoice } from "./pickAgent";
import { PreviewPanel, type PreviewRequests } from "./previewPanel";
import { heldAt, type ShownPlan } from "./previewPlan";
import { StateDocuments } from "./stateDocuments";
import type { HoldMode } from "../../core/choices";

/** What the previews need of the rest. */
export interface PreviewsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  /** What is selected in the tree: the palette's commands offer it first. */
  readonly selected: () => RunTarget | undefined;
  /** What the keyboard is on in the tree: commands given by key there act on it. */
  readonly focused: () => Promise<RunTarget | undefined>;
  /** Where the script made the value that an event wrote, for showing. */
  readonly siteText: (run: Run, seq: number) => string | undefined;
  readonly openWriter: (run: Run, seq: number) => Promise<void>;
  readonly pickHistory: (run: Run, layer: number, key: string) => Promise<void>;
  readonly setHold: (run: Run, layer: number | undefined, mode: HoldMode | "inherit") => Promise<void>;
}

/** A held merge of a run. */
export interface HeldChoice extends AgentChoice {
  readonly hold: number;
}

/** Registers Preview Merge, Merge, Discard and the diff editors. */
export class Previews implements vscode.Disposable {
  private readonly panels = new Set<PreviewPanel>();
  private readonly drafts = new MergeDrafts();
  private readonly disposables = new DisposableStore();

  constructor(private readonly deps: PreviewsDeps) {
    const { log, runs, watcher } = deps;
    this.disposables.add(new StateDocuments(runs, watcher, this.drafts));
    this.disposables.add(watcher.onDidChange((run) => this.follower.changed(run)));
    this.disposables.add({ dispose: () => this.panels.forEach((panel) => panel.dispose()) });
    // Restarted, a run makes room for the next one: its previews would pile up beside those of that.
    this.disposables.add(
      runs.onDidChange(() => {
        for (const panel of this.panels) if (runs.get(panel.run.id) === undefined) panel.dispose();
      }),
    );
    const on = (id: CommandId, handler: (target: unknown) => unknown): void => {
      this.disposables.add(registerCommand<[unknown]>(log, id, (argument) => handler(argument)));
    };
    on(CommandId.previewMerge, async (argument) => {
      const target = argument === FOCUSED_ROW ? await this.deps.focused() : argument;
      const choice = await this.choose(target, vscode.l10n.t("Preview the merge of which agent?"), false);
      if (choice !== undefined) this.open(choice, isRunTarget(target) ? target.hold : undefined);
    });
    on(CommandId.mergeOverlay, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Merge the overlay of which agent?"));
      if (choice !== undefined) await this.merge(choice);
    });
    on(CommandId.discardOverlay, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Discard the overlay of which agent?"));
      if (choice !== undefined) await this.discard(choice);
    });
    on(CommandId.cancelCommand, (argument) => {
      const run = isRunTarget(argument)
        ? runs.get(argument.runId)
        : runs.all.find((each) => each.waitingFor !== undefined);
      run?.control?.cancelCommand();
    });
    on(CommandId.openDiffEditor, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the parent with the merge of which agent?"));
      if (choice === undefined) return;
      const { key, hold } = isRunTarget(argument) ? argument : {};
      await openMergeDiff(choice.run, this.subjectOf(choice, hold), key);
    });
    on(CommandId.compareBase, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the overlay of which agent with its base?"));
      if (choice === undefined) return;
      const { key, hold } = isRunTarget(argument) ? argument : {};
      await openBaseDiff(choice.run, this.subjectOf(choice, hold), key);
    });
    on(CommandId.compareOverlay, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the overlay of which agent with its parent?"));
      if (choice !== undefined) await openOverlayDiff(choice.run, choice.layer);
    });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Shows an agent's preview; with a held merge this one of it. @param preserveFocus true when the user did not ask */
  open({ run, layer }: AgentChoice, hold?: number, preserveFocus = false): PreviewPanel {
    let panel = [...this.panels].find((each) => each.run === run && each.layer === layer);
    if (panel !== undefined) panel.reveal(preserveFocus);
    else {
      const { extensionUri, log, watcher, siteText } = this.deps;
      const { drafts, requests } = this;
      // Beside a preview there is no need for yet another column.
      const viewColumn = [...this.panels].find((each) => each.viewColumn !== undefined)?.viewColumn;
      const made = new PreviewPanel({ extensionUri, log, watcher, drafts, siteText, requests }, run, layer, {
        viewColumn: viewColumn ?? vscode.ViewColumn.Beside,
        preserveFocus,
      });
      this.panels.add(made);
      made.onDidDispose(() => this.panels.delete(made));
      panel = made;
    }
    if (hold !== undefined) panel.showHold(hold);
    return panel;
  }

  /** Whether a preview of the run can be seen. */
  isSeen(run: Run): boolean {
    return [...this.panels].some((panel) => panel.run === run && panel.visible);
  }

  /** The held merge that the preview in front shows. */
  get heldInFront(): HeldChoice | undefined {
    const panel = [...this.panels].find((each) => each.active);
    const hold = panel?.subject.hold;
    return panel === undefined || hold === undefined ? undefined : { run: panel.run, layer: panel.layer, hold };
  }

  /** Approves a held merge as its preview would. */
  async approve({ run, layer, hold }: HeldChoice): Promise<void> {
    requireDecidable(run);
    const merged = await this.mergeShown(run, { layer, hold });
    this.decided(run, { hold, action: "approve", receipt: approvedText(run, layer, merged), inPreview: false });
  }

  /** Rejects a held merge, without a reason. */
  async reject({ run, layer, hold }: HeldChoice): Promise<void> {
    requireDecidable(run);
    await controlOf(run).reject(hold);
    this.decided(run, { hold, action: "reject", receipt: rejectedText(run, layer), inPreview: false });
  }

  private decided(run: Run, decision: HeldDecision): void {
    if (!decision.inPreview) void vscode.window.setStatusBarMessage(decision.receipt, 5_000);
    this.follower.decided(run, decision);
  }

  private readonly follower = new HeldFollower<Run>(
    (run) => this.isSeen(run),
    (run, { layer, id }, { receipt, action, inPreview }) => {
      const hasKeyboard = inPreview && [...this.panels].some((panel) => panel.run === run && panel.active);
      const panel = this.open({ run, layer }, id, !hasKeyboard);
      panel.showReceipt(
        vscode.l10n.t("{0} This is the next one that waits.", receipt),
        hasKeyboard ? action : undefined,
      );
    },
  );

  /**
   * The agent that a command is about: given; else, unless a preview is to be opened, that of the preview in front; else
   * the user picks.
   */
  private async choose(argument: unknown, question: string, inFront = true): Promise<AgentChoice | undefined> {
    const { runs, selected } = this.deps;
    if (argument === undefined && inFront) {
      for (const panel of this.panels) if (panel.active) return { run: panel.run, layer: panel.layer };
    }
    return chooseAgent(runs, argument, question, selected());
  }

  /** The held merge that is given; else what an open preview of the agent shows, so that a diff editor says the same; else its overlay. */
  private subjectOf({ run, layer }: AgentChoice, hold: number | undefined): MergeSubject {
    if (hold !== undefined) return { layer, hold };
    const panel = [...this.panels].find((each) => each.run === run && each.layer === layer);
    return panel?.subject ?? { layer, hold };
  }

  private readonly requests: PreviewRequests = {
    openDiff: (run, subject, key, compare) =>
      this.reportFailureOf(
        "diff",
        compare === "base" ? openBaseDiff(run, subject, key) : openMergeDiff(run, subject, key),
      ),
    goToWriter: (run, seq) => this.reportFailureOf("goToWriter", this.deps.openWriter(run, seq)),
    showHistory: (run, layer, key) => this.reportFailureOf("showHistory", this.deps.pickHistory(run, layer, key)),
    setHold: (run, layer, mode) => this.reportFailureOf("setHold", this.deps.setHold(run, layer, mode)),
    decided: (run, decision) => this.decided(run, decision),
    engaged: (run) => this.follower.left(run),
    showEvent: (run, seq) => {
      run.cursor.moveTo(seq);
      void vscode.commands.executeCommand(CommandId.showEvents, { runId: run.id, path: [] });
    },
    // Of a key as such, whoever writes it.
    breakOnWrite: (run, key) =>
      void vscode.commands.executeCommand(CommandId.breakOnWrite, { runId: run.id, key, path: [] }),
    compareOrders: (run, layer) =>
      void vscode.commands.executeCommand(CommandId.compareOrders, { runId: run.id, layer, path: [] }),
    showHold: (run, hold, to) => {
      const held = heldAt(run, run.cursor.seq);
      const at = held.findIndex((each) => each.id === hold);
      const step = at === -1 ? 0 : to === "next" ? at + 1 : at - 1;
      const found = held[(step + held.length) % held.length];
      if (found !== undefined) this.open({ run, layer: found.layer }, found.id);
    },
  };

  private reportFailureOf(during: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => reportFailure(this.deps.log, during, error));
  }

  private async merge({ run, layer }: AgentChoice): Promise<void> {
    requireAvailable(run);
    if (this.isIdle(run, layer)) {
      const agent = visibleText(run.model.layerName(layer), 60);
      void vscode.window.showInformationMessage(vscode.l10n.t("There is nothing to merge: {0} has no changes.", agent));
      return;
    }
    const merged = await this.mergeShown(run, { layer, hold: undefined });
    const agent = visibleText(run.model.layerName(layer), 60);
    const parent = parentName(run, layer);
    const text =
      merged === 1
        ? vscode.l10n.t("Merged 1 key of {0} into {1}", agent, parent)
        : vscode.l10n.t("Merged {0} keys of {1} into {2}", merged, agent, parent);
    void vscode.window.setStatusBarMessage(text, 5_000);
  }

  /** Whether a merge of the agent would do nothing: nothing is pending, and the parent has every value already. */
  private isIdle(run: Run, layer: number): boolean {
    const { lastSeq } = run.model;
    if (run.model.isPending(layer, lastSeq)) return false;
    const { plan } = this.planOf(run, { layer, hold: undefined });
    return plan.entries.every(({ kind, conflict }) => kind === "unchanged" && !conflict);
  }

  /** Merges what a view shows now. Without decisions of the user about its keys nothing is to be kept from moving. */
  private async mergeShown(run: Run, subject: MergeSubject): Promise<number> {
    const { drafts } = this;
    const { layer, hold } = subject;
    if (!drafts.of(run, subject).isEmpty) {
      return (await mergeAsDecided(drafts, run, this.planOf(run, subject))).merged;
    }
    const control = controlOf(run);
    return (await (hold === undefined ? control.merge(layer) : control.approve(hold))).merged;
  }

  private planOf(run: Run, subject: MergeSubject): ShownPlan {
    const seq = run.model.lastSeq;
    return { subject, seq, plan: this.drafts.plan(run, subject, seq) };
  }

  private async discard({ run, layer }: AgentChoice): Promise<void> {
    requireAvailable(run);
    const shown = this.planOf(run, { layer, hold: undefined });
    const agreed = await agreeToDiscard(this.drafts, run, shown);
    if (agreed === undefined) return;
    await discardAsAgreed(this.drafts, run, shown, agreed);
    const agent = visibleText(run.model.layerName(layer), 60);
    void vscode.window.setStatusBarMessage(vscode.l10n.t("Discarded the local changes of {0}", agent), 5_000);
  }
}
