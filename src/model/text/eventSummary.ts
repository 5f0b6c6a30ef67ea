/** The one line of text that says what an event did; bounded in length and cost, plain text, knows no view. */

import { membersOf, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";
import { isList, shortText } from "./valueText";

/** Characters of a value, of a name, and of free text in a summary. */
const VALUE_LENGTH = 80;
const NAME_LENGTH = 60;
const TEXT_LENGTH = 200;

/** How the values in a summary are told. */
interface ValueTexts {
  /** The event's own. */
  own(row: LogRow): string;
  /** What the key held before, as an aside. */
  was(model: RunModel, row: LogRow): string;
  /** What was logged, behind its name. */
  logged(row: LogRow): string;
}

const WHOLE: ValueTexts = {
  own: ({ value }) => (value === undefined ? "nothing" : shortText(value, VALUE_LENGTH)),
  was: (model, row) => {
    const before = model.effectiveValue(row.layer, row.key ?? "", row.seq - 1).value;
    return before === undefined ? "" : ` (was ${shortText(before, VALUE_LENGTH)})`;
  },
  logged: ({ value }) => (value === undefined ? "" : `: ${shortText(value, TEXT_LENGTH)}`),
};
const LEFT_OUT: ValueTexts = { own: () => "nothing", was: () => " (was )", logged: () => ": " };

/** What an event did, for example `set budget = 5 (was 3)`. */
export function eventSummary(model: RunModel, row: LogRow): string {
  return summaryOf(model, row, WHOLE);
}

/**
 * All words of the summary but those of values that agents wrote or logged, which may be on disk; it may have a few
 * words that the summary has not.
 */
export function summaryWords(model: RunModel, row: LogRow): string {
  return summaryOf(model, row, LEFT_OUT);
}

function summaryOf(model: RunModel, row: LogRow, values: ValueTexts): string {
  const { layer, key = "" } = row;
  const name = shortName(key);
  const into = shortName(model.layerName(row.aux));
  switch (row.op) {
    case Op.StoreCreated:
      return `parent state ${shortName(model.layerName(layer))} was made`;
    case Op.AgentStarted:
      return `agent ${shortName(model.layerName(layer))} begins on ${into}`;
    case Op.AgentEnded:
      return isNothing(row.value) ? "agent ends" : `agent ends with ${errorText(row.value)}`;
    case Op.ScopeEntered:
      return row.aux2 === 0 ? `enters scope ${row.aux}` : `enters scope ${row.aux} inside scope ${row.aux2}`;
    case Op.ScopeExited:
      return isNothing(row.value) ? `leaves scope ${row.aux}` : `leaves scope ${row.aux} with ${errorText(row.value)}`;
    case Op.Write:
      return `set ${name} = ${values.own(row)}${values.was(model, row)}`;
    case Op.MergeWrite:
      return `merge set ${name} = ${values.own(row)}${values.was(model, row)}`;
    case Op.Delete:
      return `deleted ${name}${values.was(model, row)}`;
    case Op.MergeDelete:
      return `merge deleted ${name}${values.was(model, row)}`;
    case Op.Revert:
      return `took back the local change of ${name}`;
    case Op.Discard:
      return `discarded ${counted(isList(row.value) ? row.value.length : 0, "key")}`;
    case Op.Read:
      return row.aux2 === 0
        ? `read ${name} from ${into}, where it was never written`
        : `read ${name} from ${into} at revision ${row.aux2}`;
    case Op.KeysRead:
      return `listed the keys of ${into} at their revision ${row.aux2}`;
    case Op.MergePlanned:
      return `merge into ${into}: ${plannedText(row.value)}`;
    case Op.MergeApplied: {
      const { keys, skipped, decision, why } = membersOf(row.value);
      const left = isList(skipped) && skipped.length > 0 ? `, ${counted(skipped.length, "name")} skipped` : "";
      return `merged into ${into}: ${counted(numberOf(keys), "key")}${left}${decisionText(decision, why)}`;
    }
    case Op.MergeHeld: {
      const { keys, reason } = membersOf(row.value);
      const count = counted(isList(keys) ? keys.length : 0, "key");
      return `merge into ${into} waits for the user: ${count}${reasonText(reason)}`;
    }
    case Op.MergeRefused:
      return `merge into ${into} refused: ${errorText(row.value)}`;
    case Op.Restored:
      return `restored ${shortName(model.layerName(layer))}: ${counted(Object.keys(membersOf(row.value)).length, "key")}`;
    default:
      return name + values.logged(row);
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

function isNothing(value: JsonValue | undefined): boolean {
  return value === null || value === undefined;
}

function errorText(error: JsonValue | undefined): string {
  const { name, message } = membersOf(error);
  const text = typeof message === "string" ? message : "";
  const short = text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH) + "…" : text;
  return `${typeof name === "string" ? shortName(name) : "an error"}${short === "" ? "" : `: ${short}`}`;
}

function reasonText(reason: JsonValue | undefined): string {
  if (reason === "conflict") return ", in conflict";
  return reason === "problem" ? ", with a problem" : "";
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
  const named = new Set(isList(fields["conflicts"]) ? fields["conflicts"] : []);
  const losses = isList(fields["problems"]) ? fields["problems"] : [];
  // A conflict is said already.
  const problems = losses.filter((each) => !named.has(membersOf(each)["key"] ?? null)).length;
  const staleReads = numberOf(fields["staleReadCount"]);
  return (
    counted(keys, fields["only"] === "pending" ? "pending key" : "key") +
    (conflicts === 0 ? "" : `, ${counted(conflicts, "conflict")}`) +
    (problems === 0 ? "" : `, ${counted(problems, "problem")}`) +
    (staleReads === 0 ? "" : `, ${counted(staleReads, "stale read")}`)
  );
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
