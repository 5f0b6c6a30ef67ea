/**
 * Sifts out most of the events that cannot have a text, at little cost: wherever the text is, its longest word is,
 * however JSON writes what stands around it. Values need not be decoded for that: the lines that hold them are enough.
 * It must not sift out an event that has the text; that it lets through many that have it not is no error.
 */

import { exactJson } from "../../core/exactNumber";
import { answeredByOf, bringsWord, namedLayerOf, namedRevisionOf, Op, withNumbers } from "../../core/eventKinds";
import { newRow, type LogRow } from "../../core/logRow";
import type { PlanSide } from "../../core/mergePlan";
import { lineText } from "./eventDetails";
import { tellFacts } from "./eventFacts";
import { EventAnswers, writerOf } from "./eventAnswers";
import { summaryWords } from "./eventSummary";
import { KIND_TEXTS } from "./kindTexts";
import type { RunModel } from "../runModel";
import { createMatcher } from "./textMatch";

/** Whether events of a kind are sifted: they are many, and their values may be large and on disk. */
export function isSifted(op: Op): boolean {
  return KIND_TEXTS[op].sifted === true;
}

/** A number of which other digits may be shown than are written: with an exponent, very long, or very small. */
const UNUSUAL_NUMBER = /\d[eE]|\d{16}|\.0{5}/;

/** Changes of changes that are followed; a recording of ours has fewer. */
const MAX_DEPTH = 1_000;

type EventHead = Omit<LogRow, "value">;

/** Sifts the events of one model by one word. */
export class EventSift {
  private readonly model: RunModel;
  private readonly has: (text: string) => boolean;
  private readonly isNumber: boolean;
  private readonly values: EventAnswers;
  private readonly names = new Map<string, boolean>();
  /** Values that are looked through now, each changed from the next. */
  private depth = 0;
  /** Whether words of ours have it, by what an event did. */
  private readonly words = new Map<number, boolean>();

  /** @param word letters, digits and underscores; among digits no "e" */
  constructor(model: RunModel, word: string) {
    this.model = model;
    const has = (this.has = createMatcher(word));
    const isNumber = (this.isNumber = /^\d+$/.test(word));
    this.values = new EventAnswers((index) => {
      const line = model.valueLine(index);
      if (line !== undefined) {
        // A letter may be written by its number.
        if (has(line) || line.includes("\\u") || (isNumber && UNUSUAL_NUMBER.test(line))) return true;
        const source = line.includes('"patch":') ? model.valueSource(index) : undefined;
        return source !== undefined && this.mayStartWith(source);
      }
      const value = model.rowAt(index)?.value;
      return value !== undefined && has(exactJson(JSON.stringify(value)));
    });
  }

  /** Whether the event at a place in the log may have the text. */
  mayMatch(index: number): boolean {
    const model = this.model;
    const head = model.headAt(index);
    const { op, seq, key = "", layer } = head;
    if (this.isNumber && this.has(`${head.rev} ${namedRevisionOf(head)}`)) return true;
    if (!isSifted(op) || this.areWords(head) || model.extra(seq) !== undefined) return true;
    if (this.isName(key) || this.isName(model.layerName(layer))) return true;
    if (this.isName(model.layerName(namedLayerOf(head)))) return true;
    const line = lineText(model, seq);
    if (line !== undefined && this.isName(line)) return true;
    if (bringsWord(op)) return this.values.ask(index);
    if (op === Op.Read) {
      const side = model.effectiveValue(answeredByOf(head), key, seq);
      if (this.isNumber && this.has(String(side.seq))) return true;
      const writer = model.writerOf(side);
      return (writer !== undefined && this.isName(writer)) || this.side(side);
    }
    return (
      this.values.ask(index) ||
      this.side(model.effectiveValue(layer, key, seq - 1)) ||
      (KIND_TEXTS[op].change === "uncovered" && this.side(model.effectiveValue(layer, key, seq)))
    );
  }

  /** Whether what a value changed from may have the word. */
  private mayStartWith(source: { readonly event: number; readonly extends: boolean }): boolean {
    // A text that grew may have the word where its parts meet.
    if (source.extends || source.event === -1 || this.depth > MAX_DEPTH) return true;
    this.depth++;
    const found = this.values.ask(source.event);
    this.depth--;
    return found;
  }

  private side(side: PlanSide): boolean {
    const writer = writerOf(this.model, side);
    if (writer !== undefined) return this.values.ask(writer);
    return side.value !== undefined && this.has(exactJson(JSON.stringify(side.value)));
  }

  private isName(name: string): boolean {
    let known = this.names.get(name);
    if (known === undefined) this.names.set(name, (known = this.has(name)));
    return known;
  }

  /** Whether our own words for such an event have it; layer 0 and the key "" add few to them. */
  private areWords(head: EventHead): boolean {
    const { op } = head;
    const revision = namedRevisionOf(head);
    const what = op * 2 + (revision === 0 ? 0 : 1);
    let known = this.words.get(what);
    if (known === undefined) {
      const sample = { ...newRow(), op, key: "", rev: 1, ...withNumbers(1, revision) };
      known = this.has(summaryWords(this.model, sample));
      const take = (_: string, text: string): void => void (known ||= this.has(text));
      tellFacts(this.model, sample, { name: take, text: take, side: () => undefined, member: () => undefined });
      this.words.set(what, known);
    }
    return known;
  }
}
