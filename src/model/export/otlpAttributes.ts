/**
 * The writing of OTLP/JSON's small parts: attributes, texts and times, by the protocol's JSON mapping (64-bit numbers
 * are strings). Knows nothing of runs.
 */

import type { JsonValue } from "../../core/jsonValue";
import type { AttributeTaker } from "../text/kindTexts";
import { lineJson } from "../text/valueText";

/** Characters that one text of an export may have. */
export const MAX_OTLP_TEXT = 4_096;
/** Items that one list of an export may have. */
export const MAX_OTLP_ITEMS = 100;
/** The last millisecond whose nanoseconds a signed 64-bit number holds, as collectors keep them. */
const MAX_TIME_MS = 9_223_372_036_854;

/** Attributes under construction. What is undefined, or of another type than is asked for, is left out. */
export class OtlpAttributes implements AttributeTaker {
  private items = "";

  /** Longer texts than {@link MAX_OTLP_TEXT} are cut. */
  text(key: string, value: unknown): this {
    return typeof value === "string" ? this.add(key, `{"stringValue":${otlpText(value)}}`) : this;
  }

  /** As {@link text}, and says when it was cut. */
  boundedText(key: string, value: string | undefined, cut = false): this {
    this.text(key, value);
    return value !== undefined && (cut || value.length > MAX_OTLP_TEXT) ? this.flag(`${key}.truncated`, true) : this;
  }

  /** A number; whole ones as integers. */
  number(key: string, value: unknown): this {
    if (typeof value !== "number" || !Number.isFinite(value)) return this;
    return this.add(key, Number.isSafeInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${value}}`);
  }

  flag(key: string, value: unknown): this {
    return typeof value === "boolean" ? this.add(key, `{"boolValue":${value}}`) : this;
  }

  /** At most the first {@link MAX_OTLP_ITEMS} texts of a list; an empty list is left out. */
  texts(key: string, value: unknown): this {
    if (!Array.isArray(value)) return this;
    const texts = value.filter((item) => typeof item === "string").slice(0, MAX_OTLP_ITEMS);
    if (texts.length === 0) return this;
    const items = texts.map((text) => `{"stringValue":${otlpText(text)}}`);
    return this.add(key, `{"arrayValue":{"values":[${items.join(",")}]}}`);
  }

  /** A value as its JSON, cut as {@link boundedText} is. */
  json(key: string, value: JsonValue | undefined): this {
    if (value === undefined) return this;
    const { json, cut } = lineJson(value, MAX_OTLP_TEXT);
    return this.boundedText(key, json, cut);
  }

  /** The JSON of the list. */
  toString(): string {
    return `[${this.items}]`;
  }

  private add(key: string, value: string): this {
    this.items += `${this.items === "" ? "" : ","}{"key":${otlpText(key)},"value":${value}}`;
    return this;
  }
}

/** The JSON of a text, cut to its bound. Halves of surrogate pairs, which UTF-8 cannot hold, are replaced. */
export function otlpText(text: string): string {
  const bounded = text.length > MAX_OTLP_TEXT ? text.slice(0, MAX_OTLP_TEXT) : text;
  return JSON.stringify(SURROGATE.test(bounded) ? bounded.replace(/\p{Surrogate}/gu, "\uFFFD") : bounded);
}

/** The time if it is one that OTLP can hold. */
export function otlpTime(timeMs: number | undefined): number | undefined {
  return timeMs !== undefined && timeMs > 0 && timeMs <= MAX_TIME_MS ? Math.floor(timeMs) : undefined;
}

/** The JSON of a time that {@link otlpTime} let pass; 0 = not known. */
export function otlpNanos(timeMs: number): string {
  return timeMs === 0 ? '"0"' : `"${timeMs}000000"`;
}

const SURROGATE = /[\ud800-\udfff]/;
