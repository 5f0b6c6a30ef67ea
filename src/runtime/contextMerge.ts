/** Merging a context as a whole: from checked options to the applied plan, or to the refusal that changes nothing. */

import type { ContextLayer } from "./contextLayer";
import type { LocalSlot } from "./localSlot";
import type { Author } from "./storeLayer";
import { describeError } from "../core/describeError";
import { MergeConflictError, StalePlanError } from "../core/mergeErrors";
import { jsonEqual, type JsonObject, type JsonValue } from "../core/jsonValue";
import { recordMergeApplied, recordMergePlanned, recordMergeRefused } from "../core/eventKinds";
import { readMergeOptions, type MergeRequest } from "../core/mergeOptions";
import type { MergePlan } from "../core/mergePlan";
import { summarize, recordsOf, planMerge } from "../core/planMerge";
import type { PlanRecord } from "../core/planInput";
import type { MergeResult } from "../core/mergeResult";

/** The plan of merging a context now. @throws TypeError when the options are not what they must be, and what a resolver throws. */
export function makePreview(context: ContextLayer, options: unknown): MergePlan {
  const request = readMergeOptions(options);
  if (request.plan !== undefined) {
    throw new TypeError("A preview cannot use the merge option `plan`: that is already a plan.");
  }
  return planMerge(context.planInput(), request);
}

/**
 * A merge that the script asks for: done at once, unless it is to be held for the user.
 * @throws TypeError for wrong options. @throws StalePlanError @throws MergeConflictError @throws what a resolver throws.
 */
export function requestMerge(context: ContextLayer, options: unknown): MergeResult | Promise<MergeResult> {
  try {
    const request = readMergeOptions(options);
    const plan = planRequest(context, request);
    return context.log.inspection?.tryHold(context, request, plan) ?? applyPlan(context, plan, context.author);
  } finally {
    context.log.passGate("call");
  }
}

/** The plan of a request, or the one that it names. A failure is recorded as a refusal. */
function planRequest(context: ContextLayer, request: MergeRequest): MergePlan {
  const { plan } = request;
  if (plan !== undefined && (plan.context !== context.layer || plan.agent !== context.agentName)) {
    throw new TypeError(`The merge option \`plan\` is a plan of another context (${JSON.stringify(plan.agent)}).`);
  }
  try {
    if (plan === undefined) return planMerge(context.planInput(), request);
    const moved = movedKeys(context, plan);
    if (moved.length > 0) throw new StalePlanError(context.agentName, moved);
    return plan;
  } catch (error) {
    recordRefusal(context, error, 0, error instanceof StalePlanError ? error.keys : []);
    throw error;
  }
}

/** How a held merge was decided, for the log. */
export interface HoldDecision {
  readonly hold: number;
  readonly decision: "approved" | "released";
  readonly why?: "user" | "detached" | "disconnected";
}

/**
 * Does what a plan says, all of it or nothing. Where the plan decides otherwise than the overlay, the overlay follows,
 * so that afterwards the agent sees what the parent holds; unless the overlay has changed since (a held merge): then
 * what came later stays, pending.
 * @param author who does it: the agent, or a user for it
 * @throws MergeConflictError when something is undecided; nothing is changed then.
 */
export function applyPlan(context: ContextLayer, plan: MergePlan, author: Author, held?: HoldDecision): MergeResult {
  const { log, parent } = context;
  const summary = summarize(plan) as unknown as JsonValue;
  const planned = recordMergePlanned(log, context.author, parent.layer, summary);
  log.passGate("merging");
  if (plan.counts.undecided > 0) {
    const error = new MergeConflictError(plan);
    recordRefusal(
      context,
      error,
      planned,
      error.conflicts.map(({ key }) => key),
      held?.hold,
    );
    throw error;
  }
  let merged = 0;
  for (const record of recordsOf(plan)) {
    const { key, take, result, rev } = record;
    const slot = context.slots.get(key) as LocalSlot;
    const isLatest = isNewest(slot, record);
    if (take === "parent") {
      if (isLatest) context.revert(key);
      continue;
    }
    if (isLatest && take !== "overlay" && !jsonEqual(result, slot.value)) context.write(key, result, author);
    // Of two equal values the overlay's: a merge writes what the overlay has, which is what its record says.
    const value = isLatest ? slot.value : result;
    const written = context.passOn(key, slot, value, isLatest ? 0 : rev, author);
    log.inspection?.noteMerged(context, key, { layer: parent.layer, rev: written?.rev ?? 0 }, value);
    merged++;
  }
  const { skipped } = plan;
  const outcome = Object.freeze({ keys: merged, skipped, ...held }) as JsonObject;
  context.noteMerged(recordMergeApplied(log, context.author, parent.layer, planned, outcome), planned);
  return Object.freeze({ merged, skipped, plan });
}

/** Records that a merge was refused. @param planned seq of its plan's event, 0 for none. @param hold its id if it was held. */
export function recordRefusal(
  context: ContextLayer,
  error: unknown,
  planned: number,
  keys: readonly string[],
  hold?: number,
): void {
  const { name, message } = describeError(error);
  const value = Object.freeze({
    name,
    message,
    keys: Object.freeze(keys.slice(0, MAX_NAMED_KEYS)),
    ...(hold === undefined ? {} : { hold }),
  });
  recordMergeRefused(context.log, context.author, context.parent.layer, planned, value);
}

/** Keys that a refusal names at most. */
const MAX_NAMED_KEYS = 1_000;

/** The keys of a plan of this context whose overlay or parent entry moved since, and those that became or ceased to be local (or pending). */
export function movedKeys(context: ContextLayer, plan: MergePlan): string[] {
  const moved: string[] = [];
  const records = recordsOf(plan);
  for (const record of records) {
    const slot = context.slots.get(record.key);
    const isSame = isNewest(slot, record) && (plan.only === undefined || slot.pending);
    if (!isSame || !holds(context, record)) moved.push(record.key);
  }
  const count = plan.only === undefined ? context.localCount : context.pendingCount;
  if (plan.whole && count !== records.length - moved.length) {
    const known = new Set(records.map(({ key }) => key));
    for (const [key, { pending }] of context.locals()) {
      if (!known.has(key) && (plan.only === undefined || pending)) moved.push(key);
    }
  }
  return moved;
}

/** The keys of a plan whose parent entry moved since. */
export function movedInParent(context: ContextLayer, plan: MergePlan): string[] {
  return recordsOf(plan).flatMap((record) => (holds(context, record) ? [] : [record.key]));
}

/** Whether a key's local change is still the one that a plan names. */
function isNewest(slot: LocalSlot | undefined, { rev }: PlanRecord): slot is LocalSlot {
  return slot !== undefined && slot.local !== 0 && slot.rev === rev;
}

/** Whether the parent still is what a plan names. */
function holds(context: ContextLayer, { key, parentLayer, parentRev }: PlanRecord): boolean {
  const now = context.parent.lookUp(key);
  return (now?.layer ?? context.root) === parentLayer && (now?.rev ?? 0) === parentRev;
}

/**
 * The keys of an overlay, or of these among them, that moved after an event: what a plan made then would get wrong. A
 * key that was written and taken back since counts.
 */
export function movedSince(context: ContextLayer, seq: number, keys: readonly string[] | undefined): string[] {
  const moved: string[] = [];
  for (const key of keys ?? context.slots.keys()) {
    const slot = context.slots.get(key);
    const isLocal = slot !== undefined && slot.local !== 0;
    if (!isLocal && keys === undefined && (slot?.seq ?? 0) <= seq) continue;
    if (!isLocal || slot.seq > seq || context.parent.movedSince(key, seq)) moved.push(key);
  }
  return moved;
}
