/** The words for how much a merge would change; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import type { MergePlan } from "../../core/mergePlan";

/** How many keys a merge would change in its parent. */
export function changeCount(counts: MergePlan["counts"]): number {
  return counts.added + counts.modified + counts.deleted;
}

/** "2 changes", "1 conflict": as words, none where there are none. */
export function changeWords(counts: MergePlan["counts"]): readonly string[] {
  const changes = changeCount(counts);
  const words: string[] = [];
  if (changes > 0) words.push(changes === 1 ? l10n.t("1 change") : l10n.t("{0} changes", changes));
  if (counts.conflicts > 0) {
    words.push(counts.conflicts === 1 ? l10n.t("1 conflict") : l10n.t("{0} conflicts", counts.conflicts));
  }
  return words;
}

/**
 * What is to be said of an agent's overlay: what its merge would change while something is pending, else what became of
 * what it merged. Nothing of an overlay without changes.
 */
export function overlayWords({
  counts,
  pending,
  isHeld = false,
}: {
  readonly counts: MergePlan["counts"];
  readonly pending: boolean;
  readonly isHeld?: boolean;
}): readonly string[] {
  if (isHeld) return [...changeWords(counts), l10n.t("merge held")];
  if (pending) return [...changeWords(counts), l10n.t("pending")];
  if (changeCount(counts) > 0) return [l10n.t("merged, since overwritten")];
  return counts.unchanged > 0 ? [l10n.t("merged")] : [];
}
