/** The messages between the extension and the page that sums a recording up; nothing else crosses `postMessage` there. */

import * as v from "valibot";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";

/** How far the recording is read. */
export type ReadingState =
  | { readonly kind: "reading"; readonly bytes: number; readonly size: number }
  | { readonly kind: "read" }
  /** The user did not want to wait for the rest. */
  | { readonly kind: "stopped"; readonly bytes: number; readonly size: number }
  /** It cannot be read, or not to its end; one sentence or two. */
  | { readonly kind: "failed"; readonly message: string };

/** How the run ended, in words, with the weight that an icon gives it. */
export interface SummaryOutcome {
  readonly weight: "good" | "bad" | "doubtful" | "plain";
  readonly text: string;
}

/** An agent of the run. */
export interface SummaryAgent {
  readonly layer: number;
  readonly name: string;
  readonly parent: string;
  readonly events: number;
  readonly merges: number;
  readonly refused: number;
  readonly conflicts: number;
  readonly staleReads: number;
  /** Something of it was never merged. */
  readonly pending: boolean;
  /** The error that ended it. */
  readonly error: string | undefined;
}

/** A merge of the run. */
export interface SummaryMerge {
  /** The event that ended it. */
  readonly seq: number;
  readonly agent: string;
  readonly into: string;
  readonly refused: boolean;
  /** Keys that it wrote, or would have. */
  readonly keys: number;
  readonly conflicts: number;
  readonly staleReads: number;
  /** The first keys in conflict. */
  readonly conflictKeys: readonly string[];
}

/** All that the page shows. Lists are bounded; their counts are whole. */
export interface RecordingSummary {
  readonly type: "summary";
  readonly title: string;
  readonly file: string;
  readonly reading: ReadingState;
  readonly outcome: SummaryOutcome;
  /** One sentence when something went wrong in the run. */
  readonly problem: string | undefined;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly events: number;
  /** Events that are not in the log. */
  readonly cut: number;
  readonly agents: readonly SummaryAgent[];
  readonly agentCount: number;
  /** All of the run, or when there are too many those that somebody should look at. */
  readonly merges: readonly SummaryMerge[];
  readonly mergesAre: "all" | "notable";
  readonly mergeCount: number;
  readonly applied: number;
  readonly refused: number;
  readonly conflicts: number;
  readonly staleReads: number;
  /** Runs that the file holds besides, from a line on; they are left out. */
  readonly otherRuns: { readonly count: number; readonly line: number } | undefined;
  readonly damage: readonly { readonly line: number; readonly message: string }[];
  readonly damageCount: number;
}

/** To the page. */
export type RecordingToWebview = RecordingSummary;

/** From the page. */
export type RecordingFromWebview =
  /** The page listens: send everything. */
  | { readonly type: "ready" }
  /** Stops the reading; what was read stays. */
  | { readonly type: "stopReading" }
  /** Reads the whole again. */
  | { readonly type: "readAgain" }
  | { readonly type: "showTree" }
  /** Shows the events of one agent, or of all. */
  | { readonly type: "showEvents"; readonly layer?: number }
  | { readonly type: "previewMerge"; readonly layer: number }
  /** Shows an event in all views. */
  | { readonly type: "showEvent"; readonly seq: number }
  | { readonly type: "export" }
  | { readonly type: "compare" };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const decode = createMessageDecoder<RecordingFromWebview>("recording page", {
  ready: v.object({ type: v.literal("ready") }),
  stopReading: v.object({ type: v.literal("stopReading") }),
  readAgain: v.object({ type: v.literal("readAgain") }),
  showTree: v.object({ type: v.literal("showTree") }),
  showEvents: v.object({ type: v.literal("showEvents"), layer: v.exactOptional(count) }),
  previewMerge: v.object({ type: v.literal("previewMerge"), layer: count }),
  showEvent: v.object({ type: v.literal("showEvent"), seq: count }),
  export: v.object({ type: v.literal("export") }),
  compare: v.object({ type: v.literal("compare") }),
});

/** Decodes what the page posted. Never throws. */
export function decodeRecordingMessage(value: unknown): DecodedMessage<RecordingFromWebview> {
  return decode(value);
}
