/** The choices of core as messages carry them. */

import * as v from "valibot";
import { HOLD_MODES, MERGE_POLICIES } from "../core/choices";

export const holdMode = v.picklist(HOLD_MODES);
export const mergePolicy = v.picklist(MERGE_POLICIES);
