/** What a merge plan is made from, live or from a recording, and the record that it keeps of each key. */

import type { JsonValue } from "./jsonValue";
import type { Version } from "./logState";
import type { MergeChoice, MergeResolver } from "./mergeChoice";
import type { ConflictBy, ConflictPolicy, PlanKind, MergeTake, DecidedBy } from "./mergePlan";

/** A local key of a context, as a plan needs it. */
export interface LocalChange {
  /** undefined = tombstone. */
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  /** Whose work it is: the agent's own, or that of a child that was merged. */
  readonly agentLayer: number;
  readonly seq: number;
  /** Written or deleted since its last merge. */
  readonly pending: boolean;
  readonly baseLayer: number;
  readonly baseRev: number;
  readonly baseValue: JsonValue | undefined;
}

/** What a plan is made from; plain data, live or from a recording. */
export interface PlanInput {
  /** The agent's name, and the layer of its first context, by which agents are told apart. */
  readonly agent: string;
  readonly agentLayer: number;
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
  /** Of these, those alone that were written or deleted since their last merge. */
  readonly only?: "pending" | undefined;
  readonly choices?: ReadonlyMap<string, MergeChoice> | undefined;
  /** Default "value". */
  readonly conflictBy?: ConflictBy | undefined;
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
  readonly agentLayer: number;
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
    this.agentLayer = change.agentLayer;
    this.seq = change.seq;
    this.pending = change.pending;
  }

  /** Whether the parent is as it was when the base was taken. */
  get isAtBase(): boolean {
    return this.parentLayer === this.baseLayer && this.parentRev === this.baseRev;
  }
}

/** One fall-through read. */
export interface ReadNote {
  readonly key: string;
  /** The layer that answered, at which revision of the key, with what (undefined = absent). */
  readonly layer: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
  /** The event of the read. */
  readonly seq: number;
  /** The event of the agent's next read of that key that saw another revision; Infinity = there was none. */
  readonly until: number;
}
