/** The list of the run's merges; each leads to its event in all views. */

import * as l10n from "@vscode/l10n";
import type { RecordingFromWebview, RecordingSummary, SummaryMerge } from "../../src/protocol/recordingMessages";
import { createLink } from "../ui/toolkit";
import { Table } from "./table";

/** A table of merges: all of a run, or those that somebody should look at. */
export class MergeTable {
  private readonly table: Table;

  constructor(post: (message: RecordingFromWebview) => void) {
    this.table = new Table(
      l10n.t("Merges"),
      [
        { label: l10n.t("Event"), numeric: true },
        { label: l10n.t("Agent") },
        { label: l10n.t("Into") },
        { label: l10n.t("Outcome") },
        { label: l10n.t("Keys"), numeric: true },
        { label: l10n.t("Conflicts") },
        { label: l10n.t("Stale Reads"), numeric: true },
      ],
      (id, [cell]) => {
        const seq = Number(id);
        cell?.append(
          createLink({
            text: seq.toLocaleString(),
            title: l10n.t("Show the event in all views"),
            onClick: () => post({ type: "showEvent", seq }),
          }),
        );
      },
    );
  }

  get element(): HTMLElement {
    return this.table.element;
  }

  show({ merges, mergesAre, mergeCount }: RecordingSummary): void {
    const more =
      mergesAre === "all"
        ? ""
        : l10n.t(
            "Of {0} merges, the list shows those that were refused or had conflicts or stale reads, at most {1}. Agent Events shows all.",
            mergeCount.toLocaleString(),
            MOST,
          );
    this.table.show(
      merges.map((merge) => ({
        id: String(merge.seq),
        cells: cellsOf(merge),
        class: merge.refused ? "refused warns" : merge.conflicts > 0 ? "warns" : "",
      })),
      more,
    );
  }
}

/** As many as the extension sends. */
const MOST = 200;

function cellsOf(merge: SummaryMerge): readonly (string | undefined)[] {
  return [
    undefined,
    merge.agent,
    merge.into,
    merge.refused ? l10n.t("refused") : l10n.t("applied"),
    merge.keys.toLocaleString(),
    conflictsOf(merge),
    merge.staleReads === 0 ? "" : merge.staleReads.toLocaleString(),
  ];
}

function conflictsOf({ conflicts, conflictKeys }: SummaryMerge): string {
  if (conflicts === 0) return "";
  const names = conflictKeys.join(", ");
  const left = conflicts - conflictKeys.length;
  return left > 0 ? l10n.t("{0} and {1} more", names, left.toLocaleString()) : names;
}
