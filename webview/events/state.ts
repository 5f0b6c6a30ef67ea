/** What the events view shows, what of it is kept while it is hidden, and how its filter is compared. */

import type { EventDetails, EventFilter, EventsToWebview } from "../../src/protocol/eventsMessages";
import type { ColumnWidths } from "./columns";

/** The message that tells what is listed. */
export type ListMessage = Extract<EventsToWebview, { readonly type: "list" }>;

/** Kept by `vscode.setState`; never data of events. */
export interface KeptState {
  /** The run that `filter` was set for: agents are named by ids that mean nothing in another run. */
  readonly runId: string | undefined;
  /** The filter that the boxes show. */
  readonly filter: EventFilter;
  readonly scrollTopPx: number;
  /** Part of the view that the list takes, 0 to 1. */
  readonly listShare: number;
  readonly columnWidths: ColumnWidths;
}

/** The picker that is open, and what its choices are narrowed by. */
export interface OpenPicker {
  readonly name: "agents" | "kinds";
  readonly search: string;
}

/** All that the page shows but the rows of its list. */
export interface EventsState extends KeptState {
  readonly list: ListMessage;
  /** What the list shows is what matched before: nothing that matches now is found yet. */
  readonly isOutdated: boolean;
  readonly details: EventDetails | undefined;
  /** The reader has asked for all lines of the difference in the details. */
  readonly isWhole: boolean;
  readonly openPicker: OpenPicker | undefined;
}

/** The filter that lets everything through. */
export const NO_FILTER: EventFilter = { agents: [], kinds: [], key: "", text: "" };

/** What stands for the list before the extension has sent one. */
export const NO_LIST: ListMessage = {
  type: "list",
  run: undefined,
  runs: [],
  agents: [],
  kinds: [],
  filter: NO_FILTER,
  startedMs: undefined,
  matching: 0,
  total: 0,
  searched: 0,
  cut: 0,
  onDisk: 0,
  cursor: { live: true, seq: 0 },
  cursorIndex: -1,
};

/** The state of a view that was never shown before. */
export const INITIAL_STATE: EventsState = {
  runId: undefined,
  filter: NO_FILTER,
  scrollTopPx: 0,
  listShare: 0.66,
  columnWidths: {},
  list: NO_LIST,
  isOutdated: false,
  details: undefined,
  isWhole: false,
  openPicker: undefined,
};

/** @returns a text that is equal exactly for filters that let the same events through. */
export function filterIdentity({ agents, kinds, key, text }: EventFilter): string {
  return JSON.stringify([[...agents].sort((a, b) => a - b), [...kinds].sort(), key, text]);
}
