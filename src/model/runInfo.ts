/** The words for what is known of a run besides its state. */

import type { HoldReason } from "../core/logRow";
import type { OtherRuns } from "../recording/otherRuns";
import type { MaskingFacts } from "../recording/redact";

/** An error that the script threw and nobody caught; `phase` "load" = before its first statement ran. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly phase: "load" | "run";
  /** The event; 0 when it was reported by a line of no event. */
  readonly seq: number;
}

/** How a run ended. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** What recorded it was killed, and the script went on: how that ended is not known, `code` and `signal` are null. */
  readonly detached?: true;
  readonly atMs: number;
}

/** A run's facts that are not state: from the header, run-level events and the supervisor's last line. */
export interface RunInfo {
  readonly runId: string;
  readonly script: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly pid: number | undefined;
  readonly node: { readonly version: string; readonly execPath: string; readonly source: string } | undefined;
  /** From the header; without one, the first event's time. */
  readonly startedMs: number | undefined;
  /** Set by run_ended. */
  readonly ended: RunEnd | undefined;
  /** True between run_waiting and what comes after it: finished, unmerged, kept alive. */
  readonly waiting: boolean;
  /** From uncaught_error events. */
  readonly errors: readonly RunError[];
  /** Events that are not here: those before the snapshot, and lost ones. */
  readonly cut: number;
  /** Runs that the recording holds besides this one, its first; undefined = none. */
  readonly otherRuns: OtherRuns | undefined;
  /** What was masked before it left the script's process; undefined = nothing, or it is not known. */
  readonly masked: MaskingFacts | undefined;
}

/** An agent's context. */
export interface AgentInfo {
  readonly layer: number;
  readonly name: string;
  /** Its name as people are told it, which no other context of the run has. */
  readonly label: string;
  /** Which of those of its name it is, counting from 1; undefined while it is the only one. */
  readonly ordinal: number | undefined;
  /** The agent id that it was given. */
  readonly agentId: string | undefined;
  /** The layer of the first context of the same agent. */
  readonly agentLayer: number;
  /** The layer that it reads through to and merges into. */
  readonly parent: number;
  /** seq of its first event, or of the snapshot that it is in. */
  readonly startedSeq: number;
  /** undefined while it runs */
  readonly endedSeq: number | undefined;
  readonly error: string | undefined;
}

/** A merge of the script that waits for the user. */
export interface HeldMergeInfo {
  /** seq of its `merge_held` event: its name. */
  readonly id: number;
  readonly layer: number;
  readonly agent: string;
  /** The layer that it is to be merged into. */
  readonly into: number;
  readonly heldMs: number;
  readonly keyCount: number;
  readonly reason: HoldReason;
  /** The script asked for exactly one plan. */
  readonly exact: boolean;
  /** What the script's options say about conflicts. */
  readonly policy: string;
}

/** A parent state. */
export interface StoreInfo {
  readonly layer: number;
  readonly name: string;
  readonly createdSeq: number;
}
