/** What a merge reports to the script. */

import type { MergePlan } from "./mergePlan";

/** How a merge went. */
export interface MergeResult {
  /** How many keys were written to the parent. Keys for which the parent's value was kept are not among them. */
  readonly merged: number;
  /** Names that were asked for but are not local. */
  readonly skipped: readonly string[];
  /** What was done, exactly. */
  readonly plan: MergePlan;
}
