/** Counts the runs of a window for its status bar; knows nothing of VS Code. */

import { isOver, isPaused, isWaiting, type RunState } from "./runState";

/** What is counted of a run. */
export interface CountedRun {
  readonly state: RunState;
  readonly held: readonly unknown[];
}

/** How many runs there are of each sort. */
export interface RunCounts {
  /** Known to live, whatever they do; those of the next two lines among them. */
  readonly live: number;
  /** Finished, unmerged, kept alive. */
  readonly waiting: number;
  /** Held by a debugger. */
  readonly paused: number;
  /** Found after a reload, and not known yet to live. */
  readonly restoring: number;
  readonly over: number;
  /** Merges that wait for the user. */
  readonly held: number;
}

/** A run that is not known to live is not counted as one that does. */
export function countRuns(runs: readonly CountedRun[]): RunCounts {
  const open = runs.filter(({ state }) => !isOver(state));
  const live = open.filter(({ state }) => state.kind !== "restoring");
  return {
    live: live.length,
    waiting: live.filter(({ state }) => isWaiting(state)).length,
    paused: live.filter(({ state }) => isPaused(state)).length,
    restoring: open.length - live.length,
    over: runs.length - open.length,
    held: live.reduce((sum, run) => sum + run.held.length, 0),
  };
}
