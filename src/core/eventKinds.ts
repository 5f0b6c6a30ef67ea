/**
 * The kinds of events: of each what it is, its word, its named fields, and the function that records it. Which place of a row
 * holds which field stands here alone: others read it by name, and record by name.
 */

import { membersOf, type JsonValue } from "./jsonValue";
import type { MergeProblem } from "./mergeProblems";

/**
 * What an event did. The numbers are internal to a process (the recording spells kinds out as words), so they may
 * be renumbered between versions.
 */
export const enum Op {
  /** A `StateStore` was made. `layer` = its id, `value` = its name, or {@link StoreFacts} where there is more to say. */
  StoreCreated = 1,
  /**
   * An `AgentContext` was made. `layer` = its id, `agent` = its name, `aux` = the parent's layer id, `value` = the agent id
   * that it was given, if any; `aux2` = the layer of the first context with that agent id, 0 = this is the first.
   */
  AgentStarted,
  /** The agent's outermost scope ended. `layer`; `value` = null or {name,message,stack?} of the error that ended it. */
  AgentEnded,
  /** `layer`, `aux` = scope id (counts up from 1 in a log), `aux2` = the enclosing scope's id, 0 for none. */
  ScopeEntered,
  /** `layer`, `aux` = scope id, `value` = null or {name,message,stack?}. */
  ScopeExited,
  /**
   * `layer`.`key` was set to `value`, giving the layer revision `rev`. In a store: a direct write, `agent` = the
   * actor, `aux` = the layer of the context whose event it is, too (logs of other tools; 0 = none). In a context: a local write; when it is the first of this key `aux`/`aux2` are the base (layer, revision)
   * and otherwise `aux` = 0. A base that does not exist in any store is (root layer, 0).
   */
  Write,
  /** As `Write`, for a deletion (store) or a tombstone (context). */
  Delete,
  /** `ctx.localState.delete(key)`: the local write or tombstone was taken back; `rev` = the layer's new revision. */
  Revert,
  /** `ctx.discard()`: `value` = the keys that were local, `rev` = the layer's new revision. */
  Discard,
  /**
   * A read by context `layer` of `key`, answered by layer `aux` at revision `aux2` (its key's revision; 0 = never written):
   * one that fell through, or one that the context's own merged value answered (`aux` = `layer`).
   */
  Read,
  /**
   * Context `layer` listed its keys, as layer `aux` answered at key-set revision `aux2`, which grows with each key that
   * appears there or disappears, or below. Its own writes that are not merged yet are no part of what was read.
   */
  KeysRead,
  /** A merge begins: `layer` = the child context, `aux` = the layer merged into, `value` = MergeSummary. Its key events follow at once. */
  MergePlanned,
  /**
   * One key of a merge: `layer` = the layer merged into, `agent` = the child's name, `aux` = the child's layer. `aux2` =
   * 0, or for a held merge whose overlay key has changed since the call, the revision of the local change that was
   * merged: what came after it stays pending. Where a merge decides otherwise than the overlay, the overlay is changed
   * first, by events of its own: a `Write` or `Delete` of the result, or a `Revert` where the parent's value stays.
   */
  MergeWrite,
  /** As `MergeWrite`, for a tombstone. A no-op deletion in a store (key absent) is recorded too, `rev` = the key's unchanged revision. */
  MergeDelete,
  /**
   * The merge is complete: `layer` = child, `aux` = parent's layer, `aux2` = seq of its MergePlanned, `value` =
   * {keys: n, skipped: string[]}; of a held merge also {hold: seq of its MergeHeld, decision: "approved" | "released",
   * why?: "user" | "detached" | "disconnected"}.
   */
  MergeApplied,
  /**
   * The merge was refused: as MergeApplied (`aux2` = 0 when there was no plan), `value` = {name, message, keys: string[]},
   * of a held merge also {hold}.
   */
  MergeRefused,
  /**
   * A merge waits for the user: `layer` = child, `aux` = the layer to merge into, `value` = {@link HeldMergeData}. The
   * event's seq is the hold's id. The overlay's keys and values are those of this moment.
   */
  MergeHeld,
  /** `store.restore(state)`: `value` = the whole new state; `rev` = the last revision given. See StateStore.restore for the order. */
  Restored,
  /** `ctx.log(kind, data)`: `layer`, `agent`, `key` = the kind, `value` = the data. This and `Other`, which have kinds, stand last. */
  Logged,
  /** Anything else (run-level events, foreign kinds): `key` = the kind, `value` = the data, `layer` 0. */
  Other,
}

/** What a number of an event stands for. */
export type NumberMeaning =
  /** A store or a context; 0 = none. */
  | "layer"
  | "scope"
  /** The seq of another event; 0 = none. */
  | "event"
  /** A count that only grows. */
  | "revision";

/** What holds for all events of a kind. */
export interface EventKind {
  /** Its word in logs and recordings; absent for events that bring their own. Kinds may share one. */
  readonly word?: string;
  /**
   * The keys that it reads or changes in its layer: the one that it names, those that its value lists, or whatever there is.
   * Histories look at these after the fold has.
   */
  readonly keys?: "one" | "listed" | "all";
  /** A line of the script does it. A merge's line is that of its `MergePlanned`, hence none of its parts. */
  readonly byLine?: true;
  /** Its value is what a script handed in, copied, or a value that is kept elsewhere anyway; other values are made for the event. */
  readonly copies?: true;
  /** What `aux` stands for, and `aux2`; absent where it is not used. */
  readonly aux?: NumberMeaning;
  readonly aux2?: NumberMeaning;
}

export const EVENT_KINDS: Readonly<Record<Op, EventKind>> = {
  [Op.StoreCreated]: { word: "store_created" },
  [Op.AgentStarted]: { word: "agent_started", aux: "layer", aux2: "layer" },
  [Op.AgentEnded]: { word: "agent_ended" },
  [Op.ScopeEntered]: { word: "scope_entered", aux: "scope", aux2: "scope" },
  [Op.ScopeExited]: { word: "scope_exited", aux: "scope" },
  [Op.Write]: { word: "state_changed", keys: "one", byLine: true, aux: "layer", aux2: "revision", copies: true },
  [Op.Delete]: { word: "state_changed", keys: "one", byLine: true, aux: "layer", aux2: "revision" },
  [Op.Revert]: { word: "state_rollback", keys: "one", byLine: true },
  [Op.Discard]: { word: "state_rollback", keys: "listed", byLine: true },
  [Op.Read]: { word: "state_read", keys: "one", byLine: true, aux: "layer", aux2: "revision" },
  [Op.KeysRead]: { word: "keys_read", byLine: true, aux: "layer", aux2: "revision" },
  [Op.MergePlanned]: { word: "merge_planned", byLine: true, aux: "layer" },
  [Op.MergeWrite]: { word: "state_changed", keys: "one", aux: "layer", aux2: "revision", copies: true },
  [Op.MergeDelete]: { word: "state_changed", keys: "one", aux: "layer", aux2: "revision" },
  [Op.MergeApplied]: { word: "state_committed", aux: "layer", aux2: "event" },
  [Op.MergeRefused]: { word: "transaction_conflict", aux: "layer", aux2: "event" },
  [Op.MergeHeld]: { word: "merge_held", byLine: true, aux: "layer" },
  [Op.Restored]: { word: "state_restored", keys: "all", byLine: true, copies: true },
  [Op.Logged]: { byLine: true, copies: true },
  [Op.Other]: { copies: true },
};

/** All kinds, in the order of their numbers. */
export const ALL_OPS: readonly Op[] = Object.keys(EVENT_KINDS).map((op) => Number(op) as Op);
/** What a line of the script does. */
export const OPS_BY_LINE: readonly Op[] = ALL_OPS.filter((op) => EVENT_KINDS[op].byLine);
/** The events of one key of a layer. */
export const OPS_OF_KEY: readonly Op[] = ALL_OPS.filter((op) => EVENT_KINDS[op].keys === "one");

/** A set of kinds as one bit each. */
export function bitsOf(ops: readonly Op[]): number {
  return ops.reduce((bits, op) => bits | (1 << op), 0);
}

/** Whether an event brings the word of its kind itself, as its key. */
export function bringsWord(op: Op): op is Op.Logged | Op.Other {
  return op >= Op.Logged;
}

/** Whether an event is one key of a merge. */
export function isMergedKey(op: Op | undefined): op is Op.MergeWrite | Op.MergeDelete {
  return op === Op.MergeWrite || op === Op.MergeDelete;
}

/** Whether an event is the end of a merge. */
export function isMergeEnd(op: Op | undefined): op is Op.MergeApplied | Op.MergeRefused {
  return op === Op.MergeApplied || op === Op.MergeRefused;
}

/** Whether an event is a write or deletion of one key that is no merge's. */
export function isDirectChange(op: Op | undefined): op is Op.Write | Op.Delete {
  return op === Op.Write || op === Op.Delete;
}

// The named fields of events, beside those that a row has a name for.

interface First {
  readonly aux: number;
}
interface Second {
  readonly aux2: number;
}

/** `AgentStarted`: the layer of the context's parent. */
export const parentOf = ({ aux }: First): number => aux;
/** `AgentStarted`: the layer of the first context of the same agent; 0 = this is the first. */
export const firstContextOf = ({ aux2 }: Second): number => aux2;
/** `ScopeEntered`, `ScopeExited`: the scope's id. */
export const scopeOf = ({ aux }: First): number => aux;
/** `ScopeEntered`: the id of the scope around it; 0 = none. */
export const outerScopeOf = ({ aux2 }: Second): number => aux2;
/** `Write` and `Delete` in a context: the layer of the base; 0 = not the key's first local write. */
export const baseLayerOf = ({ aux }: First): number => aux;
/** `Write` and `Delete` in a context: the revision of the base. */
export const baseRevisionOf = ({ aux2 }: Second): number => aux2;
/** `Write` and `Delete` in a store: the context whose event it is, too; 0 = none. */
export const writerLayerOf = ({ aux }: First): number => aux;
/** `Read`, `KeysRead`: the layer that answered. */
export const answeredByOf = ({ aux }: First): number => aux;
/** `Read`, `KeysRead`: the revision that was seen; 0 = never written. */
export const seenRevisionOf = ({ aux2 }: Second): number => aux2;
/** Events of a merge as a whole: the layer that it merges into. */
export const intoOf = ({ aux }: First): number => aux;
/** `MergeApplied`, `MergeRefused`: the seq of the `MergePlanned`; 0 = there was no plan. */
export const plannedOf = ({ aux2 }: Second): number => aux2;
/** `MergeWrite`, `MergeDelete`: the layer of the child that merges. */
export const childOf = ({ aux }: First): number => aux;
/** `MergeWrite`, `MergeDelete`: the revision of the local change that was merged, where it is not the newest; else 0. */
export const mergedRevisionOf = ({ aux2 }: Second): number => aux2;

/** The layer that an event names beside its own; 0 = none. */
export function namedLayerOf({ op, aux }: First & { readonly op: Op }): number {
  return EVENT_KINDS[op].aux === "layer" ? aux : 0;
}

/** The revision that an event names beside the one that it gave; 0 = none. */
export function namedRevisionOf({ op, aux2 }: Second & { readonly op: Op }): number {
  return EVENT_KINDS[op].aux2 === "revision" ? aux2 : 0;
}

/** The numbers of an event, in the order in which its kind names them. */
export function withNumbers(first: number, second = 0): First & Second {
  return { aux: first, aux2: second };
}

/** Whether an event is a read. */
export function isRead(op: Op | undefined): op is Op.Read | Op.KeysRead {
  return op === Op.Read || op === Op.KeysRead;
}

/** The revision that an event is about: what a write gave, or what a read saw; 0 = none. */
export function revisionOf({
  op,
  rev,
  aux2,
}: {
  readonly op: Op;
  readonly rev: number;
  readonly aux2: number;
}): number {
  return isRead(op) ? aux2 : rev;
}

/**
 * The context whose doing an event is, 0 where it is none's: what a child merges is the child's, and what an agent of
 * another tool's log writes to a store the agent's.
 */
export function actingLayer(
  { op, layer, aux }: { readonly op: Op; readonly layer: number; readonly aux: number },
  isContext: (layer: number) => boolean,
): number {
  if (isMergedKey(op)) return aux;
  // A context that begins is one from now on.
  if (op === Op.AgentStarted || isContext(layer)) return layer;
  return isDirectChange(op) ? aux : 0;
}

/** What a `StoreCreated` row says of a store. */
export interface StoreFacts {
  readonly name: string;
  /** Keys whose findings are silenced: patterns in which `*` stands for any characters. */
  readonly ignore: readonly string[];
}

/** Reads what a `StoreCreated` row says. */
export function storeFacts(value: JsonValue | undefined): StoreFacts {
  if (typeof value === "string") return { name: value, ignore: [] };
  const { name, ignore } = membersOf(value);
  return {
    name: typeof name === "string" ? name : "",
    ignore: Array.isArray(ignore) ? (ignore as readonly JsonValue[]).filter((each) => typeof each === "string") : [],
  };
}

/** What a `MergePlanned` row carries as its value. */
export interface MergeSummary {
  readonly policy: string;
  readonly whole: boolean;
  /** Absent: pending or not. */
  readonly only?: "pending";
  /** Absent: by value. */
  readonly conflictBy?: "revision";
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Entries that nobody decided: with any, the merge is refused. */
  readonly undecided: number;
  /** Keys in conflict, at most the first 1,000. */
  readonly conflicts: readonly string[];
  /** How many keys are in conflict in all. */
  readonly conflictCount: number;
  /** Keys whose merge loses something, at most the first 1,000, and how many there are in all; absent where there is none. */
  readonly problems?: readonly { readonly key: string; readonly kind: MergeProblem }[];
  readonly problemCount?: number;
  /** At most the first 100 stale reads: the key, the events of the read and of the newer write, who wrote it, and the keys written in between. */
  readonly staleReads: readonly {
    readonly key: string;
    readonly read: number;
    readonly written?: number;
    readonly actor?: string;
    readonly keys: readonly string[];
  }[];
  readonly staleReadCount: number;
}

export type HoldReason = "conflict" | "problem" | "always";

/** What a `MergeHeld` row carries: the options of the call, and why it is held. */
export interface HeldMergeData {
  /** What speaks most for looking at it: a conflict, else a problem, else that every merge is held. */
  readonly reason: HoldReason;
  /** How many keys the merge, as it was asked for, would lose something of; absent where there is none. */
  readonly problemCount?: number;
  readonly policy: string;
  readonly whole: boolean;
  /** Absent: pending or not. */
  readonly only?: "pending";
  /** Absent: by value. */
  readonly conflictBy?: "revision";
  /** The keys that it merges, in order: all local keys of the moment (or pending ones) when `whole`. At most 200,000 are named. */
  readonly keys: readonly string[];
  /** Asked for but not local. */
  readonly skipped: readonly string[];
  /** Choices in the options of the call; an absent value is left out. */
  readonly choices: readonly {
    readonly key: string;
    readonly take?: "overlay" | "parent";
    readonly value?: JsonValue;
  }[];
  /** The script asked for exactly one plan: when one of its keys moves, the merge is refused. */
  readonly exact: boolean;
}

// Recording. Nothing is allocated for it: what is handed in is there already.

/** Where events are recorded. */
export interface EventAppender {
  /**
   * Records one event. `agent` is a number of a text or 0; `key` is 0, or the number of a layer's key, which then says the
   * layer, or the number of a kind's text; `value` is frozen already.
   * @returns its seq.
   */
  append(
    op: Op,
    agent: number,
    layer: number,
    key: number,
    rev: number,
    value: JsonValue | undefined,
    aux: number,
    aux2: number,
  ): number;
  /** The number, from 1, that stands for a text. */
  intern(text: string): number;
}

/** The context that does something, and the number of the name in which it does it. */
export interface RecordedActor {
  readonly layer: number;
  readonly actorId: number;
}

/** A key of a layer as it is after the event. */
export interface RecordedKey {
  readonly layer: number;
  readonly keyId: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
}

/** A local key, with what its first local write rests on. */
export interface RecordedLocalKey extends RecordedKey {
  readonly baseLayer: number;
  readonly baseRev: number;
}

/** @param facts its name, or {@link StoreFacts} where there is more to say */
export function recordStoreCreated(log: EventAppender, layer: number, facts: JsonValue): number {
  return log.append(Op.StoreCreated, 0, layer, 0, 0, facts, 0, 0);
}

/** @param agentId undefined = none was given. @param first the first context of the same agent; 0 = this is the first */
export function recordAgentStarted(
  log: EventAppender,
  by: RecordedActor,
  parent: number,
  agentId: string | undefined,
  first: number,
): number {
  return log.append(Op.AgentStarted, by.actorId, by.layer, 0, 0, agentId, parent, first);
}

/** @param error null, or what ended the agent's outermost scope */
export function recordAgentEnded(log: EventAppender, by: RecordedActor, error: JsonValue): number {
  return log.append(Op.AgentEnded, by.actorId, by.layer, 0, 0, error, 0, 0);
}

/** @param outer the id of the scope around it; 0 = none */
export function recordScopeEntered(log: EventAppender, by: RecordedActor, scope: number, outer: number): number {
  return log.append(Op.ScopeEntered, by.actorId, by.layer, 0, 0, undefined, scope, outer);
}

/** @param error null, or what ended the scope */
export function recordScopeExited(log: EventAppender, by: RecordedActor, scope: number, error: JsonValue): number {
  return log.append(Op.ScopeExited, by.actorId, by.layer, 0, 0, error, scope, 0);
}

/** A direct write of a store's key, or its deletion where it has no value any more. */
export function recordStoreChange(log: EventAppender, actorId: number, key: RecordedKey): number {
  const op = key.value === undefined ? Op.Delete : Op.Write;
  return log.append(op, actorId, key.layer, key.keyId, key.rev, key.value, 0, 0);
}

/** A local write, or a tombstone. @param isFirst whether the key was not local before: then the event says its base */
export function recordLocalChange(
  log: EventAppender,
  actorId: number,
  key: RecordedLocalKey,
  isFirst: boolean,
): number {
  const op = key.value === undefined ? Op.Delete : Op.Write;
  const baseLayer = isFirst ? key.baseLayer : 0;
  const baseRev = isFirst ? key.baseRev : 0;
  return log.append(op, actorId, key.layer, key.keyId, key.rev, key.value, baseLayer, baseRev);
}

/** A local change was taken back. @param rev the layer's new revision */
export function recordRevert(log: EventAppender, by: RecordedActor, keyId: number, rev: number): number {
  return log.append(Op.Revert, by.actorId, by.layer, keyId, rev, undefined, 0, 0);
}

/** Local changes were taken back at once. @param keys frozen. @param rev the layer's new revision */
export function recordDiscard(log: EventAppender, by: RecordedActor, keys: readonly string[], rev: number): number {
  return log.append(Op.Discard, by.actorId, by.layer, 0, rev, keys, 0, 0);
}

/** @param answeredBy the layer that answered. @param rev the key's revision there; 0 = never written */
export function recordRead(
  log: EventAppender,
  by: RecordedActor,
  keyId: number,
  answeredBy: number,
  rev: number,
): number {
  return log.append(Op.Read, by.actorId, by.layer, keyId, 0, undefined, answeredBy, rev);
}

/** @param answeredBy the layer that answered. @param rev its key-set revision */
export function recordKeysRead(log: EventAppender, by: RecordedActor, answeredBy: number, rev: number): number {
  return log.append(Op.KeysRead, by.actorId, by.layer, 0, 0, undefined, answeredBy, rev);
}

/** @param summary {@link MergeSummary} */
export function recordMergePlanned(log: EventAppender, by: RecordedActor, into: number, summary: JsonValue): number {
  return log.append(Op.MergePlanned, by.actorId, by.layer, 0, 0, summary, into, 0);
}

/** One key of a merge. @param child who merges. @param ofRev see `Op.MergeWrite` */
export function recordMergedKey(log: EventAppender, child: RecordedActor, key: RecordedKey, ofRev: number): number {
  const op = key.value === undefined ? Op.MergeDelete : Op.MergeWrite;
  return log.append(op, child.actorId, key.layer, key.keyId, key.rev, key.value, child.layer, ofRev);
}

/**
 * A merge deletes in a store what is not there.
 * @param keyId the store's number of the key, or else the child's
 * @param rev the key's revision in the store
 */
export function recordMergedAbsence(
  log: EventAppender,
  child: RecordedActor,
  store: number,
  keyId: number,
  rev: number,
  ofRev: number,
): number {
  return log.append(Op.MergeDelete, child.actorId, store, keyId, rev, undefined, child.layer, ofRev);
}

/** @param planned the seq of the plan. @param outcome see `Op.MergeApplied` */
export function recordMergeApplied(
  log: EventAppender,
  by: RecordedActor,
  into: number,
  planned: number,
  outcome: JsonValue,
): number {
  return log.append(Op.MergeApplied, by.actorId, by.layer, 0, 0, outcome, into, planned);
}

/** @param planned the seq of the plan; 0 = there was none. @param refusal see `Op.MergeRefused` */
export function recordMergeRefused(
  log: EventAppender,
  by: RecordedActor,
  into: number,
  planned: number,
  refusal: JsonValue,
): number {
  return log.append(Op.MergeRefused, by.actorId, by.layer, 0, 0, refusal, into, planned);
}

/** @param data {@link HeldMergeData} */
export function recordMergeHeld(log: EventAppender, by: RecordedActor, into: number, data: JsonValue): number {
  return log.append(Op.MergeHeld, by.actorId, by.layer, 0, 0, data, into, 0);
}

/** @param rev the last revision given. @param state the whole new state */
export function recordRestored(
  log: EventAppender,
  actorId: number,
  store: number,
  rev: number,
  state: JsonValue,
): number {
  return log.append(Op.Restored, actorId, store, 0, rev, state, 0, 0);
}

/** What a script logs under a word of its own. */
export function recordLogged(log: EventAppender, by: RecordedActor, word: string, data: JsonValue | undefined): number {
  return log.append(Op.Logged, by.actorId, by.layer, log.intern(word), 0, data, 0, 0);
}

/** An event of the run, which is no agent's. */
export function recordOther(log: EventAppender, word: string, data: JsonValue | undefined): number {
  return log.append(Op.Other, 0, 0, log.intern(word), 0, data, 0, 0);
}
