/** The six classes that a reader sorts keys of a plan into, and the words and signs that each is shown by. */

import * as l10n from "@vscode/l10n";
import type { MergeProblem } from "../../src/core/mergeProblems";
import type { PreviewRow } from "../../src/protocol/previewRow";

/**
 * A conflict is a class of its own here, though its plan entry is also added, modified or deleted: each key has one class.
 * "loss": work is lost though nothing conflicts, as where two agents counted from the same number.
 */
export type Category = "conflict" | "loss" | "added" | "modified" | "deleted" | "unchanged";

/** In the order in which chips and tests name them; first what a reader must not miss. */
export const CATEGORIES: readonly Category[] = ["conflict", "loss", "added", "modified", "deleted", "unchanged"];

/** @returns the class of a row or of its details. */
export function categoryOf({
  kind,
  conflict,
  by,
  problem,
}: Pick<PreviewRow, "kind" | "conflict" | "by"> & { readonly problem?: MergeProblem | undefined }): Category {
  if (conflict) return "conflict";
  // Who chose to keep the parent's value decided that.
  return problem === undefined || (by === "choice" && problem === "droppedUpdate") ? kind : "loss";
}

/** The one-letter sign, as source control shows its files; colour is never the only mark. */
export const LETTERS: Readonly<Record<Category, string>> = {
  conflict: "!",
  loss: "L",
  added: "A",
  modified: "M",
  deleted: "D",
  unchanged: "=",
};

/** @returns the word on a chip or a row. */
export function categoryWord(category: Category): string {
  return {
    conflict: l10n.t("Conflict"),
    loss: l10n.t("Loss"),
    added: l10n.t("Added"),
    modified: l10n.t("Modified"),
    deleted: l10n.t("Deleted"),
    unchanged: l10n.t("Unchanged"),
  }[category];
}

/** @returns what the class means, for tooltips. */
export function categoryMeaning(category: Category): string {
  return {
    conflict: l10n.t("Someone else changed the parent's value too: merging overwrites that change."),
    loss: l10n.t("Merging loses somebody's work here, though nothing conflicts."),
    added: l10n.t("The parent does not have this key yet."),
    modified: l10n.t("The parent's value will be replaced."),
    deleted: l10n.t("The key will be removed from the parent."),
    unchanged: l10n.t("The parent already has this value."),
  }[category];
}
