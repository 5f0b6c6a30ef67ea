/** Makes merge plans: the preview shows one, and the merge then applies that same one. */

import { jsonEqual, type JsonValue } from "./jsonValue";
import { autoMerge } from "./autoMerge";
import { TOUCH } from "./threeWay";
import {
  type ConflictBy,
  type ConflictPolicy,
  type MergePlan,
  type StaleRead,
  type MergePlanEntry,
  type PlanSide,
} from "./mergePlan";
import { type PlanInput, type PlanOptions, PlanRecord } from "./planInput";
import { findStaleReads } from "./staleReads";
import { checkChoice, type MergeChoice, type MergeResolver, type MergeConflict } from "./mergeChoice";
import type { MergeSummary } from "./logRow";

/**
 * Makes the plan of a merge. Every preview and every merge, live or looked at later, is described by this function
 * alone, so that what is shown is what is done.
 * @throws what a resolver throws; TypeError when it returns no choice.
 */
export function planMerge(input: PlanInput, options: PlanOptions = {}): MergePlan {
  const missing = options.keys === undefined ? undefined : new Set(options.keys);
  const policy = options.policy ?? "overwrite";
  const counts = { added: 0, modified: 0, deleted: 0, unchanged: 0, conflicts: 0, undecided: 0 };
  const records: PlanRecord[] = [];
  for (const [key, change] of input.locals) {
    if (missing !== undefined && !missing.delete(key)) continue;
    if (options.only === "pending" && !change.pending) continue;
    const record = new PlanRecord(key, change, input.lookUp(key));
    decide(record, input, policy, options);
    counts[record.kind]++;
    if (record.conflict) counts.conflicts++;
    if (record.take === "undecided") counts.undecided++;
    records.push(record);
  }
  return Object.freeze(
    new Plan(
      records,
      input.agent,
      input.context,
      input.into,
      missing === undefined,
      options.only,
      policy,
      options.conflictBy ?? "value",
      missing === undefined ? NO_KEYS : Object.freeze([...missing]),
      Object.freeze(counts),
      findStaleReads(input, records),
    ),
  );
}

const NO_KEYS: readonly string[] = Object.freeze([]);

/** A plan whose entries are made when somebody looks at them; to everybody else they are a property like the others. */
class Plan implements MergePlan {
  declare readonly entries: readonly MergePlanEntry[];
  readonly #records: readonly PlanRecord[];
  #entries: readonly MergePlanEntry[] | undefined;

  static readonly #entriesProperty: PropertyDescriptor & ThisType<Plan> = {
    enumerable: true,
    get(this: Plan) {
      return (this.#entries ??= Object.freeze(this.#records.map((record) => entryOf(record, this.context))));
    },
  };

  constructor(
    records: readonly PlanRecord[],
    readonly agent: string,
    readonly context: number,
    readonly into: number,
    readonly whole: boolean,
    readonly only: "pending" | undefined,
    readonly policy: ConflictPolicy,
    readonly conflictBy: ConflictBy,
    readonly skipped: readonly string[],
    readonly counts: MergePlan["counts"],
    readonly staleReads: readonly StaleRead[],
  ) {
    this.#records = records;
    Object.defineProperty(this, "entries", Plan.#entriesProperty);
  }

  /** Node's `console.log` would show a getter. */
  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return { ...this };
  }

  static recordsOf(plan: object): readonly PlanRecord[] | undefined {
    return #records in plan ? plan.#records : undefined;
  }
}

/** Whether a plan was made by {@link planMerge}, and so is what it says. */
export function isMergePlan(value: unknown): value is MergePlan {
  return typeof value === "object" && value !== null && Plan.recordsOf(value) !== undefined;
}

/** What the entries of a plan are made of, in the same order. @throws TypeError for a plan that {@link planMerge} did not make. */
export function recordsOf(plan: MergePlan): readonly PlanRecord[] {
  const records = Plan.recordsOf(plan);
  if (records === undefined) throw new TypeError("This plan was not made by planMerge.");
  return records;
}

function decide(
  record: PlanRecord,
  input: PlanInput,
  policy: ConflictPolicy,
  { choices, resolver, conflictBy }: PlanOptions,
): void {
  const { parentValue, baseValue, value } = record;
  const alike = jsonEqual(parentValue, value);
  const moved = !alike && !record.isAtBase && !jsonEqual(parentValue, baseValue);
  const differs = moved && !jsonEqual(value, baseValue);
  const conflict = conflictBy === "revision" ? !record.isAtBase : differs;
  record.conflict = conflict;
  const choice = choices?.get(record.key);
  if (choice !== undefined) {
    record.by = "choice";
    choose(record, choice);
  } else if (moved && policy === "auto") {
    // Where the overlay equals the base the parent's change stands. Revisions do not matter: equal values merge as they are.
    const merged = differs ? autoMerge(baseValue, parentValue, value) : parentValue;
    record.take = merged === TOUCH ? "undecided" : differs ? "merged" : "parent";
    record.result = merged === TOUCH ? parentValue : merged;
  } else if (conflict && policy === "resolver") {
    record.by = "resolver";
    if (resolver !== undefined) choose(record, resolve(resolver, input.agent, entryOf(record, input.context)));
    else record.take = "undecided";
  } else if (conflict && policy === "refuse") {
    record.take = "undecided";
  }
  if (record.take === "undecided") record.result = parentValue;

  if (record.take === "overlay" ? alike : jsonEqual(parentValue, record.result)) record.kind = "unchanged";
  else if (parentValue === undefined) record.kind = "added";
  else record.kind = record.result === undefined ? "deleted" : "modified";
}

function choose(record: PlanRecord, choice: MergeChoice): void {
  record.take = "take" in choice ? choice.take : "value";
  if (!("take" in choice)) record.result = choice.value;
  else record.result = choice.take === "overlay" ? record.value : record.parentValue;
}

function resolve(resolver: MergeResolver, agent: string, entry: MergePlanEntry): MergeChoice {
  const { key, base, parent, overlay } = entry;
  const conflict: MergeConflict = { key, agent, base, parent, overlay };
  return checkChoice(resolver(Object.freeze(conflict)), `The resolver's answer for ${JSON.stringify(key)}`);
}

function entryOf(record: PlanRecord, context: number): MergePlanEntry {
  const { key, kind, conflict, take, by, result } = record;
  const parent = sideOf(record.parentValue, record.parentLayer, record.parentRev, record.parentActor, record.parentSeq);
  const base = record.isAtBase ? parent : sideOf(record.baseValue, record.baseLayer, record.baseRev, undefined, 0);
  const overlay = sideOf(record.value, context, record.rev, record.actor, record.seq);
  return Object.freeze({ key, kind, conflict, take, by, base, parent, overlay, result });
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
const MAX_NAMED_CONFLICTS = 1000;
const MAX_NAMED_READS = 100;

/** What the log says of a plan. */
export function summarize(plan: MergePlan): MergeSummary {
  const { added, modified, deleted, unchanged, undecided, conflicts: conflictCount } = plan.counts;
  const conflicts: string[] = [];
  for (const record of conflictCount === 0 ? [] : recordsOf(plan)) {
    if (conflicts.length >= Math.min(conflictCount, MAX_NAMED_CONFLICTS)) break;
    if (record.conflict) conflicts.push(record.key);
  }
  const { policy, conflictBy, whole, only } = plan;
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
    ...(only && { only }),
    ...(conflictBy === "revision" && { conflictBy }),
    ...counts,
    conflicts: Object.freeze(conflicts),
    conflictCount,
    staleReads: Object.freeze(staleReads),
    staleReadCount: plan.staleReads.length,
  });
}
