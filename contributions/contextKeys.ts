/** The context keys that the extension sets, which are conditions, too. */

import { key, type Condition } from "./conditions";
import { idOf } from "./ids";

/** A context key of ours: true or false. */
export interface ContextKey extends Condition {
  readonly id: string;
}

function contextKey(name: string): ContextKey {
  const id = idOf(name);
  return { ...key(id), id };
}

/** Some run is on show; recordings are, too. */
export const hasRuns = contextKey("hasRuns");
export const hasLiveRuns = contextKey("hasLiveRuns");
/** Some run has finished and waits for the user. */
export const hasWaitingRuns = contextKey("hasWaitingRuns");
export const hasEndedRuns = contextKey("hasEndedRuns");
/** Some run is shown as it was at an earlier event. */
export const pastShown = contextKey("pastShown");
/** Some script has not answered a merge or discard yet. */
export const commandWaiting = contextKey("commandWaiting");
export const hasHeldMerges = contextKey("hasHeldMerges");
/** Some held merge can be approved or rejected now. */
export const hasDecidableMerges = contextKey("hasDecidableMerges");
/** F5 is ours: the active editor holds an agent script, or no script at all. */
export const canDebug = contextKey("canDebug");
/** Recent Runs lists the runs of all workspaces. */
export const recentRunsOfAll = contextKey("recentRunsOfAll");
export const otherWorkspacesHaveRuns = contextKey("otherWorkspacesHaveRuns");
