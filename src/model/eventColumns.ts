/** Owns the events of a run in memory, as columns: 40 bytes an event before values; knows nothing of states. */

import type { JsonValue } from "../runtime/jsonValue";
import type { LogRow, Op } from "../runtime/logRow";
import { IntTable } from "./intTable";
import { Names } from "./names";

const CHUNK_BITS = 12;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
const OP_BITS = 5;

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
  readonly #values: (JsonValue | undefined)[][] = [];
  /** By chunk; a chunk whose events have no call sites has no column of them. */
  readonly #sites: (Uint32Array | undefined)[] = [];
  /** Names of agents and of keys; shared by both for one table to do. */
  readonly #names = new Names();

  get length(): number {
    return this.#numbers.length;
  }

  /** Keeps a copy of the row; the value by reference. @returns its index. */
  add(row: LogRow): number {
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
      this.#values.push(new Array<JsonValue | undefined>(1 << CHUNK_BITS).fill(undefined));
    }
    const times = this.#times[chunk];
    const values = this.#values[chunk];
    if (times !== undefined) times[index & CHUNK_MASK] = row.timestampMs;
    if (values !== undefined && row.value !== undefined) values[index & CHUNK_MASK] = row.value;
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

  value(index: number): JsonValue | undefined {
    return this.#values[index >>> CHUNK_BITS]?.[index & CHUNK_MASK];
  }

  /** Gives an event that has no value of its own one to remember beside it (what a read saw). */
  setValue(index: number, value: JsonValue | undefined): void {
    const values = this.#values[index >>> CHUNK_BITS];
    if (values !== undefined) values[index & CHUNK_MASK] = value;
  }
}
