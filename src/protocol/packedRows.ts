/** Owns the form in which the rows of a whole plan travel to the merge preview: very many rows are copied several times on the way. */

import type { DecidedBy, MergeTake, PlanKind } from "../runtime/mergePlan";
import type { PreviewRow } from "./previewMessages";

/** Rows as columns. */
export interface PackedRows {
  readonly keys: readonly string[];
  /** What is one of few words, or yes or no, in bits. */
  readonly facts: readonly number[];
  /** null = absent. */
  readonly parents: readonly (string | null)[];
  readonly results: readonly (string | null)[];
}

const KINDS: readonly PlanKind[] = ["added", "modified", "deleted", "unchanged"];
const TAKES: readonly MergeTake[] = ["overlay", "parent", "value", "merged", "undecided"];
const DECIDERS: readonly DecidedBy[] = ["policy", "choice", "resolver"];
const TAKE_SHIFT = 2;
const BY_SHIFT = 5;
const CONFLICT = 1 << 7;
const TICKED = 1 << 8;
const STALE = 1 << 9;
const MASKED = 1 << 10;

export function packRows(rows: readonly PreviewRow[]): PackedRows {
  return {
    keys: rows.map(({ key }) => key),
    facts: rows.map(factsOf),
    parents: rows.map(({ parentText }) => parentText ?? null),
    results: rows.map(({ resultText }) => resultText ?? null),
  };
}

export function unpackRows({ keys, facts, parents, results }: PackedRows): PreviewRow[] {
  return keys.map((key, index) => {
    const bits = facts[index] ?? 0;
    return {
      key,
      kind: KINDS[bits & 3] ?? "unchanged",
      conflict: (bits & CONFLICT) !== 0,
      take: TAKES[(bits >> TAKE_SHIFT) & 7] ?? "overlay",
      by: DECIDERS[(bits >> BY_SHIFT) & 3] ?? "policy",
      ticked: (bits & TICKED) !== 0,
      stale: (bits & STALE) !== 0,
      masked: (bits & MASKED) !== 0,
      parentText: parents[index] ?? undefined,
      resultText: results[index] ?? undefined,
    };
  });
}

function factsOf({ kind, take, by, conflict, ticked, stale, masked }: PreviewRow): number {
  return (
    KINDS.indexOf(kind) |
    (TAKES.indexOf(take) << TAKE_SHIFT) |
    (DECIDERS.indexOf(by) << BY_SHIFT) |
    (conflict ? CONFLICT : 0) |
    (ticked ? TICKED : 0) |
    (stale ? STALE : 0) |
    (masked ? MASKED : 0)
  );
}
