/**
 * Which items of one list are which of another: by identity where items have one, else by deep equality. Merges and
 * differences share it; it knows of neither.
 */

import { isObject, type JsonValue } from "./jsonValue";

/** A list as values have it. */
export type List = readonly JsonValue[];
/** What tells an item apart from the others of its list. */
export type Identity = string | number;

/** The first of these that all items have is their identity. A `name` is none: two that are called alike may be two. */
const IDENTITY_FIELDS = ["id", "_id", "uuid", "key"] as const;

/** Pairs of equal items of two lists that are looked at; where there are more, nothing is said. */
const MAX_PAIRS = 500_000;

/**
 * The field that tells apart the items of all these lists: every item is an object that has it, as a text or number that
 * no other item of its list has. Undefined = there is none.
 */
export function identityField(lists: readonly List[]): string | undefined {
  return IDENTITY_FIELDS.find((field) => lists.every((list) => hasIdentities(list, field)));
}

/** The items by identity, in their order; `field` as {@link identityField} found it. */
export function itemsById(list: List, field: string): ReadonlyMap<Identity, JsonValue> {
  return new Map(list.map((item) => [identityOf(item, field) as Identity, item]));
}

function hasIdentities(list: List, field: string): boolean {
  const seen = new Set<Identity>();
  for (const item of list) {
    const identity = identityOf(item, field);
    if (identity === undefined || seen.has(identity)) return false;
    seen.add(identity);
  }
  return true;
}

/** The item's text or number of this name; undefined where it has none. */
export function identityOf(item: JsonValue | undefined, field: string): Identity | undefined {
  if (!isObject(item) || !Object.hasOwn(item, field)) return undefined;
  const identity = item[field];
  return typeof identity === "string" || typeof identity === "number" ? identity : undefined;
}

/** Numbers for the items of several lists, equal exactly where the items are. */
export type ItemNumbers = Int32Array;

/** Numbers by identity. */
export function numberById(lists: readonly List[], field: string): ItemNumbers[] {
  return numberBy(lists, (item) => identityOf(item, field));
}

/** How many lists and objects may be looked at; it is taken from as they are, and is negative once it is spent. */
export interface Budget {
  left: number;
}

/** Numbers by deep equality, in time and memory of the lists' size. Undefined = the budget is spent. */
export function numberByValue(lists: readonly List[], budget: Budget = { left: Infinity }): ItemNumbers[] | undefined {
  // What the runtime froze is shared by the lists, and written once.
  const texts = new Map<object, string>();
  const numbers = numberBy(lists, (item) => {
    if (typeof item !== "object" || item === null) return canonicalText(item, budget);
    let text = texts.get(item);
    if (text === undefined) texts.set(item, (text = canonicalText(item, budget)));
    return text;
  });
  return budget.left < 0 ? undefined : numbers;
}

function numberBy(lists: readonly List[], nameOf: (item: JsonValue) => Identity | undefined): ItemNumbers[] {
  const numbers = new Map<Identity | undefined, number>();
  return lists.map((list) =>
    Int32Array.from(list, (item) => {
      const name = nameOf(item);
      let number = numbers.get(name);
      if (number === undefined) numbers.set(name, (number = numbers.size));
      return number;
    }),
  );
}

/** JSON that is the same for equal values, whatever order their properties stand in. */
function canonicalText(value: JsonValue, budget: Budget): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (--budget.left < 0) return "";
  if (!isObject(value)) return `[${value.map((item) => canonicalText(item, budget)).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name] as JsonValue, budget)}`);
  return `{${members.join(",")}}`;
}

/**
 * For each item of the first list the place of its partner in the second, -1 where it has none: partners are equal and
 * stand in the same order, and there is no way to pair more. `certain` takes those alone that every such way pairs alike.
 * Undefined where there is too much to look at.
 */
export function pairInOrder(before: ItemNumbers, after: ItemNumbers, certain: boolean): Int32Array | undefined {
  const pairs = equalPairs(before, after);
  if (pairs === undefined) return undefined;
  const { length, ranks } = rankPairs(pairs, before.length);
  return certain ? certainPairs(pairs, ranks, length, before.length) : somePairs(pairs, ranks, length, before.length);
}

/** All pairs of equal items, by the first one's place; the second one's places fall. */
interface EqualPairs {
  /** Where those of each item of the first list begin; one more says where the last ones end. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
}

function equalPairs(before: ItemNumbers, after: ItemNumbers): EqualPairs | undefined {
  const placesOf = new Map<number, number[]>();
  for (let place = after.length - 1; place >= 0; place--) {
    const number = after[place] as number;
    const places = placesOf.get(number);
    if (places === undefined) placesOf.set(number, [place]);
    else places.push(place);
  }
  const starts = new Int32Array(before.length + 1);
  for (let index = 0; index < before.length; index++) {
    const end = (starts[index] as number) + (placesOf.get(before[index] as number)?.length ?? 0);
    if (end > MAX_PAIRS) return undefined;
    starts[index + 1] = end;
  }
  const places = new Int32Array(starts[before.length] as number);
  before.forEach((number, index) => places.set(placesOf.get(number) ?? [], starts[index]));
  return { starts, places };
}

/** How many pairs can stand before each pair, at most (Hunt and Szymanski), and how many there can be in all. */
function rankPairs({ starts, places }: EqualPairs, count: number): { length: number; ranks: Int32Array } {
  const ranks = new Int32Array(places.length);
  const ends: number[] = [];
  for (let index = 0; index < count; index++) {
    for (let pair = starts[index] as number; pair < (starts[index + 1] as number); pair++) {
      const place = places[pair] as number;
      const rank = firstAtLeast(ends, place);
      ranks[pair] = rank;
      ends[rank] = place;
    }
  }
  return { length: ends.length, ranks };
}

function somePairs({ starts, places }: EqualPairs, ranks: Int32Array, length: number, count: number): Int32Array {
  const partners = new Int32Array(count).fill(-1);
  let rank = length - 1;
  let next = Infinity;
  for (let index = count - 1; index >= 0 && rank >= 0; index--) {
    for (let pair = starts[index] as number; pair < (starts[index + 1] as number); pair++) {
      const place = places[pair] as number;
      if (ranks[pair] !== rank || place >= next) continue;
      partners[index] = next = place;
      rank--;
      break;
    }
  }
  return partners;
}

/** Every longest way has one pair of each rank: a pair is certain that is the only one of its rank on any of them. */
function certainPairs({ starts, places }: EqualPairs, ranks: Int32Array, length: number, count: number): Int32Array {
  const onlyOne = new Int32Array(length).fill(-1);
  const owners = new Int32Array(length);
  /** Of pairs behind, the places that chains of each length can begin at, at the latest; negative, so that they rise. */
  const ends: number[] = [];
  for (let index = count - 1; index >= 0; index--) {
    for (let pair = (starts[index + 1] as number) - 1; pair >= (starts[index] as number); pair--) {
      const place = places[pair] as number;
      const behind = firstAtLeast(ends, -place);
      ends[behind] = -place;
      const rank = ranks[pair] as number;
      if (rank + behind !== length - 1) continue;
      onlyOne[rank] = onlyOne[rank] === -1 ? pair : -2;
      owners[rank] = index;
    }
  }
  const partners = new Int32Array(count).fill(-1);
  onlyOne.forEach((pair, rank) => {
    if (pair >= 0) partners[owners[rank] as number] = places[pair] as number;
  });
  return partners;
}

/** Where a rising list first has a number that is as large; its length where it has none. */
function firstAtLeast(rising: readonly number[], number: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
