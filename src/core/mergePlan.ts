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
 * What a plan keeps of a key: the sides of its {@link MergePlanEntry} laid flat, for a plan that a merge applies at once
 * is seldom looked at. Never changed once its plan is made.
 */
export class PlanRecord {
  kind: PlanKind = "unchanged";
  conflict = false;
  take: MergeTake = "overlay";
  by: DecidedBy = "policy";
  result: JsonValue | undefined;
  readonly parentLayer: number;
  readonly parentRev: number;
  readonly parentValue: JsonValue | undefined;
  readonly parentActor: string | undefined;
  readonly parentSeq: number;
  readonly baseLayer: number;
  readonly baseRev: number;
  readonly baseValue: JsonValue | undefined;
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  readonly seq: number;
  readonly pending: boolean;

  constructor(
    readonly key: string,
    change: LocalChange,
    now: Version,
  ) {
    this.parentLayer = now.layer;
    this.parentRev = now.rev;
    this.parentValue = now.value;
    this.parentActor = now.actor;
    this.parentSeq = now.seq;
    this.baseLayer = change.baseLayer;
    this.baseRev = change.baseRev;
    this.baseValue = change.baseValue;
    this.value = change.value;
    this.result = this.value;
    this.rev = change.rev;
    this.actor = change.actor;
    this.seq = change.seq;
    this.pending = change.pending;
  }

  /** Whether the parent is as it was when the base was taken. */
  get isAtBase(): boolean {
    return this.parentLayer === this.baseLayer && this.parentRev === this.baseRev;
  }
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
  const records: PlanRecord[] = [];
  for (const [key, change] of input.locals) {
    if (missing !== undefined && !missing.delete(key)) continue;
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
      policy,
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
    readonly policy: ConflictPolicy,
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
  { choices, resolver }: PlanOptions,
): void {
  const { parentValue, baseValue, value } = record;
  const alike = jsonEqual(parentValue, value);
  const moved = !alike && !record.isAtBase && !jsonEqual(parentValue, baseValue);
  const conflict = moved && !jsonEqual(value, baseValue);
  record.conflict = conflict;
  const choice = choices?.get(record.key);
  if (choice !== undefined) {
    record.by = "choice";
    choose(record, choice);
  } else if (moved && policy === "auto") {
    // Where the overlay equals the base there is no conflict, and the parent's change stands.
    const merged = conflict ? autoMerge(baseValue, parentValue, value) : parentValue;
    record.take = merged === TOUCH ? "undecided" : conflict ? "merged" : "parent";
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
const MAX_NAMED_CONFLICTS = 1_000;
const MAX_NAMED_READS = 100;

/** What the log says of a plan. */
export function summarize(plan: MergePlan): MergeSummary {
  const { added, modified, deleted, unchanged, undecided, conflicts: conflictCount } = plan.counts;
  const conflicts: string[] = [];
  for (const record of conflictCount === 0 ? [] : recordsOf(plan)) {
    if (conflicts.length >= Math.min(conflictCount, MAX_NAMED_CONFLICTS)) break;
    if (record.conflict) conflicts.push(record.key);
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
