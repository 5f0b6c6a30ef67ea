/** What a three-way merge takes and gives, for values and lists alike. */

import type { JsonValue } from "./jsonValue";

/** Both sides changed the same place, each in its own way. */
export const TOUCH: unique symbol = Symbol("touch");

/** A value to merge; undefined = absent. */
export type MergeValue = JsonValue | undefined;
/** What came of a merge. */
export type Merged = MergeValue | typeof TOUCH;
/** Merges the values of one place. */
export type MergeValues = (base: MergeValue, parent: MergeValue, overlay: MergeValue) => Merged;
