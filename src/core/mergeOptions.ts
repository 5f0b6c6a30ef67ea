/** What may be asked of a merge, and the checking of it. */

import { assertKey } from "./invalidValue";
import { checkChoice, type MergeChoice, type MergeResolver } from "./mergeChoice";
import type { MergePlan } from "./mergePlan";
import { isMergePlan } from "./planMerge";
import type { PlanOptions } from "./planInput";
import { MERGE_POLICIES } from "./choices";

/** What may be asked of a merge. */
export interface MergeOptions {
  /** Merge these keys alone; the rest stays local. Default: all local keys. */
  readonly keys?: readonly string[] | undefined;
  /** "pending": merge only what was written or deleted since its last merge; of `keys`, where both are given. */
  readonly only?: "pending" | undefined;
  /** Apply exactly this plan, which `previewMerge` of this context returned. Excludes all other options. */
  readonly plan?: MergePlan | undefined;
  /** Decisions about keys; they go before `onConflict`. "parent" gives the local change up: the parent shows through. */
  readonly choices?: Readonly<Record<string, MergeChoice>> | undefined;
  /**
   * "overwrite" (default): the last merge wins. "refuse": nothing is applied when there is a conflict. "auto": what was
   * changed on one side only is taken, down to properties and items; what both changed is refused. A function decides each conflict.
   */
  readonly onConflict?: "overwrite" | "refuse" | "auto" | MergeResolver | undefined;
  /**
   * "value" (default): a key is in conflict when base, parent and overlay hold three different values. "revision": as soon
   * as another has written it since the base, even the same value: the first to merge wins.
   */
  readonly conflictBy?: "value" | "revision" | undefined;
}

/** Checked options. */
export interface MergeRequest extends PlanOptions {
  readonly plan?: MergePlan | undefined;
}

const NAMES: ReadonlySet<string> = new Set(["keys", "only", "plan", "choices", "onConflict", "conflictBy"]);

/** @throws TypeError when the options are not what they must be. @throws InvalidValueError for a choice's value that is not JSON. */
export function readMergeOptions(options: unknown = {}): MergeRequest {
  if (typeof options !== "object" || options === null) {
    throw new TypeError('Merge options must be an object, for example { keys: ["a"] }.');
  }
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) {
      const known = [...NAMES].join(", ").replace(/, (?=\w+$)/, " and ");
      throw new TypeError(`There is no merge option "${name}"; there are ${known}.`);
    }
  }
  const { plan, ...others } = options as { readonly [name in keyof MergeOptions]: unknown };
  if (plan !== undefined) {
    if (Object.values(others).some((other) => other !== undefined)) {
      throw new TypeError("The merge option `plan` excludes the others: the plan was made with them already.");
    }
    if (!isMergePlan(plan)) {
      throw new TypeError("The merge option `plan` must be what previewMerge() of this context returned, not a copy.");
    }
    return { plan };
  }
  const { keys, only, choices, onConflict, conflictBy } = others;
  return {
    ...readKeys(keys),
    ...readOnly(only),
    ...readChoices(choices),
    ...readPolicy(onConflict),
    ...readConflictBy(conflictBy),
  };
}

function readKeys(keys: unknown): { readonly keys?: readonly string[] } {
  if (keys === undefined) return {};
  if (!Array.isArray(keys)) throw new TypeError("The merge option `keys` must be an array of strings.");
  for (const key of keys as unknown[]) assertKey(key);
  return { keys: Object.freeze([...(keys as string[])]) };
}

function readOnly(only: unknown): Pick<PlanOptions, "only"> {
  if (only === undefined) return {};
  if (only !== "pending") throw new TypeError('The merge option `only` must be "pending".');
  return { only };
}

function readChoices(choices: unknown): { readonly choices?: ReadonlyMap<string, MergeChoice> } {
  if (choices === undefined) return {};
  if (typeof choices !== "object" || choices === null || Array.isArray(choices)) {
    throw new TypeError(
      'The merge option `choices` must be an object of keys and choices, for example { a: { take: "parent" } }.',
    );
  }
  const read = new Map<string, MergeChoice>();
  for (const key of Object.keys(choices)) {
    read.set(key, checkChoice((choices as Record<string, unknown>)[key], `The choice for ${JSON.stringify(key)}`));
  }
  return { choices: read };
}

function readPolicy(onConflict: unknown): PlanOptions {
  if (onConflict === undefined) return {};
  const policy = MERGE_POLICIES.find((known) => known === onConflict);
  if (policy !== undefined) return { policy };
  if (typeof onConflict === "function") return { policy: "resolver", resolver: onConflict as MergeResolver };
  const known = MERGE_POLICIES.map((each) => JSON.stringify(each)).join(", ");
  throw new TypeError(`The merge option \`onConflict\` must be ${known} or a function.`);
}

function readConflictBy(conflictBy: unknown): Pick<PlanOptions, "conflictBy"> {
  if (conflictBy === undefined) return {};
  if (conflictBy === "value" || conflictBy === "revision") return { conflictBy };
  throw new TypeError('The merge option `conflictBy` must be "value" or "revision".');
}
