/** The rows that the extension has sent: which are here, which were asked for, and which answers come too late. */

import type { EventRow } from "../../src/protocol/eventsMessages";

/** Rows kept at most; the farthest from what is in sight go first. */
const MAX_ROWS = 5_000;
/** Rows asked for at once. */
const PAGE = 100;

/**
 * Rows by their index among the matching ones. Indexes hold while a log grows at its end; with another run or filter
 * (`restart`) they mean other rows: those that are here still show until the new ones come, so that nothing flickers.
 */
export class RowCache {
  private rows = new Map<number, EventRow>();
  private stale = new Map<number, EventRow>();
  private asked = new Map<number, number>();
  private request = 0;
  private firstValidRequest = 1;

  /** @param ask posts a request for rows [from, to). */
  constructor(private readonly ask: (request: number, from: number, to: number) => void) {}

  /** @returns the row, or what stood there before the last restart, or undefined while it is on its way. */
  at(index: number): EventRow | undefined {
    return this.rows.get(index) ?? this.stale.get(index);
  }

  /** @returns the row only if it is surely the one of this run and filter. */
  certain(index: number): EventRow | undefined {
    return this.rows.get(index);
  }

  /** Forgets what indexes mean; answers to earlier requests are ignored from now on. */
  restart(): void {
    this.stale = new Map([...this.stale, ...this.rows]);
    this.rows = new Map();
    this.asked = new Map();
    this.firstValidRequest = this.request + 1;
  }

  /** Asks for those of the rows [from, to) that are neither here nor on their way, in whole pages. */
  want(from: number, to: number, count: number): void {
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) {
      const end = Math.min(count, (page + 1) * PAGE);
      let first = page * PAGE;
      while (first < end && this.rows.has(first)) first++;
      if (first >= end || (this.asked.get(page) ?? -1) >= end) continue;
      this.asked.set(page, end);
      this.ask(++this.request, first, end);
    }
  }

  /** Takes an answer in. @returns false when it came too late to mean anything. */
  take(request: number, from: number, rows: readonly EventRow[]): boolean {
    if (request < this.firstValidRequest) return false;
    rows.forEach((row, offset) => this.rows.set(from + offset, row));
    this.stale = new Map();
    this.evictFarFrom(from);
    return true;
  }

  private evictFarFrom(center: number): void {
    if (this.rows.size <= MAX_ROWS) return;
    const near = [...this.rows].filter(([index]) => Math.abs(index - center) < MAX_ROWS / 4);
    this.rows = new Map(near);
    this.asked = new Map();
  }
}
