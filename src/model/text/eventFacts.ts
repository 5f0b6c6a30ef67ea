/** Tells what there is to know of an event, piece by piece: its details show the pieces, and a search looks through them. */

import type { LogRow } from "../../core/logRow";
import type { PlanSide } from "../../core/mergePlan";
import { keyOf } from "./eventRow";
import { mergedText, shortName } from "./eventSummary";
import { mergedKeys } from "./mergedKeys";
import { KIND_TEXTS, type FactTaker } from "./kindTexts";
import type { RunModel } from "../runModel";

/** Keys of a merge that are told. */
const MAX_KEYS = 50;

/** What an event changed: what the key held before, and holds after it. */
export interface EventChange {
  readonly before: PlanSide;
  /** Absent where the event holds the value itself. */
  readonly after: PlanSide | undefined;
}

/** Hands out the facts of an event. */
export function tellFacts(model: RunModel, row: LogRow, taker: FactTaker): void {
  if (row.layer !== 0) taker.name(model.isStore(row.layer) ? "Parent state" : "Context", model.layerName(row.layer));
  const key = keyOf(row);
  if (key !== undefined) taker.name("Key", key);
  if (row.rev !== 0) taker.text("Revision", String(row.rev));
  KIND_TEXTS[row.op].facts?.(taker, model, row);
  tellKeys(model, row, taker);
  for (const [name, value] of Object.entries(model.extra(row.seq) ?? {})) taker.member(name, value);
}

/** What a merge that is one step did to its keys. */
function tellKeys(model: RunModel, { seq }: LogRow, taker: FactTaker): void {
  let keys = 0;
  for (const { key, row } of mergedKeys(model, seq)) {
    if (++keys > MAX_KEYS) return taker.text("…", "");
    const text = row === undefined ? "the parent's value stays" : mergedText(model, row);
    taker.text(shortName(key), text.replace(/^(?: = | |, )/, ""));
  }
}

/** What an event changed; undefined for one that changes no single key. */
export function changeOf(model: RunModel, row: LogRow): EventChange | undefined {
  const { change } = KIND_TEXTS[row.op];
  if (change === undefined) return undefined;
  const key = row.key ?? "";
  const before = model.effectiveValue(row.layer, key, row.seq - 1);
  return { before, after: change === "held" ? undefined : model.effectiveValue(row.layer, key, row.seq) };
}
