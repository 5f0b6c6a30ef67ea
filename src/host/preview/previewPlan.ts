/** What a preview shows as a message: the plan of a live overlay or a held merge, as it is at the run's cursor. Knows nothing of VS Code. */

import type { HeldMergeInfo } from "../../model/runInfo";
import { previewRows, previewStaleReads, type PlanContext } from "../../model/text/previewRows";
import { packRows } from "../../protocol/packedRows";
import type { PreviewHold, PreviewToWebview } from "../../protocol/previewMessages";
import type { MergePlan } from "../../core/mergePlan";
import type { Run } from "../runs/run";
import { isOver } from "../runs/runState";
import type { MergeSubject } from "./mergeDrafts";

/** What of a run its plans need. */
export type PlannedRun = Pick<Run, "cursor" | "held" | "holds" | "model" | "state" | "title">;

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
export function subjectAt(
  run: Pick<Run, "cursor" | "held" | "model">,
  layer: number,
  wanted: number | undefined,
  seq: number,
): MergeSubject {
  const held = heldAt(run, seq).filter((each) => each.layer === layer);
  return { layer, hold: (held.find((each) => each.id === wanted) ?? held[0])?.id };
}

type PlanMessage = Extract<PreviewToWebview, { type: "plan" }>;
/** All of that message that is soon told, however many keys there are. */
export type PlanFacts = Omit<PlanMessage, "planId" | "counts" | "rows" | "staleReads">;

/** What is told beside the plan. */
export interface PlanCircumstances {
  readonly disabledReason: string | undefined;
  /** Keys that kept the last plan from being applied. */
  readonly moved: readonly string[];
}

/** What the message that shows a plan says of it on the whole. */
export function planFacts(run: PlannedRun, shown: ShownPlan, { disabledReason, moved }: PlanCircumstances): PlanFacts {
  const { plan, seq, subject } = shown;
  const held = heldAt(run, seq);
  return {
    type: "plan",
    agent: run.model.layerName(plan.context),
    run: run.title,
    parentName: run.model.layerName(plan.into),
    asOf: { live: run.cursor.isLive, seq },
    disabledReason,
    pending: run.model.isPending(subject.layer, seq),
    policy: plan.policy,
    staleReadCount: plan.staleReads.length,
    hold: holdOf(run, subject, held, seq),
    heldCount: held.length,
    holdMode: { run: run.holds.run, agent: run.holds.agents.get(subject.layer) },
    moved: movedOf(moved),
    siblings: siblingCount(run, plan, seq, held),
  };
}

/** The message that shows a plan. */
export function planMessage(facts: PlanFacts, plan: MergePlan, planId: number, context: PlanContext): PlanMessage {
  const rows = packRows(previewRows(plan, context));
  return { ...facts, planId, counts: plan.counts, rows, staleReads: previewStaleReads(plan, context) };
}

/**
 * The same for plans that would be drawn the same, ticks and edited values aside: those are only changed where they are
 * shown. Values are told by the writes that they came from, and the live event by nothing.
 */
export function planVersion({ asOf, ...facts }: PlanFacts, plan: MergePlan): string {
  let text = JSON.stringify([facts, asOf.live ? "live" : asOf.seq]);
  for (const { key, kind, conflict, take, by, problem, base, parent, overlay } of plan.entries) {
    text += `${JSON.stringify(key)}${kind}${conflict}${take}${by}${problem}${base.layer}.${base.revision}/${parent.layer}.${parent.revision}/${overlay.layer}.${overlay.revision};`;
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
  run: PlannedRun,
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
    over: isOver(run.state),
    outdated: info.exact && run.model.heldMovedKeys(info.id, seq).length > 0,
  };
}

/** Agents with something to merge into the same parent, this one included. */
function siblingCount(run: PlannedRun, plan: MergePlan, seq: number, held: readonly HeldMergeInfo[]): number {
  const waiting = new Set(held.map(({ layer }) => layer));
  return run.model
    .agents(seq)
    .filter(({ layer, parent }) => parent === plan.into && (waiting.has(layer) || run.model.isPending(layer, seq)))
    .length;
}
