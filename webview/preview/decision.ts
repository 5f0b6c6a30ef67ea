/** The words and signs that say who decides a key's result: the policy, the reader, the script, or nobody. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewRow";

/** A decision that a row must be marked by. */
export interface Decision {
  readonly name: "you" | "resolver" | "script" | "merged" | "kept" | "nobody";
  /** For the details and the tooltip of a row. */
  readonly text: string;
  /** A codicon; the text stands beside it or in its tooltip. */
  readonly icon: string;
}

/** @returns who decided, or undefined where the policy simply writes the overlay: there is nothing special about that. */
export function decisionOf({ take, by }: Pick<PreviewRow, "take" | "by">): Decision | undefined {
  if (by === "choice") return { name: "you", text: l10n.t("Decided by you"), icon: "account" };
  if (take === "undecided") {
    return by === "resolver"
      ? { name: "script", text: l10n.t("Decided by the script"), icon: "code" }
      : { name: "nobody", text: l10n.t("Refused: nobody decides"), icon: "circle-slash" };
  }
  if (by === "resolver") return { name: "resolver", text: l10n.t("Decided by the script's resolver"), icon: "code" };
  if (take === "merged") return { name: "merged", text: l10n.t("Merged from both"), icon: "combine" };
  if (take === "parent") return { name: "kept", text: l10n.t("The parent's change stays"), icon: "shield" };
  return undefined;
}

/** @returns whether the parent's own change is gone after the merge: what is written does not come from it. */
export function losesParent({ take }: Pick<PreviewRow, "take">): boolean {
  return take === "overlay" || take === "value";
}
