/** The in-memory shape of one event; knows nothing of files, sockets or views. */

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

/** What a line of the script does. A merge's line is that of its `MergePlanned`, hence none of its parts. */
export const OPS_BY_LINE: readonly Op[] = [
  Op.Write,
  Op.Delete,
  Op.Revert,
  Op.Discard,
  Op.Read,
  Op.KeysRead,
  Op.MergePlanned,
  Op.MergeHeld,
  Op.Restored,
  Op.Logged,
];

/**
 * One event. A row handed to a sink is reused: read it during the call, never keep it.
 * Layers are stores and contexts; their ids count up from 1 within a log.
 */
export interface LogRow {
  /** Orders the events of one thread; counts up by one without gaps; 0 is the snapshot the log starts from. */
  seq: number;
  op: Op;
  /** Milliseconds since the epoch, from a coarse clock: `seq` orders, not this. */
  timestampMs: number;
  /** The actor's or agent's name; undefined for events of no agent. */
  agent: string | undefined;
  /** 0 for none. */
  layer: number;
  key: string | undefined;
  /** The revision that `layer` has after this event, for events that write; otherwise 0. */
  rev: number;
  /** Undefined = absent. */
  value: JsonValue | undefined;
  aux: number;
  aux2: number;
  /** Which call site did it (see `InspectableRuntime.callSite`); 0 = not taken. */
  site: number;
}

/**
 * The context whose doing an event is, 0 where it is none's: what a child merges is the child's, and what an agent of
 * another tool's log writes to a store the agent's.
 */
export function actingLayer(
  { op, layer, aux }: Pick<LogRow, "op" | "layer" | "aux">,
  isContext: (layer: number) => boolean,
): number {
  if (op === Op.MergeWrite || op === Op.MergeDelete) return aux;
  // A context that begins is one from now on.
  if (op === Op.AgentStarted || isContext(layer)) return layer;
  return op === Op.Write || op === Op.Delete ? aux : 0;
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

/** A row that says nothing yet, to be filled in. */
export function newRow(): LogRow {
  return {
    seq: 0,
    op: Op.Other,
    timestampMs: 0,
    agent: undefined,
    layer: 0,
    key: undefined,
    rev: 0,
    value: undefined,
    aux: 0,
    aux2: 0,
    site: 0,
  };
}
