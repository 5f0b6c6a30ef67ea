/**
 * Finds a text in events: in all that an event's row and its details say, at whatever length. Values are looked through
 * as JSON, and string by string as well, so that neither quotes nor escapes stand in the way. The words of a view, such
 * as the labels of facts, are not looked through, and neither are numbers and times of events.
 *
 * Most events have nothing of what is looked for. Where its longest word is in none of an event's texts and in no line
 * that holds its values, the values need not be decoded. Each value and each line is looked through once, however many
 * events show it.
 */

import type { JsonValue } from "../runtime/jsonValue";
import { isObject } from "../runtime/jsonValue";
import { Op, type LogRow } from "../runtime/logRow";
import type { PlanSide } from "../runtime/mergePlan";
import { lineText } from "./eventDetails";
import { changeOf, tellFacts } from "./eventFacts";
import { eventSummary, shortName, summaryWords } from "./eventSummary";
import type { RunModel } from "./runModel";
import { createMatcher } from "./textMatch";
import { isList, shortText } from "./valueText";

/** Events whose values a search may leave undecoded: those of the others are small, and their summaries tell of them. */
const DECODED_LATER: ReadonlySet<Op> = new Set([
  Op.Write,
  Op.MergeWrite,
  Op.Delete,
  Op.MergeDelete,
  Op.Revert,
  Op.Read,
  Op.Logged,
  Op.Other,
]);
/** What makes two pieces of JSON stand beside each other. */
const BETWEEN_VALUES = /[":,{}[\]]|^\s|\s$/;

/** One way to look at the pieces of an event. */
interface Look {
  /** Whether a text has it. */
  text(text: string): boolean;
  /** Whether the value of the event at a place in the log has it. */
  event(index: number, row: LogRow): boolean;
  value(value: JsonValue): boolean;
  summary(model: RunModel, row: LogRow): string;
}

/** Looks for one text in the events of one model. */
export class EventSearch {
  readonly #model: RunModel;
  readonly #has: (text: string) => boolean;
  readonly #exact: Look;
  /** Passes all events that {@link #exact} passes, and seldom decodes a value; undefined where there is no such look. */
  readonly #quick: Look | undefined;

  /** @param text not "" */
  constructor(model: RunModel, text: string) {
    this.#model = model;
    const has = (this.#has = createMatcher(text));
    const hasJson = createJsonMatcher(text);
    const known = new Answers();
    this.#exact = {
      text: has,
      event: (index, row) => known.ask(index, () => row.value !== undefined && hasJson(row.value)),
      value: hasJson,
      summary: eventSummary,
    };
    const word = longestWord(text);
    if (word !== undefined) this.#quick = this.#quickLook(createMatcher(word));
  }

  /** Whether the event at a place in the log has the text; the place must be there. */
  matches(index: number): boolean {
    const row = this.#model.rowAt(index);
    if (row === undefined) return false;
    if (this.#has(this.#model.kindAt(index)) || (row.agent !== undefined && this.#has(row.agent))) return true;
    if (this.#quick !== undefined && DECODED_LATER.has(row.op) && !this.#look(this.#quick, row, index)) return false;
    return this.#look(this.#exact, row, index);
  }

  #quickLook(has: (text: string) => boolean): Look {
    const known = new Answers();
    const value = (json: JsonValue): boolean => has(JSON.stringify(json));
    return {
      text: has,
      event: (index, row) =>
        known.ask(index, () => {
          const line = this.#model.valueLine(index);
          if (line === undefined) return row.value !== undefined && value(row.value);
          // A letter may be written by its number.
          return line.includes("\\u") || has(line);
        }),
      value,
      summary: summaryWords,
    };
  }

  #look(look: Look, row: LogRow, index: number): boolean {
    const model = this.#model;
    if (look.text(look.summary(model, row))) return true;
    const line = lineText(model, row.seq);
    if (line !== undefined && look.text(line)) return true;
    // As it is, and as it is shown, which may be in quotes.
    const hasName = (name: string): boolean => look.text(name) || look.text(shortName(name));
    let found = false;
    tellFacts(model, row, {
      name: (_, name) => void (found ||= hasName(name)),
      text: (_, text) => void (found ||= look.text(text)),
      side: (_, side) => void (found ||= this.#side(look, side)),
      member: (name, value) => void (found ||= hasName(name) || look.value(value)),
    });
    if (found) return true;
    const change = changeOf(model, row);
    if (change === undefined) return hasData(row) && look.event(index, row);
    if (this.#side(look, change.before)) return true;
    return change.after === undefined ? look.event(index, row) : this.#side(look, change.after);
  }

  /** What a key held: most often the value of the event that wrote it, which was looked through then. */
  #side(look: Look, side: PlanSide): boolean {
    const index = side.seq === undefined ? -1 : this.#model.indexUpTo(side.seq);
    const row = index === -1 ? undefined : this.#model.rowAt(index);
    if (row?.seq === side.seq && (row?.op === Op.Write || row?.op === Op.MergeWrite)) return look.event(index, row);
    return side.value !== undefined && look.value(side.value);
  }
}

/** Whether the details of an event that changes no single key show its value. A logged null stands in the summary, too. */
function hasData(row: LogRow): boolean {
  return row.op !== Op.Read && (DECODED_LATER.has(row.op) || row.value !== null);
}

/** Answers to a question about the events of a log, each asked once. */
class Answers {
  #answers = new Uint8Array(1_024);

  ask(index: number, question: () => boolean): boolean {
    const known = this.#answers[index] ?? 0;
    if (known !== 0) return known === 2;
    const answer = question();
    if (index >= this.#answers.length) {
      const grown = new Uint8Array(2 * index);
      grown.set(this.#answers);
      this.#answers = grown;
    }
    this.#answers[index] = answer ? 2 : 1;
    return answer;
  }
}

/** Whether a value has the text: in its JSON as a recording, a row or the details write it, or inside one of its strings. */
function createJsonMatcher(text: string): (value: JsonValue) => boolean {
  const has = createMatcher(text);
  const spansValues = BETWEEN_VALUES.test(text);
  return (value) => {
    const json = JSON.stringify(value);
    if (has(json)) return true;
    if (spansValues && (has(JSON.stringify(value, null, 2)) || has(shortText(value, Infinity)))) return true;
    return json.includes("\\") && hasString(value, has);
  };
}

/** Whether a string or a name of a property in a value has it; JSON writes some of their characters otherwise. */
function hasString(value: JsonValue, has: (text: string) => boolean): boolean {
  if (typeof value === "string") return has(value);
  if (isList(value)) return value.some((item) => hasString(item, has));
  return isObject(value) && Object.entries(value).some(([name, item]) => has(name) || hasString(item, has));
}

/**
 * The longest run of letters in a text. Wherever the text is, the word is, however JSON writes what stands around it.
 * An "e" may belong to a number, which can be written in several ways.
 */
function longestWord(text: string): string | undefined {
  const words = text.match(/[A-Za-z]{2,}/g) ?? [];
  return words.reduce<string | undefined>(
    (longest, word) => (word.length > (longest?.length ?? 0) ? word : longest),
    undefined,
  );
}
