/**
 * The three-way merge of lists as sequences of items; knows nothing of what else values are. An item's edit is never put
 * on another item: where it is not certain which item is which, the sides touch.
 */

import type { JsonValue } from "./jsonValue";
import {
  identityField,
  itemsById,
  numberByValue,
  pairInOrder,
  type Identity,
  type ItemNumbers,
  type List,
} from "./listAlignment";
import { TOUCH, type Merged, type MergeValues } from "./threeWay";

/** @param merge merges the three versions of one item */
export function mergeLists(base: List, parent: List, overlay: List, merge: MergeValues): Merged {
  const field = identityField([base, parent, overlay]);
  if (field === undefined) return mergeByValue(base, parent, overlay);
  return mergeById(itemsById(base, field), itemsById(parent, field), itemsById(overlay, field), merge);
}

type Items = ReadonlyMap<Identity, JsonValue>;

/** The three versions, each its items by identity, in order. */
interface Versions {
  readonly base: Items;
  readonly parent: Items;
  readonly overlay: Items;
}

function mergeById(base: Items, parent: Items, overlay: Items, merge: MergeValues): Merged {
  // Whether "1" is 1 written by another hand, nobody can tell.
  if (mixesTypes([base, parent, overlay])) return TOUCH;
  const versions: Versions = { base, parent, overlay };
  const items = mergeItems(versions, merge);
  const order = items && mergeOrder(versions);
  return items && order ? order.map((id) => items.get(id) as JsonValue) : TOUCH;
}

function mixesTypes(all: readonly Items[]): boolean {
  const types = new Map<string, string>();
  for (const items of all) {
    for (const id of items.keys()) {
      const type = types.get(String(id));
      if (type === undefined) types.set(String(id), typeof id);
      else if (type !== typeof id) return true;
    }
  }
  return false;
}

/** The items that stay; undefined where both sides changed one, or one deleted what the other edited. */
function mergeItems({ base, parent, overlay }: Versions, merge: MergeValues): Items | undefined {
  const merged = new Map<Identity, JsonValue>();
  for (const id of new Set([...parent.keys(), ...overlay.keys()])) {
    const value = merge(base.get(id), parent.get(id), overlay.get(id));
    if (value === TOUCH) return undefined;
    if (value !== undefined) merged.set(id, value);
  }
  return merged;
}

/**
 * The order that keeps what each side says about the order of any two items; undefined where that is none, or several.
 * One side alone may have moved items.
 */
function mergeOrder({ base, parent, overlay }: Versions): readonly Identity[] | undefined {
  const inBase = (id: Identity): boolean => base.has(id);
  const ofBase = [...base.keys()].filter((id) => parent.has(id) && overlay.has(id));
  const ofParent = [...parent.keys()].filter((id) => overlay.has(id));
  const ofOverlay = [...overlay.keys()].filter((id) => parent.has(id));
  const parentMoved = !isSame(ofBase, ofParent.filter(inBase));
  const overlayMoved = !isSame(ofBase, ofOverlay.filter(inBase));
  // What was moved among items that the other side deleted would be lost.
  if (isMoved(base, parent) !== parentMoved || isMoved(base, overlay) !== overlayMoved) return undefined;
  if (!isSame(ofParent, ofOverlay)) {
    if (parentMoved === overlayMoved || ofParent.length > ofBase.length) return undefined;
  }
  const spine = overlayMoved ? ofOverlay : ofParent;
  const ofParentAlone = insertions(parent, overlay, base, spine);
  const ofOverlayAlone = insertions(overlay, parent, base, spine);
  if (ofParentAlone === undefined || ofOverlayAlone === undefined) return undefined;

  const last = [...base.keys()].at(-1);
  const canAppend = last === undefined || [ofParent, ofOverlay].every((ids) => ids.filter(inBase).at(-1) === last);
  const order: Identity[] = [];
  for (let gap = 0; gap <= spine.length; gap++) {
    const first = ofParentAlone.get(gap) ?? [];
    const second = ofOverlayAlone.get(gap) ?? [];
    const isAppend = gap === spine.length && canAppend;
    if (first.length > 0 && second.length > 0 && !isAppend) return undefined;
    for (const id of first) order.push(id);
    for (const id of second) order.push(id);
    if (gap < spine.length) order.push(spine[gap] as Identity);
  }
  return order;
}

function isSame(one: readonly Identity[], other: readonly Identity[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

function isMoved(base: Items, side: Items): boolean {
  return !isSame(
    [...base.keys()].filter((id) => side.has(id)),
    [...side.keys()].filter((id) => base.has(id)),
  );
}

/**
 * What one side alone has inserted, by the number of items of the merged order (`spine`) that stand before. Undefined
 * where they are not the ones that stand before in the side's own list.
 */
function insertions(
  side: Items,
  other: Items,
  base: Items,
  spine: readonly Identity[],
): ReadonlyMap<number, readonly Identity[]> | undefined {
  const placeOf = new Map(spine.map((id, place) => [id, place]));
  const found = new Map<number, Identity[]>();
  let passed = 0;
  let furthest = -1;
  for (const id of side.keys()) {
    const place = placeOf.get(id);
    if (place !== undefined) {
      passed++;
      furthest = Math.max(furthest, place);
    } else if (!base.has(id) && !other.has(id)) {
      if (furthest !== passed - 1) return undefined;
      const ids = found.get(passed);
      if (ids === undefined) found.set(passed, [id]);
      else ids.push(id);
    }
  }
  return found;
}

/** A list with its items' numbers. */
interface Sequence {
  readonly items: List;
  readonly numbers: ItemNumbers;
}

/** Items have no identity: those are the same that every longest alignment takes for the same. */
function mergeByValue(...lists: readonly [base: List, parent: List, overlay: List]): Merged {
  const numbers = numberByValue(lists) ?? [];
  const [base, parent, overlay] = lists.map((items, index) => ({ items, numbers: numbers[index] })) as [
    Sequence,
    Sequence,
    Sequence,
  ];
  if (startsWith(parent.numbers, base.numbers) && startsWith(overlay.numbers, base.numbers)) {
    return [...parent.items, ...overlay.items.slice(base.items.length)];
  }
  const ofParent = hunksOf(base, parent);
  const ofOverlay = ofParent && hunksOf(base, overlay);
  const changes = ofParent && ofOverlay && mergeHunks(base, ofParent, ofOverlay);
  if (changes === undefined || !isCertain(base, changes)) return TOUCH;
  const merged = applyChanges(base, changes);
  return addsUp(base, parent, overlay, merged) ? merged.map(({ item }) => item) : TOUCH;
}

function startsWith(numbers: ItemNumbers, start: ItemNumbers): boolean {
  return start.length <= numbers.length && start.every((number, index) => number === numbers[index]);
}

/** One side's change: items of the base from one place up to another became items of the side. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly items: readonly NumberedItem[];
}

interface NumberedItem {
  readonly item: JsonValue;
  readonly number: number;
}

function itemAt({ items, numbers }: Sequence, index: number): NumberedItem {
  return { item: items[index] as JsonValue, number: numbers[index] as number };
}

/** What stands between items that are certainly the same ones; undefined where there is too much to look at. */
function hunksOf(base: Sequence, side: Sequence): readonly Hunk[] | undefined {
  const partners = pairInOrder(base.numbers, side.numbers, true);
  if (partners === undefined) return undefined;
  const hunks: Hunk[] = [];
  let from = 0;
  let start = 0;
  for (let index = 0; index <= base.items.length; index++) {
    const partner = index === base.items.length ? side.items.length : (partners[index] as number);
    if (partner < 0) continue;
    if (index > from || partner > start) {
      const items = Array.from({ length: partner - start }, (_, offset) => itemAt(side, start + offset));
      hunks.push({ from, to: index, items });
    }
    from = index + 1;
    start = partner + 1;
  }
  return hunks;
}

/** A hunk, and whose it is. */
interface Change extends Hunk {
  readonly by: "parent" | "overlay" | "both";
}

/** The changes of both sides in order. Undefined = some touch: no item stands between them, and they are neither equal nor both append. */
function mergeHunks(
  base: Sequence,
  ofParent: readonly Hunk[],
  ofOverlay: readonly Hunk[],
): readonly Change[] | undefined {
  const changes: Change[] = [];
  let index = 0;
  let other = 0;
  while (index < ofParent.length || other < ofOverlay.length) {
    const one = ofParent[index];
    const two = ofOverlay[other];
    if (one !== undefined && two !== undefined && one.from <= two.to && two.from <= one.to) {
      const isAppend = one.from === base.items.length && two.from === base.items.length;
      if (isSameHunk(one, two)) changes.push({ ...one, by: "both" });
      else if (isAppend) changes.push({ ...one, by: "parent" }, { ...two, by: "overlay" });
      else return undefined;
      index++;
      other++;
    } else if (two === undefined || (one !== undefined && one.from < two.from)) {
      changes.push({ ...(one as Hunk), by: "parent" });
      index++;
    } else {
      changes.push({ ...two, by: "overlay" });
      other++;
    }
  }
  return changes;
}

/**
 * Whether nobody can have meant another thing. Where both sides moved items, no order keeps what both say. What one side
 * inserts may be an object that the other has deleted, edited and moved.
 */
function isCertain(base: Sequence, changes: readonly Change[]): boolean {
  const removed = ({ from, to }: Change): readonly NumberedItem[] =>
    Array.from({ length: to - from }, (_, offset) => itemAt(base, from + offset));
  const hasMoved = (by: Change["by"]): boolean => {
    const own = changes.filter((change) => change.by === by);
    const gone = new Set(own.flatMap(removed).map(({ number }) => number));
    return own.some(({ items }) => items.some(({ number }) => gone.has(number)));
  };
  if (hasMoved("parent") && hasMoved("overlay")) return false;
  const shared = changes.filter(({ by }) => by === "both");
  const inserted = changes.filter(({ by }) => by !== "both").flatMap(({ items }) => items);
  return !(shared.flatMap(removed).some(hasParts) && inserted.some(hasParts));
}

/** Texts and numbers are what they are; what has parts may have been edited. */
function hasParts({ item }: NumberedItem): boolean {
  return typeof item === "object" && item !== null;
}

function applyChanges(base: Sequence, changes: readonly Change[]): readonly NumberedItem[] {
  const merged: NumberedItem[] = [];
  let at = 0;
  const keepUpTo = (end: number): void => {
    for (; at < end; at++) merged.push(itemAt(base, at));
  };
  for (const { from, to, items } of changes) {
    keepUpTo(from);
    for (const item of items) merged.push(item);
    at = to;
  }
  keepUpTo(base.items.length);
  return merged;
}

function isSameHunk(one: Hunk, other: Hunk): boolean {
  return (
    one.from === other.from &&
    one.to === other.to &&
    one.items.length === other.items.length &&
    one.items.every(({ number }, index) => number === other.items[index]?.number)
  );
}

/** Whether no item has come twice or come back, as one does that a side moved and the other moved or deleted. */
function addsUp(base: Sequence, parent: Sequence, overlay: Sequence, merged: readonly NumberedItem[]): boolean {
  const ofBase = countOf(base.numbers);
  const ofParent = countOf(parent.numbers);
  const ofOverlay = countOf(overlay.numbers);
  const ofMerged = countOf(merged.map(({ number }) => number));
  for (const number of new Set([...ofBase.keys(), ...ofParent.keys(), ...ofOverlay.keys()])) {
    const [before = 0, one = 0, two = 0, after = 0] = [ofBase, ofParent, ofOverlay, ofMerged].map((counts) =>
      counts.get(number),
    );
    if (after !== one + two - before && !(one === two && after === one)) return false;
  }
  return true;
}

function countOf(numbers: Iterable<number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}
