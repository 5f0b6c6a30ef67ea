/**
 * What a recording holds of the newest value of each key, so that the next one can be written as what it changed. Chains of
 * changes have shortcuts: to make a value, no more than some dozens of lines are read, and no more than a few times its length.
 */

import type { JsonValue } from "../core/jsonValue";
import { patchBetween, sizeOf } from "./valuePatch";

/** Values of about fewer characters are written anew each time: what they changed takes as much. */
const LEAST_LENGTH = 256;
/** One in so many lines of a chain starts from the one so many before; of those again one in so many, and so on. */
const STEP = 64;
const LEVELS = 3;
/** A value is written anew where the lines that it is made of would take so much of its length. */
const MOST_READ = 3;
/** The part of a value's length that a change may take. */
const MOST_CHANGED = 0.5;
/** Ancestors of a context that are asked for the value that it changes. */
const MOST_ANCESTORS = 64;
/** Values that are remembered, and how long their JSON is in all, about, characters. */
const MAX_VALUES = 16_384;
const MAX_LENGTH = 32 * 1024 * 1024;
/** What remembering a value takes where it shares most with another. */
const SHARED_LENGTH = 256;

/** A value as a line of the recording has it, masks included. */
interface RecordedValue {
  readonly value: JsonValue;
  /** seq of the event whose line it is. */
  readonly seq: number;
  /** Length of its JSON, about. */
  readonly length: number;
  /** What must be read to make it. */
  readonly readLength: number;
  /** How many lines before it, without shortcuts, lead to the one that holds a value as a whole. */
  readonly count: number;
  /** The newest before it whose count is a multiple of STEP, of STEP², … */
  readonly marks: readonly RecordedValue[];
  /** What remembering it takes. */
  readonly weight: number;
}

/** How a value is written. */
export interface WrittenValue {
  /** The event whose value it starts from; 0 = none, and the JSON is the whole value. */
  readonly from: number;
  /** The JSON of the value, or of the list of operations that make it. */
  readonly json: string;
}

/** The values of one recording. */
export class RecordedValues {
  /** By layer and key, the least recently written first. */
  private readonly values = new Map<string, RecordedValue>();
  private length = 0;
  /** Of each layer that is a context, its parent. */
  private readonly parents: number[] = [];
  /** What the newest event changes here: an event that is written a second time finds what was there before. */
  private pending: { readonly seq: number; readonly place: string; readonly recorded: RecordedValue } | undefined;
  private readonly mayExtend: (text: string) => boolean;
  /** The contexts that began since lines may have been lost; undefined = none were. */
  private begunSinceLoss: Set<number> | undefined;

  /** @param mayExtend whether a text may be written as what it has more than the one before */
  constructor(mayExtend: (text: string) => boolean) {
    this.mayExtend = mayExtend;
  }

  /** A context began. */
  begin(layer: number, parent: number): void {
    this.parents[layer] = parent;
    this.begunSinceLoss?.add(layer);
  }

  /** Whether whoever has read what was written so far knows all that a context holds. */
  knows(layer: number): boolean {
    return this.begunSinceLoss?.has(layer) ?? true;
  }

  /** Lines may have been lost: nothing that was written so far is built on. */
  forget(): void {
    this.pending = undefined;
    this.values.clear();
    this.length = 0;
    this.begunSinceLoss = new Set();
  }

  /**
   * How to write the value that an event gives a key.
   * @param child the context whose value it most likely is; 0 = none
   */
  write(seq: number, layer: number, key: string, value: JsonValue, child: number): WrittenValue {
    this.settle(seq);
    if (sizeOf(value, LEAST_LENGTH) < LEAST_LENGTH) {
      if (this.values.size > 0) this.drop(placeOf(layer, key));
      return { from: 0, json: JSON.stringify(value) };
    }
    const place = placeOf(layer, key);
    const before = this.values.get(place);
    const found =
      (child !== 0 && this.continued(this.values.get(placeOf(child, key)), seq, value, before)) ||
      this.continued(before, seq, value, before) ||
      this.continued(this.inherited(layer, key), seq, value, before);
    if (found) {
      this.pending = { seq, place, recorded: found.recorded };
      return found.written;
    }
    const json = JSON.stringify(value);
    this.pending = { seq, place, recorded: whole(value, seq, json.length) };
    return { from: 0, json };
  }

  /** An event gives a key what a child holds, and its line does not say it. */
  pass(seq: number, layer: number, key: string, value: JsonValue | undefined, child: number): void {
    this.settle(seq);
    if (this.values.size === 0) return;
    const passed = this.values.get(placeOf(child, key));
    const place = placeOf(layer, key);
    this.drop(place);
    if (passed === undefined || passed.value !== value) return;
    this.keep(place, { ...passed, weight: SHARED_LENGTH });
  }

  /** The value as a change of another; undefined where that is no gain. */
  private continued(
    last: RecordedValue | undefined,
    seq: number,
    value: JsonValue,
    before: RecordedValue | undefined,
  ): { readonly written: WrittenValue; readonly recorded: RecordedValue } | undefined {
    if (last === undefined) return undefined;
    // The line that holds it is named, not one that says it is the same: so chains grow by changes alone.
    if (last.value === value) {
      const recorded = last === before ? last : { ...last, weight: SHARED_LENGTH };
      return { written: { from: last.seq, json: "[]" }, recorded };
    }
    const count = last.count + 1;
    let level = 0;
    while (level < LEVELS && count % STEP ** (level + 1) === 0) level++;
    // Where a shortcut takes too much of the value, the whole value takes little more, and is the better shortcut.
    return this.change(level === 0 ? last : last.marks[level - 1], last, level, seq, value, before);
  }

  private change(
    from: RecordedValue | undefined,
    last: RecordedValue,
    level: number,
    seq: number,
    value: JsonValue,
    before: RecordedValue | undefined,
  ): { readonly written: WrittenValue; readonly recorded: RecordedValue } | undefined {
    if (from === undefined) return undefined;
    const patch = patchBetween(from.value, value, last.length * MOST_CHANGED, this.mayExtend);
    if (patch === undefined) return undefined;
    const length = Math.max(LEAST_LENGTH, from.length + patch.growth);
    const readLength = from.readLength + patch.json.length;
    if (readLength > length * MOST_READ) return undefined;
    const marks = last.marks.slice();
    const weight = Math.min(2 * length, (last === before ? last.weight : SHARED_LENGTH) + patch.json.length);
    const recorded: RecordedValue = { value, seq, length, readLength, count: last.count + 1, marks, weight };
    for (let each = 0; each < level; each++) marks[each] = recorded;
    return { written: { from: from.seq, json: patch.json }, recorded };
  }

  /** What shows through where a layer has nothing of its own. */
  private inherited(layer: number, key: string): RecordedValue | undefined {
    let at = this.parents[layer] ?? 0;
    for (let height = 0; at !== 0 && height < MOST_ANCESTORS; height++) {
      const found = this.values.get(placeOf(at, key));
      if (found !== undefined) return found;
      at = this.parents[at] ?? 0;
    }
    return undefined;
  }

  /** Takes in what the event before this one changed. */
  private settle(seq: number): void {
    const { pending } = this;
    if (pending === undefined) return;
    this.pending = undefined;
    if (pending.seq === seq) return;
    this.drop(pending.place);
    this.keep(pending.place, pending.recorded);
  }

  private keep(place: string, recorded: RecordedValue): void {
    this.values.set(place, recorded);
    this.length += recorded.weight;
    for (const [oldest] of this.values) {
      if (this.values.size <= MAX_VALUES && this.length <= MAX_LENGTH) break;
      this.drop(oldest);
    }
  }

  private drop(place: string): void {
    const recorded = this.values.get(place);
    if (recorded === undefined) return;
    this.length -= recorded.weight;
    this.values.delete(place);
  }
}

function whole(value: JsonValue, seq: number, length: number): RecordedValue {
  const marks: RecordedValue[] = [];
  const recorded: RecordedValue = { value, seq, length, readLength: length, count: 0, marks, weight: length };
  for (let level = 0; level < LEVELS; level++) marks.push(recorded);
  return recorded;
}

function placeOf(layer: number, key: string): string {
  return `${layer}\0${key}`;
}
