/** The state that another tool's log has told of so far, and the way back to where it was at a mark; bounded. */

import { isObject, jsonEqual, type JsonObject, type JsonValue } from "../core/jsonValue";
import { restoreSteps } from "../core/logState";

/** Changes that are remembered for going back, and the length of their values, roughly. Beyond that the oldest mark is forgotten. */
const MAX_STEPS = 1_000_000;
const MAX_LENGTH = 24 * 1024 * 1024;
/** Marks at a time; the oldest gives way. */
const MAX_MARKS = 10_000;

/** A key's new value; undefined = it is gone. */
export type Step = readonly [key: string, value: JsonValue | undefined];

/** One store's values after the newest line. Values are shared, never copied. */
export class ForeignState {
  /** Deleted keys stay, as the fold keeps them: the order of keys is that of their first appearance. */
  private readonly entries = new Map<string, { value: JsonValue | undefined }>();
  /** What each change since the oldest mark replaced, from number {@link oldest} on; before them are some that are forgotten. */
  private undo: (Step | undefined)[] = [];
  private oldest = 0;
  /** The number of the first that is in the list. */
  private undoStart = 0;
  private undoLength = 0;
  /** How many changes there were before each mark, oldest mark first. */
  private readonly marks = new Map<string, number>();

  /** Sets a key, or deletes it. */
  set(key: string, value: JsonValue | undefined): void {
    const entry = this.entries.get(key);
    if (this.marks.size > 0) this.remember([key, entry?.value]);
    if (entry === undefined) this.entries.set(key, { value });
    else entry.value = value;
  }

  /** Whether a key has just this value. */
  has(key: string, value: JsonValue | undefined): boolean {
    return jsonEqual(this.entries.get(key)?.value, value);
  }

  /** What would make this state that one; as the fold of a restored state does it. */
  stepsTo(next: JsonObject): readonly Step[] {
    return restoreSteps(this.entries, next);
  }

  /** Remembers this moment by a name; an older moment of the same name is forgotten. */
  mark(name: string): void {
    this.marks.delete(name);
    if (this.marks.size >= MAX_MARKS) this.forgetOldest();
    if (this.marks.size === 0) this.forgetSteps(Infinity);
    this.marks.set(name, this.newest);
  }

  /** Whether there is a mark of that name. */
  isMarked(name: string): boolean {
    return this.marks.has(name);
  }

  /** Nobody will go back there any more. */
  unmark(name: string): void {
    if (this.marks.delete(name) && this.marks.size === 0) this.forgetSteps(Infinity);
  }

  /** What would make this state the one at the mark; nothing when there is no such mark. */
  stepsBack(name: string): readonly Step[] {
    const from = this.marks.get(name);
    if (from === undefined) return [];
    const then = new Map<string, JsonValue | undefined>();
    for (let index = this.undo.length - 1; index >= from - this.undoStart; index--) {
      const [key, value] = this.undo[index] as Step;
      then.set(key, value);
    }
    return [...then].reverse().filter(([key, value]) => !this.has(key, value));
  }

  private remember(step: Step): void {
    this.undo.push(step);
    this.undoLength += lengthOf(step[1]);
    while (this.newest - this.oldest > MAX_STEPS || this.undoLength > MAX_LENGTH) this.forgetOldest();
  }

  private forgetOldest(): void {
    const [oldest] = this.marks.keys();
    if (oldest !== undefined) this.marks.delete(oldest);
    const [next = Infinity] = this.marks.values();
    this.forgetSteps(next);
  }

  /** Forgets those before this one. */
  private forgetSteps(until: number): void {
    for (const end = Math.min(until, this.newest); this.oldest < end; this.oldest++) {
      const at = this.oldest - this.undoStart;
      this.undoLength -= lengthOf(this.undo[at]?.[1]);
      this.undo[at] = undefined;
    }
    const gone = this.oldest - this.undoStart;
    if (gone < this.undo.length / 2) return;
    this.undo = this.undo.slice(gone);
    this.undoStart = this.oldest;
  }

  /** The number of the next change. */
  private get newest(): number {
    return this.undoStart + this.undo.length;
  }
}

/** About how long the JSON of a value is. */
function lengthOf(value: JsonValue | undefined): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value) && !isObject(value)) return 8;
  let length = 0;
  for (const [name, item] of Object.entries(value as JsonObject)) length += name.length + lengthOf(item);
  return length;
}
