/** The one line of text that says what an event did; bounded in length and cost, plain text, knows no view. */

import type { LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";
import { KIND_TEXTS, TEXT_LENGTH, type ValueTexts } from "./kindTexts";
import { shortText } from "./valueText";

export { counted, shortName } from "./kindTexts";

/** Characters of a value in a summary. */
const VALUE_LENGTH = 80;

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
  return KIND_TEXTS[row.op].summary(model, row, WHOLE);
}

/**
 * All words of the summary but those of values that agents wrote or logged, which may be on disk; it may have a few
 * words that the summary has not.
 */
export function summaryWords(model: RunModel, row: LogRow): string {
  return KIND_TEXTS[row.op].summary(model, row, LEFT_OUT);
}
