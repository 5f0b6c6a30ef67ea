/** The messages between the extension and the webview that compares orders of merges; nothing else crosses `postMessage` there. */

import * as v from "valibot";
import type { MergePolicy } from "../core/choices";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";
import { mergePolicy } from "./choices";

/** What is done about conflicts when the merges are done. */

/** A merge that takes, or could take, its place in the order. */
export interface OrderAgent {
  /** Stays while it can be merged: of an agent's overlay, or of one held merge. */
  readonly id: string;
  readonly name: string;
  /** seq of its `merge_held` event; undefined for the overlay as it is. */
  readonly hold: number | undefined;
  readonly keyCount: number;
  /** It has something that was not merged yet. */
  readonly pending: boolean;
  /** It is among those that are compared and merged. */
  readonly ticked: boolean;
  /** How its merge goes in the order on show; undefined when it is not ticked. */
  readonly outcome: OrderAgentOutcome | undefined;
}
export interface OrderAgentOutcome {
  readonly merged: number;
  /** Of how many keys it decides what the parent holds in the end. */
  readonly won: number;
  /** The keys for which it is refused, at most 1,000; none when it is merged. */
  readonly conflicts: readonly string[];
  readonly conflictCount: number;
}
/** What one merge would leave at a key. */
export interface OrderWriter {
  /** Its place in the table's `agents`. */
  readonly agent: number;
  /** One line, shortened; undefined = absent. */
  readonly text: string | undefined;
}
/** A key that at least one ticked merge writes. */
export interface OrderRow {
  readonly key: string;
  /** Two of the writers would leave different outcomes; meant for "overwrite" alone. */
  readonly sensitive: boolean;
  readonly parentText: string | undefined;
  readonly writers: readonly OrderWriter[];
}
/** A value with where it came from. */
export interface OrderSide {
  /** Pretty JSON, shortened at a stated bound; undefined = absent. */
  readonly json: string | undefined;
  /** True when `json` was cut. */
  readonly cut: boolean;
  readonly actor: string | undefined;
  readonly revision: number;
  readonly seq: number | undefined;
  readonly timestampMs: number | undefined;
}
/** All that is known of one key in the order on show. */
export interface OrderDetails {
  readonly key: string;
  readonly sensitive: boolean;
  readonly parent: OrderSide;
  /** In the order of the merges. `refused`: its merge is not done. `same`: what the parent holds in the end is what it leaves. */
  readonly writers: readonly {
    readonly id: string;
    readonly name: string;
    readonly hold: number | undefined;
    readonly side: OrderSide;
    readonly refused: boolean;
    readonly same: boolean;
  }[];
  readonly result: {
    readonly json: string | undefined;
    readonly cut: boolean;
    /** The id of whose merge wrote it last; undefined = none does, and the parent's value stays. */
    readonly winner: string | undefined;
    /** It was put together of both sides, and is what no writer alone would leave. */
    readonly combined: boolean;
  };
}

export type OrdersToWebview =
  /** Nothing to show, with one sentence why. */
  | { readonly type: "message"; readonly text: string; readonly kind: "empty" | "error" }
  /** All keys that the ticked merges write. Sent when one of them, or its parent's value, changed. */
  | {
      readonly type: "table";
      /** Counts up; outcomes and details name the table they speak of. */
      readonly tableId: number;
      /** Ids that the writers' numbers stand for. */
      readonly agents: readonly string[];
      readonly rows: readonly OrderRow[];
      readonly sensitiveCount: number;
    }
  /** What the order on show comes to. Sent after each table, and when order or policy changed. */
  | {
      readonly type: "outcome";
      readonly tableId: number;
      /** The newest arrangement of the webview's that this answers. */
      readonly edit: number;
      readonly run: string;
      readonly parentName: string;
      readonly asOf: { readonly live: boolean; readonly seq: number };
      /** Why nothing can be merged now, or undefined. */
      readonly disabledReason: string | undefined;
      readonly policy: MergePolicy;
      /** All merges, in the order; those not ticked keep their places. */
      readonly agents: readonly OrderAgent[];
      /** By the table's rows: whose merge wrote the key last (its place in the table's `agents`), −1 = none. */
      readonly winners: readonly number[];
      /** Rows whose result is put together of both sides, and is what no writer would leave. */
      readonly combined: readonly { readonly row: number; readonly text: string | undefined }[];
      /** Set when merging was not done because these keys moved since the order was shown; this is how it is now. */
      readonly moved: { readonly keys: readonly string[]; readonly more: number } | undefined;
    }
  | { readonly type: "details"; readonly tableId: number; readonly details: OrderDetails }
  /** The state of the merging: waiting for the script, done, failed. */
  | { readonly type: "command"; readonly state: "idle" | "waiting" | "failed"; readonly text: string };

export type OrdersFromWebview =
  | { readonly type: "ready" }
  /** The user's arrangement: all merges in order, those of them that are ticked, and the policy. Answered by `outcome`. */
  | {
      readonly type: "arrange";
      /** Counts up. */
      readonly edit: number;
      readonly order: readonly string[];
      readonly ticked: readonly string[];
      readonly policy: MergePolicy;
    }
  | { readonly type: "wantDetails"; readonly tableId: number; readonly key: string }
  /** Merges exactly what was shown: these, in this order, by this policy, as they were after that event. */
  | { readonly type: "mergeAll"; readonly ids: readonly string[]; readonly policy: MergePolicy; readonly asOf: number }
  | { readonly type: "cancelCommand" }
  /** Opens the merge preview of one of them. */
  | { readonly type: "openPreview"; readonly id: string }
  | { readonly type: "copy"; readonly text: string };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const decode = createMessageDecoder<OrdersFromWebview>("merge orders", {
  ready: v.object({ type: v.literal("ready") }),
  arrange: v.object({
    type: v.literal("arrange"),
    edit: count,
    order: v.array(v.string()),
    ticked: v.array(v.string()),
    policy: mergePolicy,
  }),
  wantDetails: v.object({ type: v.literal("wantDetails"), tableId: count, key: v.string() }),
  mergeAll: v.object({ type: v.literal("mergeAll"), ids: v.array(v.string()), policy: mergePolicy, asOf: count }),
  cancelCommand: v.object({ type: v.literal("cancelCommand") }),
  openPreview: v.object({ type: v.literal("openPreview"), id: v.string() }),
  copy: v.object({ type: v.literal("copy"), text: v.string() }),
});

/** Decodes what the webview of merge orders posted. Never throws. */
export function decodeOrdersMessage(value: unknown): DecodedMessage<OrdersFromWebview> {
  return decode(value);
}
