/** Owns the events of a run in memory, as columns: 40 bytes an event before values; knows nothing of states. */

import type { JsonValue } from "../runtime/jsonValue";
import type { LogRow, Op } from "../runtime/logRow";
import { IntTable } from "./intTable";
import { Names } from "./names";
import { storedValue } from "./storedValue";

const CHUNK_BITS = 12;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
const OP_BITS = 5;
const NOT_STORED = -1;

const enum Column {
  /** Op in the low bits, agent's number above. */
  OpAndAgent,
  Layer,
  Key,
  Rev,
  Aux,
  Aux2,
}

/** Events by index (0 = the first event after the snapshot). What has no number is undefined. */
export class EventColumns {
  readonly #numbers = new IntTable(6);
  readonly #times: Float64Array[] = [];
  /** By chunk; a chunk whose values are all on disk has none. */
  readonly #values: ((JsonValue | undefined)[] | undefined)[] = [];
  /** By chunk: where the lines of events begin whose values are on disk, −1 for the others; none where all are in memory. */
  readonly #offsets: (Float64Array | undefined)[] = [];
  /** By chunk; a chunk whose events have no call sites has no column of them. */
  readonly #sites: (Uint32Array | undefined)[] = [];
  /** Names of agents and of keys; shared by both for one table to do. */
  readonly #names = new Names();

  get length(): number {
    return this.#numbers.length;
  }

  /**
   * Keeps a copy of the row; the value by reference.
   * @param offset where its line begins, when its value is to be read from there again and not to be kept
   * @returns its index.
   */
  add(row: LogRow, offset?: number): number {
    const index = this.#numbers.add(
      row.op | (this.#names.id(row.agent) << OP_BITS),
      row.layer,
      this.#names.id(row.key),
      row.rev,
      row.aux,
      row.aux2,
    );
    const chunk = index >>> CHUNK_BITS;
    if (chunk === this.#times.length) {
      this.#times.push(new Float64Array(1 << CHUNK_BITS));
    }
    const times = this.#times[chunk];
    if (times !== undefined) times[index & CHUNK_MASK] = row.timestampMs;
    if (offset !== undefined) this.leaveOnDisk(index, offset);
    else if (row.value !== undefined) this.setValue(index, row.value);
    if (row.site !== 0) (this.#sites[chunk] ??= new Uint32Array(1 << CHUNK_BITS))[index & CHUNK_MASK] = row.site;
    return index;
  }

  op(index: number): Op {
    return this.#numbers.get(index, Column.OpAndAgent) & ((1 << OP_BITS) - 1);
  }

  agent(index: number): string | undefined {
    return this.#names.name(this.#numbers.get(index, Column.OpAndAgent) >>> OP_BITS);
  }

  layer(index: number): number {
    return this.#numbers.get(index, Column.Layer);
  }

  key(index: number): string | undefined {
    return this.#names.name(this.#numbers.get(index, Column.Key));
  }

  rev(index: number): number {
    return this.#numbers.get(index, Column.Rev);
  }

  aux(index: number): number {
    return this.#numbers.get(index, Column.Aux);
  }

  aux2(index: number): number {
    return this.#numbers.get(index, Column.Aux2);
  }

  /** Number of its call site; 0 = none. */
  site(index: number): number {
    return this.#sites[index >>> CHUNK_BITS]?.[index & CHUNK_MASK] ?? 0;
  }

  timestampMs(index: number): number {
    return this.#times[index >>> CHUNK_BITS]?.[index & CHUNK_MASK] ?? 0;
  }

  /** The value, or its stand-in when it is on disk (see storedValue.ts). */
  value(index: number): JsonValue | undefined {
    const value = this.#values[index >>> CHUNK_BITS]?.[index & CHUNK_MASK];
    return value === undefined && this.offset(index) !== undefined ? storedValue(index) : value;
  }

  /** Where the line begins that holds the event's value; undefined when the value is in memory, or there is none. */
  offset(index: number): number | undefined {
    const offset = this.#offsets[index >>> CHUNK_BITS]?.[index & CHUNK_MASK] ?? NOT_STORED;
    return offset === NOT_STORED ? undefined : offset;
  }

  /** Forgets the event's value: it is in the line that begins there. */
  leaveOnDisk(index: number, offset: number): void {
    const chunk = index >>> CHUNK_BITS;
    (this.#offsets[chunk] ??= new Float64Array(1 << CHUNK_BITS).fill(NOT_STORED))[index & CHUNK_MASK] = offset;
    const values = this.#values[chunk];
    if (values !== undefined) values[index & CHUNK_MASK] = undefined;
  }

  /** Gives an event that has no value of its own one to remember beside it (what a read saw). */
  setValue(index: number, value: JsonValue | undefined): void {
    const values = (this.#values[index >>> CHUNK_BITS] ??= new Array<JsonValue | undefined>(1 << CHUNK_BITS).fill(
      undefined,
    ));
    values[index & CHUNK_MASK] = value;
  }
}
