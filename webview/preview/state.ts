/** What the preview keeps while it is hidden: choices, places and what is being typed, never data of the plan. */

import { DEFAULT_SHARE } from "../ui/splitter";
import type { Category } from "./category";
import type { Draft } from "./drafts";

/** Kept by `vscode.setState`; replaced as a whole at each change. */
export interface PreviewState {
  readonly filter: string;
  /** Only the chips that the user has set; the others follow the plan. */
  readonly chips: Readonly<Partial<Record<Category, boolean>>>;
  readonly selectedKey: string | undefined;
  readonly scrollTopPx: number;
  /** Part of the page that the list takes, 0 to 1. */
  readonly listShare: number;
  /** Whether the stale reads are unfolded; undefined until the reader says so. */
  readonly staleReadsShown: boolean | undefined;
  readonly drafts: readonly Draft[];
}

/** The state of a page that was never shown before. */
export const INITIAL_STATE: PreviewState = {
  filter: "",
  chips: {},
  selectedKey: undefined,
  scrollTopPx: 0,
  listShare: DEFAULT_SHARE,
  staleReadsShown: undefined,
  drafts: [],
};

/** @returns whether a class of keys is shown: as the user chose, else all but "unchanged" beside others. */
export function isShown(state: PreviewState, category: Category, counts: Readonly<Record<Category, number>>): boolean {
  const chosen = state.chips[category];
  if (chosen !== undefined) return chosen;
  return (
    category !== "unchanged" || counts.conflict + counts.loss + counts.added + counts.modified + counts.deleted === 0
  );
}
