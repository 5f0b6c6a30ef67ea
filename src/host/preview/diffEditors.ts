/** The opening of VS Code's own diff editor on what a merge is about: parent and merged, base and overlay, parent and overlay. */

import * as vscode from "vscode";
import type { Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";
import type { MergeSubject } from "./mergeDrafts";
import { documentUri, type StateDocument } from "./stateDocuments";

/** The parent now against the parent after the merge, as the preview would do it. @param key narrows it to one key */
export async function openMergeDiff(run: Run, subject: MergeSubject, key?: string): Promise<void> {
  const { place, agent, parent } = namesOf(run, subject, key);
  const title = vscode.l10n.t("{0} ↔ after merge of {1}", key === undefined ? parent : visibleText(key, 60), agent);
  const merged = vscode.l10n.t("after merge of {0}", agent);
  await openDiff({ ...place, side: "parent" }, parent, { ...place, side: "merged" }, merged, title);
}

/** What the agent started from against what it wrote. @param key narrows it to one key */
export async function openBaseDiff(run: Run, subject: MergeSubject, key?: string): Promise<void> {
  const { place, agent } = namesOf(run, subject, key);
  const base = vscode.l10n.t("base of {0}", agent);
  const overlay = vscode.l10n.t("overlay of {0}", agent);
  const title = key === undefined ? `${base} ↔ ${overlay}` : `${visibleText(key, 60)}: ${base} ↔ ${overlay}`;
  await openDiff({ ...place, side: "baseKeys" }, base, { ...place, side: "overlay" }, overlay, title);
}

/** Only the keys of the overlay, as the parent has them against as the overlay does. */
export async function openOverlayDiff(run: Run, layer: number): Promise<void> {
  const { place, agent, parent } = namesOf(run, { layer, hold: undefined });
  const overlay = vscode.l10n.t("overlay of {0}", agent);
  const title = `${parent} ↔ ${overlay}`;
  await openDiff({ ...place, side: "parentKeys" }, parent, { ...place, side: "overlay" }, overlay, title);
}

/** The name of what an agent merges into. */
export function parentName(run: Run, layer: number): string {
  const parent = run.model.agents().find((agent) => agent.layer === layer)?.parent ?? 0;
  return visibleText(run.model.layerName(parent), 60);
}

function namesOf(
  run: Run,
  { layer, hold }: MergeSubject,
  key?: string,
): { readonly place: Omit<StateDocument, "side">; readonly agent: string; readonly parent: string } {
  return {
    place: { runId: run.id, layer, ...(hold === undefined ? {} : { hold }), ...(key === undefined ? {} : { key }) },
    agent: visibleText(run.model.layerName(layer), 60),
    parent: parentName(run, layer),
  };
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
