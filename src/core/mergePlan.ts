/** What a merge plan says: the preview shows it, and the merge then does it. */

import type { JsonValue } from "./jsonValue";

/** A value as one layer held it. */
export interface PlanSide {
  /** undefined = absent. */
  readonly value: JsonValue | undefined;
  /** The layer that answered, and the revision of its key (0 = never written). */
  readonly layer: number;
  readonly revision: number;
  /** Who wrote it and in which event; undefined where never written or not known. */
  readonly actor: string | undefined;
  readonly seq: number | undefined;
}

/** What happens to the parent's value. "unchanged" = the parent already equals the result. */
export type PlanKind = "added" | "modified" | "deleted" | "unchanged";

/**
 * Where the result comes from. "overlay": the local value is written. "parent": the parent's value stays, and the local
 * change is given up. "value": a value given by a choice. "merged": put together of both sides by `"auto"`.
 * "undecided": nobody has decided; the result is the parent's value, for nothing is written.
 */
export type MergeTake = "overlay" | "parent" | "value" | "merged" | "undecided";

/** Who decided: the policy, a choice in the options, or the script's resolver. "undecided" by the resolver: it will. */
export type DecidedBy = "policy" | "choice" | "resolver";

/** What to do about conflicts. "resolver" stands for a function of the script. */
export type ConflictPolicy = "overwrite" | "refuse" | "auto" | "resolver";

/** When a key is in conflict; see {@link MergePlanEntry.conflict}. */
export type ConflictBy = "value" | "revision";

export interface MergePlanEntry {
  readonly key: string;
  readonly kind: PlanKind;
  /**
   * By value: parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. By revision:
   * another has written the key since the base, whatever it wrote.
   */
  readonly conflict: boolean;
  readonly take: MergeTake;
  readonly by: DecidedBy;
  readonly base: PlanSide;
  readonly parent: PlanSide;
  /** The local value; undefined = tombstone. */
  readonly overlay: PlanSide;
  /** The parent's value after the merge; undefined = absent. */
  readonly result: JsonValue | undefined;
}

/** Immutable. Entries in the order in which the merge writes them (the order of first local writes). */
export interface MergePlan {
  readonly agent: string;
  /** Layer ids of the context and of what it merges into. */
  readonly context: number;
  readonly into: number;
  /** False when made for chosen keys only. */
  readonly whole: boolean;
  /** "pending": made for keys alone that were written or deleted since their last merge. */
  readonly only: "pending" | undefined;
  readonly policy: ConflictPolicy;
  readonly conflictBy: ConflictBy;
  readonly entries: readonly MergePlanEntry[];
  /** Names that were asked for but are not local. */
  readonly skipped: readonly string[];
  readonly counts: {
    readonly added: number;
    readonly modified: number;
    readonly deleted: number;
    readonly unchanged: number;
    readonly conflicts: number;
    /** Entries that nobody has decided; a merge with any is refused. */
    readonly undecided: number;
  };
  /** Advice, in the order of the reads: what the agent's writes may rest on that is no longer so. */
  readonly staleReads: readonly StaleRead[];
}

/**
 * The agent read `key`, wrote other keys after it, and another actor has changed the value of `key` before those writes
 * are merged. Advice: the writes need not rest on the read.
 */

export interface StaleRead {
  readonly key: string;
  /** What was read, and the event that read it. */
  readonly read: {
    readonly value: JsonValue | undefined;
    readonly layer: number;
    readonly revision: number;
    readonly seq: number;
  };
  /** What is there now, and who wrote it in which event. */
  readonly now: PlanSide;
  /** The writes of this merge that came after the read and before the next one of that key; at most the first 100. */
  readonly dependents: readonly { readonly key: string; readonly seq: number }[];
  readonly dependentCount: number;
}
