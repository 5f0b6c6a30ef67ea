/** Owns the description of a merge: what the preview shows and what the merge then does are this one thing. */

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

export interface MergePlanEntry {
  readonly key: string;
  readonly kind: PlanKind;
  /** parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. */
  readonly conflict: boolean;
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
  readonly policy: "overwrite";
  readonly entries: readonly MergePlanEntry[];
  /** Names that were asked for but are not local. */
  readonly skipped: readonly string[];
  readonly counts: { readonly added: number; readonly modified: number; readonly deleted: number; readonly unchanged: number; readonly conflicts: number };
}
