/** The words for what may be asserted of a run's merges, and for what breaks it. */

import type { CallSite } from "../../core/inspector";
import type { FindingKind } from "../findings/finding";
import type { FindingSides, Moment } from "../text/moment";

/** What may be asserted, in the order in which it is told. */
export const ASSERTIONS = [
  "no-lost-updates",
  "no-reverted-updates",
  "no-dropped-updates",
  "no-write-skew",
  "no-unmerged-work",
  "no-conflicts",
  "no-stale-reads",
  "no-order-sensitive-keys",
] as const;

/** The name of an assertion. */
export type Assertion = (typeof ASSERTIONS)[number];

/** Whose merge it was. */
export interface MergeNote {
  readonly agent: string;
  readonly context: number;
  /** What it merges into: the name, and the layer's id. */
  readonly into: string;
  readonly intoLayer: number;
  /** seq of its plan. */
  readonly planned?: number;
  /** Where the script asked for it. */
  readonly site?: CallSite;
  /** What the options of the call, or the user, said about conflicts. */
  readonly policy: string;
  /** seq of the event that made it wait for the user. */
  readonly hold?: number;
}

/**
 * How a conflict was settled. "overwritten": the overlay's value was written. "merged": put together of both by "auto".
 * "parentKept": the parent's value stays. "decided": a value that a choice or a resolver gave was written. "unknown":
 * the log does not tell.
 */
export type Settlement = "refused" | "overwritten" | "merged" | "parentKept" | "decided" | "unknown";

/** Who decided, as far as the log tells: under a resolver a choice may have gone before it, under "auto" too. */
export type SettledBy = "policy" | "choice" | "resolver or choice" | "policy or choice";

/** A key that was in conflict when a merge was planned. */
export interface ConflictViolation {
  readonly assertion: "no-conflicts";
  readonly key: string;
  readonly merge: MergeNote;
  readonly settled: Settlement;
  readonly by?: SettledBy;
  /** What the agent had seen. */
  readonly base: Pick<Moment, "value">;
  /** What was there instead when it merged. */
  readonly parent: Moment;
  readonly overlay: Moment;
  /** What was there after the merge. */
  readonly result: Pick<Moment, "value">;
}

/** A merge that left something else than an earlier one, of which its base knew nothing: the other order ends otherwise. */
export interface OrderViolation {
  readonly assertion: "no-order-sensitive-keys";
  readonly key: string;
  /** The newest of the merges that it had not seen. */
  readonly first: MergeNote & { readonly left: Moment };
  readonly later: MergeNote & { readonly left: Moment };
}

/** The findings that break assertions. Write skew is made of stale reads. */
export const ASSERTED_FINDINGS = {
  "no-lost-updates": ["lostUpdate"],
  "no-reverted-updates": ["revertedUpdate"],
  "no-dropped-updates": ["droppedUpdate"],
  "no-write-skew": ["writeSkew"],
  "no-unmerged-work": ["unmergedWork"],
  "no-stale-reads": ["staleRead", "writeSkew"],
} as const satisfies Partial<Record<Assertion, readonly FindingKind[]>>;

/** What a run's findings name. */
export interface FindingViolation extends FindingSides {
  readonly assertion: keyof typeof ASSERTED_FINDINGS;
  readonly key: string;
  /** How many keys more it is about. */
  readonly more?: number;
  /** What was read is the set of keys, by `keys()`: another added or deleted the key since. */
  readonly keySet?: true;
  readonly agent: string;
  /** Its merge; left out for what was never merged. */
  readonly merge?: MergeNote;
}

/** What broke an assertion. */
export type Violation = FindingViolation | ConflictViolation | OrderViolation;

/** How an assertion fared. */
export interface AssertionResult {
  readonly assertion: Assertion;
  /** How often it was broken. */
  readonly count: number;
  /** At most the first 1,000. */
  readonly violations: readonly Violation[];
}

/** How a run fared; plain data, ready for `JSON.stringify`. */
export interface Judgement {
  /** "incomplete": nothing broke in what the recording holds, but it does not hold all. */
  readonly verdict: "passed" | "broken" | "incomplete";
  /** Why the recording is not whole; a sentence each. */
  readonly incomplete: readonly string[];
  /** Merges that were looked at, refused ones included. */
  readonly merges: number;
  /** Findings that were silenced. */
  readonly ignoredCount: number;
  readonly assertions: readonly AssertionResult[];
}
