/**
 * The values of events that are not in memory as they are: on disk only, read again by the line that holds them, or written as
 * what they changed from an earlier one. The newest that were looked at are kept for a while.
 */

import { createLineDecoder, foreignValue } from "../../recording/recording";
import type { JsonValue } from "../../core/jsonValue";
import type { EventColumns } from "./eventColumns";
import type { LineSource } from "../../recording/lineSource";
import { isPatch, patched, type PatchOperation } from "../../recording/valuePatch";
import type { RecentValues } from "./recentValues";
import type { SeqIndex } from "./seqIndex";

/** What the values take that are kept in one generation, in all, characters. */
const GENERATION_LENGTH = 8 * 1024 * 1024;
/** What a place of a list or an object takes that was copied. */
const PLACE_LENGTH = 8;
/** What is shown where a value was; a model must not fail because a file went away. */
const GONE = "(cannot be read: the recording has changed on disk)";
/** As much for a value whose beginnings are not there. */
export const UNFOUNDED = "(not known: the recording says what it changed, but not from what)";

/** Values by event. */
export class StoredValues {
  private readonly lines: LineSource | undefined;
  private readonly columns: EventColumns;
  private readonly seqs: SeqIndex;
  private readonly recent: RecentValues | undefined;
  private readonly decode = createLineDecoder();
  /** Values by event: those that were looked at lately, and those of before, which go when the young are many. */
  private young = new Map<number, JsonValue | undefined>();
  private old = new Map<number, JsonValue | undefined>();
  private youngLength = 0;

  /**
   * @param lines absent: values are in memory, or what they changed is
   * @param recent values that are still in memory
   */
  constructor(lines: LineSource | undefined, recent: RecentValues | undefined, columns: EventColumns, seqs: SeqIndex) {
    this.lines = lines;
    this.recent = recent;
    this.columns = columns;
    this.seqs = seqs;
  }

  /** The value of the event with this index. */
  value(event: number): JsonValue | undefined {
    const known = this.peek(event);
    if (known !== undefined) return known;
    const patches: (readonly PatchOperation[])[] = [];
    let length = 0;
    let value: JsonValue | undefined;
    for (let at = event; ;) {
      value = at === event ? undefined : this.peek(at);
      if (value !== undefined) break;
      const raw = this.raw(at);
      value = raw.value;
      length += raw.length;
      if (!isPatch(value)) break;
      patches.push(value.operations);
      const from = this.seqs.indexOf(value.from);
      // What it starts from is older, and a value of the same key.
      if (from === -1 || from >= at || this.columns.key(from) !== this.columns.key(event)) return UNFOUNDED;
      at = from;
    }
    if (patches.length > 0 && value !== undefined) {
      const made = patched(value, patches.reverse());
      if (made === undefined) return UNFOUNDED;
      value = made.value;
      length += made.copied * PLACE_LENGTH;
    }
    this.keep(event, value, length);
    return value;
  }

  /** The value if it is in memory as it is. */
  peek(event: number): JsonValue | undefined {
    return this.recentWhole(event) ?? this.young.get(event) ?? this.old.get(event) ?? this.columns.held(event);
  }

  /** The event whose value an event says the changes from, and whether it may have lengthened a text; undefined for a whole value. */
  source(event: number): { readonly event: number; readonly extends: boolean } | undefined {
    const patch = this.raw(event).value;
    if (!isPatch(patch)) return undefined;
    return { event: this.seqs.indexOf(patch.from), extends: patch.operations.some(({ op }) => op === "append") };
  }

  /** The line that holds the value; undefined when the value is in memory, or the line cannot be read. */
  line(event: number): string | undefined {
    if (this.recentWhole(event) !== undefined) return undefined;
    const offset = this.columns.offset(event);
    return offset === undefined ? undefined : this.lines?.lineAt(offset);
  }

  /** The value of an event that is still in memory as it is, of the newest. */
  private recentWhole(event: number): JsonValue | undefined {
    const recent = this.recent?.get(event);
    return isPatch(recent) ? undefined : recent;
  }

  /** What an event has for its value, perhaps only what it changed, and how much was read for it. */
  private raw(event: number): { readonly value: JsonValue | undefined; readonly length: number } {
    const value = this.recent?.get(event) ?? this.columns.patch(event);
    return value === undefined ? this.read(event) : { value, length: 0 };
  }

  private read(event: number): { readonly value: JsonValue | undefined; readonly length: number } {
    const offset = this.columns.offset(event);
    const text = offset === undefined ? undefined : this.lines?.lineAt(offset);
    if (text === undefined) return { value: GONE, length: 0 };
    const line = this.decode(text.startsWith("\uFEFF") ? text.slice(1) : text);
    if (line.type !== "row") return { value: GONE, length: 0 };
    // A line of another tool's log may stand for several events.
    if (line.row.seq === 0) {
      return { value: foreignValue(line.row, this.columns.op(event), this.columns.key(event)), length: text.length };
    }
    const seq = this.seqs.seqAt(event);
    const row = line.row.seq === seq ? line.row : line.merged.find((merged) => merged.row.seq === seq)?.row;
    return row === undefined ? { value: GONE, length: 0 } : { value: row.value, length: text.length };
  }

  private keep(event: number, value: JsonValue | undefined, length: number): void {
    this.young.set(event, value);
    this.youngLength += length;
    if (this.youngLength < GENERATION_LENGTH) return;
    this.old = this.young;
    this.young = new Map();
    this.youngLength = 0;
  }
}
