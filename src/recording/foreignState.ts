/** The state that another tool's log has told of so far, and the way back to where it was at a mark; bounded. */

import { jsonEqual, type JsonObject, type JsonValue } from "../core/jsonValue";
import { restoreSteps } from "../core/logState";

/** Changes that are remembered for going back. When there are more, no mark can be gone back to. */
const MAX_STEPS = 1_000_000;
/** Marks at a time; the oldest gives way. */
const MAX_MARKS = 10_000;

/** A key's new value; undefined = it is gone. */
export type Step = readonly [key: string, value: JsonValue | undefined];

/** One store's values after the newest line. Values are shared, never copied. */
export class ForeignState {
  /** Deleted keys stay, as the fold keeps them: the order of keys is that of their first appearance. */
  private readonly entries = new Map<string, { value: JsonValue | undefined }>();
  /** What each change since the oldest mark replaced. */
  private readonly undo: Step[] = [];
  /** Length of `#undo` at each mark. */
  private readonly marks = new Map<string, number>();

  /** Sets a key, or deletes it. */
  set(key: string, value: JsonValue | undefined): void {
    const entry = this.entries.get(key);
    if (this.marks.size > 0) {
      if (this.undo.length < MAX_STEPS) this.undo.push([key, entry?.value]);
      else this.forgetAll();
    }
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
    if (this.marks.size >= MAX_MARKS) {
      for (const oldest of this.marks.keys()) {
        this.marks.delete(oldest);
        break;
      }
    }
    if (this.marks.size === 0) this.undo.length = 0;
    this.marks.set(name, this.undo.length);
  }

  /** Whether there is a mark of that name. */
  isMarked(name: string): boolean {
    return this.marks.has(name);
  }

  /** Nobody will go back there any more. */
  unmark(name: string): void {
    if (this.marks.delete(name) && this.marks.size === 0) this.undo.length = 0;
  }

  /** What would make this state the one at the mark; nothing when there is no such mark. */
  stepsBack(name: string): readonly Step[] {
    const from = this.marks.get(name);
    if (from === undefined) return [];
    const then = new Map<string, JsonValue | undefined>();
    for (let index = this.undo.length - 1; index >= from; index--) {
      const [key, value] = this.undo[index] as Step;
      then.set(key, value);
    }
    return [...then].reverse().filter(([key, value]) => !this.has(key, value));
  }

  private forgetAll(): void {
    this.marks.clear();
    this.undo.length = 0;
  }
}
