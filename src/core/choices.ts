/** What one can choose from, each list once. */

import type { ConflictPolicy } from "./mergePlan";

/** Which merges of scripts wait for the user. */
export const HOLD_MODES = ["never", "onProblem", "always"] as const;
export type HoldMode = (typeof HOLD_MODES)[number];

/**
 * A hold mode, by the name that it had until 0.1.0, too: settings, launch configurations, records of runs and older peers may
 * say it still. @returns undefined for what is none.
 */
export function readHoldMode(word: unknown): HoldMode | undefined {
  if (word === "onConflict") return "onProblem";
  return HOLD_MODES.find((known) => known === word);
}

/** What to do about conflicts, where it is said by a word. Scripts can give a function, too, and see the words in the types. */
export const MERGE_POLICIES = ["overwrite", "refuse", "auto"] as const satisfies readonly MergePolicy[];
export type MergePolicy = Exclude<ConflictPolicy, "resolver">;
