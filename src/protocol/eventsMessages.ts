/** Owns the messages between the extension and the Agent Events view's webview. */

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
  readonly kind: string;
  readonly agent: string | undefined;
  readonly timestampMs: number;
  /** Label → text, in order: store, key, revision, base, read from, … */
  readonly facts: readonly { readonly label: string; readonly text: string }[];
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
  /** Part of the line's text. */
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
      /** Events that match the filter, and in all. */
      readonly matching: number;
      readonly total: number;
      /** Events that are no longer kept or were lost, said to the user; 0 = none. */
      readonly cut: number;
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
