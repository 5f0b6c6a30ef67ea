/** What the model offers to views; the classes in this folder implement it. (Temporary home of the contract: delete when runModel.ts stands.) */

import type { JsonValue } from "../runtime/jsonValue";
import type { LogRow } from "../runtime/logRow";
import type { MergePlan, PlanSide } from "../runtime/mergePlan";

/** A run's facts that are not state: from the header, run-level events and the supervisor's last line. */
export interface RunInfo {
  readonly runId: string; readonly script: string; readonly cwd: string; readonly args: readonly string[];
  readonly pid: number | undefined;
  readonly node: { readonly version: string; readonly execPath: string; readonly source: string } | undefined;
  readonly startedMs: number | undefined;
  /** Set by run_ended. */
  readonly ended: { readonly code: number | null; readonly signal: string | null; readonly atMs: number } | undefined;
  /** From uncaught_error events. */
  readonly errors: readonly { readonly name: string; readonly message: string; readonly stack?: string; readonly phase: "load" | "run"; readonly seq: number }[];
  /** Events before the first snapshot and lost ones. */
  readonly cut: number;
}
export interface AgentInfo { readonly layer: number; readonly name: string; readonly parent: number; readonly startedSeq: number; /** undefined while it runs */ readonly endedSeq: number | undefined; readonly error: string | undefined }
export interface StoreInfo { readonly layer: number; readonly name: string; readonly createdSeq: number }

/** A key as an agent sees it. */
export interface EffectiveEntry { readonly key: string; readonly value: JsonValue; readonly origin: "local" | "inherited"; /** local and the parent has the key too */ readonly shadows: boolean; readonly side: PlanSide }
/** A local key of an overlay, with how it compares to the parent now. */
export interface OverlayEntry { readonly key: string; /** undefined = tombstone */ readonly value: JsonValue | undefined; readonly status: "added" | "modified" | "deleted" | "unchanged"; readonly pending: boolean; readonly side: PlanSide }
export interface StoreKey { readonly key: string; readonly value: JsonValue; readonly side: PlanSide }
export interface KeyWrite { readonly seq: number; readonly value: JsonValue | undefined; readonly rev: number; readonly actor: string | undefined; readonly timestampMs: number }

/** Everything known of one run, at every event. Fed by bytes of the recording, in order. */
export interface RunModelContract {
  readonly info: RunInfo;
  /** seq of the snapshot it starts from, and of the newest event; equal when there are no events yet. */
  readonly firstSeq: number; readonly lastSeq: number;
  /** Bytes taken in so far; where to resume the stream. */
  readonly bytes: number;
  /** Damaged lines, with 1-based line numbers and one sentence each; never silent. */
  readonly damage: readonly { readonly line: number; readonly message: string }[];
  /** Takes the next bytes of the recording; a line may be split over calls. */
  append(bytes: Uint8Array): void;
  /** No more bytes will come: a torn last line becomes damage. */
  finish(): void;

  row(seq: number): LogRow | undefined; // a fresh object
  /** The kind word of an event, as in the recording. */
  kind(seq: number): string;
  agents(atSeq?: number): readonly AgentInfo[]; stores(atSeq?: number): readonly StoreInfo[];
  layerName(layer: number): string;
  /** Keys of a store that are present, in order. */
  storeKeys(layer: number, atSeq: number): readonly StoreKey[];
  overlay(layer: number, atSeq: number): readonly OverlayEntry[];
  effective(layer: number, atSeq: number): readonly EffectiveEntry[];
  effectiveValue(layer: number, key: string, atSeq: number): PlanSide;
  /** What a merge would do at that event; the same function as the runtime's. */
  plan(layer: number, atSeq: number): MergePlan;
  isPending(layer: number, atSeq: number): boolean;
  /** All writes of a key in a layer, oldest first. */
  history(layer: number, key: string): readonly KeyWrite[];
  /** The nearest event after/before `seq` that belongs to the agent (layer), or any when undefined. */
  next(seq: number, agentLayer?: number): number | undefined;
  previous(seq: number, agentLayer?: number): number | undefined;
  /** Called at most once per append, after it. Returns the unsubscribe function. */
  onDidChange(listener: () => void): () => void;
}
