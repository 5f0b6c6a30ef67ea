/** The sentence that tells what a comparison came to; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { actionText } from "../../model/compare/comparisonText";
import { neverDiverge } from "../../model/compare/divergence";
import type { RunComparison } from "../../model/compare/runComparison";
import { visibleText } from "../../base/visibleText";

/** Characters of an event. */
const ACTION_LENGTH = 100;

/** For example "race.ts and race.ts (2) are the same for 14 events. Then race.ts: …; race.ts (2): …". */
export function comparisonMessage(comparison: RunComparison, left: string, right: string): string {
  const { divergence, sameStart, onlyOrder } = comparison;
  if (comparison.same) return l10n.t("{0} and {1} are the same: {2}.", left, right, eventsText(divergence.same));
  if (neverDiverge(divergence)) {
    return sameStart
      ? l10n.t("{0} and {1} have the same events: {2}.", left, right, eventsText(divergence.same))
      : l10n.t("{0} and {1} begin with different states; their events are the same.", left, right);
  }
  const one = nextText(comparison, "left");
  const other = nextText(comparison, "right");
  const text =
    divergence.same === 0
      ? l10n.t("{0} and {1} differ from the first event on. {0}: {2}; {1}: {3}.", left, right, one, other)
      : l10n.t(
          "{0} and {1} are the same for {2}. Then {0}: {3}; {1}: {4}.",
          left,
          right,
          eventsText(divergence.same),
          one,
          other,
        );
  return onlyOrder
    ? `${text} ${l10n.t("Only the order differs: each agent does and sees the same in both runs.")}`
    : text;
}

function eventsText(count: number): string {
  return count === 1 ? l10n.t("1 event") : l10n.t("{0} events", count);
}

function nextText(comparison: RunComparison, side: "left" | "right"): string {
  const row = comparison.divergence[side];
  if (row === undefined) return l10n.t("its log ends");
  return l10n.t("event {0}, {1}", row.seq, visibleText(actionText(comparison[side], row), ACTION_LENGTH));
}
