/** What an attached inspector adds to a log: contexts that its commands can name, merges that it holds. Knows no layers. */

import type { JsonValue } from "../core/jsonValue";
import type { MergeRequest } from "../core/mergeOptions";
import type { MergePlan } from "../core/mergePlan";
import type { MergeResult } from "../core/mergeResult";

/** A context as an inspection names it. */
export interface InspectedContext {
  /** The layer's id in its log. */
  readonly layer: number;
}

/** There is one for each inspected log, from the moment the runtime is loaded. */
export interface LogInspection {
  /** Keeps a context that has local keys alive for commands. */
  keepContext(context: InspectedContext): void;
  /** Lets go of a context that has no local keys any more. */
  releaseContext(context: InspectedContext): void;
  /** Holds a merge if the user wants that. @returns what the script waits for, or undefined: it is to be done now. */
  tryHold(context: InspectedContext, request: MergeRequest, plan: MergePlan): Promise<MergeResult> | undefined;
  /** A merge left `value` (undefined = absent) in the parent's entry `at`; held merges of the same context rest on that. */
  noteMerged(
    context: InspectedContext,
    key: string,
    at: { readonly layer: number; readonly rev: number },
    value: JsonValue | undefined,
  ): void;
}
