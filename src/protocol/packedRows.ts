/** The form in which the rows of a whole plan travel to the merge preview: very many rows are copied several times on the way. */

import { MERGE_PROBLEMS } from "../core/mergeProblems";
import type { DecidedBy, MergeTake, PlanKind } from "../core/mergePlan";
import type { PreviewRow } from "./previewRow";

/** One text is copied, and taken apart again, faster than many small ones. */
export interface PackedRows {
  /** Of each row, one after another: key, parent now, result. */
  readonly texts: string;
  /** How long each of them is; {@link ABSENT} for what is not there. */
  readonly lengths: readonly number[];
  /** Of each row what is one of few words, or yes or no, in bits. */
  readonly facts: readonly number[];
}

const ABSENT = -1;
const KINDS: readonly PlanKind[] = ["added", "modified", "deleted", "unchanged"];
const TAKES: readonly MergeTake[] = ["overlay", "parent", "value", "merged", "undecided"];
const DECIDERS: readonly DecidedBy[] = ["policy", "choice", "resolver"];
const TAKE_SHIFT = 2;
const BY_SHIFT = 5;
const CONFLICT = 1 << 7;
const TICKED = 1 << 8;
const STALE = 1 << 9;
const MASKED = 1 << 10;
/** The place of its problem among all, from 1; 0 = none. */
const PROBLEM_SHIFT = 11;

export function packRows(rows: readonly PreviewRow[]): PackedRows {
  const texts: string[] = [];
  const lengths: number[] = [];
  for (const { key, parentText, resultText } of rows) {
    for (const text of [key, parentText, resultText]) {
      texts.push(text ?? "");
      lengths.push(text?.length ?? ABSENT);
    }
  }
  return { texts: texts.join(""), lengths, facts: rows.map(factsOf) };
}

export function unpackRows({ texts, lengths, facts }: PackedRows): PreviewRow[] {
  let at = 0;
  let nth = 0;
  const next = (): string | undefined => {
    const length = lengths[nth++] ?? ABSENT;
    if (length === ABSENT) return undefined;
    at += length;
    return texts.slice(at - length, at);
  };
  return facts.map((bits) => ({
    key: next() ?? "",
    kind: KINDS[bits & 3] ?? "unchanged",
    conflict: (bits & CONFLICT) !== 0,
    ...problemOf(bits),
    take: TAKES[(bits >> TAKE_SHIFT) & 7] ?? "overlay",
    by: DECIDERS[(bits >> BY_SHIFT) & 3] ?? "policy",
    ticked: (bits & TICKED) !== 0,
    stale: (bits & STALE) !== 0,
    masked: (bits & MASKED) !== 0,
    parentText: next(),
    resultText: next(),
  }));
}

function problemOf(bits: number): Pick<PreviewRow, "problem"> {
  const problem = MERGE_PROBLEMS[(bits >> PROBLEM_SHIFT) - 1];
  return problem === undefined ? {} : { problem };
}

function factsOf({ kind, take, by, conflict, problem, ticked, stale, masked }: PreviewRow): number {
  return (
    KINDS.indexOf(kind) |
    (TAKES.indexOf(take) << TAKE_SHIFT) |
    (DECIDERS.indexOf(by) << BY_SHIFT) |
    (conflict ? CONFLICT : 0) |
    (ticked ? TICKED : 0) |
    (stale ? STALE : 0) |
    (masked ? MASKED : 0) |
    ((problem === undefined ? 0 : MERGE_PROBLEMS.indexOf(problem) + 1) << PROBLEM_SHIFT)
  );
}
