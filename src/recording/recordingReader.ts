/**
 * What the bytes of a recording say: lines, their order, their damage, and the numbers of events that have none of
 * their own. What events mean, and what is kept of them, is its target's affair; it knows nothing of files.
 */

import { CALL_SITE_NOTE, decodeCallSiteNote } from "./callSiteNote";
import { KIND_LINES } from "./kindLines";
import { createLineDecoder, ForeignReader, RESERVED_KINDS, type DecodedLine, type RecordingHeader } from "./recording";
import type { JsonObject } from "../core/jsonValue";
import { Op, type LogRow } from "../core/logRow";
import type { LogState } from "../core/logState";
import { LineSplitter } from "../base/lineSplitter";
import { RowOrder, type PlacedRow } from "./rowOrder";
import { lostCount } from "./lostCount";

/** An event of a recording, with what its line holds beside it. */
export interface RecordedEvent {
  readonly row: LogRow;
  /** Members of the line that a row has no place for. */
  readonly extra: JsonObject | undefined;
  /** The byte at which the line begins. */
  readonly offset: number;
  /** The row's value cannot be found in that line again: it stands in an earlier one. */
  readonly borrowed: boolean;
  /** It is a part of the merge whose end follows. */
  readonly isPart: boolean;
  /** A merge wrote what the child's overlay has for the key; the row has no value. */
  readonly fromOverlay: boolean;
}

/**
 * Whether the value of an event is one that nobody needs until somebody looks at it, and that its line holds. The others
 * are small, and the fold or a count looks into them.
 */
export function isReadAgain({ row: { op, value }, borrowed }: RecordedEvent): boolean {
  return !borrowed && value !== undefined && KIND_LINES[op].value === "read";
}

/**
 * Whether an event's value is looked into as it comes, and afterwards only by somebody who looks at the event, or at a key
 * of a state that was restored.
 */
export function isCounted({ row: { op, value }, borrowed }: RecordedEvent): boolean {
  return !borrowed && value !== undefined && KIND_LINES[op].value === "counted";
}

/** What a recording is read into. Calls come in the order of the lines, but that a doubtful event may be held back a line. */
export interface RecordingTarget {
  /** The recording's header. @param timestampMs NaN when not known */
  takeHeader(header: RecordingHeader, timestampMs: number): void;
  /** The state that the events start from; at most once, before the first event. @param cut events before it that are not there */
  takeState(state: LogState, cut: number): void;
  /** The next event. Its seq is greater than all before. The row is the target's to keep. */
  takeEvent(event: RecordedEvent): void;
  /** A line of no event, about the run (`row.seq` is 0). */
  takeNote(row: LogRow): void;
  /** Another run begins in the file, by a header of its own: of it, and of what comes after, nothing is told but more of these. */
  takeOtherRun(line: number): void;
  /**
   * A damaged place.
   * @param line counts from 1
   * @param message one sentence
   * @param isLeftOut false when what the line says is taken all the same
   */
  takeDamage(line: number, message: string, isLeftOut: boolean): void;
}

/** Reads one recording, from its first byte on. */
export class RecordingReader {
  private readonly target: RecordingTarget;
  private readonly onLine: ((text: string) => void) | undefined;
  private readonly splitter = new LineSplitter();
  private readonly decode = createLineDecoder();
  private order: RowOrder | undefined;
  /** There is one when the log is another tool's. */
  private foreign: ForeignReader | undefined;
  private hasHeader = false;
  private runId = "";
  /** A later header that may be another run's: what follows it tells. */
  private doubtful: { readonly line: number; readonly late: HeaderLine | undefined } | undefined;
  /** The first run is over, and another began. */
  private isInOtherRun = false;
  private lastSeq = 0;
  private _lines = 0;
  private _bytes = 0;
  private finished = false;

  /** @param onLine called with each line before anything is told of it, as it stands there ("" where it is no text) */
  constructor(target: RecordingTarget, onLine?: (text: string) => void) {
    this.target = target;
    this.onLine = onLine;
  }

  /** The line, counting from 1, whose event waits for the one after it; undefined when all lines are decided. */
  get undecidedLine(): number | undefined {
    return this.order?.heldLine;
  }

  /** Bytes taken in so far. */
  get bytes(): number {
    return this._bytes;
  }

  /** Lines taken in so far. */
  get lines(): number {
    return this._lines;
  }

  /** Takes the next bytes; a line may be split over calls, anywhere. */
  append(bytes: Uint8Array): void {
    this._bytes += bytes.length;
    this.splitter.push(bytes, (text, offset) => this.takeLine(text, offset));
  }

  /** No more bytes will come: a torn last line becomes damage. Does nothing when called again. */
  finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (!this.isInOtherRun) this.finishLine();
    this.settleDoubt();
    this.order?.finish();
    // It holds the state, and what it was.
    this.foreign = undefined;
  }

  /** The bytes so far are all that is there now of a recording that goes on: a last line without its end is not there yet. */
  finishSnapshot(): void {
    this.finished = true;
    this.order?.finish();
  }

  private finishLine(): void {
    const { text: rest, offset } = this.splitter.takeRest();
    if (rest !== "") {
      this._lines++;
      this.onLine?.(rest ?? "");
    }
    const text = rest === undefined ? undefined : withoutMarks(rest, this._lines);
    if (text !== "") {
      const decoded = text === undefined ? undefined : this.decode(text);
      if (decoded === undefined || decoded.type === "damage") {
        this.damage("The last line is torn: writing stopped in the middle of it.");
      } else this.takeDecoded(decoded, offset);
    }
  }

  private takeLine(text: string | undefined, offset: number): void {
    this._lines++;
    this.onLine?.(text ?? "");
    if (this.isInOtherRun) return this.passOver(text);
    if (text === undefined) return this.damage("The line is not UTF-8 text.");
    const said = withoutMarks(text, this._lines);
    if (said !== "") this.takeDecoded(this.decode(said), offset);
  }

  private takeDecoded(line: DecodedLine, offset: number): void {
    if (this.doubtful !== undefined) {
      if (line.type === "snapshot") return this.beginOtherRun(this.doubtful.line);
      this.settleDoubt();
    }
    switch (line.type) {
      case "row":
        return this.takeRow({
          row: line.row,
          merged: line.merged,
          extra: line.extra,
          line: this._lines,
          offset,
          borrowed: false,
        });
      case "header":
        return this.takeHeader(line);
      case "snapshot":
        if (this.order !== undefined) return this.damage("A state snapshot after the first events; it is left out.");
        this.startAt(line.state, line.cut);
        return;
      case "damage":
        return this.damage(line.message);
    }
  }

  private takeHeader(line: HeaderLine): void {
    const { run } = line.header;
    if ((this.hasHeader && run !== "" && run !== this.runId) || this.foreign !== undefined) {
      return this.beginOtherRun(this._lines);
    }
    if (this._lines !== 1) this.damage("A second header, or one that is not the first line.", this.hasHeader);
    // A line that stands twice, or came late, or the beginning of a run that lies there once more.
    if (this.order !== undefined) {
      this.doubtful = { line: this._lines, late: this.hasHeader ? undefined : line };
    } else if (!this.hasHeader) this.putHeader(line);
    for (const problem of line.problems) this.damage(problem, false);
  }

  private putHeader({ header, timestampMs }: HeaderLine): void {
    this.hasHeader = header.run !== "";
    this.runId = header.run;
    this.target.takeHeader(header, timestampMs);
  }

  /** No other run began there: the header is this run's. */
  private settleDoubt(): void {
    const late = this.doubtful?.late;
    this.doubtful = undefined;
    if (late !== undefined) this.putHeader(late);
  }

  private beginOtherRun(line: number): void {
    this.doubtful = undefined;
    this.isInOtherRun = true;
    this.order?.finish();
    this.target.takeOtherRun(line);
  }

  /** Of other runs it is only told how many there are. */
  private passOver(text: string | undefined): void {
    if (text?.includes('"recording_header"') !== true) return;
    if (this.decode(withoutMarks(text, this._lines)).type === "header") this.target.takeOtherRun(this._lines);
  }

  private takeRow(placed: PlacedRow): void {
    const { row } = placed;
    if (row.seq === 0) {
      if (row.key === "events_lost") this.order?.expectLost(lostCount(row));
      if (isNote(row)) return this.target.takeNote(row);
      // Other tools' logs have no seqs and no header: their events are counted.
      return this.hasHeader ? this.takeUnknownNote(placed) : this.takeForeign(placed);
    }
    if (this.order === undefined) {
      const first = row.seq - placed.merged.length;
      this.startAt({ seq: first - 1, layers: new Map() }, 0);
      if (first !== 1) this.damage(`The log starts at event ${first} without a state to start from.`, false);
    }
    if (row.op === Op.Other && row.key === "events_lost") this.order?.expectLost(lostCount(row));
    this.order?.push(placed);
  }

  /** A note of a newer version is passed over; an event that lost its seq has more than a note has. */
  private takeUnknownNote({ row, extra }: PlacedRow): void {
    if (extra === undefined && row.agent === undefined && !RESERVED_KINDS.has(row.key ?? "")) return;
    this.damage("A line without a seq among events that have one; it is left out.");
  }

  private takeForeign(placed: PlacedRow): void {
    if (this.order !== undefined && this.foreign === undefined) return this.takeUnknownNote(placed);
    this.foreign ??= new ForeignReader();
    this.order ??= this.newOrder(0);
    for (const { row, extra, borrowed } of this.foreign.readRow(placed.row, placed.extra)) {
      row.seq = this.lastSeq + 1;
      this.order.push({ ...placed, row, extra, borrowed });
    }
  }

  private startAt(state: LogState, cut: number): void {
    this.lastSeq = state.seq;
    this.order = this.newOrder(state.seq);
    this.target.takeState(state, cut);
  }

  private newOrder(last: number): RowOrder {
    return new RowOrder(last, {
      keep: (placed) => this.keep(placed),
      damage: (line, message, isLeftOut) => this.target.takeDamage(line, message, isLeftOut),
    });
  }

  private keep(placed: PlacedRow): void {
    const { row, merged, extra, offset, borrowed } = placed;
    this.lastSeq = row.seq;
    for (const { row: part, fromOverlay } of merged) {
      this.target.takeEvent({ row: part, extra: undefined, offset, borrowed: fromOverlay, isPart: true, fromOverlay });
    }
    this.target.takeEvent({ row, extra, offset, borrowed, isPart: false, fromOverlay: false });
  }

  private damage(message: string, isLeftOut = true): void {
    this.target.takeDamage(this._lines, message, isLeftOut);
  }
}

type HeaderLine = Extract<DecodedLine, { readonly type: "header" }>;

/** Lines of no event that a publisher or supervisor writes, and so does even where the header is missing. */
const RUN_NOTES: ReadonlySet<string> = new Set(["events_lost", "run_ended"]);

function isNote({ key = "", value }: LogRow): boolean {
  return RUN_NOTES.has(key) || (key === CALL_SITE_NOTE && decodeCallSiteNote(value) !== undefined);
}

/** A line without a byte order mark at the file's beginning, and without what a line end of two characters leaves. */
function withoutMarks(text: string, line: number): string {
  const start = line === 1 && text.startsWith("\uFEFF") ? 1 : 0;
  return text.slice(start, text.endsWith("\r") ? -1 : undefined);
}
