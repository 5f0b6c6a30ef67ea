/** What the events view keeps while it is hidden, and how its filter is compared; never data of events. */

import type { EventFilter } from "../../src/protocol/eventsMessages";
import type { ColumnWidths } from "./columns";

/** Kept by `vscode.setState`; replaced as a whole at each change. */
export interface EventsState {
  /** The run that `filter` was set for: agents are named by ids that mean nothing in another run. */
  readonly runId: string | undefined;
  readonly filter: EventFilter;
  readonly scrollTopPx: number;
  /** Part of the view that the list takes, 0 to 1. */
  readonly listShare: number;
  readonly columnWidths: ColumnWidths;
}

/** The filter that lets everything through. */
export const NO_FILTER: EventFilter = { agents: [], kinds: [], key: "", text: "" };

/** The state of a view that was never shown before. */
export const INITIAL_STATE: EventsState = {
  runId: undefined,
  filter: NO_FILTER,
  scrollTopPx: 0,
  listShare: 0.66,
  columnWidths: {},
};

/** @returns a text that is equal exactly for filters that let the same events through. */
export function filterIdentity({ agents, kinds, key, text }: EventFilter): string {
  return JSON.stringify([[...agents].sort((a, b) => a - b), [...kinds].sort(), key, text]);
}
