/** What the list of recorded runs knows of each: its record, its size, and what it is doing now; knows no editor. */

import * as path from "node:path";
import type { FindingKind } from "../../model/findings/finding";
import type { Run } from "../runs/run";
import { isOver, type RunState } from "../runs/runState";
import { summaryOf } from "../runs/keptRecord";
import { problemsText } from "../ui/findingsText";
import { livenessOf, type ProcessFacts } from "../records/runLiveness";
import type { RunSummary } from "../records/runRecord";
import type { StoredRun } from "../records/runRecordStore";

/**
 * here: it lives, and this window follows it · elsewhere: it lives, in another window (`followed`) or in none ·
 * ended: its summary is known · unread: it ended while nobody followed it, and nobody has summed up its recording.
 */
export type RecentStatus =
  | ({
      readonly type: "here";
      readonly state: RunState;
    } & RecentCounts)
  | { readonly type: "elsewhere"; readonly followed: boolean }
  | { readonly type: "ended"; readonly summary: RunSummary }
  | { readonly type: "unread"; readonly problem: string | undefined };

/** What is counted of a run. */
export type RecentCounts = Pick<RunSummary, "agents" | "conflicts" | "found" | "events" | "damaged">;

/** One row of the list. */
export interface RecentRun extends StoredRun {
  readonly status: RecentStatus;
  /** The id under which this window shows it, in the Agents view; undefined when it does not. */
  readonly shownAs: string | undefined;
}

/** The parts of a run on show that the list tells. */
export type ShownRun = Pick<Run, "id" | "state" | "model"> & {
  readonly recording: { readonly fsPath: string };
};

/** What is known of a stored run now. @param problem why its recording could not be summed up */
export function recentRunOf(
  stored: StoredRun,
  shown: readonly ShownRun[],
  facts: ProcessFacts,
  problem?: string,
): RecentRun {
  const on = shownRun(stored.recording, shown);
  return { ...stored, shownAs: on?.id, status: statusOf(stored, on, facts, problem) };
}

/** The run on show that a recording is of: the script's own run rather than the recording opened beside it. */
export function shownRun<R extends ShownRun>(recording: string, shown: readonly R[]): R | undefined {
  const same = shown.filter((run) => path.relative(run.recording.fsPath, recording) === "");
  return same.find((run) => run.state.kind !== "recorded") ?? same[0];
}

/** The user's own name for a run, or its script's. */
export function runName({ name, script }: RecentRun["record"]): string {
  return name ?? path.basename(script);
}

/** True while a run's process lives: it can be neither summed up nor removed. */
export function isLive({ status }: RecentRun): boolean {
  return status.type === "here" || status.type === "elsewhere";
}

/** What is counted of a run; undefined while nobody has counted. */
export function countsOf(status: RecentStatus): RecentCounts | undefined {
  if (status.type === "here") return status;
  return status.type === "ended" ? status.summary : undefined;
}

/** What lost something in it, in words; undefined where nothing did, or nobody knows. */
export function problemsOf({ status }: Pick<RecentRun, "status">): string | undefined {
  const kinds = Object.entries(countsOf(status)?.found ?? {});
  return problemsText({ kinds: new Map(kinds as [FindingKind, number][]) });
}

function statusOf(
  { record }: StoredRun,
  shown: ShownRun | undefined,
  facts: ProcessFacts,
  problem: string | undefined,
): RecentStatus {
  // After a reload a run on show may have ended long ago, and its recording be read just now.
  const isKnown = shown?.state.kind !== "restoring" || record.summary === undefined;
  if (shown && !isOver(shown.state) && isKnown) {
    const { state, model } = shown;
    return {
      type: "here",
      state,
      agents: model.agents().length,
      conflicts: model.mergeTotals.conflicts,
      found: Object.fromEntries(model.found.totals.kinds),
      events: model.eventCount,
      damaged: model.damageCount,
    };
  }
  // Its record follows its end a moment later.
  const summary = record.summary ?? (shown && summaryOf(shown));
  if (summary !== undefined) return { type: "ended", summary };
  const liveness = livenessOf(record, facts);
  if (liveness !== "exited") return { type: "elsewhere", followed: liveness === "followed" };
  return { type: "unread", problem };
}
