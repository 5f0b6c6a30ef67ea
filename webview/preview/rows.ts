/** Owns which rows of a plan are shown and in what order; no drawing. */

import type { PreviewRow } from "../../src/protocol/previewMessages";
import type { Category } from "./category";
import { categoryOf, CATEGORIES } from "./category";
import type { PreviewState } from "./state";
import { isShown } from "./state";

/** The rows of one plan, conflicts first and else in the order in which the merge writes them. */
export class PlanRows {
  readonly all: readonly PreviewRow[];
  readonly counts: Readonly<Record<Category, number>>;
  private readonly lowerCaseKeys: readonly string[];

  constructor(rows: readonly PreviewRow[]) {
    this.all = [...rows.filter((row) => row.conflict), ...rows.filter((row) => !row.conflict)];
    const counts: Record<Category, number> = { conflict: 0, added: 0, modified: 0, deleted: 0, unchanged: 0 };
    for (const row of rows) counts[categoryOf(row)]++;
    this.counts = counts;
    this.lowerCaseKeys = this.all.map((row) => row.key.toLowerCase());
  }

  /** @returns the rows of shown classes whose key has every word of the filter in it, whatever the case. */
  shown(state: PreviewState): readonly PreviewRow[] {
    const kinds = new Set(CATEGORIES.filter((category) => isShown(state, category, this.counts)));
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    return this.all.filter((row, index) => {
      const key = this.lowerCaseKeys[index]!;
      return kinds.has(categoryOf(row)) && words.every((word) => key.includes(word));
    });
  }
}
