/** Merge and Discard as the user meets them: what came of them, and the question before discarding. */

import * as vscode from "vscode";
import { unavailableReason, undecidableReason } from "../runs/undecidable";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";

/** @throws HumanError when nothing can be merged or discarded now. */
export function requireAvailable(run: Run): void {
  const reason = unavailableReason(run);
  if (reason !== undefined) throw new HumanError(reason);
}

/** What came of approving a held merge of an agent. */
export function approvedText(run: Run, layer: number, merged: number): string {
  const agent = visibleText(run.model.layerName(layer), 60);
  return merged === 1
    ? vscode.l10n.t("Approved the merge of {0}: 1 key was merged.", agent)
    : vscode.l10n.t("Approved the merge of {0}: {1} keys were merged.", agent, merged);
}

/** What came of rejecting one. */
export function rejectedText(run: Run, layer: number): string {
  return vscode.l10n.t("Rejected the merge of {0}: nothing was merged.", visibleText(run.model.layerName(layer), 60));
}

/** @throws HumanError when held merges on show cannot be decided now. */
export function requireDecidable(run: Run): void {
  const reason = undecidableReason(run);
  if (reason !== undefined) throw new HumanError(reason);
}

/**
 * Asks before pending writes are thrown away. @returns true at once when nothing is pending
 * @param keys those to be discarded; undefined = all local ones
 */
export async function confirmDiscard(run: Run, layer: number, keys?: readonly string[]): Promise<boolean> {
  if (!run.model.isPending(layer, run.model.lastSeq)) return true;
  const count = keys?.length ?? run.model.overlay(layer, run.model.lastSeq).length;
  const discard = vscode.l10n.t("Discard");
  const agent = visibleText(run.model.layerName(layer), 60);
  const answer = await vscode.window.showWarningMessage(
    count === 1
      ? vscode.l10n.t("Discard 1 local change of {0}?", agent)
      : vscode.l10n.t("Discard {0} local changes of {1}?", count, agent),
    { modal: true, detail: vscode.l10n.t("The running script loses them; the parent state stays as it is.") },
    discard,
  );
  return answer === discard;
}
