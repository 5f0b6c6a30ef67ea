/** Owns the one line of text that says what an event did; bounded in length and cost, plain text, knows no view. */

import { isObject, membersOf, type JsonValue } from "../runtime/jsonValue";
import { Op, type LogRow } from "../runtime/logRow";
import type { RunModel } from "./runModel";
import { isList, shortText } from "./valueText";

/** Characters of a value, of a name, and of free text in a summary. */
const VALUE_LENGTH = 80;
const NAME_LENGTH = 60;
const TEXT_LENGTH = 200;

/** What an event did, for example `set budget = 5 (was 3)`. */
export function eventSummary(model: RunModel, row: LogRow): string {
  const { value, layer, key = "" } = row;
  const name = shortName(key);
  const into = shortName(model.layerName(row.aux));
  switch (row.op) {
    case Op.StoreCreated:
      return `parent state ${shortName(model.layerName(layer))} was made`;
    case Op.AgentStarted:
      return `agent ${shortName(model.layerName(layer))} begins on ${into}`;
    case Op.AgentEnded:
      return value === null || value === undefined ? "agent ends" : `agent ends with ${errorText(value)}`;
    case Op.ScopeEntered:
      return row.aux2 === 0 ? `enters scope ${row.aux}` : `enters scope ${row.aux} inside scope ${row.aux2}`;
    case Op.ScopeExited:
      return value === null || value === undefined
        ? `leaves scope ${row.aux}`
        : `leaves scope ${row.aux} with ${errorText(value)}`;
    case Op.Write:
      return `set ${name} = ${valueText(value)}${wasText(model, row)}`;
    case Op.MergeWrite:
      return `merge set ${name} = ${valueText(value)}${wasText(model, row)}`;
    case Op.Delete:
      return `deleted ${name}${wasText(model, row)}`;
    case Op.MergeDelete:
      return `merge deleted ${name}${wasText(model, row)}`;
    case Op.Revert:
      return `took back the local change of ${name}`;
    case Op.Discard:
      return `discarded ${counted(isList(value) ? value.length : 0, "key")}`;
    case Op.Read:
      return row.aux2 === 0
        ? `read ${name} from ${into}, where it was never written`
        : `read ${name} from ${into} at revision ${row.aux2}`;
    case Op.MergePlanned:
      return `merge into ${into}: ${plannedText(value)}`;
    case Op.MergeApplied: {
      const { keys, skipped, decision, why } = membersOf(value);
      const left = isList(skipped) && skipped.length > 0 ? `, ${counted(skipped.length, "name")} skipped` : "";
      return `merged into ${into}: ${counted(numberOf(keys), "key")}${left}${decisionText(decision, why)}`;
    }
    case Op.MergeHeld: {
      const { keys, reason } = membersOf(value);
      const count = counted(isList(keys) ? keys.length : 0, "key");
      return `merge into ${into} waits for the user: ${count}${reason === "conflict" ? ", in conflict" : ""}`;
    }
    case Op.MergeRefused:
      return `merge into ${into} refused: ${errorText(value)}`;
    case Op.Restored:
      return `restored ${shortName(model.layerName(layer))}: ${counted(isObject(value) ? Object.keys(value).length : 0, "key")}`;
    default:
      return value === undefined ? name : `${name}: ${shortText(value, TEXT_LENGTH)}`;
  }
}

/** A key or agent as it reads best in a sentence: as it is when it is a word, else quoted; shortened. */
export function shortName(name: string): string {
  return /^[\p{L}\p{N}_$.:@/-]+$/u.test(name) && name.length <= NAME_LENGTH ? name : shortText(name, NAME_LENGTH);
}

/** `3 keys`, `1 key`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : shortText(value, VALUE_LENGTH);
}

function wasText(model: RunModel, row: LogRow): string {
  const before = model.effectiveValue(row.layer, row.key ?? "", row.seq - 1).value;
  return before === undefined ? "" : ` (was ${shortText(before, VALUE_LENGTH)})`;
}

function errorText(error: JsonValue | undefined): string {
  const { name, message } = membersOf(error);
  const text = typeof message === "string" ? message : "";
  const short = text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH) + "…" : text;
  return `${typeof name === "string" ? shortName(name) : "an error"}${short === "" ? "" : `: ${short}`}`;
}

/** How a held merge came to be done. */
function decisionText(decision: JsonValue | undefined, why: JsonValue | undefined): string {
  if (decision === "approved") return ", approved by the user";
  if (decision !== "released") return "";
  if (why === "detached") return ", released because the editor was detached";
  if (why === "disconnected") return ", released because the editor was gone";
  return ", released by the user";
}

function plannedText(summary: JsonValue | undefined): string {
  const fields = membersOf(summary);
  const kinds = ["added", "modified", "deleted", "unchanged"];
  const keys = kinds.reduce((sum, kind) => sum + numberOf(fields[kind]), 0);
  const conflicts = numberOf(fields["conflictCount"]);
  const staleReads = numberOf(fields["staleReadCount"]);
  return (
    counted(keys, "key") +
    (conflicts === 0 ? "" : `, ${counted(conflicts, "conflict")}`) +
    (staleReads === 0 ? "" : `, ${counted(staleReads, "stale read")}`)
  );
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
