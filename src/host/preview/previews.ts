/** Owns the merge previews that are open, one an agent context, and the commands about merging. */

import * as vscode from "vscode";
import { CommandId } from "../commandIds";
import { registerCommand } from "../commands";
import { DisposableStore } from "../disposableStore";
import type { Run, Runs } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { isRunTarget, type RunTarget } from "../runTarget";
import { visibleText } from "../visibleText";
import { HumanError } from "../humanError";
import { confirmDiscard, unavailableReason } from "./mergeActions";
import { chooseAgent, type AgentChoice } from "./pickAgent";
import { PreviewPanel } from "./previewPanel";
import { StateDocuments, documentUri, type StateDocument } from "./stateDocuments";

/** What the previews need of the rest. */
export interface PreviewsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly watcher: RunsWatcher;
  /** What is selected in the tree: commands given by key act on it. */
  readonly selected: () => RunTarget | undefined;
}

/** Registers Preview Merge, Merge, Discard and the diff editors. */
export function registerPreviews(deps: PreviewsDeps): vscode.Disposable {
  return new Previews(deps);
}

/** What keybindings of the tree pass: act on what is selected. */
const SELECTED = "selected";

class Previews implements vscode.Disposable {
  private readonly panels = new Set<PreviewPanel>();
  private readonly disposables = new DisposableStore();

  constructor(private readonly deps: PreviewsDeps) {
    const { log, runs, watcher } = deps;
    this.disposables.add(new StateDocuments(runs, watcher));
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
      if (choice !== undefined) await openMergeDiff(choice.run, choice.layer, key);
    });
    on(CommandId.compareOverlay, async (argument) => {
      const choice = await this.choose(argument, vscode.l10n.t("Compare the overlay of which agent with its parent?"));
      if (choice !== undefined) await openOverlayDiff(choice.run, choice.layer);
    });
  }

  dispose(): void {
    this.disposables.dispose();
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

  private open({ run, layer }: AgentChoice): PreviewPanel {
    for (const panel of this.panels) {
      if (panel.run !== run || panel.layer !== layer) continue;
      panel.reveal();
      return panel;
    }
    const { extensionUri, log, watcher } = this.deps;
    const panel = new PreviewPanel({ extensionUri, log, watcher, openDiff: openMergeDiff }, run, layer);
    this.panels.add(panel);
    panel.onDidDispose(() => this.panels.delete(panel));
    return panel;
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

/** Opens VS Code's diff editor: the parent now against the parent after the merge. @param key narrows it to one key */
async function openMergeDiff(run: Run, layer: number, key: string | undefined): Promise<void> {
  const place = { runId: run.id, layer, ...(key === undefined ? {} : { key }) };
  const agent = visibleText(run.model.layerName(layer), 60);
  const parent = parentName(run, layer);
  const title = vscode.l10n.t("{0} ↔ after merge of {1}", key === undefined ? parent : visibleText(key, 60), agent);
  await openDiff(
    { ...place, side: "parent" },
    parent,
    { ...place, side: "merged" },
    vscode.l10n.t("after merge of {0}", agent),
    title,
  );
}

/** Opens VS Code's diff editor: only the keys of the overlay, as the parent has them against as the overlay does. */
async function openOverlayDiff(run: Run, layer: number): Promise<void> {
  const place = { runId: run.id, layer };
  const agent = visibleText(run.model.layerName(layer), 60);
  const parent = parentName(run, layer);
  const title = vscode.l10n.t("{0} ↔ overlay of {1}", parent, agent);
  await openDiff(
    { ...place, side: "parentKeys" },
    parent,
    { ...place, side: "overlay" },
    vscode.l10n.t("overlay of {0}", agent),
    title,
  );
}

async function openDiff(
  left: StateDocument,
  leftName: string,
  right: StateDocument,
  rightName: string,
  title: string,
): Promise<void> {
  await vscode.commands.executeCommand(
    "vscode.diff",
    documentUri(left, leftName),
    documentUri(right, rightName),
    title,
    { preview: true },
  );
}

function parentName(run: Run, layer: number): string {
  const parent = run.model.agents().find((agent) => agent.layer === layer)?.parent ?? 0;
  return visibleText(run.model.layerName(parent), 60);
}
