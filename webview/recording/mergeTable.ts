/** The list of the run's merges; each leads to its event in all views. */

import * as l10n from "@vscode/l10n";
import type { TemplateResult } from "lit/html.js";
import type { RecordingFromWebview, RecordingSummary, SummaryMerge } from "../../src/protocol/recordingMessages";
import { link } from "../ui/toolkit";
import { table, unlessZero } from "./table";

/** As many as the extension sends. */
const MOST = 200;

/** A table of merges: all of a run, or those that somebody should look at. */
export function mergeTable(
  { merges, mergesAre, mergeCount }: RecordingSummary,
  post: (message: RecordingFromWebview) => void,
): TemplateResult {
  return table({
    heading: l10n.t("Merges"),
    items: merges,
    id: ({ seq }) => seq,
    rowClass: ({ refused, conflicts }) => (refused ? "refused warns" : conflicts > 0 ? "warns" : ""),
    columns: [
      {
        label: l10n.t("Event"),
        numeric: true,
        cell: ({ seq }) =>
          link({
            text: seq.toLocaleString(),
            title: l10n.t("Show the event in all views"),
            onClick: () => post({ type: "showEvent", seq }),
          }),
      },
      { label: l10n.t("Agent"), cell: ({ agent }) => agent },
      { label: l10n.t("Into"), cell: ({ into }) => into },
      { label: l10n.t("Outcome"), cell: ({ refused }) => (refused ? l10n.t("refused") : l10n.t("applied")) },
      { label: l10n.t("Keys"), numeric: true, cell: ({ keys }) => keys.toLocaleString() },
      { label: l10n.t("Conflicts"), cell: conflictsOf },
      { label: l10n.t("Stale Reads"), numeric: true, cell: ({ staleReads }) => unlessZero(staleReads) },
    ],
    more:
      mergesAre === "all"
        ? ""
        : l10n.t(
            "Of {0} merges, the list shows those that were refused or had conflicts or stale reads, at most {1}. Agent Events shows all.",
            mergeCount.toLocaleString(),
            MOST,
          ),
  });
}

function conflictsOf({ conflicts, conflictKeys }: SummaryMerge): string {
  if (conflicts === 0) return "";
  const names = conflictKeys.join(", ");
  const left = conflicts - conflictKeys.length;
  return left > 0 ? l10n.t("{0} and {1} more", names, left.toLocaleString()) : names;
}
