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
  const rightValues = new Map<string, JsonValue>();
  for (const { key, value } of keysOf(pair.right, right)) {
    yield 0;
    rightValues.set(key, value);
  }
  for (const { key, value } of keysOf(pair.left, left)) {
    yield 0;
    const other = rightValues.get(key);
    rightValues.delete(key);
    if (jsonEqual(value, other)) {
      counts.same++;
      continue;
    }
    if (other === undefined) counts.removed++;
    else counts.changed++;
    note({ key, left: value, right: other });
  }
  for (const [key, value] of rightValues) {
    yield 0;
    counts.added++;
    note({ key, left: undefined, right: value });
  }
  return { ...pair, ...counts, differences };
}

/** Whether a parent state is there in both runs, and the same. */
export function isSameStore({ left, right, added, removed, changed }: ComparedStore): boolean {
  return left !== undefined && right !== undefined && added + removed + changed === 0;
}

/** The keys of a store as they are at a moment, in order. */
export function keysOf(
  store: StoreInfo | undefined,
  { model, seq }: RunMoment,
): readonly { readonly key: string; readonly value: JsonValue }[] {
  return store === undefined ? [] : model.storeKeys(store.layer, seq);
}
