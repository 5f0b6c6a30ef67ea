/** The messages between the extension and the merge preview's webview. */

import * as v from "valibot";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";
import type { PackedRows } from "./packedRows";
import type { HoldMode } from "../core/choices";
import type { ConflictPolicy, DecidedBy, MergePlan, MergeTake, PlanKind } from "../core/mergePlan";
import type { PreviewRow } from "./previewRow";
import { holdMode } from "./choices";

/** A value with where it came from, for the details pane. */
export interface PreviewSide {
  /** Pretty JSON, shortened at a stated bound; undefined = absent. */
  readonly json: string | undefined;
  /** True when `json` was cut. */
  readonly cut: boolean;
  /** Who wrote it, and whether that is the merging agent itself. */
  readonly actor: string | undefined;
  readonly own: boolean;
  readonly revision: number;
  readonly seq: number | undefined;
  readonly timestampMs: number | undefined;
  /** Where the script wrote it, for example "race.ts:21"; undefined = not known. Posting `goToWriter` with `seq` opens it. */
  readonly site: string | undefined;
}
/** A read that may be outdated, with the writes that may rest on it. Events are named by seq. */
export interface PreviewStaleRead {
  readonly key: string;
  readonly read: {
    readonly seq: number;
    readonly revision: number;
    readonly text: string | undefined;
    readonly site: string | undefined;
  };
  readonly now: {
    readonly seq: number | undefined;
    readonly revision: number;
    readonly actor: string | undefined;
    readonly text: string | undefined;
    readonly site: string | undefined;
  };
  /** The writes of this merge after the read, at most 100. */
  readonly dependents: readonly { readonly key: string; readonly seq: number }[];
  readonly dependentCount: number;
}
export interface PreviewDetails {
  readonly key: string;
  readonly kind: PlanKind;
  readonly conflict: boolean;
  readonly take: MergeTake;
  readonly by: DecidedBy;
  readonly base: PreviewSide;
  readonly parent: PreviewSide;
  readonly overlay: PreviewSide;
  readonly result: PreviewSide;
  /** A side's value is masked: the script alone knows it, so that no result can be entered. */
  readonly masked: boolean;
  /** The text to begin editing the result with: its whole JSON; undefined when it is too long to edit here. "" = absent. */
  readonly editText: string | undefined;
  /** The stale reads that this key's write may rest on. */
  readonly staleReads: readonly PreviewStaleRead[];
  /** Parent now → result, as rows of a JSON outline with what differs inside marked, bounded; empty when a side is absent. */
  readonly difference: readonly DifferenceRow[];
}
/** A merge of the script that waits for the user. */
export interface PreviewHold {
  /** seq of its `merge_held` event. */
  readonly id: number;
  /** Its place among all held merges of the run, from 1, oldest first, and how many there are. */
  readonly number: number;
  readonly count: number;
  readonly reason: "conflict" | "always";
  readonly heldAtMs: number | undefined;
  /** The run is over, or a recording: nobody will ever decide it, so that there is no Approve and no Reject. */
  readonly over: boolean;
  /** The script asked for exactly one plan, and this many of its keys have moved since: approving it as it is will be refused. */
  readonly outdated: boolean;
}
/** One line of the JSON outline of a difference. */
export interface DifferenceRow {
  readonly depth: number;
  /** JSON path of the place, e.g. `plan.steps[2].owner`; "" = the value itself. */
  readonly path: string;
  /** Property name or index, as text, with its identity where an item has one: `2[id=x]`; "" for the root and closing brackets. */
  readonly label: string;
  readonly mark: "same" | "added" | "removed" | "changed" | "moved";
  /** Where an item that was moved stood before; it may have changed inside, too. */
  readonly from?: number;
  /** The text of a leaf or bracket, in pieces; pieces of a changed string are marked by word. */
  readonly parts: readonly { readonly text: string; readonly mark: "same" | "added" | "removed" }[];
}

export type PreviewToWebview =
  /** Nothing to show yet / can't be shown, with one sentence why. */
  | { readonly type: "message"; readonly text: string; readonly kind: "loading" | "empty" | "error" }
  | {
      readonly type: "plan";
      /** Counts up; details and actions name the plan they speak of. */
      readonly planId: number;
      readonly agent: string;
      readonly run: string;
      readonly parentName: string;
      /** Live, or "as of event n" while the past is shown. */
      readonly asOf: { readonly live: boolean; readonly seq: number };
      /** Why Merge and Discard cannot be used now (run ended, past shown), or undefined. */
      readonly disabledReason: string | undefined;
      /** A key was written or deleted since the agent's last merge: a merge settles that, even where it changes nothing. */
      readonly pending: boolean;
      /** What is assumed or was asked for about conflicts. */
      readonly policy: ConflictPolicy;
      readonly counts: MergePlan["counts"];
      readonly rows: PackedRows;
      /** At most 100. */
      readonly staleReads: readonly PreviewStaleRead[];
      readonly staleReadCount: number;
      /** Set when this is the plan of a held merge: the buttons are then Approve and Reject. */
      readonly hold: PreviewHold | undefined;
      /** How many merges of the run are held in all. */
      readonly heldCount: number;
      /** Which merges wait for the user: the run's mode, and the agent's own where it has one. */
      readonly holdMode: { readonly run: HoldMode; readonly agent: HoldMode | undefined };
      /** Set when Merge or Approve was not done because these keys moved since the plan was shown; this is the new plan. */
      readonly moved: { readonly keys: readonly string[]; readonly more: number } | undefined;
      /** How many sibling agents have something to merge into the same parent; 2 or more make Compare Merge Orders useful. */
      readonly siblings: number;
    }
  /** Rows of the plan on show changed by a tick or a choice; the others are as they were. */
  | {
      readonly type: "rows";
      readonly planId: number;
      readonly counts: MergePlan["counts"];
      readonly rows: readonly PreviewRow[];
    }
  /** The text that was edited for a key cannot be its value: one sentence. */
  | { readonly type: "editRefused"; readonly planId: number; readonly key: string; readonly text: string }
  | { readonly type: "details"; readonly planId: number; readonly details: PreviewDetails }
  /** The state of a command given from a view: waiting for the script, done, failed. */
  | { readonly type: "command"; readonly state: "idle" | "waiting" | "failed"; readonly text: string }
  /** The user came for this key of the plan on show. */
  | { readonly type: "selectKey"; readonly key: string }
  /** The user decided a held merge and this is the next one: the keyboard stays on the buttons that decide. */
  | { readonly type: "focusDecision"; readonly on: "approve" | "reject" };

export type PreviewFromWebview =
  | { readonly type: "ready" }
  | { readonly type: "wantDetails"; readonly planId: number; readonly key: string }
  /** Takes keys in or out of what Merge, Approve and Discard act on; without `keys` all of the plan. Answered by `rows` or `plan`. */
  | { readonly type: "tick"; readonly planId: number; readonly keys?: readonly string[]; readonly ticked: boolean }
  /** Decides a key: take a side, set its result to JSON text ("" = absent), or null = undo the decision. Answered by `rows` and `details`, or `editRefused`. */
  | {
      readonly type: "choose";
      readonly planId: number;
      readonly key: string;
      readonly choice: { readonly take: "overlay" | "parent" } | { readonly json: string } | null;
    }
  /** These act on the ticked keys, by the choices made. */
  | { readonly type: "merge"; readonly planId: number }
  | { readonly type: "discard"; readonly planId: number }
  | { readonly type: "approve"; readonly planId: number }
  /** Asks the user for a reason, which the script's error names. */
  | { readonly type: "reject"; readonly planId: number }
  | { readonly type: "releaseAll" }
  /** Shows the next or previous held merge of the run, whosever it is. */
  | { readonly type: "showHold"; readonly to: "next" | "previous" }
  /** "inherit" = the agent follows the run's mode. */
  | { readonly type: "setHold"; readonly scope: "run"; readonly mode: HoldMode }
  | { readonly type: "setHold"; readonly scope: "agent"; readonly mode: HoldMode | "inherit" }
  | { readonly type: "cancelCommand" }
  /** `compare`: parent against merged (default), or base against overlay. */
  | {
      readonly type: "openDiffEditor";
      readonly planId: number;
      readonly key?: string;
      readonly compare?: "result" | "base";
    }
  /** Opens the script's line that did an event. */
  | { readonly type: "goToWriter"; readonly seq: number }
  /** Moves the run's cursor to an event and shows it in the events view. */
  | { readonly type: "showEvent"; readonly seq: number }
  | { readonly type: "showHistory"; readonly key: string }
  /** Adds a breakpoint of the debugger: whoever writes the key stops the script. */
  | { readonly type: "breakOnWrite"; readonly key: string }
  | { readonly type: "compareOrders" }
  | { readonly type: "copy"; readonly text: string };

const planId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const decode = createMessageDecoder<PreviewFromWebview>("merge preview", {
  ready: v.object({ type: v.literal("ready") }),
  wantDetails: v.object({ type: v.literal("wantDetails"), planId, key: v.string() }),
  tick: v.object({ type: v.literal("tick"), planId, keys: v.exactOptional(v.array(v.string())), ticked: v.boolean() }),
  choose: v.object({
    type: v.literal("choose"),
    planId,
    key: v.string(),
    choice: v.nullable(
      v.union([v.object({ take: v.picklist(["overlay", "parent"]) }), v.object({ json: v.string() })]),
    ),
  }),
  merge: v.object({ type: v.literal("merge"), planId }),
  discard: v.object({ type: v.literal("discard"), planId }),
  approve: v.object({ type: v.literal("approve"), planId }),
  reject: v.object({ type: v.literal("reject"), planId }),
  releaseAll: v.object({ type: v.literal("releaseAll") }),
  showHold: v.object({ type: v.literal("showHold"), to: v.picklist(["next", "previous"]) }),
  setHold: v.variant("scope", [
    v.object({ type: v.literal("setHold"), scope: v.literal("run"), mode: holdMode }),
    v.object({
      type: v.literal("setHold"),
      scope: v.literal("agent"),
      mode: v.union([holdMode, v.literal("inherit")]),
    }),
  ]),
  cancelCommand: v.object({ type: v.literal("cancelCommand") }),
  openDiffEditor: v.object({
    type: v.literal("openDiffEditor"),
    planId,
    key: v.exactOptional(v.string()),
    compare: v.exactOptional(v.picklist(["result", "base"])),
  }),
  goToWriter: v.object({ type: v.literal("goToWriter"), seq: planId }),
  showEvent: v.object({ type: v.literal("showEvent"), seq: planId }),
  showHistory: v.object({ type: v.literal("showHistory"), key: v.string() }),
  breakOnWrite: v.object({ type: v.literal("breakOnWrite"), key: v.string() }),
  compareOrders: v.object({ type: v.literal("compareOrders") }),
  copy: v.object({ type: v.literal("copy"), text: v.string() }),
});

/** Decodes what the merge preview's webview posted. Never throws. */
export function decodePreviewMessage(value: unknown): DecodedMessage<PreviewFromWebview> {
  return decode(value);
}
