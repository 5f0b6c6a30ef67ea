/** Owns the state that a log of events folds into, and the fold itself: the one definition that retention, tests and models share. */

import type { JsonValue } from "./jsonValue";
import type { LogRow } from "./logRow";

/** A key of a store, deleted ones (present: false) included. Plain data; values by reference. */
export interface StoreEntry {
  value: JsonValue | undefined; // undefined = deleted
  rev: number;
  actor: string | undefined;
  seq: number;
}

/** What a context remembers of a key. */
export interface ContextEntry {
  /** 0 not local, 1 a local value, 2 a tombstone. */
  local: 0 | 1 | 2;
  value: JsonValue | undefined;
  /** Revision, writer and event of the last local change (a take-back included); rev 0 = never changed here. */
  rev: number;
  actor: string | undefined;
  seq: number;
  /** Written or deleted since it was last merged. */
  pending: boolean;
  /** The base of a local key: which layer at which revision (0,0 when not local), and its value (undefined = absent). */
  baseLayer: number;
  baseRev: number;
  baseValue: JsonValue | undefined;
  /** The last fall-through read (0,0 = never), and the value read. */
  readLayer: number;
  readRev: number;
  readValue: JsonValue | undefined;
}

export interface StoreState {
  readonly type: "store";
  readonly layer: number;
  readonly name: string;
  revision: number;
  readonly entries: Map<string, StoreEntry>;
}

export interface ContextState {
  readonly type: "context";
  readonly layer: number;
  readonly name: string;
  readonly parent: number;
  revision: number;
  readonly entries: Map<string, ContextEntry>;
  /** Scopes entered and not yet left, by id. */
  readonly scopes: Set<number>;
  ended: boolean;
}

export interface LogState {
  /** The event after which this is the state. */
  seq: number;
  readonly layers: Map<number, StoreState | ContextState>;
}

/** Applies one event to a state, in place. Total: unknown layers and ops are ignored. */
export declare function applyRow(state: LogState, row: LogRow): void;
