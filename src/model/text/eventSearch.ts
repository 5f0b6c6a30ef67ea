/**
 * Finds a text in events: in all that an event's row and its details say, at whatever length. Values are looked through
 * as JSON, and string by string as well, so that neither quotes nor escapes stand in the way. The words of a view, such
 * as the labels of facts, are not looked through, and neither are numbers and times of events.
 */

import { exactJson } from "../../core/exactNumber";
import { isObject, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import type { PlanSide } from "../../core/mergePlan";
import { EventAnswers, writerOf } from "./eventAnswers";
import { lineText } from "./eventDetails";
import { changeOf, tellFacts } from "./eventFacts";
import { eventSummary, shortName } from "./eventSummary";
import { EventSift, isSifted } from "./eventSift";
import type { RunModel } from "../runModel";
import { createMatcher } from "./textMatch";
import { isList, shortText } from "./valueText";

/** What makes two pieces of JSON stand beside each other. */
const BETWEEN_VALUES = /[":,{}[\]]|^\s|\s$/;

/** Looks for one text in the events of one model. */
export class EventSearch {
  private readonly model: RunModel;
  private readonly has: (text: string) => boolean;
  private readonly hasJson: (value: JsonValue) => boolean;
  private readonly values: EventAnswers;
  private readonly sift: EventSift | undefined;

  /** @param text not "" */
  constructor(model: RunModel, text: string) {
    this.model = model;
    this.has = createMatcher(text);
    this.hasJson = createJsonMatcher(text);
    this.values = new EventAnswers((index) => {
      const value = model.rowAt(index)?.value;
      return value !== undefined && this.hasJson(value);
    });
    const word = longestWord(text);
    if (word !== undefined) this.sift = new EventSift(model, word);
  }

  /** Whether the event at a place in the log has the text; the place must be there. */
  matches(index: number): boolean {
    const agent = this.model.actorOf(this.model.headAt(index));
    if (this.has(this.model.kindAt(index)) || (agent !== undefined && this.has(agent))) return true;
    if (this.sift?.mayMatch(index) === false) return false;
    const row = this.model.rowAt(index);
    return row !== undefined && this.isIn(row, index);
  }

  private isIn(row: LogRow, index: number): boolean {
    const model = this.model;
    const has = this.has;
    if (has(eventSummary(model, row))) return true;
    const line = lineText(model, row.seq);
    if (line !== undefined && has(line)) return true;
    // As it is, and as it is shown, which may be in quotes.
    const hasName = (name: string): boolean => has(name) || has(shortName(name));
    let found = false;
    tellFacts(model, row, {
      name: (_, name) => void (found ||= hasName(name)),
      text: (_, text) => void (found ||= has(text)),
      side: (_, side) => void (found ||= this.side(side)),
      member: (name, value) => void (found ||= hasName(name) || this.hasJson(value)),
    });
    if (found) return true;
    const change = changeOf(model, row);
    if (change === undefined) return hasData(row) && this.values.ask(index);
    return this.side(change.before) || (change.after === undefined ? this.values.ask(index) : this.side(change.after));
  }

  private side(side: PlanSide): boolean {
    const writer = writerOf(this.model, side);
    if (writer !== undefined) return this.values.ask(writer);
    return side.value !== undefined && this.hasJson(side.value);
  }
}

/** Whether the details of an event that changes no single key show its value. A logged null stands in the summary, too. */
function hasData(row: LogRow): boolean {
  return row.op !== Op.Read && (isSifted(row.op) || row.value !== null);
}

/** Whether a value has the text: in its JSON as a recording, a row or the details write it, or inside one of its strings. */
function createJsonMatcher(text: string): (value: JsonValue) => boolean {
  const has = createMatcher(text);
  const spansValues = BETWEEN_VALUES.test(text);
  return (value) => {
    const json = exactJson(JSON.stringify(value));
    if (has(json)) return true;
    if (spansValues && (has(exactJson(JSON.stringify(value, null, 2))) || has(shortText(value, Infinity)))) return true;
    return json.includes("\\") && hasString(value, has);
  };
}

/** Whether a string or a name of a property in a value has it; JSON writes some of their characters otherwise. */
function hasString(value: JsonValue, has: (text: string) => boolean): boolean {
  if (typeof value === "string") return has(value);
  if (isList(value)) return value.some((item) => hasString(item, has));
  return isObject(value) && Object.entries(value).some(([name, item]) => has(name) || hasString(item, has));
}

/** The longest word or whole number in a text. An "e" among digits may be either's. */
function longestWord(text: string): string | undefined {
  let longest: string | undefined;
  for (const [word] of text.matchAll(/[A-Za-z0-9_]+/g)) {
    if (/[a-df-z]|^\d+$/i.test(word) && word.length > (longest?.length ?? 1)) longest = word;
  }
  return longest;
}
