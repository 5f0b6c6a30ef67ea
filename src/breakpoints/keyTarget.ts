/**
 * How people name a key, a place inside its value or an item of a list: `budget`, `plan.steps[2].owner`, `"odd key"["a b"]`,
 * `todos[id=b].done`.
 */

import type { JsonValue } from "../core/jsonValue";
import { identityOf } from "../core/listAlignment";

/** A place inside a value: names of properties, indexes of items, and items themselves. */
export type ValuePath = readonly (string | number | ItemStep)[];

/** The item of a list that has this field, wherever it stands. Without quotes, `3` means the text and the number. */
export interface ItemStep {
  readonly field: string;
  readonly is: string;
  readonly isQuoted: boolean;
}

/** One way to read the text: a key, and a place inside its value. */
export interface KeyReading {
  readonly key: string;
  readonly path: ValuePath;
}

/** A longer text names no key that anybody typed. */
const MAX_LENGTH = 10_000;

/**
 * Every way to read the text, the longest key first: a key may have dots and brackets in its name. One in quotes is read
 * in one way only.
 * @throws SyntaxError in one sentence when it cannot be read.
 */
export function readKeyTarget(text: string): readonly KeyReading[] {
  if (text === "") throw new SyntaxError("A key is missing.");
  if (text.length > MAX_LENGTH) throw new SyntaxError(`A key's name has at most ${MAX_LENGTH} characters here.`);
  if (text.startsWith('"')) {
    const end = endOfQuoted(text, 0);
    return [{ key: JSON.parse(text.slice(0, end)) as string, path: readPath(text, end) }];
  }
  const readings: KeyReading[] = [{ key: text, path: [] }];
  for (let at = text.length - 1; at > 0; at--) {
    if (text[at] !== "." && text[at] !== "[") continue;
    const path = tryReadPath(text, at);
    if (path !== undefined) readings.push({ key: text.slice(0, at), path });
  }
  return readings;
}

/** The value at a place; undefined where there is none. */
export function valueAt(value: JsonValue | undefined, path: ValuePath): JsonValue | undefined {
  let at = value;
  for (const step of path) {
    if (typeof step === "object") {
      at = itemOf(at, step);
      continue;
    }
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as { readonly [step: string | number]: JsonValue })[step];
  }
  return at;
}

/** None is meant where several have the field alike. */
function itemOf(list: JsonValue | undefined, { field, is, isQuoted }: ItemStep): JsonValue | undefined {
  if (!Array.isArray(list)) return undefined;
  const found = (list as readonly JsonValue[]).filter((item) => {
    const identity = identityOf(item, field);
    return identity !== undefined && (isQuoted ? identity === is : String(identity) === is);
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The index at which the path goes into a list, whichever item stands there; undefined where it does not. */
export function indexIn(path: ValuePath): number | undefined {
  return path.findLast((step) => typeof step === "number");
}

function tryReadPath(text: string, from: number): ValuePath | undefined {
  try {
    return readPath(text, from);
  } catch {
    return undefined;
  }
}

/** Reads `.name`, `[2]`, `["name"]` and `[id=x]` up to the text's end. */
function readPath(text: string, from: number): ValuePath {
  const path: (string | number | ItemStep)[] = [];
  for (let at = from; at < text.length;) {
    if (text[at] === ".") {
      const name = /^[^.[\]]+/.exec(text.slice(at + 1))?.[0];
      if (name === undefined) throw new SyntaxError(`A name is missing after "${text.slice(0, at + 1)}".`);
      path.push(name);
      at += 1 + name.length;
    } else if (text[at] === "[") {
      const item = readItemStep(text, at);
      if (item !== undefined) {
        path.push(item.step);
        at = item.end;
        continue;
      }
      const isQuoted = text[at + 1] === '"';
      const end = isQuoted ? endOfQuoted(text, at + 1) : text.indexOf("]", at);
      const inside = text.slice(at + 1, Math.max(end, at + 1));
      if (text[end] !== "]" || !(isQuoted || /^\d+$/.test(inside))) {
        throw new SyntaxError(
          `After "${text.slice(0, at)}" an index such as [2], a name such as ["a b"] or an item such as [id=x] is needed.`,
        );
      }
      path.push(isQuoted ? (JSON.parse(inside) as string) : Number(inside));
      at = end + 1;
    } else {
      throw new SyntaxError(`"${text.slice(at)}" cannot follow "${text.slice(0, at)}": use . or [ ].`);
    }
  }
  return path;
}

/** @returns undefined where no `[name=value]` begins. */
function readItemStep(text: string, from: number): { readonly step: ItemStep; readonly end: number } | undefined {
  const field = /^\[([^\s"=[\]]+)=/u.exec(text.slice(from))?.[1];
  if (field === undefined) return undefined;
  const start = from + field.length + "[=".length;
  const isQuoted = text[start] === '"';
  const end = isQuoted ? endOfQuoted(text, start) : text.indexOf("]", start);
  const inside = text.slice(start, Math.max(end, start));
  if (inside === "" || text[end] !== "]") {
    throw new SyntaxError(
      `After "${text.slice(0, start)}" a text or a number and ] are needed, as in [id=x] or [id="a b"].`,
    );
  }
  const is = isQuoted ? (JSON.parse(inside) as string) : inside;
  return { step: { field, is, isQuoted }, end: end + 1 };
}

/** @returns the place behind the closing quote. */
function endOfQuoted(text: string, from: number): number {
  const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(from))?.[0];
  if (quoted === undefined) throw new SyntaxError(`The quotes of ${text.slice(from)} are not closed.`);
  try {
    JSON.parse(quoted);
  } catch {
    throw new SyntaxError(`${quoted} is no text in JSON's quotes.`);
  }
  return from + quoted.length;
}
