/** The in-memory shape of one event; knows nothing of files, sockets or views. What its kind makes of it is eventKinds.ts's affair. */

import type { JsonValue } from "./jsonValue";
import { Op } from "./eventKinds";

export {
  actingLayer,
  Op,
  storeFacts,
  type HeldMergeData,
  type HoldReason,
  type MergeSummary,
  type StoreFacts,
} from "./eventKinds";

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
  /** What these two hold depends on the kind: eventKinds.ts gives them names. */
  aux: number;
  aux2: number;
  /** Which call site did it (see `InspectableRuntime.callSite`); 0 = not taken. */
  site: number;
  /** The context in whose scope it was done, where that is not `layer`; 0 = none, or its own. */
  inScopeOf: number;
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
    inScopeOf: 0,
  };
}
