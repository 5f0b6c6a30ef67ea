/** Owns what is told of one event when it is looked at; plain text, bounded, knows no view. */

import { membersOf, type JsonValue } from "../runtime/jsonValue";
import { Op, type LogRow } from "../runtime/logRow";
import type { EventDetails } from "../protocol/eventsMessages";
import { differenceRows } from "./difference";
import { keyOf } from "./eventList";
import { shortName } from "./eventSummary";
import type { RunModel } from "./runModel";
import { prettyJson, shortText } from "./valueText";

type Fact = EventDetails["facts"][number];
type Change = NonNullable<EventDetails["change"]>;

/** Characters of a value among the facts. */
const FACT_LENGTH = 200;

/** All that is told of an event; undefined for a seq that is not there. */
export function eventDetails(model: RunModel, seq: number): EventDetails | undefined {
  const row = model.row(seq);
  if (row === undefined) return undefined;
  const change = changeOf(model, row);
  const data = change === undefined ? dataOf(row) : undefined;
  return {
    seq,
    kind: model.kind(seq),
    agent: row.agent,
    timestampMs: row.timestampMs,
    facts: factsOf(model, row),
    ...(change === undefined ? {} : { change }),
    ...(data === undefined ? {} : { data }),
  };
}

function factsOf(model: RunModel, row: LogRow): Fact[] {
  const facts: Fact[] = [];
  const add = (label: string, text: string): void => void facts.push({ label, text });
  const layerText = (layer: number): string => shortName(model.layerName(layer));
  const isStore = model.stores().some((store) => store.layer === row.layer);
  if (row.layer !== 0) add(isStore ? "Parent state" : "Context", layerText(row.layer));
  const key = keyOf(row);
  if (key !== undefined) add("Key", shortName(key));
  if (row.rev !== 0) add("Revision", String(row.rev));
  switch (row.op) {
    case Op.AgentStarted:
      add("Parent", layerText(row.aux));
      break;
    case Op.ScopeEntered:
      add("Scope", row.aux2 === 0 ? String(row.aux) : `${row.aux} inside ${row.aux2}`);
      break;
    case Op.ScopeExited:
      add("Scope", String(row.aux));
      break;
    case Op.Write:
    case Op.Delete:
      if (row.aux !== 0 && !isStore) add("Base", atRevision(layerText(row.aux), row.aux2));
      break;
    case Op.Read: {
      add("Read from", atRevision(layerText(row.aux), row.aux2));
      const side = model.effectiveValue(row.aux, row.key ?? "", row.seq);
      if (side.value !== undefined) add("Value", shortText(side.value, FACT_LENGTH));
      if (side.actor !== undefined) add("Written by", shortName(side.actor));
      if (side.seq !== undefined) add("Written in event", String(side.seq));
      break;
    }
    case Op.MergeWrite:
    case Op.MergeDelete:
      add("Merge of", layerText(row.aux));
      break;
    case Op.MergePlanned:
      add("Merge into", layerText(row.aux));
      break;
    case Op.MergeHeld:
      add("Merge into", layerText(row.aux));
      break;
    case Op.MergeApplied:
    case Op.MergeRefused: {
      add("Merge into", layerText(row.aux));
      if (row.aux2 !== 0) add("Planned in event", String(row.aux2));
      const { hold } = membersOf(row.value);
      if (typeof hold === "number") add("Held since event", String(hold));
      break;
    }
    default:
  }
  for (const [name, value] of Object.entries(model.extra(row.seq) ?? {})) {
    add(
      shortName(name),
      typeof value === "string" ? shortText(value, FACT_LENGTH).slice(1, -1) : shortText(value, FACT_LENGTH),
    );
  }
  return facts;
}

function changeOf(model: RunModel, row: LogRow): Change | undefined {
  switch (row.op) {
    case Op.Write:
    case Op.Delete:
    case Op.MergeWrite:
    case Op.MergeDelete:
    case Op.Revert: {
      const key = row.key ?? "";
      const before = model.effectiveValue(row.layer, key, row.seq - 1).value;
      const after = row.op === Op.Revert ? model.effectiveValue(row.layer, key, row.seq).value : row.value;
      const both = before !== undefined && after !== undefined;
      return { before: json(before), after: json(after), difference: both ? differenceRows(before, after) : [] };
    }
    default:
      return undefined;
  }
}

function dataOf(row: LogRow): string | undefined {
  return row.value === undefined || row.value === null ? undefined : json(row.value);
}

function json(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const { json: text, cut } = prettyJson(value);
  return cut ? text + "…" : text;
}

function atRevision(layer: string, rev: number): string {
  return rev === 0 ? `${layer}, never written` : `${layer} at revision ${rev}`;
}
