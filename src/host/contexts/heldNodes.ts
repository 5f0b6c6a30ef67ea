/** The nodes of merges that wait for the user; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import type { HeldMergeInfo } from "../../model/runInfo";
import type { HoldMode } from "../../core/choices";
import { ColorId } from "../../../contributions/colors";
import { undecidableReason } from "../runs/undecidable";
import { heldAt } from "../preview/previewPlan";
import { visibleText } from "../../base/visibleText";
import { changeWords } from "../ui/changesText";
import { inRanges } from "../ui/rangeNodes";
import { clockText } from "../../base/clockText";
import type { TreeNode } from "../ui/treeNode";
import type { TreeRun } from "./treeRun";

/** "1 merge held". */
export function heldText(count: number): string {
  return count === 1 ? l10n.t("1 merge held") : l10n.t("{0} merges held", count);
}

/** What a run says of itself while it would hold merges. */
export function holdModeText(mode: Exclude<HoldMode, "never">): string {
  return mode === "always" ? l10n.t("holds merges") : l10n.t("holds merges with problems");
}

/** The run's held merges under one node, oldest first; nothing when there are none. */
export function heldNodes(run: TreeRun, owner: Pick<TreeNode, "id" | "place">): readonly TreeNode[] {
  const held = heldAt(run, run.cursor.seq);
  if (held.length === 0) return [];
  const id = `${owner.id}/held`;
  const label = l10n.t("Held merges");
  const undecidable = undecidableReason(run);
  return [
    {
      id,
      kind: "held",
      place: owner.place,
      label,
      description: String(held.length),
      accessibleLabel: heldText(held.length),
      status: undefined,
      icon: "debug-pause",
      iconColor: "debugIcon.pauseForeground",
      contextValue: rowValue("heldMerges", { decidable: undecidable === undefined }),
      expansion: "expanded",
      version: undecidable ?? "",
      children: () =>
        inRanges({ id, place: owner.place }, held.length, (from, to) =>
          held.slice(from, to).map((each) => heldNode(run, id, each)),
        ),
      details: () => ({
        heading: heldText(held.length),
        facts: [
          {
            label: l10n.t("What to do"),
            text:
              undecidable ?? l10n.t("Approve, reject or release them; until then the scripts wait for their merges."),
          },
        ],
      }),
    },
  ];
}

function heldNode(run: TreeRun, parentId: string, held: HeldMergeInfo): TreeNode {
  const { model, cursor } = run;
  const { counts } = model.heldPlan(held.id, cursor.seq);
  const label = visibleText(held.agent);
  const words = changeWords(counts);
  const description = [...words, l10n.t("since {0}", clockText(held.heldMs))].join(", ");
  const into = visibleText(model.layerName(held.into), 60);
  const undecidable = undecidableReason(run);
  const reason = {
    conflict: l10n.t("it has conflicts"),
    problem: l10n.t("it loses somebody's work"),
    always: l10n.t("every merge is held"),
  }[held.reason];
  return {
    id: `${parentId}/${held.id}`,
    kind: "held",
    place: { runId: run.id, layer: held.layer, hold: held.id },
    label,
    description,
    accessibleLabel: l10n.t("Held merge of {0}, {1}", label, description),
    status: undefined,
    icon: "git-merge",
    iconColor: counts.conflicts > 0 ? ColorId.conflict : "debugIcon.pauseForeground",
    contextValue: rowValue("heldMerge", { decidable: undecidable === undefined }),
    expansion: "none",
    version: undecidable ?? "",
    children: () => [],
    details: () => ({
      heading: l10n.t("{0} waits to merge into {1}", label, into),
      facts: [
        ...(undecidable === undefined ? [] : [{ label: l10n.t("Approve and Reject"), text: undecidable }]),
        { label: l10n.t("Held because"), text: reason },
        { label: l10n.t("Held since"), text: `${clockText(held.heldMs)}, ${l10n.t("event {0}", held.id)}` },
        { label: l10n.t("Keys"), text: String(held.keyCount) },
        { label: l10n.t("On conflict, the script asks for"), text: held.policy },
      ],
    }),
  };
}
