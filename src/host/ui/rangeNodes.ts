/** The nodes that stand for many children at once, because VS Code's trees do not page; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import type { TreeNode } from "./treeNode";

/** The most children that a node shows without ranges. */
export const MAX_CHILDREN = 1_000;

/**
 * The children themselves when they are few, else nodes for ranges of them, nested when even those are many.
 * @param parent the node whose children these are: ranges take its place and build their ids on its
 * @param count how many children there are now
 * @param childrenAt makes the children [from, to) at the moment of the call; it may give fewer
 */
export function inRanges(
  parent: Pick<TreeNode, "id" | "place">,
  count: number,
  childrenAt: (from: number, to: number) => readonly TreeNode[],
): readonly TreeNode[] {
  return between(parent, 0, count, childrenAt);
}

function between(
  parent: Pick<TreeNode, "id" | "place">,
  from: number,
  to: number,
  childrenAt: (from: number, to: number) => readonly TreeNode[],
): readonly TreeNode[] {
  if (to - from <= MAX_CHILDREN) return childrenAt(from, to);
  let size = MAX_CHILDREN;
  while (size * MAX_CHILDREN < to - from) size *= MAX_CHILDREN;
  const ranges: TreeNode[] = [];
  for (let start = from; start < to; start += size) {
    const end = Math.min(start + size, to);
    const label = `[${start}…${end - 1}]`;
    ranges.push({
      id: `${parent.id}/r${start}+${size}`,
      kind: "range",
      place: parent.place,
      label,
      description: "",
      accessibleLabel: l10n.t("Entries {0} to {1}", start, end - 1),
      status: undefined,
      icon: "ellipsis",
      contextValue: rowValue("range"),
      expansion: "collapsed",
      version: "",
      children: () => between(parent, start, end, childrenAt),
      details: () => ({ heading: label, facts: [] }),
    });
  }
  return ranges;
}
