/** Copying what scripts hand over into the frozen form that stores keep. It knows nothing of stores or logs. */

import { InvalidValueError } from "./invalidValue";
import { defineValue, MAX_DEPTH, type JsonObject, type JsonValue } from "./jsonValue";

/**
 * Makes the deeply frozen copy that a store may keep. Parts that an earlier call returned are shared, not copied again.
 * Getters, `toJSON` and the like are never called.
 * @param what names the value in the error, and `of` whose it is: "value" of "plan".
 * @throws InvalidValueError naming the path of the first part that is not a JSON value.
 */
export function copyAndFreeze(value: unknown, what = "value", of?: string): JsonValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  // x − x is 0 for finite numbers alone; adding 0 turns −0 into 0.
  if (typeof value === "number" && value - value === 0) return value + 0;
  const copy = typeof value === "object" ? copyTree(value, 1) : REFUSED;
  if (copy === REFUSED) throw explainRefusal(value, of === undefined ? what : `${what} of ${JSON.stringify(of)}`);
  return copy;
}

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

function copyTree(value: object | null, depth: number): JsonValue | typeof REFUSED {
  if (value === null) return null;
  const ours = Stamp.heightOf(value);
  if (ours !== 0) {
    copiedHeight = ours;
    return depth + ours - 1 > MAX_DEPTH ? REFUSED : (value as JsonValue);
  }
  if (depth > MAX_DEPTH) return REFUSED;
  return Array.isArray(value) ? copyArray(value, depth) : copyObject(value, depth);
}

function copyArray(value: readonly unknown[], depth: number): JsonValue | typeof REFUSED {
  if (!isPlainArray(value)) return REFUSED;
  const copy: JsonValue[] = [];
  let height = 0;
  for (let index = 0; index < value.length; index++) {
    if (!Object.hasOwn(value, index) || lookupGetter.call(value, index) !== undefined) return REFUSED;
    const item = copyItem(value[index], depth);
    if (item === REFUSED) return REFUSED;
    if (typeof item === "object" && item !== null && copiedHeight > height) height = copiedHeight;
    copy.push(item);
  }
  copiedHeight = height + 1;
  return seal(copy, copiedHeight);
}

function copyObject(value: object, depth: number): JsonValue | typeof REFUSED {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isPlainPrototype(prototype)) return REFUSED;
  const copy = (prototype === null ? Object.create(null) : {}) as Record<string, JsonValue>;
  let height = 0;
  const keys = Object.keys(value);
  if (Object.getOwnPropertyNames(value).length !== keys.length || Object.getOwnPropertySymbols(value).length !== 0) {
    return REFUSED;
  }
  for (const key of keys) {
    if (lookupGetter.call(value, key) !== undefined) return REFUSED;
    const item = copyItem((value as Record<string, unknown>)[key], depth);
    if (item === REFUSED) return REFUSED;
    if (typeof item === "object" && item !== null && copiedHeight > height) height = copiedHeight;
    defineValue(copy, key, item);
  }
  copiedHeight = height + 1;
  return seal(copy, copiedHeight);
}

function copyItem(item: unknown, depth: number): JsonValue | typeof REFUSED {
  if (typeof item === "object") return copyTree(item, depth + 1);
  if (typeof item === "string" || typeof item === "boolean") return item;
  return typeof item === "number" && item - item === 0 ? item + 0 : REFUSED;
}

/** Whether it is an array with nothing but elements; a hole made up for by another property is found later. */
function isPlainArray(value: readonly unknown[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Array.prototype && !isForeign(prototype, "concat")) return false;
  // Own are the elements, enumerable all of them, and the length.
  return Object.keys(value).length === value.length && Reflect.ownKeys(value).length === value.length + 1;
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
