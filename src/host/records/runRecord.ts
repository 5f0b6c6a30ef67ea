/** What is noted of a run beside its recording: the file `run.json` in the run's directory; knows no editor. */

import * as v from "valibot";
import type { HoldMode } from "../../core/choices";
import { holdMode } from "../../protocol/choices";

/** How a run ended and what was in it, so that a list of runs need not read their recordings. */
export interface RunSummary {
  readonly state: "ended" | "endedUnexpectedly" | "failed";
  /** One short phrase: "exit code 0", "ended by SIGKILL", … */
  readonly statusText: string;
  readonly problem?: string;
  /** The script's exit code, where it ended with one that was reported. */
  readonly code?: number;
  /** The signal that ended it. */
  readonly signal?: string;
  readonly endedMs?: number;
  readonly agents: number;
  /** Keys in conflict, over all merges. */
  readonly conflicts: number;
  /** How many findings of each kind; absent where nobody looked for them. */
  readonly found?: Readonly<Record<string, number>>;
  readonly events: number;
  /** Damaged places of the recording. */
  readonly damaged: number;
}

/** What a window must know to find a run again that it did not start, or started before it was reloaded. */
export interface LiveRun {
  /** The extension host that follows the run; 0 = none does. Another one takes over only when this process is gone. */
  readonly hostPid: number;
  /** The supervisor's; absent until it has started. */
  readonly supervisorPid?: number;
  readonly nodeText: string;
  readonly nodeSource: "setting" | "path" | "editor";
  readonly holdMerges: HoldMode;
  /** How long its script may take that is asked to end; absent in records of 0.1.0. */
  readonly stopGraceMs?: number;
  /** The user let it go on alone. */
  readonly detached?: boolean;
}

/** One run that was recorded. */
export interface RunRecord {
  readonly id: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** As the run was called in the tree: "race.ts", "race.ts (2)". */
  readonly title: string;
  /** The user's own name for it. */
  readonly name?: string;
  readonly startedMs: number;
  /** The recording's file name inside the run's directory. */
  readonly recording: string;
  /** The workspace that it was started in: its file or first folder, as a URI; "" for none. */
  readonly workspace: string;
  /** There while a window shows the run. `leftMs`: when that window went away in order; a crashed one says nothing. */
  readonly onShow?: { readonly leftMs?: number };
  /** There while the run lives, and after a crash of whoever followed it. */
  readonly live?: LiveRun;
  /** There once the run has ended. */
  readonly summary?: RunSummary;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const runRecord = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
  script: v.string(),
  title: v.string(),
  name: v.exactOptional(v.string()),
  startedMs: v.number(),
  // A plain name: a record must not make us read or remove a file elsewhere.
  recording: v.pipe(v.string(), v.regex(/^[^/\\]+$/), v.notValue("..")),
  workspace: v.string(),
  onShow: v.exactOptional(v.object({ leftMs: v.exactOptional(v.number()) })),
  live: v.exactOptional(
    v.object({
      hostPid: count,
      supervisorPid: v.exactOptional(count),
      nodeText: v.string(),
      nodeSource: v.picklist(["setting", "path", "editor"]),
      holdMerges: holdMode,
      stopGraceMs: v.exactOptional(count),
      detached: v.exactOptional(v.boolean()),
    }),
  ),
  summary: v.exactOptional(
    v.object({
      state: v.picklist(["ended", "endedUnexpectedly", "failed"]),
      statusText: v.string(),
      problem: v.exactOptional(v.string()),
      code: v.exactOptional(v.number()),
      signal: v.exactOptional(v.string()),
      endedMs: v.exactOptional(v.number()),
      agents: count,
      conflicts: count,
      found: v.exactOptional(v.record(v.string(), count)),
      events: count,
      damaged: count,
    }),
  ),
});

/** @returns undefined for text that is no record. */
export function decodeRunRecord(text: string): RunRecord | undefined {
  try {
    const result = v.safeParse(runRecord, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
