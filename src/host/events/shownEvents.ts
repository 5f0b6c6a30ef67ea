/** What the Agent Events view shows of one run: its filtered list, told in the words of the messages. Knows nothing of VS Code. */

import { eventDetails } from "../../model/text/eventDetails";
import { EventList } from "../../model/text/eventList";
import type { EventDetails, EventFilter, EventRow, EventsToWebview } from "../../protocol/eventsMessages";
import type { Run } from "../runs/run";

type ListMessage = Extract<EventsToWebview, { type: "list" }>;

/** The most rows that are given at once, whatever is asked for. */
const MAX_ROWS = 1_000;

/** The events of one run that match a filter. */
export class ShownEvents<R extends Pick<Run, "model" | "cursor"> = Run> {
  private readonly list: EventList;

  /** @param sliceMs how long events are looked through at once; see {@link isSearching} */
  constructor(
    readonly run: R,
    filter: EventFilter,
    sliceMs = Infinity,
  ) {
    this.list = new EventList(run.model, filter, sliceMs);
  }

  get filter(): EventFilter {
    return this.list.filter;
  }

  setFilter(filter: EventFilter): void {
    this.list.setFilter(filter);
  }

  /** The agent whose log is shown, when it is one agent's. */
  get onlyAgent(): number | undefined {
    return this.list.filter.agents.length === 1 ? this.list.filter.agents[0] : undefined;
  }

  /** Whether the search has not come to the newest event; each asking for anything brings it on. */
  get isSearching(): boolean {
    return this.list.isBehind;
  }

  /** Looks at some more events. */
  goOn(): void {
    void this.list.length;
  }

  rows(from: number, to: number): readonly EventRow[] {
    return this.list.rows(from, Math.min(to, from + MAX_ROWS));
  }

  /** The event that the cursor stands on in this list: its own, or the nearest shown one before it. */
  get markedSeq(): number {
    const { seq } = this.run.cursor;
    return this.list.rowAt(this.list.indexOf(seq))?.seq ?? seq;
  }

  details(seq: number): EventDetails | undefined {
    return eventDetails(this.run.model, seq);
  }

  /** What the view's frame says; rows are asked for apart. */
  summary(): Omit<ListMessage, "type" | "run" | "runs"> {
    const { model, cursor } = this.run;
    return {
      agents: model.agents().map(({ layer, label }) => ({ layer, name: label })),
      kinds: model.kinds,
      filter: this.list.filter,
      startedMs: model.info.startedMs,
      matching: this.list.length,
      total: model.eventCount,
      searched: this.list.looked,
      cut: model.info.cut,
      onDisk: model.droppedValues,
      cursor: { live: cursor.isLive, seq: cursor.seq },
      cursorIndex: this.list.indexOf(cursor.seq),
    };
  }
}
