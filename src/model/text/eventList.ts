/** Keeps the list of a run's events that match a filter, kept up as events arrive; knows no view. */

import type { EventFilter, EventRow } from "../../protocol/eventsMessages";
import { AscendingInts } from "../storage/ascendingInts";
import { eventRow, keysOf } from "./eventRow";
import { EventSearch } from "./eventSearch";
import { createMatcher } from "./textMatch";
import type { RunModel } from "../runModel";

/** A filter that everything passes. */
export const NO_FILTER: EventFilter = { agents: [], kinds: [], key: "", text: "" };

/** Events that are looked at between two looks at the clock; one alone may hold a value of many megabytes. */
const EVENTS_A_LOOK = 16;

/**
 * The steps of a model that match, or a part of which does, ascending. Each event is looked at once; all of them again only when the filter
 * changes. It takes up new events when it is asked, so there is nothing to dispose of. With `sliceMs`, each asking looks
 * at events for about so long, and the list is whole once {@link isBehind} is false.
 */
export class EventList {
  private readonly model: RunModel;
  private readonly sliceMs: number;
  private _filter: EventFilter;
  private matches: (index: number) => boolean;
  /** Places in the log of the matching events; not used while everything matches. */
  private found = new AscendingInts();
  private seen = 0;
  /** Whether a part matched of the step that comes next. */
  private partMatched = false;

  constructor(model: RunModel, filter: EventFilter = NO_FILTER, sliceMs = Infinity) {
    this.sliceMs = sliceMs;
    this.model = model;
    this._filter = filter;
    this.matches = matcherOf(model, filter);
  }

  get filter(): EventFilter {
    return this._filter;
  }

  /** Looks at all events anew. */
  setFilter(filter: EventFilter): void {
    this._filter = filter;
    this.matches = matcherOf(this.model, filter);
    this.found = new AscendingInts();
    this.seen = 0;
    this.partMatched = false;
  }

  /** Whether there are events that it has not looked at yet. */
  get isBehind(): boolean {
    return !this.isAll() && this.seen < this.model.eventCount;
  }

  /** How many events it has looked at. */
  get looked(): number {
    return this.isAll() ? this.model.eventCount : this.seen;
  }

  /** How many steps match, as far as it has looked. */
  get length(): number {
    if (this.isAll()) return this.model.stepCount;
    this.catchUp();
    return this.found.length;
  }

  /** Index of the row of the step that this event is in, or of the nearest before it; −1 = none. */
  indexOf(seq: number): number {
    const place = this.model.indexUpTo(this.model.stepSeq(seq));
    if (this.isAll()) return this.model.stepsUpTo(place) - 1;
    this.catchUp();
    return this.found.countUpTo(place) - 1;
  }

  /** The row at an index of the list. */
  rowAt(index: number): EventRow | undefined {
    this.catchUp();
    return this._rowAt(index);
  }

  /** The rows from an index up to, not including, another; fewer at the list's end. */
  rows(from: number, to: number): readonly EventRow[] {
    // Once for all of them, or a search that is not over would go on for a slice at each.
    this.catchUp();
    const rows: EventRow[] = [];
    for (let index = Math.max(0, from); index < to; index++) {
      const row = this._rowAt(index);
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  private _rowAt(index: number): EventRow | undefined {
    const row = this.model.rowAt(this.isAll() ? this.model.stepAt(index) : this.found.at(index));
    return row === undefined ? undefined : eventRow(this.model, row);
  }

  private isAll(): boolean {
    const { agents, kinds, key, text } = this._filter;
    return agents.length === 0 && kinds.length === 0 && key === "" && text === "";
  }

  private catchUp(): void {
    const { eventCount } = this.model;
    if (this.isAll() || this.seen === eventCount) return;
    const untilMs = performance.now() + this.sliceMs;
    do {
      const end = Math.min(eventCount, this.seen + EVENTS_A_LOOK);
      for (; this.seen < end; this.seen++) {
        this.partMatched ||= this.matches(this.seen);
        if (!this.model.isStepAt(this.seen)) continue;
        if (this.partMatched) this.found.push(this.seen);
        this.partMatched = false;
      }
    } while (this.seen < eventCount && performance.now() < untilMs);
  }
}

function matcherOf(model: RunModel, filter: EventFilter): (index: number) => boolean {
  const { agents } = filter;
  const kinds = new Set(filter.kinds);
  const keyMatches = createMatcher(filter.key);
  const search = filter.text === "" ? undefined : new EventSearch(model, filter.text);
  return (index) => {
    if (agents.length > 0 && !agents.some((layer) => model.belongsAt(index, layer))) return false;
    if (kinds.size > 0 && !kinds.has(model.kindAt(index))) return false;
    if (filter.key !== "") {
      const row = model.rowAt(index);
      if (row === undefined || !keysOf(row).some(keyMatches)) return false;
    }
    return search === undefined || search.matches(index);
  };
}
