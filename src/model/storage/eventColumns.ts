/** The events of a run as columns: 32 bytes an event before values; knows nothing of states. */

import type { JsonValue } from "../../core/jsonValue";
import type { LogRow, Op } from "../../core/logRow";
import { IntTable } from "./intTable";
import { Names } from "./names";
import { NumberColumn } from "./numberColumn";
import type { Pages } from "./pages";
import { isStored, storedValue } from "./storedValue";
import { isPatch } from "../../recording/valuePatch";

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
  private readonly numbers: IntTable;
  private readonly times: NumberColumn;
  /** By chunk; a chunk whose values are all on disk has none. */
  private readonly values: ((JsonValue | undefined)[] | undefined)[] = [];
  /** Where the lines of events begin whose values are on disk. */
  private readonly offsets: NumberColumn;
  /** The events whose values, being on disk, were given to others to remember. */
  private readonly seen: NumberColumn;
  private readonly sites: NumberColumn;
  private readonly scopes: NumberColumn;
  /** Names of agents and of keys; shared by both for one table to do. */
  private readonly names = new Names();

  constructor(memory?: Pages) {
    this.numbers = new IntTable(6, memory);
    this.times = new NumberColumn(memory);
    this.offsets = new NumberColumn(memory);
    this.seen = new NumberColumn(memory);
    this.sites = new NumberColumn(memory);
    this.scopes = new NumberColumn(memory);
  }

  get length(): number {
    return this.numbers.length;
  }

  /**
   * Keeps a copy of the row; the value by reference.
   * @param offset where its line begins, when its value is to be read from there again and not to be kept
   * @returns its index.
   */
  appendEvent(row: LogRow, offset?: number): number {
    const index = this.numbers.add(
      row.op | (this.names.id(row.agent) << OP_BITS),
      row.layer,
      this.names.id(row.key),
      row.rev,
      row.aux,
      row.aux2,
    );
    this.times.set(index, row.timestampMs);
    if (offset !== undefined) this.offsets.set(index, offset);
    else if (row.value !== undefined) this.setValue(index, row.value);
    if (row.site !== 0) this.sites.set(index, row.site);
    if (row.inScopeOf !== 0) this.scopes.set(index, row.inScopeOf);
    return index;
  }

  op(index: number): Op {
    return this.numbers.get(index, Column.OpAndAgent) & ((1 << OP_BITS) - 1);
  }

  agent(index: number): string | undefined {
    return this.names.name(this.numbers.get(index, Column.OpAndAgent) >>> OP_BITS);
  }

  layer(index: number): number {
    return this.numbers.get(index, Column.Layer);
  }

  key(index: number): string | undefined {
    return this.names.name(this.numbers.get(index, Column.Key));
  }

  rev(index: number): number {
    return this.numbers.get(index, Column.Rev);
  }

  aux(index: number): number {
    return this.numbers.get(index, Column.Aux);
  }

  aux2(index: number): number {
    return this.numbers.get(index, Column.Aux2);
  }

  /** What the fields are that a kind names: see eventKinds.ts. */
  fields(index: number): Pick<LogRow, "aux" | "aux2"> {
    return { aux: this.aux(index), aux2: this.aux2(index) };
  }

  /** All of an event but its value. */
  head(index: number, seq: number): Omit<LogRow, "value"> {
    return {
      seq,
      op: this.op(index),
      timestampMs: this.timestampMs(index),
      agent: this.agent(index),
      layer: this.layer(index),
      key: this.key(index),
      rev: this.rev(index),
      aux: this.aux(index),
      aux2: this.aux2(index),
      site: this.site(index),
      inScopeOf: this.scopes.get(index) ?? 0,
    };
  }

  /** Number of its call site; 0 = none. */
  site(index: number): number {
    return this.sites.get(index) ?? 0;
  }

  timestampMs(index: number): number {
    return this.times.get(index) ?? 0;
  }

  /** The value as it is, where it is kept here. */
  held(index: number): JsonValue | undefined {
    const value = this.kept(index);
    return isPatch(value) ? undefined : value;
  }

  /** What the value changed from an earlier one, where that is kept here instead of it. */
  patch(index: number): JsonValue | undefined {
    const value = this.kept(index);
    return isPatch(value) ? value : undefined;
  }

  /** The value, or its stand-in when it is on disk or is yet to be made (see storedValue.ts). */
  value(index: number): JsonValue | undefined {
    const value = this.kept(index);
    if (isPatch(value)) return storedValue(index);
    if (value !== undefined) return value;
    const holder = this.offsets.get(index) === undefined ? this.seen.get(index) : index;
    return holder === undefined ? undefined : storedValue(holder);
  }

  private kept(index: number): JsonValue | undefined {
    return this.values[index >>> CHUNK_BITS]?.[index & CHUNK_MASK];
  }

  /** Where the line begins that holds the event's value; undefined when the value is in memory, or there is none. */
  offset(index: number): number | undefined {
    return this.offsets.get(index);
  }

  /** Gives an event that has no value of its own one to remember beside it (what a read saw). */
  setValue(index: number, value: JsonValue | undefined): void {
    if (value === undefined) return;
    if (isStored(value) && value.key === undefined) return this.seen.set(index, value.event);
    const values = (this.values[index >>> CHUNK_BITS] ??= new Array<JsonValue | undefined>(1 << CHUNK_BITS).fill(
      undefined,
    ));
    values[index & CHUNK_MASK] = value;
  }
}
