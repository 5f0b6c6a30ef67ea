/** The values of a run's newest events, as many as its newest lines hold; older ones are on disk only. Knows no files. */

import type { JsonValue } from "../../core/jsonValue";

const CHUNK_BITS = 12;
const CHUNK_EVENTS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_EVENTS - 1;

/** Events are added in ascending order of their index; not every event has a value here. */
export class RecentValues {
  private readonly chunks = new Map<number, (JsonValue | undefined)[]>();
  private readonly offsetOf: (event: number) => number | undefined;
  private bound: number;
  /** Values of events before this one are not here any more. */
  private oldest = 0;
  private _dropped = 0;

  /**
   * @param bound length of the newest lines whose values are kept, in all, bytes
   * @param offsetOf where the line of an event begins; undefined for one that has no value here
   */
  constructor(bound: number, offsetOf: (event: number) => number | undefined) {
    this.bound = bound;
    this.offsetOf = offsetOf;
  }

  /** How many values there were that are not here any more. */
  get dropped(): number {
    return this._dropped;
  }

  /** @param end where the line ends that holds it */
  keepValue(event: number, value: JsonValue, end: number): void {
    let chunk = this.chunks.get(event >>> CHUNK_BITS);
    if (chunk === undefined) {
      chunk = new Array<JsonValue | undefined>(CHUNK_EVENTS).fill(undefined);
      this.chunks.set(event >>> CHUNK_BITS, chunk);
    }
    chunk[event & CHUNK_MASK] = value;
    for (; this.oldest <= event; this.oldest++) {
      const offset = this.offsetOf(this.oldest);
      if (offset !== undefined && end - offset <= this.bound) break;
      this.drop(this.oldest);
    }
  }

  /** undefined when it is not here. */
  get(event: number): JsonValue | undefined {
    return this.chunks.get(event >>> CHUNK_BITS)?.[event & CHUNK_MASK];
  }

  /** From now on nothing goes: there is no place to read it from again. */
  keepAll(): void {
    this.bound = Infinity;
  }

  private drop(event: number): void {
    const chunk = this.chunks.get(event >>> CHUNK_BITS);
    if (chunk === undefined) return;
    if (chunk[event & CHUNK_MASK] !== undefined) this._dropped++;
    chunk[event & CHUNK_MASK] = undefined;
    if ((event & CHUNK_MASK) === CHUNK_MASK) this.chunks.delete(event >>> CHUNK_BITS);
  }
}
