/**
 * The notification about held merges. Tree, badge and status bar tell of each; a notification is for whoever sees no
 * preview: one, with something to do, and none on top of another.
 */

import * as vscode from "vscode";
import type { HeldMergeInfo } from "../../model/runInfo";
import { CommandId } from "../../../contributions/commands";
import type { Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";

/** A merge that waits. */
export interface HeldOf {
  readonly run: Run;
  readonly held: HeldMergeInfo;
}

/** Knows which merges were told of. */
export class HeldNotice {
  private known: ReadonlySet<string> = new Set();
  private isOpen = false;

  /** @param isSeen whether a preview of the run can be seen: who looks at it needs no notification */
  constructor(private readonly isSeen: (run: Run) => boolean) {}

  /** @param all the merges that wait now */
  update(all: readonly HeldOf[]): void {
    const { known } = this;
    this.known = new Set(all.map(idOf));
    const come = all.find((each) => !known.has(idOf(each)));
    if (come === undefined || this.isOpen || this.isSeen(come.run)) return;
    this.isOpen = true;
    void this.notify(come).finally(() => (this.isOpen = false));
  }

  private async notify({ run, held }: HeldOf): Promise<void> {
    const review = vscode.l10n.t("Review");
    const text = vscode.l10n.t(
      "The merge of {0} in {1} is held and waits for you.",
      visibleText(held.agent, 60),
      visibleText(run.title, 60),
    );
    const choice = await vscode.window.showInformationMessage(text, review);
    // Decided meanwhile, another one may wait; and where none does, the command says so.
    if (choice !== review) return;
    const target = { runId: run.id, layer: held.layer, hold: held.id, path: [] };
    const waits = run.held.some(({ id }) => id === held.id);
    await vscode.commands.executeCommand(CommandId.previewHeldMerge, waits ? target : undefined);
  }
}

function idOf({ run, held }: HeldOf): string {
  return `${run.id} ${held.id}`;
}
