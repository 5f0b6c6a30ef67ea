/** The difference inside two JSON values as an outline of rows, bounded in rows and in work; knows no markup. */

import { diffArrays, diffWordsWithSpace } from "diff";
import { isObject, type JsonObject, type JsonValue } from "../../core/jsonValue";
import {
  identityField,
  identityOf,
  numberById,
  numberByValue,
  pairInOrder,
  type Budget,
  type ItemNumbers,
  type List,
} from "../../core/listAlignment";
import { isMasked, MASK_SOURCE } from "../../recording/mask";
import type { DifferenceRow } from "../../protocol/previewMessages";
import { identityStep, itemPath, propertyPath } from "../../base/jsonPath";
import { isList, propertyNames, shortText } from "./valueText";

type Mark = DifferenceRow["mark"];
type Part = DifferenceRow["parts"][number];

/** What a difference may cost. */
export interface DifferenceBounds {
  /** Rows, the last one saying that more is not shown. */
  readonly maxRows: number;
  /** Values compared with each other, before the rest is called too large to compare. */
  readonly maxComparisons: number;
}

const BOUNDS: DifferenceBounds = { maxRows: 2_000, maxComparisons: 400_000 };
/** Characters of a leaf. */
const MAX_LEAF_LENGTH = 2_000;
/** Longer strings are compared by their common beginning and end only. */
const MAX_WORDS_LENGTH = 4_000;
/** Characters of the unchanged beginning and end that are shown of longer strings. */
const CONTEXT_LENGTH = 60;
/** Unchanged neighbours shown before and after a change; more of them become one row. */
const CONTEXT_ITEMS = 3;

/**
 * Marks what differs from one value to another. Properties are told apart by name, items of lists as merges tell them
 * apart, strings by word. Whatever is unchanged is one row, however large.
 */
export function differenceRows(
  before: JsonValue,
  after: JsonValue,
  bounds: DifferenceBounds = BOUNDS,
): readonly DifferenceRow[] {
  const outline = new Outline(bounds);
  outline.pair({ depth: 0, path: "", label: "" }, before, after);
  return outline.rows;
}

/** Where a row stands. */
interface Place {
  readonly depth: number;
  readonly path: string;
  readonly label: string;
  /** Where an item that was moved stood before. */
  readonly from?: number;
}

/** One property or item of two containers; a side that does not have it is undefined. */
interface Child {
  readonly place: Place;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly same: boolean;
}

/** For each item of the second list: its partner's place in the first or -1, and whether it stands in order with its neighbours. */
interface Alignment {
  readonly partners: Int32Array;
  readonly isInOrder: Uint8Array;
}

class Outline {
  readonly rows: DifferenceRow[] = [];
  private readonly maxRows: number;
  private readonly comparisons: Budget;
  private full = false;

  constructor(bounds: DifferenceBounds) {
    this.maxRows = bounds.maxRows;
    this.comparisons = { left: bounds.maxComparisons };
  }

  pair(place: Place, before: JsonValue, after: JsonValue): void {
    if (this.full) return;
    if (isObject(before) && isObject(after)) {
      if (this.equal(before, after)) this.row(place, "same", [same(shortText(after))]);
      else this.container(place, "{", "}", this.properties(place, before, after));
    } else if (isList(before) && isList(after)) {
      if (this.equal(before, after)) this.row(place, "same", [same(shortText(after))]);
      else this.container(place, "[", "]", this.items(place, before, after));
    } else if (before === after) this.row(place, "same", [same(shortText(after, MAX_LEAF_LENGTH))]);
    else if (typeof before === "string" && typeof after === "string") {
      this.row(place, "changed", stringParts(before, after));
    } else if (isLeaf(before) && isLeaf(after)) {
      const parts: Part[] = [
        { text: shortText(before, MAX_LEAF_LENGTH), mark: "removed" },
        same(" → "),
        { text: shortText(after, MAX_LEAF_LENGTH), mark: "added" },
      ];
      this.row(place, "changed", parts);
    } else {
      this.tree(place, before, "removed");
      this.tree(place, after, "added");
    }
  }

  private child(child: Child): void {
    if (child.after === undefined) this.tree(child.place, child.before ?? null, "removed");
    else if (child.before === undefined) this.tree(child.place, child.after, "added");
    else if (child.same) this.row(child.place, markOf(child.place), [same(shortText(child.after))]);
    else this.pair(child.place, child.before, child.after);
  }

  private container(place: Place, open: string, close: string, children: readonly Child[]): void {
    this.row(place, markOf(place), [same(open)]);
    for (let index = 0; index < children.length && !this.full;) {
      const stop = endOfSame(children, index);
      const first = index === 0 ? index : index + CONTEXT_ITEMS;
      const last = stop === children.length ? stop : stop - CONTEXT_ITEMS;
      if (last - first > 1) {
        for (; index < first; index++) this.childAt(children, index);
        const inside = { depth: place.depth + 1, path: place.path, label: "" };
        this.row(inside, "same", [same(`… ${last - first} unchanged`)]);
        index = last;
      }
      for (; index < stop; index++) this.childAt(children, index);
      for (; index < children.length && isShown(children[index]); index++) this.childAt(children, index);
    }
    this.row({ depth: place.depth, path: place.path, label: "" }, "same", [same(close)]);
  }

  private childAt(children: readonly Child[], index: number): void {
    const child = children[index];
    if (child !== undefined && !this.full) this.child(child);
  }

  /** A value that stands on one side only. */
  private tree(place: Place, value: JsonValue, mark: "added" | "removed"): void {
    if (this.full) return;
    const inner = place.depth + 1;
    const end = { depth: place.depth, path: place.path, label: "" };
    if (isList(value) && value.length > 0) {
      this.row(place, mark, [{ text: "[", mark }]);
      for (let index = 0; index < value.length && !this.full; index++) {
        const path = itemPath(place.path, index);
        this.tree({ depth: inner, path, label: String(index) }, value[index] ?? null, mark);
      }
      this.row(end, mark, [{ text: "]", mark }]);
    } else if (isObject(value) && propertyNames(value).length > 0) {
      this.row(place, mark, [{ text: "{", mark }]);
      for (const name of propertyNames(value)) {
        if (this.full) break;
        const path = propertyPath(place.path, name);
        this.tree({ depth: inner, path, label: name }, value[name] ?? null, mark);
      }
      this.row(end, mark, [{ text: "}", mark }]);
    } else this.row(place, mark, [{ text: shortText(value, MAX_LEAF_LENGTH), mark }]);
  }

  /** Those of the first value in its order, then what the second adds. */
  private properties(place: Place, before: JsonObject, after: JsonObject): Child[] {
    const children: Child[] = [];
    const at = (name: string): Place => ({
      depth: place.depth + 1,
      path: propertyPath(place.path, name),
      label: name,
    });
    for (const name of propertyNames(before)) {
      const one = before[name];
      const other = Object.hasOwn(after, name) ? after[name] : undefined;
      children.push({ place: at(name), before: one, after: other, same: this.equal(one, other) });
    }
    for (const name of propertyNames(after)) {
      if (!Object.hasOwn(before, name)) {
        children.push({ place: at(name), before: undefined, after: after[name], same: false });
      }
    }
    return children;
  }

  /** In the order of the second list; what was removed stands where it stood. What was moved stands at its new place alone. */
  private items(place: Place, before: List, after: List): Child[] {
    const field = identityField([before, after]);
    const { partners, isInOrder } = this.align(before, after, field);
    const children: Child[] = [];
    const both = (from: number, to: number, moved = false): void => {
      const [one, other] = [before[from], after[to]];
      const isSame = this.equal(one, other);
      const step = field !== undefined && (moved || !isSame) ? identityStep(field, identityOf(other, field)) : "";
      const at = { ...itemPlace(place, to), label: `${to}${step}`, ...(moved && { from }) };
      children.push({ place: at, before: one, after: other, same: isSame });
    };
    const removed = (from: number): void => {
      children.push({ place: itemPlace(place, from), before: before[from], after: undefined, same: false });
    };
    const added = (to: number): void => {
      children.push({ place: itemPlace(place, to), before: undefined, after: after[to], same: false });
    };
    const isMoved = new Set(partners.filter((from, to) => from >= 0 && isInOrder[to] === 0));
    let from = 0;
    for (let to = 0; to <= after.length;) {
      let end = to;
      while (end < after.length && isInOrder[end] === 0) end++;
      const stop = end < after.length ? (partners[end] as number) : before.length;
      const gone: number[] = [];
      for (; from < stop; from++) if (!isMoved.has(from)) gone.push(from);
      // What was replaced in place reads best as a change of the item, unless it is known to be another.
      let shown = 0;
      if (field !== undefined) for (; shown < gone.length; shown++) removed(gone[shown] as number);
      for (; to < end; to++) {
        const partner = partners[to] as number;
        if (partner >= 0) both(partner, to, true);
        else if (shown < gone.length) both(gone[shown++] as number, to);
        else added(to);
      }
      for (; shown < gone.length; shown++) removed(gone[shown] as number);
      if (end < after.length) both(from++, end);
      to = end + 1;
    }
    return children;
  }

  /** Items by identity or else by value; by place where there are too many that are alike. */
  private align(before: List, after: List, field: string | undefined): Alignment {
    const partners = new Int32Array(after.length).fill(-1);
    const isInOrder = new Uint8Array(after.length);
    const pair = (from: number, to: number): void => {
      partners[to] = from;
      isInOrder[to] = 1;
    };
    const isSame = (from: number, to: number): boolean =>
      field === undefined
        ? this.equal(before[from], after[to])
        : identityOf(before[from], field) === identityOf(after[to], field);
    // Most of a long list is as it was: its ends need no search.
    let start = 0;
    const shorter = Math.min(before.length, after.length);
    while (start < shorter && isSame(start, start)) pair(start, start++);
    let [from, to] = [before.length, after.length];
    while (from > start && to > start && isSame(from - 1, to - 1)) pair(--from, --to);
    const [one, other] = [before.slice(start, from), after.slice(start, to)];
    if (one.length === 0 || other.length === 0) return { partners, isInOrder };
    const numbers =
      field === undefined ? numberByValue([one, other], this.comparisons) : numberById([one, other], field);
    if (numbers === undefined) this.stopComparing();
    const [ofOne, ofOther] = (numbers ?? []) as [ItemNumbers?, ItemNumbers?];
    const inOrder = ofOne && ofOther && pairInOrder(ofOne, ofOther, false);
    if (ofOne === undefined || ofOther === undefined || inOrder === undefined) {
      for (let index = start; index < Math.min(from, to); index++) pair(index, index);
      return { partners, isInOrder };
    }
    inOrder.forEach((partner, index) => partner >= 0 && pair(start + index, start + partner));
    // What is on both sides, but not in order, was moved; of those that are alike, the last goes last.
    const places = new Map<number, number[]>();
    inOrder.forEach((partner, index) => {
      if (partner >= 0) return;
      const number = ofOne[index] as number;
      const known = places.get(number);
      if (known === undefined) places.set(number, [start + index]);
      else known.push(start + index);
    });
    for (let index = other.length - 1; index >= 0; index--) {
      if (isInOrder[start + index] === 0) {
        partners[start + index] = places.get(ofOther[index] as number)?.pop() ?? -1;
      }
    }
    return { partners, isInOrder };
  }

  /** Deep equality; what can no longer be compared counts as different, and the outline ends there. */
  private equal(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
    if (one === other) return true;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
    if (--this.comparisons.left < 0) {
      this.stopComparing();
      return false;
    }
    if (isList(one)) {
      if (!isList(other) || one.length !== other.length) return false;
      for (let index = 0; index < one.length; index++) if (!this.equal(one[index], other[index])) return false;
      return true;
    }
    if (isList(other)) return false;
    const names = propertyNames(one);
    if (names.length !== propertyNames(other).length) return false;
    for (const name of names) {
      if (!Object.hasOwn(other, name)) return false;
      if (!this.equal(one[name], other[name])) return false;
    }
    return true;
  }

  private row(place: Place, mark: Mark, parts: readonly Part[]): void {
    if (this.full) return;
    if (this.rows.length >= this.maxRows - 1) return this.stop("… more is not shown");
    this.rows.push({ ...place, mark, parts });
  }

  private stopComparing(): void {
    this.stop("… the values are too large to compare in full");
  }

  private stop(text: string): void {
    if (this.full) return;
    this.full = true;
    this.rows.push({ depth: 0, path: "", label: "", mark: "same", parts: [same(text)] });
  }
}

function same(text: string): Part {
  return { text, mark: "same" };
}

function isLeaf(value: JsonValue): boolean {
  return !isObject(value) && !isList(value);
}

function itemPlace(place: Place, index: number): Place {
  return { depth: place.depth + 1, path: itemPath(place.path, index), label: String(index) };
}

function endOfSame(children: readonly Child[], start: number): number {
  let end = start;
  while (end < children.length && !isShown(children[end])) end++;
  return end;
}

/** Whether a child is more than unchanged. */
function isShown(child: Child | undefined): boolean {
  return child !== undefined && (!child.same || child.place.from !== undefined);
}

function markOf({ from }: Place): Mark {
  return from === undefined ? "same" : "moved";
}

/** The pieces of a changed string, as JSON text. */
function stringParts(before: string, after: string): Part[] {
  const parts: Part[] = [same('"')];
  const put = (text: string, mark: Part["mark"]): void => {
    if (text !== "") parts.push({ text: JSON.stringify(text).slice(1, -1), mark });
  };
  if (before.length + after.length <= MAX_WORDS_LENGTH) {
    for (const piece of wordChanges(before, after)) {
      put(piece.value, piece.added ? "added" : piece.removed ? "removed" : "same");
    }
  } else {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
    let end = 0;
    while (
      end < shorter - start &&
      before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
    ) {
      end++;
    }
    put(start > CONTEXT_LENGTH ? "…" + before.slice(start - CONTEXT_LENGTH, start) : before.slice(0, start), "same");
    put(shortened(before.slice(start, before.length - end)), "removed");
    put(shortened(after.slice(start, after.length - end)), "added");
    const rest = after.slice(after.length - end);
    put(rest.length > CONTEXT_LENGTH ? rest.slice(0, CONTEXT_LENGTH) + "…" : rest, "same");
  }
  parts.push(same('"'));
  return parts;
}

/** A mask is one word: what two of them have in common means nothing. */
function wordChanges(before: string, after: string): readonly WordChange[] {
  if (!isMasked(before) && !isMasked(after)) return diffWordsWithSpace(before, after);
  return diffArrays(wordsOf(before), wordsOf(after)).map(({ value, added, removed }) => ({
    value: value.join(""),
    added,
    removed,
  }));
}

interface WordChange {
  readonly value: string;
  readonly added: boolean;
  readonly removed: boolean;
}

const WORDS = new RegExp(`${MASK_SOURCE}|[\\p{L}\\p{N}_]+|\\s+|[^]`, "gu");

function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

function shortened(text: string): string {
  return text.length > MAX_LEAF_LENGTH ? text.slice(0, MAX_LEAF_LENGTH) + "…" : text;
}
