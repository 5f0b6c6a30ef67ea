/** The words for how much was found in a run; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { PROBLEM_KINDS, type FindingKind, type FindingTotals } from "../../model/findings/finding";

/** "1 lost update". */
export function kindCountText(kind: FindingKind, count: number): string {
  const one = count === 1;
  switch (kind) {
    case "lostUpdate":
      return one ? l10n.t("1 lost update") : l10n.t("{0} lost updates", count);
    case "revertedUpdate":
      return one ? l10n.t("1 reverted update") : l10n.t("{0} reverted updates", count);
    case "droppedUpdate":
      return one ? l10n.t("1 own update dropped") : l10n.t("{0} own updates dropped", count);
    case "writeSkew":
      return one ? l10n.t("1 write skew") : l10n.t("{0} write skews", count);
    case "unmergedWork":
      return one ? l10n.t("unmerged work of 1 agent") : l10n.t("unmerged work of {0} agents", count);
    case "staleRead":
      return one ? l10n.t("1 stale read") : l10n.t("{0} stale reads", count);
    case "nonRepeatableRead":
      return one ? l10n.t("1 non-repeatable read") : l10n.t("{0} non-repeatable reads", count);
    case "orderSensitive":
      return one ? l10n.t("1 order-sensitive key") : l10n.t("{0} order-sensitive keys", count);
  }
}

/** "lost update", as a row of one finding names it. */
export function kindText(kind: FindingKind): string {
  switch (kind) {
    case "lostUpdate":
      return l10n.t("lost update");
    case "revertedUpdate":
      return l10n.t("reverted update");
    case "droppedUpdate":
      return l10n.t("own update dropped");
    case "writeSkew":
      return l10n.t("write skew");
    case "unmergedWork":
      return l10n.t("unmerged work");
    case "staleRead":
      return l10n.t("stale read");
    case "nonRepeatableRead":
      return l10n.t("non-repeatable read");
    case "orderSensitive":
      return l10n.t("order-sensitive key");
  }
}

/** "2 lost updates, 1 write skew": what lost something, strongest first; undefined when nothing did. */
export function problemsText(totals: Pick<FindingTotals, "kinds">): string | undefined {
  const texts = PROBLEM_KINDS.flatMap((kind) => {
    const count = totals.kinds.get(kind) ?? 0;
    return count === 0 ? [] : [kindCountText(kind, count)];
  });
  return texts.length === 0 ? undefined : texts.join(", ");
}
