/** Which rows of a plan are shown and in what order, and what its ticked rows add up to; no drawing. */

import type { PreviewRow } from "../../src/protocol/previewRow";
import { type Category, CATEGORIES, categoryOf } from "./category";
import { type PreviewState, isShown } from "./state";

/** What Merge or Approve would do, by the ticked rows alone. */
export interface TickedCounts {
  readonly ticked: number;
  /** Keys that get another value. */
  readonly writes: number;
  /** Keys where another's change is overwritten. */
  readonly lost: number;
  /** Keys where work is lost though nothing conflicts. */
  readonly silent: number;
  /** Conflicts that are decided without loss: both kept, or by the reader. */
  readonly settled: number;
  /** Keys that nobody decides: the merge is refused. */
  readonly refused: number;
  /** Keys that the script's resolver decides when it merges. */
  readonly byScript: number;
}

/** Whether the parent would be as it is now after a merge of the ticked keys, and no conflict be decided by it. */
export function changesNothing({ writes, settled, refused, byScript }: TickedCounts): boolean {
  return writes + settled + refused + byScript === 0;
}

/** The rows of one plan, conflicts and losses first and else in the order in which the merge writes them. */
export class PlanRows {
  readonly all: readonly PreviewRow[];
  readonly counts: Readonly<Record<Category, number>>;
  readonly ticked: TickedCounts;
  private lowerCaseKeys: readonly string[] | undefined;

  constructor(rows: readonly PreviewRow[]) {
    const counts: Record<Category, number> = { conflict: 0, loss: 0, added: 0, modified: 0, deleted: 0, unchanged: 0 };
    const sums = { ticked: 0, writes: 0, lost: 0, silent: 0, settled: 0, refused: 0, byScript: 0 };
    const others: PreviewRow[] = [];
    const all: PreviewRow[] = [];
    for (const row of rows) {
      counts[categoryOf(row)]++;
      if (row.ticked) addTo(sums, row);
      (row.conflict || categoryOf(row) === "loss" ? all : others).push(row);
    }
    for (const row of others) all.push(row);
    this.all = all;
    this.counts = counts;
    this.ticked = sums;
  }

  /** @returns the same plan with some rows replaced by others of the same keys. */
  patched(rows: Iterable<PreviewRow>): PlanRows {
    const byKey = new Map([...rows].map((row) => [row.key, row]));
    return new PlanRows(this.all.map((row) => byKey.get(row.key) ?? row));
  }

  /** @returns the rows of shown classes whose key has every word of the filter in it, whatever the case. */
  shown(state: PreviewState): readonly PreviewRow[] {
    const { counts } = this;
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const on: Record<Category, boolean> = {
      conflict: isShown(state, "conflict", counts),
      loss: isShown(state, "loss", counts),
      added: isShown(state, "added", counts),
      modified: isShown(state, "modified", counts),
      deleted: isShown(state, "deleted", counts),
      unchanged: isShown(state, "unchanged", counts),
    };
    // A key that the reader decided to leave as it is must not vanish under their hand.
    const isOn = (row: PreviewRow): boolean =>
      on[categoryOf(row)] || (row.by === "choice" && state.chips.unchanged !== false);
    if (words.length === 0) return this.all.filter(isOn);
    // Plans stream in many times a second; only a reader who filters pays for the lower-case copies.
    const keys = (this.lowerCaseKeys ??= this.all.map(({ key }) => key.toLowerCase()));
    return this.all.filter((row, index) => isOn(row) && words.every((word) => keys[index]!.includes(word)));
  }

  /**
   * What one tick for all stands for: the whole plan, or what a filter or chips have left of it. Keys that are hidden
   * only because they stay unchanged belong to the whole.
   */
  tickable(state: PreviewState): { readonly rows: readonly PreviewRow[]; readonly all: boolean } {
    const isHidden = (category: Category): boolean =>
      category !== "unchanged" && this.counts[category] > 0 && !isShown(state, category, this.counts);
    const all = state.filter.trim() === "" && !CATEGORIES.some(isHidden);
    return { rows: all ? this.all : this.shown(state), all };
  }
}

function addTo(sums: { -readonly [Name in keyof TickedCounts]: number }, row: PreviewRow): void {
  sums.ticked++;
  if (row.take === "undecided") sums[row.by === "resolver" ? "byScript" : "refused"]++;
  else if (row.conflict) sums[row.take === "overlay" && row.kind !== "unchanged" ? "lost" : "settled"]++;
  else if (categoryOf(row) === "loss") sums.silent++;
  if (row.kind !== "unchanged") sums.writes++;
}
