/** Owns the description of a merge: what the preview shows and what the merge then does are this one thing. */

import { jsonEqual, type JsonValue } from "./jsonValue";
import type { MergeSummary } from "./logRow";
import type { Version } from "./logState";

/** A value as one layer held it. */
export interface PlanSide {
  /** undefined = absent. */
  readonly value: JsonValue | undefined;
  /** The layer that answered, and the revision of its key (0 = never written). */
  readonly layer: number;
  readonly revision: number;
  /** Who wrote it and in which event; undefined where never written or not known. */
  readonly actor: string | undefined;
  readonly seq: number | undefined;
}

/** What happens to the parent's value. "unchanged" = the parent already equals the result. */
export type PlanKind = "added" | "modified" | "deleted" | "unchanged";

export interface MergePlanEntry {
  readonly key: string;
  readonly kind: PlanKind;
  /** parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. */
  readonly conflict: boolean;
  readonly base: PlanSide;
  readonly parent: PlanSide;
  /** The local value; undefined = tombstone. */
  readonly overlay: PlanSide;
  /** The parent's value after the merge; undefined = absent. */
  readonly result: JsonValue | undefined;
}

/** Immutable. Entries in the order in which the merge writes them (the order of first local writes). */
export interface MergePlan {
  readonly agent: string;
  /** Layer ids of the context and of what it merges into. */
  readonly context: number;
  readonly into: number;
  /** False when made for chosen keys only. */
  readonly whole: boolean;
  readonly policy: "overwrite";
  readonly entries: readonly MergePlanEntry[];
  /** Names that were asked for but are not local. */
  readonly skipped: readonly string[];
  readonly counts: {
    readonly added: number;
    readonly modified: number;
    readonly deleted: number;
    readonly unchanged: number;
    readonly conflicts: number;
  };
}

/** A local key of a context, as a plan needs it. */
export interface LocalChange {
  /** undefined = tombstone. */
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  readonly seq: number;
  readonly baseLayer: number;
  readonly baseRev: number;
  readonly baseValue: JsonValue | undefined;
}

/** What a plan is made from; plain data, live or from a recording. */
export interface PlanInput {
  readonly agent: string;
  /** Layer ids of the context and of what it merges into. */
  readonly context: number;
  readonly into: number;
  /** The context's local keys, in the order of their first local writes. */
  readonly locals: Iterable<readonly [key: string, change: LocalChange]>;
  /** The parent's effective value of a key now; must not record a read. */
  lookUp(key: string): Version;
}

/** What may be asked of a merge. */
export interface MergeOptions {
  /** Merge these keys alone; the rest stays local. Default: all local keys. */
  readonly keys?: readonly string[] | undefined;
}

/**
 * Makes the plan of a merge. Every preview and every merge, live or looked at later, is described by this function
 * alone, so that what is shown is what is done.
 */
export function planMerge(input: PlanInput, options: MergeOptions = {}): MergePlan {
  const missing = options.keys === undefined ? undefined : new Set(options.keys);
  const counts = { added: 0, modified: 0, deleted: 0, unchanged: 0, conflicts: 0 };
  const entries: MergePlanEntry[] = [];
  for (const [key, change] of input.locals) {
    if (missing !== undefined && !missing.delete(key)) continue;
    const entry = planEntry(key, change, input);
    counts[entry.kind]++;
    if (entry.conflict) counts.conflicts++;
    entries.push(entry);
  }
  return Object.freeze({
    agent: input.agent,
    context: input.context,
    into: input.into,
    whole: missing === undefined,
    policy: "overwrite",
    entries: Object.freeze(entries),
    skipped: Object.freeze(missing === undefined ? [] : [...missing]),
    counts: Object.freeze(counts),
  });
}

function planEntry(key: string, change: LocalChange, input: PlanInput): MergePlanEntry {
  const now = input.lookUp(key);
  const result = change.value;
  const parent = sideOf(now.value, now.layer, now.rev, now.actor, now.seq);
  const base =
    now.layer === change.baseLayer && now.rev === change.baseRev
      ? parent
      : sideOf(change.baseValue, change.baseLayer, change.baseRev, undefined, 0);
  const alike = jsonEqual(parent.value, result);
  const conflict = !alike && !jsonEqual(parent.value, base.value) && !jsonEqual(result, base.value);
  let kind: PlanKind = "modified";
  if (alike) kind = "unchanged";
  else if (parent.value === undefined) kind = "added";
  else if (result === undefined) kind = "deleted";
  const overlay = sideOf(change.value, input.context, change.rev, change.actor, change.seq);
  return Object.freeze({ key, kind, conflict, base, parent, overlay, result });
}

/** An event 0 stands for "never written" and is not named. */
function sideOf(
  value: JsonValue | undefined,
  layer: number,
  revision: number,
  actor: string | undefined,
  seq: number,
): PlanSide {
  return Object.freeze({ value, layer, revision, actor, seq: seq === 0 ? undefined : seq });
}

/** Keys in conflict that a {@link MergeSummary} names at most. */
const MAX_NAMED_CONFLICTS = 1_000;

/** What the log says of a plan. */
export function summarize(plan: MergePlan): MergeSummary {
  const { added, modified, deleted, unchanged, conflicts: conflictCount } = plan.counts;
  const conflicts: string[] = [];
  for (const entry of plan.entries) {
    if (conflicts.length >= Math.min(conflictCount, MAX_NAMED_CONFLICTS)) break;
    if (entry.conflict) conflicts.push(entry.key);
  }
  const { policy, whole } = plan;
  Object.freeze(conflicts);
  return Object.freeze({ policy, whole, added, modified, deleted, unchanged, conflicts, conflictCount });
}
