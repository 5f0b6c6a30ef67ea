/** Tells what there is to see of one event when it is looked at; plain text, bounded, knows no view. */

import type { JsonValue } from "../../core/jsonValue";
import type { LogRow } from "../../core/logRow";
import type { EventDetails } from "../../protocol/eventsMessages";
import { differenceRows } from "./difference";
import { changeOf, tellFacts, type EventChange } from "./eventFacts";
import { shortName } from "./eventSummary";
import { mergedKeys } from "./mergedKeys";
import type { RunModel } from "../runModel";
import { prettyJson, shortText } from "./valueText";

type Fact = EventDetails["facts"][number];
type Change = NonNullable<EventDetails["change"]>;

/** Characters of a value among the facts. */
const FACT_LENGTH = 200;

/** All that is told of an event; undefined for a seq that is not there. */
export function eventDetails(model: RunModel, seq: number): EventDetails | undefined {
  const row = model.row(seq);
  if (row === undefined) return undefined;
  const own = changeOf(model, row);
  const merged = onlyMerged(model, row);
  const change = changeText(own ?? (merged && changeOf(model, merged)), merged ?? row);
  const data = own === undefined ? dataOf(row) : undefined;
  const line = lineText(model, seq);
  return {
    seq,
    firstSeq: model.firstOfStep(seq),
    kind: model.kind(seq),
    agent: model.actorOf(row),
    timestampMs: row.timestampMs,
    facts: factsOf(model, row),
    ...(line === undefined ? {} : { line }),
    ...(change === undefined ? {} : { change }),
    ...(data === undefined ? {} : { data }),
  };
}

/** The script's line that caused an event, as `file:line:column`; undefined where it is not known. */
export function lineText(model: RunModel, seq: number): string | undefined {
  const site = model.callSite(seq);
  return site && `${site.file}:${site.line}:${site.column}`;
}

function factsOf(model: RunModel, row: LogRow): Fact[] {
  const facts: Fact[] = [];
  const add = (label: string, text: string): void => void facts.push({ label, text });
  tellFacts(model, row, {
    name: (label, name) => add(label, shortName(name)),
    text: add,
    side: (label, { value }) => {
      if (value !== undefined) add(label, shortText(value, FACT_LENGTH));
    },
    member: (name, value) => {
      const text = shortText(value, FACT_LENGTH);
      add(shortName(name), typeof value === "string" ? text.slice(1, -1) : text);
    },
  });
  return facts;
}

/** The change of a merge that changed one key. */
function onlyMerged(model: RunModel, { seq }: LogRow): LogRow | undefined {
  let only: LogRow | undefined;
  for (const { row } of mergedKeys(model, seq)) {
    if (only !== undefined || row === undefined) return undefined;
    only = row;
  }
  return only;
}

function changeText(change: EventChange | undefined, row: LogRow): Change | undefined {
  if (change === undefined) return undefined;
  const before = change.before.value;
  const after = change.after === undefined ? row.value : change.after.value;
  const both = before !== undefined && after !== undefined;
  return { before: json(before), after: json(after), difference: both ? differenceRows(before, after) : [] };
}

function dataOf(row: LogRow): string | undefined {
  return row.value === undefined || row.value === null ? undefined : json(row.value);
}

function json(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const { json: text, cut } = prettyJson(value);
  return cut ? text + "…" : text;
}
