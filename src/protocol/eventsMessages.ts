/** The messages between the extension and the Agent Events view's webview. */

import * as v from "valibot";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";

/** One row of the list. */
export interface EventRow {
  readonly seq: number;
  readonly kind: string;
  readonly agent: string | undefined;
  readonly key: string | undefined;
  readonly timestampMs: number;
  /** One line of text that says what happened, shortened. */
  readonly summary: string;
}
export interface EventDetails {
  readonly seq: number;
  /** The first of the events that it stands for: that of what a merge did to its first key, or its own. */
  readonly firstSeq: number;
  readonly kind: string;
  readonly agent: string | undefined;
  readonly timestampMs: number;
  /** Label → text, in order: store, key, revision, base, read from, … */
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  /** The script's line that caused it, as `file:line:column`, where it is known. */
  readonly line?: string;
  /** For changes: JSON before and after (undefined = absent), shortened at a bound. */
  readonly change?: {
    readonly before: string | undefined;
    readonly after: string | undefined;
    readonly difference: readonly import("./previewMessages").DifferenceRow[];
  };
  /** For everything else: the event's data as pretty JSON. */
  readonly data?: string;
}
/** What is shown. All parts narrow; "" and empty = everything. */
export interface EventFilter {
  /** Layer ids of agents. */
  readonly agents: readonly number[];
  readonly kinds: readonly string[];
  /** Part of a key. */
  readonly key: string;
  /** Part of anything that the event's row or its details say, at whatever length; see eventSearch.ts. */
  readonly text: string;
}

export type EventsToWebview =
  | {
      readonly type: "list";
      readonly run: { readonly id: string; readonly title: string } | undefined;
      /** Other runs, for the chooser. */
      readonly runs: readonly { readonly id: string; readonly title: string }[];
      readonly agents: readonly { readonly layer: number; readonly name: string }[];
      readonly kinds: readonly string[];
      readonly filter: EventFilter;
      /** When the run began, which times are told from; undefined where it is not known. */
      readonly startedMs: number | undefined;
      /** Events that match the filter, and in all. */
      readonly matching: number;
      readonly total: number;
      /** How many events the filter has looked at; `total` when the search is over. */
      readonly searched: number;
      /** Events that are no longer kept or were lost, said to the user; 0 = none. */
      readonly cut: number;
      /** Events whose values no longer are in memory, but in the recording alone; 0 = none, or never was any. */
      readonly onDisk: number;
      readonly cursor: { readonly live: boolean; readonly seq: number };
      /** Index of the cursor's row among the matching ones, or of the nearest before it; -1 = none. */
      readonly cursorIndex: number;
    }
  /** Rows [from, from+rows.length) of the matching ones; `version` as in the request. */
  | { readonly type: "rows"; readonly request: number; readonly from: number; readonly rows: readonly EventRow[] }
  | { readonly type: "details"; readonly details: EventDetails | undefined };

export type EventsFromWebview =
  | { readonly type: "ready" }
  | { readonly type: "wantRows"; readonly request: number; readonly from: number; readonly to: number }
  | { readonly type: "setFilter"; readonly filter: EventFilter }
  | { readonly type: "chooseRun"; readonly id: string }
  /** Selecting a row moves the cursor there. */
  | { readonly type: "moveTo"; readonly seq: number }
  | { readonly type: "step"; readonly to: "back" | "forward" | "first" | "last" | "live" }
  | { readonly type: "copy"; readonly text: string };

/** Longest text of a filter, characters. */
const MAX_FILTER_LENGTH = 10_000;
/** Most agents and kinds that a filter names. */
const MAX_FILTER_ITEMS = 10_000;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const filterText = v.pipe(v.string(), v.maxLength(MAX_FILTER_LENGTH));
const decode = createMessageDecoder<EventsFromWebview>("events view", {
  ready: v.object({ type: v.literal("ready") }),
  wantRows: v.object({ type: v.literal("wantRows"), request: count, from: count, to: count }),
  setFilter: v.object({
    type: v.literal("setFilter"),
    filter: v.object({
      agents: v.pipe(v.array(count), v.maxLength(MAX_FILTER_ITEMS)),
      kinds: v.pipe(v.array(filterText), v.maxLength(MAX_FILTER_ITEMS)),
      key: filterText,
      text: filterText,
    }),
  }),
  chooseRun: v.object({ type: v.literal("chooseRun"), id: v.string() }),
  moveTo: v.object({ type: v.literal("moveTo"), seq: count }),
  step: v.object({ type: v.literal("step"), to: v.picklist(["back", "forward", "first", "last", "live"]) }),
  copy: v.object({ type: v.literal("copy"), text: v.string() }),
});

/** Decodes what the Agent Events webview posted. Never throws. */
export function decodeEventsMessage(value: unknown): DecodedMessage<EventsFromWebview> {
  return decode(value);
}
