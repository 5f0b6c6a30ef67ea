/** Owns how a JSON value is written as text within a bound; knows nothing of VS Code. */

import type { JsonValue } from "../runtime/jsonValue";
import { visibleText } from "./visibleText";

/** A value on one line, at most about `maxLength` characters; work and result are bounded whatever the value's size. */
export function oneLineJson(value: JsonValue, maxLength = 60): string {
  const parts = new BoundedText(maxLength);
  writeOneLine(value, parts);
  return visibleText(parts.text, maxLength);
}

/** A value as indented JSON. @returns the text, and whether it was cut at `maxLength` characters. */
export function prettyJson(
  value: JsonValue,
  maxLength = Number.MAX_SAFE_INTEGER,
): { readonly text: string; readonly cut: boolean } {
  const parts = new BoundedText(maxLength);
  writePretty(value, "", parts);
  return { text: parts.text, cut: parts.full };
}

/** What a value is, in a word, as icons and screen readers tell it. */
export function jsonType(value: JsonValue): "null" | "boolean" | "number" | "string" | "array" | "object" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "boolean" | "number" | "string" | "object";
}

/** Takes text until it is full, so that a huge value costs no more than what is shown of it. */
class BoundedText {
  private readonly pieces: string[] = [];
  private length = 0;
  full = false;
  constructor(private readonly maxLength: number) {}

  get text(): string {
    return this.pieces.join("");
  }

  /** @returns false when no more fits. */
  add(piece: string): boolean {
    if (this.full) return false;
    const room = this.maxLength - this.length;
    if (piece.length > room) {
      // One character more than fits, so that whoever shortens sees that there was more.
      this.pieces.push(piece.slice(0, room + 1));
      this.full = true;
      return false;
    }
    this.pieces.push(piece);
    this.length += piece.length;
    return true;
  }

  get room(): number {
    return this.maxLength - this.length;
  }
}

function scalar(value: null | boolean | number | string, room: number): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > room ? value.slice(0, room + 1) : value);
}

function isScalar(value: JsonValue): value is null | boolean | number | string {
  return value === null || typeof value !== "object";
}

function writeOneLine(value: JsonValue, out: BoundedText): boolean {
  if (isScalar(value)) return out.add(scalar(value, out.room));
  const array = Array.isArray(value);
  if (!out.add(array ? "[" : "{")) return false;
  let first = true;
  for (const name in value) {
    if (!first && !out.add(", ")) return false;
    first = false;
    if (!array && !out.add(`${scalar(name, out.room)}: `)) return false;
    if (!writeOneLine((value as Record<string, JsonValue>)[name] as JsonValue, out)) return false;
  }
  return out.add(array ? "]" : "}");
}

function writePretty(value: JsonValue, indent: string, out: BoundedText): boolean {
  if (isScalar(value)) return out.add(scalar(value, out.room));
  const array = Array.isArray(value);
  const inner = `${indent}  `;
  let first = true;
  for (const name in value) {
    if (!out.add(`${first ? (array ? "[" : "{") : ","}\n${inner}`)) return false;
    first = false;
    if (!array && !out.add(`${scalar(name, out.room)}: `)) return false;
    if (!writePretty((value as Record<string, JsonValue>)[name] as JsonValue, inner, out)) return false;
  }
  if (first) return out.add(array ? "[]" : "{}");
  return out.add(`\n${indent}${array ? "]" : "}"}`);
}
