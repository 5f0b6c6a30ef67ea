/** Tells what there is to know of an event, piece by piece: its details show the pieces, and a search looks through them. */

import { Op, type LogRow } from "../../core/logRow";
import { membersOf, type JsonValue } from "../../core/jsonValue";
import type { PlanSide } from "../../core/mergePlan";
import { keyOf } from "./eventRow";
import { shortName } from "./eventSummary";
import type { RunModel } from "../runModel";

/** Takes the facts of an event, in order. Values are read from disk only when a taker looks at them. */
export interface FactTaker {
  /** A name of a key, agent or store. */
  name(label: string, name: string): void;
  /** A text of ours, with shortened names in it. */
  text(label: string, text: string): void;
  /** What a key held. */
  side(label: string, side: PlanSide): void;
  /** A member of the line that an event has no place for. */
  member(name: string, value: JsonValue): void;
}

/** What an event changed: what the key held before, and holds after it. */
export interface EventChange {
  readonly before: PlanSide;
  /** Absent where the event holds the value itself. */
  readonly after: PlanSide | undefined;
}

/** Hands out the facts of an event. */
export function tellFacts(model: RunModel, row: LogRow, taker: FactTaker): void {
  const isStore = model.isStore(row.layer);
  const base = (layer: number, rev: number): string => atRevision(shortName(model.layerName(layer)), rev);
  if (row.layer !== 0) taker.name(isStore ? "Parent state" : "Context", model.layerName(row.layer));
  const key = keyOf(row);
  if (key !== undefined) taker.name("Key", key);
  if (row.rev !== 0) taker.text("Revision", String(row.rev));
  switch (row.op) {
    case Op.AgentStarted:
      taker.name("Parent", model.layerName(row.aux));
      if (typeof row.value === "string") taker.name("Agent id", row.value);
      break;
    case Op.ScopeEntered:
      taker.text("Scope", row.aux2 === 0 ? String(row.aux) : `${row.aux} inside ${row.aux2}`);
      break;
    case Op.ScopeExited:
      taker.text("Scope", String(row.aux));
      break;
    case Op.Write:
    case Op.Delete:
      if (row.aux !== 0 && !isStore) taker.text("Base", base(row.aux, row.aux2));
      break;
    case Op.Read: {
      taker.text("Read from", base(row.aux, row.aux2));
      const side = model.effectiveValue(row.aux, row.key ?? "", row.seq);
      taker.side("Value", side);
      const writer = model.writerOf(side);
      if (writer !== undefined) taker.name("Written by", writer);
      if (side.seq !== undefined) taker.text("Written in event", String(side.seq));
      break;
    }
    case Op.KeysRead:
      taker.name("Keys of", model.layerName(row.aux));
      taker.text("Revision of the keys", String(row.aux2));
      break;
    case Op.MergeWrite:
    case Op.MergeDelete:
      taker.name("Merge of", model.layerName(row.aux));
      break;
    case Op.MergePlanned:
    case Op.MergeHeld:
      taker.name("Merge into", model.layerName(row.aux));
      break;
    case Op.MergeApplied:
    case Op.MergeRefused: {
      taker.name("Merge into", model.layerName(row.aux));
      if (row.aux2 !== 0) taker.text("Planned in event", String(row.aux2));
      const { hold } = membersOf(row.value);
      if (typeof hold === "number") taker.text("Held since event", String(hold));
      break;
    }
    default:
  }
  for (const [name, value] of Object.entries(model.extra(row.seq) ?? {})) taker.member(name, value);
}

/** What an event changed; undefined for one that changes no single key. */
export function changeOf(model: RunModel, row: LogRow): EventChange | undefined {
  switch (row.op) {
    case Op.Write:
    case Op.Delete:
    case Op.MergeWrite:
    case Op.MergeDelete:
    case Op.Revert: {
      const key = row.key ?? "";
      const before = model.effectiveValue(row.layer, key, row.seq - 1);
      return { before, after: row.op === Op.Revert ? model.effectiveValue(row.layer, key, row.seq) : undefined };
    }
    default:
      return undefined;
  }
}

function atRevision(layer: string, rev: number): string {
  return rev === 0 ? `${layer}, never written` : `${layer} at revision ${rev}`;
}
