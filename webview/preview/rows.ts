/** Owns which rows of a plan are shown and in what order; no drawing. */

import type { PreviewRow } from "../../src/protocol/previewMessages";
import type { Category } from "./category";
import { categoryOf } from "./category";
import type { PreviewState } from "./state";
import { isShown } from "./state";

/** The rows of one plan, conflicts first and else in the order in which the merge writes them. */
export class PlanRows {
  readonly all: readonly PreviewRow[];
  readonly counts: Readonly<Record<Category, number>>;
  private lowerCaseKeys: readonly string[] | undefined;

  constructor(rows: readonly PreviewRow[]) {
    const counts: Record<Category, number> = { conflict: 0, added: 0, modified: 0, deleted: 0, unchanged: 0 };
    const others: PreviewRow[] = [];
    const all: PreviewRow[] = [];
    for (const row of rows) {
      counts[categoryOf(row)]++;
      (row.conflict ? all : others).push(row);
    }
    for (const row of others) all.push(row);
    this.all = all;
    this.counts = counts;
  }

  /** @returns the rows of shown classes whose key has every word of the filter in it, whatever the case. */
  shown(state: PreviewState): readonly PreviewRow[] {
    const { counts } = this;
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const on: Record<Category, boolean> = {
      conflict: isShown(state, "conflict", counts),
      added: isShown(state, "added", counts),
      modified: isShown(state, "modified", counts),
      deleted: isShown(state, "deleted", counts),
      unchanged: isShown(state, "unchanged", counts),
    };
    if (words.length === 0) return this.all.filter((row) => on[categoryOf(row)]);
    // Plans stream in many times a second; only a reader who filters pays for the lower-case copies.
    const keys = (this.lowerCaseKeys ??= this.all.map(({ key }) => key.toLowerCase()));
    return this.all.filter((row, index) => on[categoryOf(row)] && words.every((word) => keys[index]!.includes(word)));
  }
}
