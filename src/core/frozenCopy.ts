/** Copying what scripts hand over into the frozen form that stores keep. It knows nothing of stores or logs. */

import { InvalidValueError } from "./invalidValue";
import { defineValue, MAX_DEPTH, type JsonObject, type JsonValue } from "./jsonValue";

/**
 * Makes the deeply frozen copy that a store may keep. Parts that an earlier call returned are shared, not copied again.
 * Getters, `toJSON` and the like are never called.
 * @param what names the value in the error, and `of` whose it is: "value" of "plan".
 * @param old a value of ours that this one comes after: parts that are deeply equal to its parts at the same place, items
 * of lists that moved with their neighbours included, are its parts, not copies. So what a list or a text grew by can be told.
 * @throws InvalidValueError naming the path of the first part that is not a JSON value.
 */
export function copyAndFreeze(value: unknown, what = "value", of?: string, old?: JsonValue): JsonValue {
  freshBytes = 0;
  if (typeof value === "string") freshBytes = value.length;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  // x − x is 0 for finite numbers alone; adding 0 turns −0 into 0.
  if (typeof value === "number" && value - value === 0) return value + 0;
  const copy = typeof value === "object" ? copyTree(value, 1, old) : REFUSED;
  if (copy === REFUSED) throw explainRefusal(value, of === undefined ? what : `${what} of ${JSON.stringify(of)}`);
  return copy;
}

/**
 * How much memory the newest copy took beyond what it shares, in bytes, about: texts count a byte a character, and numbers
 * nothing beyond their place. Asked a second time, it is 0: what two keep is kept once.
 */
export function takeFreshBytes(): number {
  const bytes = freshBytes;
  freshBytes = 0;
  return bytes;
}

/** See {@link takeFreshBytes}. */
let freshBytes = 0;
/** What a list, an object, and a place in either take, bytes. */
const TREE_BYTES = 48;
const PLACE_BYTES = 8;

/** Freezes an object of values that are frozen already, and remembers it as ours. */
export function freezeRecord(record: Record<string, JsonValue>): JsonObject {
  let height = 0;
  for (const key of Object.keys(record)) height = Math.max(height, heightOf(record[key] as JsonValue));
  return seal(record, height + 1);
}

const REFUSED: unique symbol = Symbol("refused");

/** A constructor that returns its argument, so that a subclass can put a private field on any object. */
const Returning = function (target: object): object {
  return target;
} as unknown as new (target: object) => object;

/**
 * Marks a tree that we froze with its height in levels, by a private field: invisible to everybody else, unforgeable,
 * and several times faster than a WeakMap.
 */
class Stamp extends Returning {
  #height: number;
  constructor(target: object, height: number) {
    super(target);
    this.#height = height;
  }
  static heightOf(target: object): number {
    return #height in target ? target.#height : 0;
  }
}

/** Whether a value is a tree that we froze. */
function isOurs(value: JsonValue | undefined): value is readonly JsonValue[] | JsonObject {
  return value !== undefined && heightOf(value) !== 0;
}

function heightOf(value: JsonValue): number {
  return typeof value === "object" && value !== null ? Stamp.heightOf(value) : 0;
}

function seal<T extends object>(copy: T, height: number): Readonly<T> {
  new Stamp(copy, height);
  return Object.freeze(copy);
}

/**
 * The getter of a property, found without calling it; a property that has only a setter reads as undefined, which is no
 * value. Half the price of a descriptor, and taken here, before a script can put something else in its place.
 */
const lookupGetter = (Object.prototype as unknown as { __lookupGetter__: (key: PropertyKey) => unknown })
  .__lookupGetter__;

/** Height of the tree that {@link copyTree} returned last. */
let copiedHeight = 0;

function copyTree(value: object | null, depth: number, old: JsonValue | undefined): JsonValue | typeof REFUSED {
  if (value === null) return null;
  const ours = Stamp.heightOf(value);
  if (ours !== 0) {
    copiedHeight = ours;
    return depth + ours - 1 > MAX_DEPTH ? REFUSED : (value as JsonValue);
  }
  if (depth > MAX_DEPTH) return REFUSED;
  return Array.isArray(value) ? copyArray(value, depth, old) : copyObject(value, depth, old);
}

/** How often in a row an item is looked for beside its place before it is only looked for there, and as far from the end. */
const MAX_MISSES = 16;

function copyArray(value: readonly unknown[], depth: number, old: JsonValue | undefined): JsonValue | typeof REFUSED {
  if (!isPlainArray(value)) return REFUSED;
  const before = Array.isArray(old) && isOurs(old) ? (old as readonly JsonValue[]) : NO_ITEMS;
  const count = value.length;
  /** Made at the first item that is not kept as it was given: copying all at once is many times cheaper. */
  let copy: JsonValue[] | undefined;
  /** How many items from the first on are those of `before`. */
  let kept = 0;
  let height = 0;
  /** Where items stand in `before` is where they stand here, and so much further on. */
  let shift = 0;
  let misses = 0;
  for (let index = 0; index < count; index++) {
    // It is found on the prototype, too, where the array has a hole; without one, a hole reads as undefined, which is no value.
    if (lookupGetter.call(value, index) !== undefined) return REFUSED;
    const given = value[index];
    const hint = before[index + shift];
    let item: JsonValue;
    if (given === hint && hint !== undefined && hint !== 0) item = hint;
    else {
      const copied = copyItem(given, depth, hint);
      if (copied === REFUSED) return REFUSED;
      item = copied;
      if (typeof item !== "object" || item === null) {
        // Not shared, but what comes after it may be.
      } else if (item === hint) misses = 0;
      else if (before.length > 0) {
        const place = placeOf(item, before, index, misses < MAX_MISSES ? shift : undefined, count);
        if (place < 0) misses++;
        else {
          misses = 0;
          shift = place - index;
          item = before[place] as JsonValue;
        }
      }
    }
    if (kept === index && shift === 0 && item === hint) kept++;
    else height = Math.max(height, heightOf(item));
    if (copy !== undefined) copy.push(item);
    else if (!Object.is(item, given)) {
      copy = slice.call(value, 0, index) as JsonValue[];
      copy.push(item);
    }
  }
  copiedHeight = Math.max(height, heightOfFirst(before, kept)) + 1;
  if (kept === count && kept === before.length && before !== NO_ITEMS) return before;
  freshBytes += TREE_BYTES + count * PLACE_BYTES;
  return seal(copy ?? (slice.call(value) as JsonValue[]), copiedHeight);
}

const NO_ITEMS: readonly JsonValue[] = Object.freeze([]);

/** Taken before a script can put something else in its place. */
const { slice } = Array.prototype;

/**
 * Where an item that is not where it was to be expected stands in the list before: where one was taken out before it, or put
 * in, or as far from the end as here. @param shift undefined = only from the end. @returns −1 where it is in none of these places.
 */
function placeOf(
  item: object,
  before: readonly JsonValue[],
  index: number,
  shift: number | undefined,
  count: number,
): number {
  const fromEnd = index + before.length - count;
  const places = shift === undefined ? [fromEnd] : [index + shift + 1, index + shift - 1, fromEnd];
  return (
    places.find((place) => {
      const candidate = before[place];
      return candidate !== undefined && sameTree(item as JsonValue, candidate);
    }) ?? -1
  );
}

/** Height of the highest among the first items of a list of ours, in levels; 0 where they have none. */
function heightOfFirst(list: readonly JsonValue[], count: number): number {
  if (count === list.length) return count === 0 ? 0 : Stamp.heightOf(list) - 1;
  let height = 0;
  for (let index = 0; index < count; index++) height = Math.max(height, heightOf(list[index] as JsonValue));
  return height;
}

function copyObject(value: object, depth: number, old: JsonValue | undefined): JsonValue | typeof REFUSED {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isPlainPrototype(prototype)) return REFUSED;
  let height = 0;
  const keys = Object.keys(value);
  if (Object.getOwnPropertyNames(value).length !== keys.length || Object.getOwnPropertySymbols(value).length !== 0) {
    return REFUSED;
  }
  const before = isOurs(old) && !Array.isArray(old) ? (old as JsonObject) : undefined;
  /** Made at the first member that is not the one before. */
  let copy = before === undefined ? newRecord(prototype) : undefined;
  for (const key of keys) {
    if (lookupGetter.call(value, key) !== undefined) return REFUSED;
    // What it only inherits is no hint, but does no harm either: it is not ours, and the members are counted at the end.
    const hint = before === undefined ? undefined : before[key];
    const item = copyItem((value as Record<string, unknown>)[key], depth, hint);
    if (item === REFUSED) return REFUSED;
    if (typeof item === "object" && item !== null && copiedHeight > height) height = copiedHeight;
    if (copy === undefined && item !== hint) copy = firstMembers(before as JsonObject, keys, key, prototype);
    if (copy !== undefined) defineValue(copy, key, item);
  }
  copiedHeight = height + 1;
  if (copy === undefined && before !== undefined && isAlike(prototype, keys, before)) return before;
  freshBytes += TREE_BYTES + keys.length * PLACE_BYTES;
  return seal(copy ?? firstMembers(before as JsonObject, keys, undefined, prototype), copiedHeight);
}

function newRecord(prototype: unknown): Record<string, JsonValue> {
  return (prototype === null ? Object.create(null) : {}) as Record<string, JsonValue>;
}

/** An object with what another holds for the keys that come before `end`, or for all. */
function firstMembers(
  of: JsonObject,
  keys: readonly string[],
  end: string | undefined,
  prototype: unknown,
): Record<string, JsonValue> {
  const record = newRecord(prototype);
  for (const key of keys) {
    if (key === end) break;
    defineValue(record, key, of[key] as JsonValue);
  }
  return record;
}

/** Whether an object of such keys looks like another that has the same values: a script sees their order, and the prototype. */
function isAlike(prototype: unknown, keys: readonly string[], before: JsonObject): boolean {
  if ((prototype === null) !== (Object.getPrototypeOf(before) === null)) return false;
  const others = Object.keys(before);
  return others.length === keys.length && keys.every((key, index) => key === others[index]);
}

/** Whether two trees of ours are equal, the order of members and prototypes included. */
function sameTree(one: JsonValue, other: JsonValue): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Stamp.heightOf(one) !== Stamp.heightOf(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => sameTree(item as JsonValue, other[index] as JsonValue));
  }
  const [first, second] = [one as JsonObject, other as JsonObject];
  const keys = Object.keys(first);
  return (
    isAlike(Object.getPrototypeOf(first), keys, second) &&
    keys.every((key) => sameTree(first[key] as JsonValue, second[key] as JsonValue))
  );
}

function copyItem(item: unknown, depth: number, hint: JsonValue | undefined): JsonValue | typeof REFUSED {
  if (typeof item === "object") return copyTree(item, depth + 1, hint);
  if (typeof item === "string") {
    if (item !== hint) freshBytes += item.length;
    return item;
  }
  if (typeof item === "boolean") return item;
  return typeof item === "number" && item - item === 0 ? item + 0 : REFUSED;
}

/** From this length on, {@link isPlainArray} takes a quick look first: naming the places of a long list takes longer. */
const LONG = 16;

/** Whether a list is known to have nothing but items; false = not known. Where there is no quick look, nothing ever is. */
let showsOnlyItems: (list: readonly unknown[]) => boolean = () => false;

/** Sets how lists are looked at quickly: what Node.js offers for it is not there in a browser. */
export function setQuickLook(look: (list: readonly unknown[]) => boolean): void {
  showsOnlyItems = look;
}

/** Whether it is an array with nothing but elements; holes and getters in their places are found later. */
function isPlainArray(value: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Array.prototype && !isForeign(prototype, "concat")) return false;
  if (Object.getOwnPropertySymbols(value).length !== 0) return false;
  if (value.length >= LONG && prototype === Array.prototype && showsOnlyItems(value)) return true;
  // Own are the elements and the length.
  return Reflect.ownKeys(value).length === value.length + 1;
}

function isPlainPrototype(prototype: unknown): boolean {
  return prototype === Object.prototype || prototype === null || isForeign(prototype, "isPrototypeOf");
}

/** Whether a prototype is `Object.prototype` or `Array.prototype` of another realm (`node:vm`). */
function isForeign(prototype: unknown, method: string): boolean {
  if (typeof prototype !== "object" || prototype === null || !Object.hasOwn(prototype, method)) return false;
  const above: unknown = Object.getPrototypeOf(prototype);
  return method === "concat"
    ? Array.isArray(prototype) && isPlainPrototype(above) && above !== null
    : above === null && Object.hasOwn(prototype, "__lookupGetter__");
}

/** Walks the value again, slowly, for the path of its first fault. */
function explainRefusal(value: unknown, what: string): InvalidValueError {
  const fault = findFault(value, [], []);
  const { path, problem } = fault ?? { path: [], problem: "cannot be read twice alike" };
  const at = path
    .map((step) =>
      typeof step === "number" ? `[${step}]` : IDENTIFIER.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join("");
  return new InvalidValueError(
    `The ${what}${at === "" ? "" : ` at ${at}`} ${problem}. Values are JSON: null, booleans, finite numbers, strings, dense arrays and plain objects.`,
    path,
  );
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

interface Fault {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

function findFault(value: unknown, path: readonly (string | number)[], above: readonly object[]): Fault | undefined {
  const problem = ownProblem(value, above);
  if (problem !== undefined) return { path, problem };
  if (typeof value !== "object" || value === null) return undefined;
  const isArray = Array.isArray(value);
  if (isArray) {
    for (let index = 0; index < value.length; index++) {
      if (!Object.hasOwn(value, index)) return { path: [...path, index], problem: "is a hole in an array" };
    }
  }
  const around = [...above, value];
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "symbol") return { path, problem: `has a property named by a symbol (${String(key)})` };
    if (isArray && key === "length") continue;
    const step = isArray && /^\d+$/.test(key) ? Number(key) : key;
    if (isArray && typeof step === "string") {
      return { path: [...path, step], problem: "is a named property of an array" };
    }
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined) continue;
    if (!("value" in descriptor)) {
      return { path: [...path, step], problem: "is a getter or setter, which is never called" };
    }
    if (descriptor.enumerable !== true) return { path: [...path, step], problem: "is not enumerable" };
    const fault = findFault(descriptor.value, [...path, step], around);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function ownProblem(value: unknown, above: readonly object[]): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `is ${value}`;
    case "undefined":
      return above.length === 0 ? "is undefined (to take a key away, use delete)" : "is undefined";
    case "object":
      break;
    case "bigint":
      return "is a bigint";
    default:
      return `is a ${typeof value}`;
  }
  if (value === null) return undefined;
  if (above.includes(value)) return "contains itself";
  if (above.length >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    return prototype === Array.prototype || isForeign(prototype, "concat") ? undefined : "is an instance of a class";
  }
  return isPlainPrototype(prototype) ? undefined : `is ${describeInstance(prototype)}`;
}

function describeInstance(prototype: unknown): string {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const constructor: unknown = descriptor !== undefined && "value" in descriptor ? descriptor.value : undefined;
  const name = typeof constructor === "function" ? Object.getOwnPropertyDescriptor(constructor, "name") : undefined;
  const text: unknown = name !== undefined && "value" in name ? name.value : undefined;
  return typeof text === "string" && text !== "" ? `an instance of ${text}` : "an instance of a class";
}
