/** The decision which rows of a damaged recording to keep: each seq once, ascending, and no wild seq may shut out what follows. */

import type { LogRow } from "../core/logRow";
import type { JsonObject } from "../core/jsonValue";
import type { MergedEvent } from "./mergeLine";

/** A row with the line that it came from. */
export interface PlacedRow {
  readonly row: LogRow;
  /** Events that the line holds besides, all of them right before the row. */
  readonly merged: readonly MergedEvent[];
  readonly extra: JsonObject | undefined;
  readonly line: number;
  /** The byte of the recording at which the line begins. */
  readonly offset: number;
  /** See `RecordedEvent`. */
  readonly borrowed: boolean;
}

/** What a {@link RowOrder} tells. */
export interface RowOrderTarget {
  keep(placed: PlacedRow): void;
  /** @param isLeftOut false when the line's row is kept all the same */
  damage(line: number, message: string, isLeftOut: boolean): void;
}

/**
 * Passes rows on in order. A row that leaves a gap is held back until the next one shows whether the gap is real or the
 * row's seq is wrong; a gap that was announced as lost events is believed at once.
 */
export class RowOrder {
  private readonly target: RowOrderTarget;
  private last: number;
  private lost = 0;
  private held: PlacedRow | undefined;

  /** @param last the seq after which rows are expected. */
  constructor(last: number, target: RowOrderTarget) {
    this.last = last;
    this.target = target;
  }

  /** The line of the row that is held back; undefined when none is. */
  get heldLine(): number | undefined {
    return this.held?.line;
  }

  /** Events that the recording says are missing from here on. */
  expectLost(count: number): void {
    this.lost += count;
  }

  push(placed: PlacedRow): void {
    const seq = firstSeqOf(placed);
    const held = this.held;
    if (held !== undefined) {
      this.held = undefined;
      if (seq > held.row.seq && seq !== this.last + 1) this.acceptGap(held);
      else {
        this.target.damage(
          held.line,
          `Event ${held.row.seq} is out of order and left out: event ${seq} follows it.`,
          true,
        );
      }
    }
    if (seq === this.last + 1) this.accept(placed);
    else if (seq <= this.last) {
      this.target.damage(
        placed.line,
        `Event ${seq} is a repeat or out of order and left out: event ${this.last} came before it.`,
        true,
      );
    } else if (seq - this.last - 1 <= this.lost) {
      this.lost -= seq - this.last - 1;
      this.accept(placed);
    } else this.held = placed;
  }

  /** No more rows will come. */
  finish(): void {
    const held = this.held;
    this.held = undefined;
    if (held !== undefined) this.acceptGap(held);
  }

  private acceptGap(placed: PlacedRow): void {
    const first = this.last + 1;
    const end = firstSeqOf(placed) - 1;
    const missing = first === end ? `Event ${first} is missing` : `Events ${first} to ${end} are missing`;
    const message = `${missing} before event ${end + 1}; states after it may be incomplete.`;
    this.target.damage(placed.line, message, false);
    this.accept(placed);
  }

  private accept(placed: PlacedRow): void {
    this.last = placed.row.seq;
    this.target.keep(placed);
  }
}

function firstSeqOf({ row, merged }: PlacedRow): number {
  return row.seq - merged.length;
}
