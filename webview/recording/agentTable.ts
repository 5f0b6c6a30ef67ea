/** The list of the run's agents, with the ways to each one's preview and events. */

import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit/html.js";
import type { RecordingFromWebview, RecordingSummary, SummaryAgent } from "../../src/protocol/recordingMessages";
import { button } from "../ui/toolkit";
import { table, unlessZero } from "./table";

/** A table of agents. */
export function agentTable(
  { agents, agentCount }: RecordingSummary,
  post: (message: RecordingFromWebview) => void,
): TemplateResult {
  const left = agentCount - agents.length;
  return table({
    heading: l10n.t("Agents"),
    items: agents,
    id: ({ layer }) => layer,
    columns: [
      { label: l10n.t("Agent"), cell: ({ name }) => name },
      { label: l10n.t("Parent"), cell: ({ parent }) => parent },
      { label: l10n.t("Events"), numeric: true, cell: ({ events }) => events.toLocaleString() },
      { label: l10n.t("Merges"), numeric: true, cell: mergesOf },
      { label: l10n.t("Conflicts"), numeric: true, cell: ({ conflicts }) => unlessZero(conflicts) },
      { label: l10n.t("Stale Reads"), numeric: true, cell: ({ staleReads }) => unlessZero(staleReads) },
      { label: l10n.t("At the End"), cell: endOf },
      { label: "", cell: actions },
    ],
    more: left === 0 ? "" : l10n.t("{0} more agents are in the Agents view.", left.toLocaleString()),
  });

  function actions({ layer }: SummaryAgent): TemplateResult {
    return html`<div class="row-actions">
      ${button({
        label: l10n.t("Preview Merge"),
        icon: "git-merge",
        look: "icon",
        onClick: () => post({ type: "previewMerge", layer }),
      })}${button({
        label: l10n.t("Show Events"),
        icon: "list-ordered",
        look: "icon",
        onClick: () => post({ type: "showEvents", layer }),
      })}
    </div>`;
  }
}

function mergesOf({ merges, refused }: SummaryAgent): string {
  const count = merges.toLocaleString();
  return refused === 0 ? count : l10n.t("{0} + {1} refused", count, refused.toLocaleString());
}

function endOf({ pending, error }: SummaryAgent): string {
  return [pending ? l10n.t("unmerged") : "", error ?? ""].filter((text) => text !== "").join(" · ");
}
