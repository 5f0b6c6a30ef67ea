/** The words for what may have lost somebody's work in a run. */

import type { JsonValue } from "../../core/jsonValue";

/**
 * What happened, strongest first. lostUpdate: the agent had read the key, another changed it, and the merge left the agent's
 * value. revertedUpdate: a merge wrote a key again that the agent had not changed since its last merge, over another's newer
 * value. droppedUpdate: code kept the parent's value where the agent had changed what it read. writeSkew: a stale read on a
 * cycle of merges, so that no order of them gives what happened. unmergedWork: a run ended and an agent's changes were never
 * merged. staleRead: another had changed what the agent read by the time its writes of other keys were merged.
 * nonRepeatableRead: the agent read two values of a key before it wrote it, and may have built on the older. orderSensitive:
 * the agent never read the key, and its merge replaced what another had merged meanwhile, so that whoever merges last wins;
 * told once a key of a layer.
 */
export const FINDING_KINDS = [
  "lostUpdate",
  "revertedUpdate",
  "droppedUpdate",
  "writeSkew",
  "unmergedWork",
  "staleRead",
  "nonRepeatableRead",
  "orderSensitive",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Kinds that lost something; the others are advice. */
export const PROBLEM_KINDS = FINDING_KINDS.slice(0, FINDING_KINDS.indexOf("staleRead"));

/** A value that somebody wrote. */
export interface Written {
  /** undefined = absent. */
  readonly value: JsonValue | undefined;
  /** Layer id of the context whose work it is; 0 = the script itself, directly. */
  readonly agent: number;
  /** The actor's name; undefined where none was given. */
  readonly name: string | undefined;
  /** The event that wrote it; 0 = before the log begins. */
  readonly seq: number;
}

/** One finding: at most one per merge and key; of unmerged work, one per agent. */
export interface Finding {
  readonly kind: FindingKind;
  readonly key: string;
  /** How many keys more it is about. */
  readonly more?: number;
  /** What was read is the set of keys, by `keys()`: another added or deleted the key since. */
  readonly keySet?: true;
  /** Layer id of the agent's context, and its name. */
  readonly agent: number;
  readonly name: string;
  /** seq of the event that tells of it: of the merged key, of the merge's end, or of the run's last. */
  readonly seq: number;
  /** seq of the merge's plan; 0 where there was no merge. */
  readonly planned: number;
  /** Layer id of what was merged into. */
  readonly into: number;
  /** What the agent had read, and by which event. */
  readonly read?: { readonly value: JsonValue | undefined; readonly seq: number };
  /** What another had written by then. */
  readonly theirs?: Written;
  /** What the agent wrote. */
  readonly ours?: Written;
  /** Both sides wrote the same: a counter lost a step, unless it was a flag. */
  readonly equal?: true;
}

/** How many findings a run has. */
export interface FindingTotals {
  readonly kinds: ReadonlyMap<FindingKind, number>;
  /** Those that were silenced: they are counted here alone. */
  readonly ignoredCount: number;
  /** Problems by the layer of the agent that lost work, or made another lose it. */
  readonly problemsOf: ReadonlyMap<number, number>;
}

/** How many of them lost something. */
export function problemCount({ kinds }: FindingTotals): number {
  return PROBLEM_KINDS.reduce((sum, kind) => sum + (kinds.get(kind) ?? 0), 0);
}

/** Whether a finding lost something, or is advice. */
export function isProblem({ kind }: Pick<Finding, "kind">): boolean {
  return PROBLEM_KINDS.includes(kind);
}
