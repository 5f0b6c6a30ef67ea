/**
 * What a value changed from an earlier one, as a recording writes it: the operations of JSON Patch (RFC 6902) `add`, `remove`
 * and `replace`, and `append`, which lengthens a text. It knows nothing of lines, keys or events.
 */

import { defineValue, isObject, MAX_DEPTH, type JsonObject, type JsonValue } from "../core/jsonValue";
import { adoptJson } from "./adoptJson";
import { asRecord, asText, LineError } from "./checks";

/** One operation. Paths are JSON Pointers (RFC 6901) without their escapes, a segment a level; "-" is a list's end. */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "append"; readonly path: readonly string[]; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: readonly string[] };

/**
 * Stands for the value of an event whose line says what it changed from the value of an earlier event. Whoever hands a
 * value out makes it first: see {@link patched}.
 */
export class ValuePatch {
  /** @param from seq of the earlier event @param operations none = the same value */
  constructor(
    readonly from: number,
    readonly operations: readonly PatchOperation[],
  ) {}
}

/** Whether a value is the stand-in of one that is to be made. */
export function isPatch(value: unknown): value is ValuePatch {
  return value instanceof ValuePatch;
}

/** A stand-in where a value is expected. */
export function standInOf(patch: ValuePatch): JsonValue {
  return patch as unknown as JsonValue;
}

/** Texts below this length are written anew: saying by what they grew takes as much. */
const LEAST_TEXT = 64;
/** Characters of an operation beside its path and its value. */
const OPERATION_LENGTH = 32;
/** Items behind a place in a list that are looked through for one that moved. */
const LOOK_AHEAD = 16;

/** What {@link patchBetween} found. */
export interface WrittenPatch {
  /** The JSON of the operations, a list. */
  readonly json: string;
  /** By how much the JSON of the value grew, characters, about; negative where it shrank. */
  readonly growth: number;
}

/**
 * Writes what turns one value into another. Parts that are the same object count as unchanged; what else is equal may be
 * written again.
 * @param most characters that the answer may take
 * @param mayExtend whether a text may be written as what it has more than the one before
 * @returns undefined where it would take more, or where nothing of the value stays.
 */
export function patchBetween(
  before: JsonValue,
  after: JsonValue,
  most: number,
  mayExtend: (text: string) => boolean,
): WrittenPatch | undefined {
  const writer = new PatchWriter(most, mayExtend);
  if (!writer.compare(before, after, "", 0)) return undefined;
  return { json: `[${writer.json}]`, growth: writer.growth };
}

class PatchWriter {
  json = "";
  growth = 0;

  constructor(
    private readonly most: number,
    private readonly mayExtend: (text: string) => boolean,
  ) {}

  /** @returns false where the whole would be replaced, or it takes too much. */
  compare(before: JsonValue, after: JsonValue, path: string, depth: number): boolean {
    if (before === after) return true;
    if (typeof before === "string") {
      if (typeof after === "string" && before.length >= LEAST_TEXT && after.length > before.length) {
        if (after.startsWith(before) && this.mayExtend(after)) {
          return this.put("append", path, after.slice(before.length), undefined);
        }
      }
    } else if (isList(before)) {
      if (isList(after)) return this.compareLists(before, after, path, depth);
    } else if (isObject(before) && isObject(after) && this.compareObjects(before, after, path, depth)) return true;
    return depth > 0 && this.put("replace", path, after, before);
  }

  private compareLists(
    before: readonly JsonValue[],
    after: readonly JsonValue[],
    path: string,
    depth: number,
  ): boolean {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && before[start] === after[start]) start++;
    let tail = 0;
    while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    const beforeEnd = before.length - tail;
    const afterEnd = after.length - tail;
    let old = start;
    let at = start;
    while (at < afterEnd || old < beforeEnd) {
      if (at < afterEnd && old < beforeEnd && before[old] === after[at]) {
        old++;
        at++;
        continue;
      }
      const gone = at < afterEnd ? stepsTo(before, old, beforeEnd, after[at] as JsonValue) : beforeEnd - old;
      const come = old < beforeEnd ? stepsTo(after, at, afterEnd, before[old] as JsonValue) : afterEnd - at;
      if (gone > 0 && (come <= 0 || gone <= come)) {
        for (let count = gone; count > 0; count--, old++) {
          if (!this.put("remove", `${path}/${at}`, undefined, before[old])) return false;
        }
      } else if (come > 0) {
        for (let count = come; count > 0; count--, at++) {
          const isLast = tail === 0 && old === beforeEnd;
          if (!this.put("add", isLast ? `${path}/-` : `${path}/${at}`, after[at], undefined)) return false;
        }
      } else {
        if (!this.compare(before[old] as JsonValue, after[at] as JsonValue, `${path}/${at}`, depth + 1)) return false;
        old++;
        at++;
      }
    }
    return true;
  }

  /** @returns false also where members stand in another order than operations would leave them. */
  private compareObjects(before: JsonObject, after: JsonObject, path: string, depth: number): boolean {
    const names = Object.keys(after);
    const oldNames = Object.keys(before);
    const { json, growth } = this;
    let at = 0;
    for (const name of oldNames) {
      const isKept = names[at] === name;
      if (!isKept && Object.hasOwn(after, name)) return this.back(json, growth);
      const place = `${path}/${escaped(name)}`;
      if (isKept) {
        at++;
        if (!this.compare(before[name] as JsonValue, after[name] as JsonValue, place, depth + 1)) return false;
      } else if (!this.put("remove", place, undefined, before[name])) return false;
    }
    for (; at < names.length; at++) {
      const name = names[at] as string;
      // The engine sorts such names in between.
      if (isIndex(name)) return this.back(json, growth);
      if (!this.put("add", `${path}/${escaped(name)}`, after[name], undefined)) return false;
    }
    return true;
  }

  private back(json: string, growth: number): false {
    this.json = json;
    this.growth = growth;
    return false;
  }

  private put(
    op: PatchOperation["op"],
    path: string,
    value: JsonValue | undefined,
    old: JsonValue | undefined,
  ): boolean {
    if (this.json.length > this.most) return false;
    if (old !== undefined) this.growth -= sizeOf(old);
    const json = value === undefined ? undefined : JSON.stringify(value);
    if (json !== undefined) this.growth += json.length;
    if (this.json.length + (json?.length ?? 0) + path.length + OPERATION_LENGTH > this.most) return false;
    const comma = this.json === "" ? "" : ",";
    this.json +=
      comma +
      '{"op":"' +
      op +
      '","path":' +
      JSON.stringify(path) +
      (json === undefined ? "}" : ',"value":' + json + "}");
    return true;
  }
}

/** How far behind a place an item stands, at most {@link LOOK_AHEAD}; 0 = it is not there. Small values move too often to tell. */
function stepsTo(items: readonly JsonValue[], from: number, end: number, item: JsonValue): number {
  if (typeof item !== "object" && typeof item !== "string") return 0;
  const last = Math.min(end, from + LOOK_AHEAD);
  for (let at = from + 1; at < last; at++) if (items[at] === item) return at - from;
  return 0;
}

function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(name);
}

/** About the length of a value's JSON, characters. @param enough where counting may stop */
export function sizeOf(value: JsonValue, enough = Infinity): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let size = 2;
  if (isList(value)) {
    for (let index = 0; index < value.length && size < enough; index++) {
      size += 1 + sizeOf(value[index] as JsonValue, enough - size);
    }
  } else {
    for (const name in value) {
      size += name.length + 4 + sizeOf(value[name] as JsonValue, enough - size);
      if (size >= enough) break;
    }
  }
  return size;
}

function escaped(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}

/** Reads the operations of a line; what they speak of is seen when they are done. @throws LineError */
export function readOperations(value: unknown, where: string): readonly PatchOperation[] {
  if (!Array.isArray(value)) throw new LineError(`${where} is not a list`);
  return Object.freeze((value as unknown[]).map((each) => readOperation(each, `an operation of ${where}`)));
}

function readOperation(line: unknown, where: string): PatchOperation {
  const { op, path: pointer, value } = asRecord(line, where);
  const text = asText(pointer, `the path of ${where}`);
  if (text !== "" && !text.startsWith("/")) throw new LineError(`the path of ${where} is no JSON Pointer`);
  const path = text
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (path.length > MAX_DEPTH) throw new LineError(`the path of ${where} has more than ${MAX_DEPTH} levels`);
  if (op === "remove") {
    if (path.length === 0) throw new LineError(`${where} removes the whole value`);
    return { op, path };
  }
  if (op !== "add" && op !== "replace" && op !== "append") {
    throw new LineError(`${where} is of a kind that is not known`);
  }
  if (value === undefined) throw new LineError(`${where} has no value`);
  return { op, path, value: op === "append" ? asText(value, `the value of ${where}`) : adoptJson(value) };
}

/** A value that was made of another one. */
export interface Patched {
  readonly value: JsonValue;
  /** Places of lists and objects that were copied. */
  readonly copied: number;
}

/**
 * The value that operations make of a frozen one, which stays as it is: deeply frozen, and what they do not touch is shared.
 * @param patches oldest first
 * @returns undefined where they do not fit it.
 */
export function patched(value: JsonValue, patches: readonly (readonly PatchOperation[])[]): Patched | undefined {
  const tree = new PatchedTree(value);
  for (const operations of patches) {
    for (const operation of operations) if (!tree.apply(operation)) return undefined;
  }
  return { value: tree.frozen(), copied: tree.copied };
}

type Container = JsonValue[] | Record<string, JsonValue>;

/** A value that is changed: containers are copied when they are first changed. */
class PatchedTree {
  copied = 0;
  private readonly root: { value: JsonValue };
  private readonly own = new Set<object>();

  constructor(value: JsonValue) {
    this.root = { value };
    this.own.add(this.root);
  }

  /** @returns false where there is no such place. */
  apply(operation: PatchOperation): boolean {
    const { path } = operation;
    let at: Container = this.root;
    let name = "value";
    for (const next of path) {
      const child = this.ownChild(at, name);
      if (child === undefined) return false;
      at = child;
      name = next;
    }
    return Array.isArray(at) ? changeList(at, name, operation) : changeObject(at, name, operation);
  }

  frozen(): JsonValue {
    this.own.delete(this.root);
    for (const each of this.own) Object.freeze(each);
    return this.root.value;
  }

  /** The container at a place, a copy of ours; undefined where there is none. */
  private ownChild(parent: Container, name: string): Container | undefined {
    const child = memberOf(parent, name);
    if (typeof child !== "object" || child === null) return undefined;
    if (this.own.has(child)) return child as Container;
    let copy: Container;
    if (isList(child)) {
      copy = child.slice();
      this.copied += child.length;
    } else if (isObject(child)) {
      copy = {};
      for (const each of Object.keys(child)) defineValue(copy, each, child[each] as JsonValue);
      this.copied += Object.keys(child).length;
    } else return undefined;
    this.own.add(copy);
    if (Array.isArray(parent)) parent[Number(name)] = copy;
    else defineValue(parent, name, copy);
    return copy;
  }
}

function memberOf(parent: Container, name: string): JsonValue | undefined {
  if (Array.isArray(parent)) return isIndex(name) ? parent[Number(name)] : undefined;
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

function changeList(list: JsonValue[], name: string, operation: PatchOperation): boolean {
  if (operation.op === "add" && name === "-") return list.push(operation.value) > 0;
  const index = isIndex(name) ? Number(name) : -1;
  const isThere = index >= 0 && index < list.length;
  if (operation.op === "add") {
    if (!isThere && index !== list.length) return false;
    list.splice(index, 0, operation.value);
    return true;
  }
  if (!isThere) return false;
  if (operation.op === "remove") return list.splice(index, 1).length === 1;
  const value = changed(list[index] as JsonValue, operation);
  if (value !== undefined) list[index] = value;
  return value !== undefined;
}

function changeObject(record: Record<string, JsonValue>, name: string, operation: PatchOperation): boolean {
  const isThere = Object.hasOwn(record, name);
  if (operation.op === "remove") return isThere && Reflect.deleteProperty(record, name);
  if (!isThere && operation.op !== "add") return false;
  const value = operation.op === "add" ? operation.value : changed(record[name] as JsonValue, operation);
  if (value === undefined) return false;
  defineValue(record, name, value);
  return true;
}

function changed(
  old: JsonValue,
  { op, value }: Exclude<PatchOperation, { readonly op: "remove" }>,
): JsonValue | undefined {
  if (op !== "append") return value;
  return typeof old === "string" && typeof value === "string" ? old + value : undefined;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
