/**
 * The three-way merge of lists a second time, for the tests: by trying all orders and all alignments, word by word from the
 * definition. It must not share code with the real one, and is for short lists only.
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "../../../src/runtime/index";

type List = readonly JsonValue[];
type Value = JsonValue | undefined;
type Merged = { readonly value: Value } | "touch";
type ThreeWay = (base: Value, now: Value, mine: Value) => Merged;

export function naiveListMerge(base: List, now: List, mine: List, threeWay: ThreeWay): Merged {
  const field = ["id", "_id", "uuid", "key"].find((name) => [base, now, mine].every((list) => areTold(list, name)));
  return field === undefined ? byValue(base, now, mine) : byIdentity(base, now, mine, field, threeWay);
}

/** "every item is an object that has it, as a text or number that no other item of its list has". */
function areTold(list: List, field: string): boolean {
  const values = list.map((item) => ownOf(item, field));
  return values.every(
    (value, index) => (typeof value === "string" || typeof value === "number") && values.indexOf(value) === index,
  );
}

function ownOf(item: JsonValue, field: string): unknown {
  const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
  return isObject && Object.keys(item).includes(field) ? (item as Record<string, unknown>)[field] : undefined;
}

function byIdentity(base: List, now: List, mine: List, field: string, threeWay: ThreeWay): Merged {
  const ids = (list: List): unknown[] => list.map((item) => ownOf(item, field));
  const find = (list: List, id: unknown): Value => list.find((item) => ownOf(item, field) === id);
  const all = [...new Set([base, now, mine].flatMap(ids))];
  if (new Set(all.map(String)).size < all.length) return "touch";

  const stays = new Map<unknown, JsonValue>();
  for (const id of all) {
    const item = threeWay(find(base, id), find(now, id), find(mine, id));
    if (item === "touch") return "touch";
    if (item.value !== undefined) stays.set(id, item.value);
  }

  const [b, n, m] = [ids(base), ids(now), ids(mine)] as [unknown[], unknown[], unknown[]];
  const restrict = (list: unknown[], ...others: unknown[][]): unknown[] =>
    list.filter((id) => others.every((other) => other.includes(id)));
  const hasMoved = (side: unknown[], ...among: unknown[][]): boolean =>
    !isDeepStrictEqual(restrict(b, side, ...among), restrict(side, b, ...among));
  // "an order that one side changed is taken"; one that only items tell of that the other deleted would be lost.
  if (hasMoved(n) !== hasMoved(n, m) || hasMoved(m) !== hasMoved(m, n)) return "touch";
  if (!isDeepStrictEqual(restrict(n, m), restrict(m, n))) {
    if (hasMoved(n, m) && hasMoved(m, n)) return "touch";
    if (restrict(n, m).some((id) => !b.includes(id))) return "touch";
  }
  /** Of two items, which stands first: what a side changed, else what the sides say that have both; 0 = nobody knows. */
  const says = (list: unknown[], one: unknown, two: unknown): number =>
    list.includes(one) && list.includes(two) ? Math.sign(list.indexOf(two) - list.indexOf(one)) : 0;
  const order = (one: unknown, two: unknown): number => {
    const [before, left, right] = [says(b, one, two), says(n, one, two), says(m, one, two)];
    if (left === 0 || right === 0) return left + right;
    return left === before ? right : left;
  };
  const orders = allOrders([...stays.keys()], (one, two) => order(one, two) >= 0);
  const [only] = orders;
  const list = (chosen: unknown[]): Merged => ({ value: chosen.map((id) => stays.get(id) as JsonValue) });
  if (only === undefined) return "touch";
  if (orders.length === 1) return list(only);
  // "two pure appends give both": what nobody knows the order of stands at the end, behind the base's last item.
  const fresh = (side: unknown[], other: unknown[]): unknown[] =>
    side.filter((id) => !b.includes(id) && !other.includes(id));
  const [left, right] = [fresh(n, m), fresh(m, n)];
  const last = b.at(-1);
  const isLast = (side: unknown[]): boolean =>
    last === undefined || isDeepStrictEqual(restrict(side, b, n, m).at(-1), last);
  if (!isLast(n) || !isLast(m)) return "touch";
  const shared = [...stays.keys()].filter((id) => n.includes(id) && m.includes(id));
  const atEnd = (id: unknown): boolean => orders.every((each) => shared.every((other) => isBehind(each, id, other)));
  const free = left.flatMap((one) => right.filter((two) => isFree(orders, one, two)).flatMap((two) => [one, two]));
  if (!free.every(atEnd)) return "touch";
  const chosen = orders.filter((each) =>
    left.every((one) => right.every((two) => !isFree(orders, one, two) || isBehind(each, two, one))),
  );
  return chosen.length === 1 ? list(chosen[0] as unknown[]) : "touch";
}

function isBehind(order: unknown[], one: unknown, other: unknown): boolean {
  return order.indexOf(one) > order.indexOf(other);
}

function isFree(orders: unknown[][], one: unknown, two: unknown): boolean {
  return new Set(orders.map((each) => isBehind(each, one, two))).size > 1;
}

/** All orders in which no two items stand against what is allowed. */
function allOrders(items: unknown[], mayPrecede: (one: unknown, two: unknown) => boolean): unknown[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) => {
    const rest = items.filter((item) => item !== first);
    if (!rest.every((item) => mayPrecede(first, item))) return [];
    return allOrders(rest, mayPrecede).map((order) => [first, ...order]);
  });
}

type Pair = readonly [before: number, after: number];

/** Every way to take items of one list for equal ones of the other, in order. */
function alignments(one: List, other: List, from = 0, to = 0): Pair[][] {
  if (from === one.length) return [[]];
  const without = alignments(one, other, from + 1, to);
  const withIt = other.flatMap((item, index) =>
    index >= to && isDeepStrictEqual(item, one[from])
      ? alignments(one, other, from + 1, index + 1).map((rest): Pair[] => [[from, index], ...rest])
      : [],
  );
  return [...without, ...withIt];
}

/** What all longest alignments agree on. */
function certain(one: List, other: List): Pair[] {
  const all = alignments(one, other);
  const most = Math.max(...all.map(({ length }) => length));
  const longest = all.filter(({ length }) => length === most);
  return (longest[0] as Pair[]).filter(([from, to]) =>
    longest.every((each) => each.some(([a, b]) => a === from && b === to)),
  );
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly items: List;
}

function changesOf(base: List, side: List): Change[] {
  const pairs: Pair[] = [[-1, -1], ...certain(base, side), [base.length, side.length]];
  return pairs.slice(1).flatMap(([to, end], index) => {
    const [before, start] = pairs[index] as Pair;
    const change = { from: before + 1, to, items: side.slice(start + 1, end) };
    return change.to > change.from || change.items.length > 0 ? [change] : [];
  });
}

function byValue(base: List, now: List, mine: List): Merged {
  const isAppended = (side: List): boolean => isDeepStrictEqual(side.slice(0, base.length), [...base]);
  if (isAppended(now) && isAppended(mine)) return { value: [...now, ...mine.slice(base.length)] };
  const [left, right] = [changesOf(base, now), changesOf(base, mine)];
  const both = (change: Change): boolean =>
    left.concat(right).filter((each) => isDeepStrictEqual(each, change)).length > 1;
  for (const one of left) {
    for (const two of right) {
      const isApart = one.to < two.from || two.to < one.from;
      const isAppend = one.from === base.length && two.from === base.length;
      if (!isApart && !isAppend && !both(one)) return "touch";
    }
  }
  // "What one side inserts may be an object, edited and moved, that the other has deleted".
  const hasParts = (item: JsonValue): boolean => typeof item === "object" && item !== null;
  const gone = left.filter(both).flatMap(({ from, to }) => base.slice(from, to));
  const fresh = [...left, ...right].filter((change) => !both(change)).flatMap((change) => change.items);
  if (gone.some(hasParts) && fresh.some(hasParts)) return "touch";
  // "Where both sides moved items, no order keeps what both say".
  const hasMoved = (side: Change[]): boolean => {
    const own = side.filter((change) => !both(change));
    const lost = own.flatMap(({ from, to }) => base.slice(from, to));
    return own.some(({ items }) => items.some((item) => lost.some((other) => isDeepStrictEqual(item, other))));
  };
  if (hasMoved(left) && hasMoved(right)) return "touch";
  const all = [...left, ...right.filter((change) => !both(change))].sort((one, two) => one.from - two.from);
  const result: JsonValue[] = [];
  let at = 0;
  for (const { from, to, items } of all) {
    result.push(...base.slice(at, from), ...items);
    at = to;
  }
  result.push(...base.slice(at));
  // "no item has come twice or come back".
  const count = (list: List, item: JsonValue): number => list.filter((each) => isDeepStrictEqual(each, item)).length;
  const addsUp = [...base, ...now, ...mine].every((item) => {
    const [b, n, m, r] = [base, now, mine, result].map((list) => count(list, item)) as [number, number, number, number];
    return r === n + m - b || (n === m && r === n);
  });
  return addsUp ? { value: result } : "touch";
}
