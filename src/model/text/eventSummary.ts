/** The one line of text that says what an event did; bounded in length and cost, plain text, knows no view. */

import type { JsonValue } from "../../core/jsonValue";
import { changeWords } from "./changeWords";
import type { LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";
import { KIND_TEXTS, TEXT_LENGTH, type ValueTexts } from "./kindTexts";
import { shortText } from "./valueText";

export { counted, shortName } from "./kindTexts";

/** Characters of a value in a summary. */
const VALUE_LENGTH = 80;

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
};
const LEFT_OUT: ValueTexts = {
  set: () => " = nothing (was ), adding changing removing ",
  was: () => " (was )",
  logged: () => ": ",
};

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

/**
 * All words of the summary but those of values that agents wrote or logged, which may be on disk; it may have a few
 * words that the summary has not.
 */
export function summaryWords(model: RunModel, row: LogRow): string {
  return KIND_TEXTS[row.op].summary(model, row, LEFT_OUT);
}
