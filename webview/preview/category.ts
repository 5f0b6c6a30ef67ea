/** The five classes that a reader sorts keys of a plan into, and the words and signs that each is shown by. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewRow";

/** A conflict is a class of its own here, though its plan entry is also added, modified or deleted: each key has one class. */
export type Category = "conflict" | "added" | "modified" | "deleted" | "unchanged";

/** In the order in which chips and tests name them; conflicts first, for they are what a reader must not miss. */
export const CATEGORIES: readonly Category[] = ["conflict", "added", "modified", "deleted", "unchanged"];

/** @returns the class of a row or of its details. */
export function categoryOf(row: Pick<PreviewRow, "kind" | "conflict">): Category {
  return row.conflict ? "conflict" : row.kind;
}

/** The one-letter sign, as source control shows its files; colour is never the only mark. */
export const LETTERS: Readonly<Record<Category, string>> = {
  conflict: "!",
  added: "A",
  modified: "M",
  deleted: "D",
  unchanged: "=",
};

/** @returns the word on a chip or a row. */
export function categoryWord(category: Category): string {
  return {
    conflict: l10n.t("Conflict"),
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
    added: l10n.t("The parent does not have this key yet."),
    modified: l10n.t("The parent's value will be replaced."),
    deleted: l10n.t("The key will be removed from the parent."),
    unchanged: l10n.t("The parent already has this value."),
  }[category];
}
