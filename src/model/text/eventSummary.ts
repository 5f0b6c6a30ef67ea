/** The one line of text that says what an event did; bounded in length and cost, plain text, knows no view. */

import type { JsonValue } from "../../core/jsonValue";
import { changeWords } from "./changeWords";
import { Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { mergedKeys } from "./mergedKeys";
import type { RunModel } from "../runModel";
import { KIND_TEXTS, shortName, TEXT_LENGTH, type ValueTexts } from "./kindTexts";
import { shortText } from "./valueText";

export { counted, shortName } from "./kindTexts";

/** Characters of a value in a summary. */
const VALUE_LENGTH = 80;
/** Keys of a merge that are named. */
const MAX_NAMES = 3;

const WHOLE: ValueTexts = {
  set(model, row) {
    // What was before comes first: what comes of it shares parts with it, which are compared at once.
    const before = valueBefore(model, row);
    const { value } = row;
    const text = value === undefined ? "nothing" : shortText(value, VALUE_LENGTH);
    if (before === undefined || value === undefined) return ` = ${text}`;
    const changed = text.endsWith("…") ? changeWords(before, value, VALUE_LENGTH) : undefined;
    return changed === undefined ? ` = ${text}${wasText(before)}` : `, ${changed}`;
  },
  was: (model, row) => wasText(valueBefore(model, row)),
  logged: ({ value }) => (value === undefined ? "" : `: ${shortText(value, TEXT_LENGTH)}`),
  merged(model, { seq }, count) {
    const names: string[] = [];
    let first: LogRow | undefined;
    for (const { key, row } of mergedKeys(model, seq)) {
      if (row === undefined) continue;
      if (names.length === MAX_NAMES) return `${count}: ${names.join(", ")}, …`;
      first ??= row;
      names.push(shortName(key));
    }
    if (first === undefined) return count;
    return names.length === 1 ? names[0] + mergedText(model, first) : `${count}: ${names.join(", ")}`;
  },
};
const LEFT_OUT: ValueTexts = {
  set: () => " = nothing (was ), adding changing removing ",
  was: () => " (was )",
  logged: () => ": ",
  merged: (_model, _row, count) => count,
};
const WITHOUT_KEYS: ValueTexts = { ...WHOLE, merged: LEFT_OUT.merged };

/** What a merge made of a key, behind its name: ` = 5 (was 3)`, ` deleted (was 3)`. */
export function mergedText(model: RunModel, row: LogRow): string {
  return row.op === Op.MergeDelete ? ` deleted${WHOLE.was(model, row)}` : WHOLE.set(model, row);
}

function valueBefore(model: RunModel, { layer, key = "", seq }: LogRow): JsonValue | undefined {
  return model.effectiveValue(layer, key, seq - 1).value;
}

function wasText(before: JsonValue | undefined): string {
  return before === undefined ? "" : ` (was ${shortText(before, VALUE_LENGTH)})`;
}

/** What an event did, for example `set budget = 5 (was 3)`. */
export function eventSummary(model: RunModel, row: LogRow): string {
  return KIND_TEXTS[row.op].summary(model, row, WHOLE);
}

/** As {@link eventSummary}, where the keys of merges are told beside it. */
export function eventAlone(model: RunModel, row: LogRow): string {
  return KIND_TEXTS[row.op].summary(model, row, WITHOUT_KEYS);
}

/**
 * All words of the summary but those of values that agents wrote or logged, which may be on disk; it may have a few
 * words that the summary has not.
 */
export function summaryWords(model: RunModel, row: LogRow): string {
  return KIND_TEXTS[row.op].summary(model, row, LEFT_OUT);
}
