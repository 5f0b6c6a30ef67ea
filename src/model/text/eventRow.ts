/** Tells how an event stands in a list, as one row; knows no filter and no view. */

import type { EventRow } from "../../protocol/eventsMessages";
import { bringsWord, Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { eventSummary } from "./eventSummary";
import type { RunModel } from "../runModel";
import { isList } from "./valueText";

/** An event as a row of a list. */
export function eventRow(model: RunModel, row: LogRow): EventRow {
  return {
    seq: row.seq,
    kind: model.kind(row.seq),
    agent: model.actorOf(row),
    key: keyOf(row),
    timestampMs: row.timestampMs,
    summary: eventSummary(model, row),
  };
}

/** The state's key that an event is about; what scripts log has none. */
export function keyOf(row: LogRow): string | undefined {
  return bringsWord(row.op) ? undefined : row.key;
}

/** The keys that an event is about: those of a discard, too. */
export function keysOf(row: LogRow): readonly string[] {
  if (row.op === Op.Discard && isList(row.value)) return row.value.filter((key) => typeof key === "string");
  const key = keyOf(row);
  return key === undefined ? [] : [key];
}
