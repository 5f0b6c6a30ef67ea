/** How values are put into text for views, at a cost that a bound sets and not the value's size; knows no markup. */

import { exactTextOf } from "../../core/exactNumber";
import { isObject, type JsonObject, type JsonValue } from "../../core/jsonValue";

/** Length of one-line texts unless told, characters. */
const SHORT_LENGTH = 120;
/** Length of pretty JSON unless told, characters. */
export const PRETTY_LENGTH = 64 * 1024;
/** Objects with more properties than this have their names remembered: listing them is what costs. */
const MANY_PROPERTIES = 1_000;
const manyNames = new WeakMap<object, readonly string[]>();

/** JSON of a value on one line, `…` where it was cut. */
export function shortText(value: JsonValue, maxLength: number = SHORT_LENGTH): string {
  const writer = new BoundedWriter(maxLength, "");
  writer.value(value, 0);
  return writer.cut ? writer.text.slice(0, Math.max(0, maxLength - 1)) + "…" : writer.text;
}

/** JSON of a value over several lines, as `JSON.stringify(value, null, 2)` writes it, as far as the bound allows. */
export function prettyJson(
  value: JsonValue,
  maxLength: number = PRETTY_LENGTH,
): { readonly json: string; readonly cut: boolean } {
  const writer = new BoundedWriter(maxLength, "  ");
  writer.value(value, 0);
  return { json: writer.text.slice(0, maxLength), cut: writer.cut };
}

/** JSON of a value on one line, as far as the bound allows. */
export function lineJson(value: JsonValue, maxLength: number): { readonly json: string; readonly cut: boolean } {
  const writer = new BoundedWriter(maxLength, "");
  writer.value(value, 0);
  return { json: writer.text.slice(0, maxLength), cut: writer.cut };
}

/** The names of an object's properties, in order; cheap when asked again. */
export function propertyNames(object: JsonObject): readonly string[] {
  const known = manyNames.get(object);
  if (known !== undefined) return known;
  const names = Object.keys(object);
  if (names.length > MANY_PROPERTIES) manyNames.set(object, names);
  return names;
}

/** Whether a value is a list. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Writes JSON until there is no more room. */
class BoundedWriter {
  text = "";
  cut = false;
  private readonly maxLength: number;
  private readonly indent: string;

  constructor(maxLength: number, indent: string) {
    this.maxLength = maxLength;
    this.indent = indent;
  }

  value(value: JsonValue, depth: number): void {
    if (typeof value === "string") this.string(value);
    else if (isList(value)) {
      if (value.length === 0) return this.put("[]");
      this.put("[");
      for (let index = 0; index < value.length && !this.cut; index++) {
        this.separate(index, depth + 1);
        this.value(value[index] ?? null, depth + 1);
      }
      this.end("]", depth);
    } else if (isObject(value)) {
      const names = propertyNames(value);
      if (names.length === 0) return this.put("{}");
      this.put("{");
      for (let index = 0; index < names.length && !this.cut; index++) {
        const name = names[index] ?? "";
        this.separate(index, depth + 1);
        this.string(name);
        this.put(this.indent === "" ? ":" : ": ");
        this.value(value[name] ?? null, depth + 1);
      }
      this.end("}", depth);
    } else this.put(exactTextOf(value) ?? String(value));
  }

  private separate(index: number, depth: number): void {
    if (index > 0) this.put(",");
    if (this.indent !== "") this.put("\n" + this.indent.repeat(depth));
    else if (index > 0) this.put(" ");
  }

  private end(bracket: string, depth: number): void {
    if (this.cut) return;
    if (this.indent !== "") this.put("\n" + this.indent.repeat(depth));
    this.put(bracket);
  }

  private string(text: string): void {
    const room = this.maxLength - this.text.length;
    if (text.length <= room) return this.put(JSON.stringify(text));
    this.put(JSON.stringify(text.slice(0, Math.max(0, room))).slice(0, -1));
    this.cut = true;
  }

  private put(text: string): void {
    if (this.cut) return;
    this.text += text;
    if (this.text.length > this.maxLength) this.cut = true;
  }
}
