/** The values of events that are on disk only: read again by the line that holds them, the newest looked at kept for a while. */

import { createLineDecoder, foreignValue } from "../../recording/recording";
import type { JsonValue } from "../../core/jsonValue";
import type { EventColumns } from "./eventColumns";
import type { LineSource } from "../../recording/lineSource";
import type { RecentValues } from "./recentValues";
import type { SeqIndex } from "./seqIndex";

/** Lengths of the lines whose values are kept in one generation, in all, characters. */
const GENERATION_LENGTH = 8 * 1024 * 1024;
/** What is shown where a value was; a model must not fail because a file went away. */
const GONE = "(cannot be read: the recording has changed on disk)";

/** Values by event. */
export class StoredValues {
  private readonly lines: LineSource;
  private readonly columns: EventColumns;
  private readonly seqs: SeqIndex;
  private readonly recent: RecentValues | undefined;
  private readonly decode = createLineDecoder();
  /** Values by event: those that were looked at lately, and those of before, which go when the young are many. */
  private young = new Map<number, JsonValue | undefined>();
  private old = new Map<number, JsonValue | undefined>();
  private youngLength = 0;

  /** @param recent values that are still in memory */
  constructor(lines: LineSource, recent: RecentValues | undefined, columns: EventColumns, seqs: SeqIndex) {
    this.lines = lines;
    this.recent = recent;
    this.columns = columns;
    this.seqs = seqs;
  }

  /** The value of the event with this index. */
  value(event: number): JsonValue | undefined {
    const value = this.recent?.get(event) ?? this.young.get(event) ?? this.old.get(event);
    return value === undefined ? this.read(event) : value;
  }

  /** The value if it is in memory. */
  peek(event: number): JsonValue | undefined {
    return this.recent?.get(event);
  }

  /** The line that holds the value; undefined when the value is in memory, or the line cannot be read. */
  line(event: number): string | undefined {
    if (this.recent?.get(event) !== undefined) return undefined;
    const offset = this.columns.offset(event);
    return offset === undefined ? undefined : this.lines.lineAt(offset);
  }

  private read(event: number): JsonValue | undefined {
    const offset = this.columns.offset(event);
    const text = offset === undefined ? undefined : this.lines.lineAt(offset);
    if (text === undefined) return GONE;
    const line = this.decode(text.startsWith("\uFEFF") ? text.slice(1) : text);
    if (line.type !== "row" || (line.row.seq !== 0 && line.row.seq !== this.seqs.seqAt(event))) {
      return GONE;
    }
    const op = this.columns.op(event);
    const key = this.columns.key(event);
    // A line of another tool's log may stand for several events.
    const value = line.row.seq === 0 ? foreignValue(line.row, op, key) : line.row.value;
    this.keep(event, value, text.length);
    return value;
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
