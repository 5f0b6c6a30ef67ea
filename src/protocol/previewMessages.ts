/** Owns the messages between the extension and the merge preview's webview. */

import * as v from "valibot";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";
import type { MergePlan, PlanKind } from "../runtime/mergePlan";

/** One row of the list; values are asked for when a row is looked at (`wantDetails`). */
export interface PreviewRow {
  readonly key: string;
  readonly kind: PlanKind;
  readonly conflict: boolean;
  /** One-line, shortened texts of parent now and result, for the list; undefined = absent. */
  readonly parentText: string | undefined;
  readonly resultText: string | undefined;
}
/** A value with where it came from, for the details pane. */
export interface PreviewSide {
  /** Pretty JSON, shortened at a stated bound; undefined = absent. */
  readonly json: string | undefined;
  /** True when `json` was cut. */
  readonly cut: boolean;
  readonly actor: string | undefined;
  readonly revision: number;
  readonly seq: number | undefined;
  readonly timestampMs: number | undefined;
}
export interface PreviewDetails {
  readonly key: string;
  readonly kind: PlanKind;
  readonly conflict: boolean;
  readonly base: PreviewSide;
  readonly parent: PreviewSide;
  readonly overlay: PreviewSide;
  readonly result: PreviewSide;
  /** Parent now → result, as rows of a JSON outline with what differs inside marked, bounded; empty when a side is absent. */
  readonly difference: readonly DifferenceRow[];
}
/** One line of the JSON outline of a difference. */
export interface DifferenceRow {
  readonly depth: number;
  /** JSON path of the place, e.g. `plan.steps[2].owner`; "" = the value itself. */
  readonly path: string;
  /** Property name or index, as text; "" for the root and closing brackets. */
  readonly label: string;
  readonly mark: "same" | "added" | "removed" | "changed";
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
      /** Why Merge and Discard can not be used now (run ended, past shown), or undefined. */
      readonly disabledReason: string | undefined;
      readonly counts: MergePlan["counts"];
      readonly rows: readonly PreviewRow[];
    }
  | { readonly type: "details"; readonly planId: number; readonly details: PreviewDetails }
  /** The state of a command given from a view: waiting for the script, done, failed. */
  | { readonly type: "command"; readonly state: "idle" | "waiting" | "failed"; readonly text: string };

export type PreviewFromWebview =
  | { readonly type: "ready" }
  | { readonly type: "wantDetails"; readonly planId: number; readonly key: string }
  | { readonly type: "merge"; readonly planId: number }
  | { readonly type: "discard"; readonly planId: number }
  | { readonly type: "cancelCommand" }
  | { readonly type: "openDiffEditor"; readonly planId: number; readonly key?: string }
  | { readonly type: "copy"; readonly text: string };

const planId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const decode = createMessageDecoder<PreviewFromWebview>("merge preview", {
  ready: v.object({ type: v.literal("ready") }),
  wantDetails: v.object({ type: v.literal("wantDetails"), planId, key: v.string() }),
  merge: v.object({ type: v.literal("merge"), planId }),
  discard: v.object({ type: v.literal("discard"), planId }),
  cancelCommand: v.object({ type: v.literal("cancelCommand") }),
  openDiffEditor: v.object({ type: v.literal("openDiffEditor"), planId, key: v.exactOptional(v.string()) }),
  copy: v.object({ type: v.literal("copy"), text: v.string() }),
});

/** Decodes what the merge preview's webview posted. Never throws. */
export function decodePreviewMessage(value: unknown): DecodedMessage<PreviewFromWebview> {
  return decode(value);
}
