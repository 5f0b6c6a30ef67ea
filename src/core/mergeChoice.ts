/** A decision about one key of a merge: its shapes, and the check of what callers and resolvers give. */

import { copyAndFreeze } from "./frozenCopy";
import type { JsonValue } from "./jsonValue";
import type { MergePlanEntry } from "./mergePlan";

/** A decision about one key. `{ value: undefined }` = the key shall be absent. */
export type MergeChoice = { readonly take: "overlay" | "parent" } | { readonly value: JsonValue | undefined };

/** What a resolver is asked about. */
export type MergeConflict = Pick<MergePlanEntry, "key" | "base" | "parent" | "overlay"> & { readonly agent: string };

/** Decides a conflict. Synchronous and pure: it may be asked more than once for one merge. */
export type MergeResolver = (conflict: MergeConflict) => MergeChoice;

/** @param what names it in the error. @throws TypeError unless it is a choice. @returns it with its value frozen. */
export function checkChoice(choice: unknown, what: string): MergeChoice {
  if (typeof choice === "object" && choice !== null) {
    if (typeof (choice as { then?: unknown }).then === "function") {
      throw new TypeError(`${what} is a promise; a merge is decided at once, so a resolver must be synchronous.`);
    }
    const { take } = choice as { take?: unknown };
    if (take === "overlay" || take === "parent") return Object.freeze({ take });
    if (take === undefined && Object.hasOwn(choice, "value")) {
      const { value } = choice as { value: unknown };
      return Object.freeze({ value: value === undefined ? undefined : copyAndFreeze(value, `value of ${what}`) });
    }
  }
  throw new TypeError(`${what} must be { take: "overlay" }, { take: "parent" } or { value }.`);
}
