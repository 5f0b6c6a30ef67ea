/** The list of the run's agents, with the ways to each one's preview and events. */

import * as l10n from "@vscode/l10n";
import type { RecordingFromWebview, RecordingSummary, SummaryAgent } from "../../src/protocol/recordingMessages";
import { element } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { Table } from "./table";

/** A table of agents. */
export class AgentTable {
  private readonly table: Table;

  constructor(post: (message: RecordingFromWebview) => void) {
    this.table = new Table(
      l10n.t("Agents"),
      [
        { label: l10n.t("Agent") },
        { label: l10n.t("Parent") },
        { label: l10n.t("Events"), numeric: true },
        { label: l10n.t("Merges"), numeric: true },
        { label: l10n.t("Conflicts"), numeric: true },
        { label: l10n.t("Stale Reads"), numeric: true },
        { label: l10n.t("At the End") },
        { label: "" },
      ],
      (id, cells) => {
        const layer = Number(id);
        cells.at(-1)?.append(
          element(
            "div",
            { class: "row-actions" },
            createButton({
              label: l10n.t("Preview Merge"),
              icon: "git-merge",
              look: "icon",
              onClick: () => post({ type: "previewMerge", layer }),
            }).element,
            createButton({
              label: l10n.t("Show Events"),
              icon: "list-ordered",
              look: "icon",
              onClick: () => post({ type: "showEvents", layer }),
            }).element,
          ),
        );
      },
    );
  }

  get element(): HTMLElement {
    return this.table.element;
  }

  show({ agents, agentCount }: RecordingSummary): void {
    const left = agentCount - agents.length;
    this.table.show(
      agents.map((agent) => ({ id: String(agent.layer), cells: cellsOf(agent) })),
      left === 0 ? "" : l10n.t("{0} more agents are in the Contexts tree.", left.toLocaleString()),
    );
  }
}

function cellsOf(agent: SummaryAgent): readonly (string | undefined)[] {
  const merges = agent.merges.toLocaleString();
  return [
    agent.name,
    agent.parent,
    agent.events.toLocaleString(),
    agent.refused === 0 ? merges : l10n.t("{0} + {1} refused", merges, agent.refused.toLocaleString()),
    agent.conflicts === 0 ? "" : agent.conflicts.toLocaleString(),
    agent.staleReads === 0 ? "" : agent.staleReads.toLocaleString(),
    [agent.pending ? l10n.t("unmerged") : "", agent.error ?? ""].filter((text) => text !== "").join(" · "),
    undefined,
  ];
}
