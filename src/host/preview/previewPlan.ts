/** Owns what a preview shows as a message: the plan of a live overlay or a held merge, as it is at the run's cursor. Knows nothing of VS Code. */

import type { HeldMergeInfo } from "../../model/runInfo";
import { previewRows, previewStaleReads, type PlanContext } from "../../model/previewRows";
import type { PreviewHold, PreviewToWebview } from "../../protocol/previewMessages";
import type { MergePlan } from "../../runtime/mergePlan";
import type { Run } from "../run";
import type { MergeSubject } from "./mergeDrafts";

/** A plan on show. */
export interface ShownPlan {
  readonly subject: MergeSubject;
  /** The event that it was made at: what moved since makes it stale. */
  readonly seq: number;
  readonly plan: MergePlan;
}

/** The held merges that are shown at an event, oldest first. */
export function heldAt(run: Pick<Run, "cursor" | "held" | "model">, seq: number): readonly HeldMergeInfo[] {
  return run.cursor.isLive ? run.held : run.model.holds(seq);
}

/**
 * What a preview of an agent is about at the cursor: the held merge that was asked for if it still waits, else the
 * agent's oldest held one, else its overlay.
 */
export function subjectAt(run: Run, layer: number, wanted: number | undefined, seq: number): MergeSubject {
  const held = heldAt(run, seq).filter((each) => each.layer === layer);
  return { layer, hold: (held.find((each) => each.id === wanted) ?? held[0])?.id };
}

/** The message that shows a plan. */
export function planMessage(
  run: Run,
  shown: ShownPlan,
  planId: number,
  context: PlanContext,
  more: { readonly disabledReason: string | undefined; readonly moved: readonly string[] },
): Extract<PreviewToWebview, { type: "plan" }> {
  const { plan, seq, subject } = shown;
  const held = heldAt(run, seq);
  return {
    type: "plan",
    planId,
    agent: plan.agent,
    run: run.title,
    parentName: run.model.layerName(plan.into),
    asOf: { live: run.cursor.isLive, seq },
    disabledReason: more.disabledReason,
    policy: plan.policy,
    counts: plan.counts,
    rows: previewRows(plan, context),
    staleReads: previewStaleReads(plan, context),
    staleReadCount: plan.staleReads.length,
    hold: holdOf(run, subject, held, seq),
    heldCount: held.length,
    holdMode: { run: run.holds.run, agent: run.holds.agents.get(subject.layer) },
    moved: movedOf(more.moved),
    siblings: siblingCount(run, plan, seq, held),
  };
}

/** Says the same for plans that would be drawn the same: values are told by the writes that they came from. */
export function planVersion(plan: MergePlan): string {
  let text = "";
  for (const { key, kind, conflict, take, base, parent, overlay } of plan.entries) {
    text += `${JSON.stringify(key)}${kind}${conflict}${take}${base.layer}.${base.revision}/${parent.layer}.${parent.revision}/${overlay.layer}.${overlay.revision};`;
  }
  for (const { key, read, now, dependentCount } of plan.staleReads) {
    text += `${JSON.stringify(key)}${read.seq}/${now.layer}.${now.revision}/${dependentCount};`;
  }
  return text;
}

const MAX_NAMED_KEYS = 5;

function movedOf(keys: readonly string[]): { readonly keys: readonly string[]; readonly more: number } | undefined {
  if (keys.length === 0) return undefined;
  return { keys: keys.slice(0, MAX_NAMED_KEYS), more: Math.max(0, keys.length - MAX_NAMED_KEYS) };
}

function holdOf(
  run: Run,
  { hold }: MergeSubject,
  held: readonly HeldMergeInfo[],
  seq: number,
): PreviewHold | undefined {
  const index = held.findIndex((each) => each.id === hold);
  const info = held[index];
  if (info === undefined) return undefined;
  return {
    id: info.id,
    number: index + 1,
    count: held.length,
    reason: info.reason,
    heldAtMs: info.heldMs,
    outdated: info.exact && run.model.heldMovedKeys(info.id, seq).length > 0,
  };
}

/** Agents with something to merge into the same parent, this one included. */
function siblingCount(run: Run, plan: MergePlan, seq: number, held: readonly HeldMergeInfo[]): number {
  const waiting = new Set(held.map(({ layer }) => layer));
  return run.model
    .agents(seq)
    .filter(({ layer, parent }) => parent === plan.into && (waiting.has(layer) || run.model.isPending(layer, seq)))
    .length;
}
