/** Owns the merge previews that are open, one an agent context, and the commands about merging. */

import * as vscode from "vscode";
import { CommandId } from "../commandIds";
import { registerCommand, reportFailure } from "../commands";
import { DisposableStore } from "../disposableStore";
import type { Run, Runs } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { isRunTarget, type RunTarget } from "../runTarget";
import { visibleText } from "../visibleText";
import { HumanError } from "../humanError";
import { openBaseDiff, openMergeDiff, openOverlayDiff, parentName } from "./diffEditors";
import { confirmDiscard, unavailableReason } from "./mergeActions";
import { MergeDrafts } from "./mergeDrafts";
import { chooseAgent, type AgentChoice } from "./pickAgent";
import { PreviewPanel, type PreviewRequests } from "./previewPanel";
import { StateDocuments } from "./stateDocuments";

/** What the previews need of the rest. */
export interface PreviewsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly watcher: RunsWatcher;
  /** What is selected in the tree: commands given by key act on it. */
  readonly selected: () => RunTarget | undefined;
  /** Where the script did an event, for showing. */
  readonly siteText: (run: Run, seq: number) => string | undefined;
  readonly openWriter: (run: Run, seq: number) => Promise<void>;
  readonly pickHistory: (run: Run, layer: number, key: string) => Promise<void>;
  readonly setHold: (
    run: Run,
    layer: number | undefined,
    mode: "never" | "onConflict" | "always" | "inherit",
  ) => Promise<void>;
}

/** What keybindings of the tree pass: act on what is selected. */
const SELECTED = "selected";

/** Registers Preview Merge, Merge, Discard and the diff editors. */
export class Previews implements vscode.Disposable {
  private readonly panels = new Set<PreviewPanel>();
  private readonly drafts = new MergeDrafts();
  private readonly disposables = new DisposableStore();

  constructor(private readonly deps: PreviewsDeps) {
    const { log, runs, watcher } = deps;
    this.disposables.add(new StateDocuments(runs, watcher, this.drafts));
    this.disposables.add({ dispose: () => this.panels.forEach((panel) => panel.dispose()) });
    const on = (id: CommandId, handler: (target: unknown) => unknown): void => {
      this.disposables.add(registerCommand<[unknown]>(log, id, (argument) => handler(argument)));
    };
    on(CommandId.previewMerge, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Preview the merge of which agent?"), false);
      if (choice !== undefined) this.open(choice);
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
      run?.cancelCommand();
    });
    on(CommandId.openDiffEditor, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the parent with the merge of which agent?"));
      const key = isRunTarget(argument) ? argument.key : undefined;
      if (choice !== undefined) await openMergeDiff(choice.run, this.subjectOf(choice), key);
    });
    on(CommandId.compareBase, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the overlay of which agent with its base?"));
      const key = isRunTarget(argument) ? argument.key : undefined;
      if (choice !== undefined) await openBaseDiff(choice.run, this.subjectOf(choice), key);
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
  open({ run, layer }: AgentChoice, hold?: number, preserveFocus = false): void {
    let panel = [...this.panels].find((each) => each.run === run && each.layer === layer);
    if (panel !== undefined) panel.reveal(preserveFocus);
    else {
      const { extensionUri, log, watcher, siteText } = this.deps;
      const { drafts, requests } = this;
      const made = new PreviewPanel(
        { extensionUri, log, watcher, drafts, siteText, requests },
        run,
        layer,
        preserveFocus,
      );
      this.panels.add(made);
      made.onDidDispose(() => this.panels.delete(made));
      panel = made;
    }
    if (hold !== undefined) panel.showHold(hold);
  }

  /**
   * The agent that a command is about: given, or by key the one selected in the tree; else, unless a preview is to be
   * opened, that of the preview in front; else the user picks.
   */
  private async choose(argument: unknown, question: string, inFront = true): Promise<AgentChoice | undefined> {
    const { runs, selected } = this.deps;
    if (argument === SELECTED) return chooseAgent(runs, selected(), question);
    if (argument === undefined && inFront) {
      for (const panel of this.panels) if (panel.active) return { run: panel.run, layer: panel.layer };
    }
    return chooseAgent(runs, argument, question, selected());
  }

  /** What an open preview of the agent shows, so that a diff editor says the same; else its overlay. */
  private subjectOf({ run, layer }: AgentChoice): { readonly layer: number; readonly hold: number | undefined } {
    const panel = [...this.panels].find((each) => each.run === run && each.layer === layer);
    return panel?.subject ?? { layer, hold: undefined };
  }

  private readonly requests: PreviewRequests = {
    openDiff: (run, subject, key, compare) =>
      this.tell("diff", compare === "base" ? openBaseDiff(run, subject, key) : openMergeDiff(run, subject, key)),
    goToWriter: (run, seq) => this.tell("goToWriter", this.deps.openWriter(run, seq)),
    showHistory: (run, layer, key) => this.tell("showHistory", this.deps.pickHistory(run, layer, key)),
    setHold: (run, layer, mode) => this.tell("setHold", this.deps.setHold(run, layer, mode)),
    showEvent: (run, seq) => {
      run.cursor.moveTo(seq);
      void vscode.commands.executeCommand(CommandId.showEvents, { runId: run.id, path: [] });
    },
    compareOrders: (run, layer) =>
      void vscode.commands.executeCommand(CommandId.compareOrders, { runId: run.id, layer, path: [] }),
    showHold: (run, hold, to) => {
      const { held } = run;
      const at = held.findIndex((each) => each.id === hold);
      const step = at === -1 ? 0 : to === "next" ? at + 1 : at - 1;
      const found = held[(step + held.length) % held.length];
      if (found !== undefined) this.open({ run, layer: found.layer }, found.id);
    },
  };

  private tell(during: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => reportFailure(this.deps.log, during, error));
  }

  private async merge({ run, layer }: AgentChoice): Promise<void> {
    requireAvailable(run);
    const { merged } = await run.merge(layer);
    const agent = visibleText(run.model.layerName(layer), 60);
    const parent = parentName(run, layer);
    void vscode.window.setStatusBarMessage(
      vscode.l10n.t("Merged {0} keys of {1} into {2}", merged, agent, parent),
      5_000,
    );
  }

  private async discard({ run, layer }: AgentChoice): Promise<void> {
    requireAvailable(run);
    if (!(await confirmDiscard(run, layer))) return;
    await run.discard(layer);
    const agent = visibleText(run.model.layerName(layer), 60);
    void vscode.window.setStatusBarMessage(vscode.l10n.t("Discarded the local changes of {0}", agent), 5_000);
  }
}

function requireAvailable(run: Run): void {
  const reason = unavailableReason(run);
  if (reason !== undefined) throw new HumanError(reason);
}
