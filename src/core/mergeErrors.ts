/** The errors that the runtime throws; each message names the cause and the remedy. */

import type { MergePlan, MergePlanEntry } from "./mergePlan";

/** A merge was refused because of conflicts that nothing decided. Nothing was changed. */
export class MergeConflictError extends Error {
  override readonly name = "MergeConflictError";
  readonly agent: string;
  /** Every conflict that was left undecided, with base, parent now and overlay. */
  readonly conflicts: readonly MergePlanEntry[];

  /** @internal */
  constructor(plan: MergePlan) {
    const conflicts = plan.entries.filter((entry) => entry.take === "undecided");
    super(
      `The merge of ${JSON.stringify(plan.agent)} was refused, and nothing was changed: ` +
        `${conflicts.length === 1 ? "1 conflict" : `${conflicts.length} conflicts`} (${nameKeys(conflicts.map(({ key }) => key))}). ` +
        "Decide them with the merge option `choices`, or merge with another `onConflict`.",
    );
    this.agent = plan.agent;
    this.conflicts = Object.freeze(conflicts);
  }
}

/** A plan was to be applied, but some of its keys have moved since it was made. Nothing was changed. */
export class StalePlanError extends Error {
  override readonly name = "StalePlanError";
  /** The keys whose overlay or parent entry moved, or that became or ceased to be local. */
  readonly keys: readonly string[];

  /** @internal */
  constructor(agent: string, keys: readonly string[]) {
    super(
      `The plan to merge ${JSON.stringify(agent)} is stale, and nothing was changed: ${nameKeys(keys)} moved since it was made. ` +
        "Make a new plan with previewMerge().",
    );
    this.keys = Object.freeze([...keys]);
  }
}

/** A merge was held for the user, who rejected it. Nothing was changed. */
export class MergeRejectedError extends Error {
  override readonly name = "MergeRejectedError";
  readonly agent: string;
  /** What the user gave as the reason, if anything. */
  readonly reason: string | undefined;

  /** @internal */
  constructor(agent: string, reason: string | undefined) {
    super(`The merge of ${JSON.stringify(agent)} was rejected by the user${reason === undefined ? "" : `: ${reason}`}`);
    this.agent = agent;
    this.reason = reason;
  }
}

/** Keys that a message names at most. */
const MAX_NAMED = 5;

function nameKeys(keys: readonly string[]): string {
  const named = keys.slice(0, MAX_NAMED).map((key) => JSON.stringify(key.length > 80 ? `${key.slice(0, 79)}…` : key));
  return named.join(", ") + (keys.length > MAX_NAMED ? ` and ${keys.length - MAX_NAMED} more` : "");
}
