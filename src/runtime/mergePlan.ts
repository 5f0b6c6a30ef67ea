/** Owns the description of a merge: what the preview shows and what the merge then does are this one thing. */

import { autoMerge, TOUCH } from "./autoMerge";
import { jsonEqual, type JsonValue } from "./jsonValue";
import type { MergeSummary } from "./logRow";
import type { Version } from "./logState";
import { checkChoice, type MergeChoice, type MergeConflict, type MergeResolver } from "./mergeOptions";
import { findStaleReads, type ReadNote, type StaleRead } from "./staleReads";

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

/**
 * Where the result comes from. "overlay": the local value is written. "parent": the parent's value stays, and the local
 * change is given up. "value": a value given by a choice. "merged": put together of both sides by `"auto"`.
 * "undecided": nobody has decided; the result is the parent's value, for nothing is written.
 */
export type MergeTake = "overlay" | "parent" | "value" | "merged" | "undecided";

/** Who decided: the policy, a choice in the options, or the script's resolver. "undecided" by the resolver: it will. */
export type DecidedBy = "policy" | "choice" | "resolver";

/** What to do about conflicts. "resolver" stands for a function of the script. */
export type ConflictPolicy = "overwrite" | "refuse" | "auto" | "resolver";

export interface MergePlanEntry {
  readonly key: string;
  readonly kind: PlanKind;
  /** parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. */
  readonly conflict: boolean;
  readonly take: MergeTake;
  readonly by: DecidedBy;
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
  readonly policy: ConflictPolicy;
  readonly entries: readonly MergePlanEntry[];
  /** Names that were asked for but are not local. */
  readonly skipped: readonly string[];
  readonly counts: {
    readonly added: number;
    readonly modified: number;
    readonly deleted: number;
    readonly unchanged: number;
    readonly conflicts: number;
    /** Entries that nobody has decided; a merge with any is refused. */
    readonly undecided: number;
  };
  /** Advice, in the order of the reads: what the agent's writes may rest on that is no longer so. */
  readonly staleReads: readonly StaleRead[];
}

/** A local key of a context, as a plan needs it. */
export interface LocalChange {
  /** undefined = tombstone. */
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  readonly seq: number;
  /** Written or deleted since its last merge. */
  readonly pending: boolean;
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
  /** The context's fall-through reads that a pending write may rest on, in any order. */
  readonly reads: Iterable<ReadNote>;
  /** The parent's effective value of a key now; must not record a read. */
  lookUp(key: string): Version;
}

/** Options as plans take them: checked, values frozen. */
export interface PlanOptions {
  /** These keys alone; the rest stays local. Default: all. */
  readonly keys?: readonly string[] | undefined;
  readonly choices?: ReadonlyMap<string, MergeChoice> | undefined;
  /** Default "overwrite". "resolver" without a resolver leaves conflicts to the script. */
  readonly policy?: ConflictPolicy | undefined;
  readonly resolver?: MergeResolver | undefined;
}

/**
 * Makes the plan of a merge. Every preview and every merge, live or looked at later, is described by this function
 * alone, so that what is shown is what is done.
 * @throws what a resolver throws; TypeError when it returns no choice.
 */
export function planMerge(input: PlanInput, options: PlanOptions = {}): MergePlan {
  const missing = options.keys === undefined ? undefined : new Set(options.keys);
  const policy = options.policy ?? "overwrite";
  const counts = { added: 0, modified: 0, deleted: 0, unchanged: 0, conflicts: 0, undecided: 0 };
  const entries: MergePlanEntry[] = [];
  const pending: [string, LocalChange][] = [];
  for (const local of input.locals) {
    const [key, change] = local;
    if (missing !== undefined && !missing.delete(key)) continue;
    const entry = planEntry(key, change, input, policy, options);
    counts[entry.kind]++;
    if (entry.conflict) counts.conflicts++;
    if (entry.take === "undecided") counts.undecided++;
    entries.push(entry);
    if (change.pending) pending.push(local as [string, LocalChange]);
  }
  return remember(
    Object.freeze({
      agent: input.agent,
      context: input.context,
      into: input.into,
      whole: missing === undefined,
      policy,
      entries: Object.freeze(entries),
      skipped: Object.freeze(missing === undefined ? [] : [...missing]),
      counts: Object.freeze(counts),
      staleReads: findStaleReads(input, pending),
    }),
  );
}

const made = new WeakSet<MergePlan>();

function remember(plan: MergePlan): MergePlan {
  made.add(plan);
  return plan;
}

/** Whether a plan was made by {@link planMerge}, and so is what it says. */
export function isMergePlan(value: unknown): value is MergePlan {
  return typeof value === "object" && value !== null && made.has(value as MergePlan);
}

function planEntry(
  key: string,
  change: LocalChange,
  input: PlanInput,
  policy: ConflictPolicy,
  { choices, resolver }: PlanOptions,
): MergePlanEntry {
  const now = input.lookUp(key);
  const parent = sideOf(now.value, now.layer, now.rev, now.actor, now.seq);
  const base =
    now.layer === change.baseLayer && now.rev === change.baseRev
      ? parent
      : sideOf(change.baseValue, change.baseLayer, change.baseRev, undefined, 0);
  const alike = jsonEqual(parent.value, change.value);
  const moved = !alike && parent !== base && !jsonEqual(parent.value, base.value);
  const conflict = moved && !jsonEqual(change.value, base.value);
  const overlay = sideOf(change.value, input.context, change.rev, change.actor, change.seq);

  let take: MergeTake = "overlay";
  let by: DecidedBy = "policy";
  let result = change.value;
  const decide = (choice: MergeChoice): void => {
    take = "take" in choice ? choice.take : "value";
    result = "take" in choice ? (choice.take === "overlay" ? change.value : parent.value) : choice.value;
  };
  const choice = choices?.get(key);
  if (choice !== undefined) {
    by = "choice";
    decide(choice);
  } else if (moved && policy === "auto") {
    // Where the overlay equals the base there is no conflict, and the parent's change stands.
    const merged = conflict ? autoMerge(base.value, parent.value, change.value) : parent.value;
    take = merged === TOUCH ? "undecided" : conflict ? "merged" : "parent";
    result = merged === TOUCH ? parent.value : merged;
  } else if (conflict && policy === "resolver") {
    by = "resolver";
    if (resolver !== undefined) decide(resolve(resolver, { key, agent: input.agent, base, parent, overlay }));
    else take = "undecided";
  } else if (conflict && policy === "refuse") {
    take = "undecided";
  }
  if (take === "undecided") result = parent.value;

  let kind: PlanKind = "modified";
  if (take === "overlay" ? alike : jsonEqual(parent.value, result)) kind = "unchanged";
  else if (parent.value === undefined) kind = "added";
  else if (result === undefined) kind = "deleted";
  return Object.freeze({ key, kind, conflict, take, by, base, parent, overlay, result });
}

function resolve(resolver: MergeResolver, conflict: MergeConflict): MergeChoice {
  return checkChoice(resolver(Object.freeze(conflict)), `The resolver's answer for ${JSON.stringify(conflict.key)}`);
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

/** Keys in conflict, and stale reads, that a {@link MergeSummary} names at most. */
const MAX_NAMED_CONFLICTS = 1_000;
const MAX_NAMED_READS = 100;

/** What the log says of a plan. */
export function summarize(plan: MergePlan): MergeSummary {
  const { added, modified, deleted, unchanged, undecided, conflicts: conflictCount } = plan.counts;
  const conflicts: string[] = [];
  for (const entry of plan.entries) {
    if (conflicts.length >= Math.min(conflictCount, MAX_NAMED_CONFLICTS)) break;
    if (entry.conflict) conflicts.push(entry.key);
  }
  const { policy, whole } = plan;
  const counts = { added, modified, deleted, unchanged, undecided };
  const staleReads = plan.staleReads.slice(0, MAX_NAMED_READS).map(({ key, read, now, dependents }) =>
    Object.freeze({
      key,
      read: read.seq,
      ...(now.seq === undefined ? {} : { written: now.seq }),
      ...(now.actor === undefined ? {} : { actor: now.actor }),
      keys: Object.freeze(dependents.map((dependent) => dependent.key)),
    }),
  );
  return Object.freeze({
    policy,
    whole,
    ...counts,
    conflicts: Object.freeze(conflicts),
    conflictCount,
    staleReads: Object.freeze(staleReads),
    staleReadCount: plan.staleReads.length,
  });
}
