/** The making of a state value out of freshly parsed JSON, in place: frozen, within the depth and number range of values. */

import { exactTextOf } from "../core/exactNumber";
import { MAX_DEPTH, type JsonValue } from "../core/jsonValue";
import { LineError } from "./checks";

/**
 * Freezes what `JSON.parse` returned; nobody else may hold it. `__proto__` stays the own property that the parser made.
 * @throws LineError when it is nested too deep or holds a number that is out of range (`1e999`).
 */
export function adoptJson(value: unknown): JsonValue {
  if (typeof value === "object" && value !== null) freezeTree(value, 1);
  else if (typeof value === "number") return finite(value);
  return value as JsonValue;
}

function freezeTree(tree: object, depth: number): void {
  if (depth > MAX_DEPTH && exactTextOf(tree) === undefined) {
    throw new LineError(`a value is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (Array.isArray(tree)) {
    for (let index = 0; index < tree.length; index++) {
      const item: unknown = tree[index];
      if (typeof item === "object" && item !== null) freezeTree(item, depth + 1);
      else if (typeof item === "number") tree[index] = finite(item);
    }
  } else {
    const record = tree as Record<string, unknown>;
    for (const key in record) {
      const item = record[key];
      if (typeof item === "object" && item !== null) freezeTree(item, depth + 1);
      else if (typeof item === "number" && !(item !== 0 && item - item === 0)) record[key] = finite(item);
    }
  }
  Object.freeze(tree);
}

function finite(value: number): number {
  if (value - value !== 0) throw new LineError("a number is out of range");
  return value + 0;
}
