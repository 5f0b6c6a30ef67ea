/** What one can choose from, each list once. */

import type { ConflictPolicy } from "./mergePlan";

/** Which merges of scripts wait for the user. */
export const HOLD_MODES = ["never", "onConflict", "always"] as const;
export type HoldMode = (typeof HOLD_MODES)[number];

/** What to do about conflicts, where it is said by a word. Scripts can give a function, too, and see the words in the types. */
export const MERGE_POLICIES = ["overwrite", "refuse", "auto"] as const satisfies readonly MergePolicy[];
export type MergePolicy = Exclude<ConflictPolicy, "resolver">;
