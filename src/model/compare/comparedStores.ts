/** What differs between the parent states of two runs, key by key; in slices. */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import type { Pair, RunMoment } from "./layerPairs";
import type { StoreInfo } from "../runInfo";
import type { Slices } from "./runTally";

/** Keys that are named; of more, only the number is. */
const MAX_NAMED = 1_000;

/** A key that is not the same in both. */
export interface KeyDifference {
  readonly key: string;
  /** Undefined = absent. */
  readonly left: JsonValue | undefined;
  readonly right: JsonValue | undefined;
}

/** A parent state of two runs. */
export interface ComparedStore extends Pair<StoreInfo> {
  /** How many keys are the same. */
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** The first 1,000 keys that differ: those of the left run in its order, then what the right one adds. */
  readonly differences: readonly KeyDifference[];
}

/** Compares a parent state as it is at the moments of two runs. */
export function* compareStores(pair: Pair<StoreInfo>, left: RunMoment, right: RunMoment): Slices<ComparedStore> {
  const differences: KeyDifference[] = [];
  const counts = { same: 0, added: 0, removed: 0, changed: 0 };
  const note = (difference: KeyDifference): void => {
    if (differences.length < MAX_NAMED) differences.push(difference);
  };
  const others = new Map<string, StoreValue>();
  for (const other of keysOf(pair.right, right)) {
    yield 0;
    others.set(other.key, other);
  }
  for (const one of keysOf(pair.left, left)) {
    yield 0;
    const { key } = one;
    const other = others.get(key);
    others.delete(key);
    if (jsonEqual(one.value, other?.value)) {
      counts.same++;
      continue;
    }
    if (other === undefined) counts.removed++;
    else counts.changed++;
    note(differenceOf(key, one, other));
  }
  for (const [key, other] of others) {
    yield 0;
    counts.added++;
    note(differenceOf(key, undefined, other));
  }
  return { ...pair, ...counts, differences };
}

/** Whether a parent state is there in both runs, and the same. */
export function isSameStore({ left, right, added, removed, changed }: ComparedStore): boolean {
  return left !== undefined && right !== undefined && added + removed + changed === 0;
}

/** A key's value, which is read when it is looked at. */
export interface StoreValue {
  readonly key: string;
  readonly value: JsonValue;
}

function differenceOf(key: string, left: StoreValue | undefined, right: StoreValue | undefined): KeyDifference {
  return {
    key,
    get left() {
      return left?.value;
    },
    get right() {
      return right?.value;
    },
  };
}

/** The keys of a store as they are at a moment, in order. */
export function keysOf(store: StoreInfo | undefined, { model, seq }: RunMoment): readonly StoreValue[] {
  return store === undefined ? [] : model.storeKeys(store.layer, seq);
}
