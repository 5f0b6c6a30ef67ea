/** JSON of large reports in pieces: a report may be longer than a string can be, and its values are asked for one by one. */

import { exactJson, exactTextOf } from "../core/exactNumber";

/** Deeper than this, a value becomes one piece. */
const MAX_LEVELS = 8;
const INDENT = "  ";

/** The pieces of what `JSON.stringify(value, null, 2)` returns, for data without `toJSON`; numbers that JavaScript cannot hold are exact. */
export function* jsonPieces(value: unknown, level = 0): Generator<string, void, undefined> {
  if (typeof value !== "object" || value === null || level === MAX_LEVELS || exactTextOf(value) !== undefined) {
    // Strings hold no line feed of their own: it is written as an escape.
    const json = exactJson(JSON.stringify(value, null, INDENT) ?? "null");
    return yield json.replaceAll("\n", "\n" + INDENT.repeat(level));
  }
  const margin = "\n" + INDENT.repeat(level + 1);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  let before = open + margin;
  let isEmpty = true;
  for (const [name, item] of membersOf(value)) {
    if (item === undefined && name !== undefined) continue;
    yield name === undefined ? before : `${before}${JSON.stringify(name)}: `;
    yield* jsonPieces(item, level + 1);
    before = "," + margin;
    isEmpty = false;
  }
  yield isEmpty ? `${open}${close}` : `\n${INDENT.repeat(level)}${close}`;
}

/** One at a time: a getter is called when its turn comes. */
function* membersOf(value: object): Generator<readonly [name: string | undefined, item: unknown], void, undefined> {
  if (Array.isArray(value)) {
    for (const item of value) yield [undefined, item];
    return;
  }
  for (const name of Object.keys(value)) yield [name, (value as Record<string, unknown>)[name]];
}
