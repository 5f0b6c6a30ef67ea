/** The reading of one store's changes out of the log. */

import type { EventLog } from "./eventLog";
import type { JsonObject, JsonValue } from "../core/jsonValue";
import { Op } from "../core/logRow";
import { restoreSteps } from "../core/logState";

/** One change of one key of a store. */
export interface Transition {
  readonly key: string;
  /** undefined = absent. */
  readonly oldValue: JsonValue | undefined;
  readonly newValue: JsonValue | undefined;
  /** Who did it; for a merge, the agent that merged. */
  readonly actor: string | undefined;
  /** The store's revision after it. */
  readonly revision: number;
  /** Milliseconds since the epoch, coarse: the revision orders. */
  readonly timestamp: number;
}

/** The changes of the store with this layer id that have a revision above `since`, oldest first. */
export function readTransitions(log: EventLog, layer: number, since: number): Transition[] {
  const values = new Map<string, { value: JsonValue | undefined }>();
  const base = log.baseState.layers.get(layer);
  if (base?.type === "store") for (const [key, { value }] of base.entries) values.set(key, { value });
  let revision = base?.revision ?? 0;
  const transitions: Transition[] = [];
  for (const row of log.rows()) {
    if (row.layer !== layer) continue;
    for (const [key, newValue] of changesOf(row.op, row.key, row.value, values)) {
      const oldValue = values.get(key)?.value;
      values.set(key, { value: newValue });
      revision++;
      if (revision <= since) continue;
      transitions.push(
        Object.freeze({ key, oldValue, newValue, actor: row.agent, revision, timestamp: row.timestampMs }),
      );
    }
  }
  return transitions;
}

function changesOf(
  op: Op,
  key: string | undefined,
  value: JsonValue | undefined,
  values: ReadonlyMap<string, { readonly value: JsonValue | undefined }>,
): readonly (readonly [string, JsonValue | undefined])[] {
  if (op === Op.Restored) return restoreSteps(values, value as JsonObject);
  if (key === undefined) return [];
  // A merge may delete what is absent, which changes nothing.
  if (op === Op.MergeDelete && values.get(key)?.value === undefined) return [];
  return [[key, value]];
}
