/** Owns the values of a run's newest events, as many as fit its bound; older ones are on disk only. Knows no files. */

import type { JsonValue } from "../runtime/jsonValue";

const CHUNK_BITS = 12;
const CHUNK_EVENTS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_EVENTS - 1;

/** Events are added in ascending order of their index; not every event has a value here. */
export class RecentValues {
  readonly #chunks = new Map<number, { readonly values: (JsonValue | undefined)[]; readonly lengths: Uint32Array }>();
  #bound: number;
  #length = 0;
  /** Values of events before this one are not here any more. */
  #oldest = -1;
  #newest = -1;
  #dropped = 0;

  /** @param bound length of the lines whose values are kept, in all, characters */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** How many values there were that are not here any more. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param length of the line that holds it, characters */
  add(event: number, value: JsonValue, length: number): void {
    let chunk = this.#chunks.get(event >>> CHUNK_BITS);
    if (chunk === undefined) {
      chunk = { values: new Array(CHUNK_EVENTS).fill(undefined), lengths: new Uint32Array(CHUNK_EVENTS) };
      this.#chunks.set(event >>> CHUNK_BITS, chunk);
    }
    chunk.values[event & CHUNK_MASK] = value;
    chunk.lengths[event & CHUNK_MASK] = length;
    if (this.#oldest === -1) this.#oldest = event;
    this.#newest = event;
    this.#length += length;
    while (this.#length > this.#bound && this.#oldest <= this.#newest) this.#dropOldest();
  }

  /** undefined when it is not here. */
  get(event: number): JsonValue | undefined {
    return this.#chunks.get(event >>> CHUNK_BITS)?.values[event & CHUNK_MASK];
  }

  /** From now on nothing goes: there is no place to read it from again. */
  keepAll(): void {
    this.#bound = Infinity;
  }

  #dropOldest(): void {
    const number = this.#oldest >>> CHUNK_BITS;
    const chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      this.#oldest = (number + 1) << CHUNK_BITS;
      return;
    }
    const at = this.#oldest & CHUNK_MASK;
    const length = chunk.lengths[at] as number;
    if (length > 0) {
      chunk.values[at] = undefined;
      this.#length -= length;
      this.#dropped++;
    }
    this.#oldest++;
    if ((this.#oldest & CHUNK_MASK) === 0) this.#chunks.delete(number);
  }
}
