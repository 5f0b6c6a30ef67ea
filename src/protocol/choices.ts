/** The choices of core as messages carry them. */

import * as v from "valibot";
import { HOLD_MODES, MERGE_POLICIES, readHoldMode, type HoldMode } from "../core/choices";

/** Older names are read as what they are called now. */
export const holdMode = v.pipe(
  v.picklist([...HOLD_MODES, "onConflict"]),
  v.transform((word): HoldMode => readHoldMode(word) ?? "never"),
);
export const mergePolicy = v.picklist(MERGE_POLICIES);
