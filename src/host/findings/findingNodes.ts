/** The nodes of the Findings view: what lost something, the sides of each, and advice below; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import { visibleText } from "../../base/visibleText";
import { isProblem, type Finding } from "../../model/findings/finding";
import { makerText } from "../blame/siteText";
import { kindCountText, kindText } from "../ui/findingsText";
import { isWhole } from "../runs/runState";
import { inRanges } from "../ui/rangeNodes";
import type { NodePlace, TreeNode } from "../ui/treeNode";
import type { TreeRun } from "../contexts/treeRun";
import { findingSentence, remedyText, valueText, writerText } from "./findingText";

type Owner = Pick<TreeNode, "id" | "place">;

/** The roots: of one run its findings, of several the runs in which something was found. */
export function findingRoots(runs: readonly TreeRun[]): readonly TreeNode[] {
  const found = runs.filter((run) => run.model.found.findings.length > 0);
  if (runs.length <= 1) return found.flatMap((run) => findingsOf(run, ownerOf(run)));
  return found.map((run) => {
    const owner = ownerOf(run);
    const label = visibleText(run.title);
    const count = run.model.found.findings.length;
    return {
      ...plain(owner.id, owner.place, label, String(count)),
      kind: "run",
      icon: "symbol-event",
      contextValue: rowValue("findings"),
      expansion: "expanded",
      version: String(count),
      children: () => findingsOf(run, owner),
    };
  });
}

/** What the view says in place of findings; "" while there are some, and while there is no run. */
export function nothingFoundText(runs: readonly TreeRun[]): string {
  if (runs.length === 0 || runs.some(({ model }) => model.found.findings.length > 0)) return "";
  return runs.every(({ state }) => isWhole(state)) ? l10n.t("Nothing was lost.") : l10n.t("Nothing was lost so far.");
}

function ownerOf(run: TreeRun): Owner {
  return { id: `findings:${run.id}`, place: { runId: run.id } };
}

/** Problems first, then advice, folded; each in the order of events. */
function findingsOf(run: TreeRun, owner: Owner): readonly TreeNode[] {
  const { findings } = run.model.found;
  const problems: number[] = [];
  const advice: number[] = [];
  findings.forEach((finding, index) => (isProblem(finding) ? problems : advice).push(index));
  const nodesOf = (indexes: readonly number[], under: Owner): readonly TreeNode[] =>
    inRanges(under, indexes.length, (from, to) =>
      indexes.slice(from, to).map((index) => findingNode(run, owner, index, findings[index] as Finding)),
    );
  if (advice.length === 0) return nodesOf(problems, owner);
  const id = `${owner.id}/advice`;
  const label = l10n.t("Advice");
  const group: TreeNode = {
    ...plain(id, owner.place, label, adviceText(advice.map((index) => findings[index] as Finding))),
    icon: "info",
    contextValue: rowValue("findings"),
    // Where there is nothing else to see, it is seen at once.
    expansion: problems.length === 0 ? "expanded" : "collapsed",
    version: String(advice.length),
    children: () => nodesOf(advice, { id, place: owner.place }),
  };
  return [...nodesOf(problems, owner), group];
}

function adviceText(advice: readonly Finding[]): string {
  const kinds = [...new Set(advice.map(({ kind }) => kind))];
  return kinds.map((kind) => kindCountText(kind, advice.filter((each) => each.kind === kind).length)).join(", ");
}

function findingNode(run: TreeRun, owner: Owner, index: number, finding: Finding): TreeNode {
  const { key, kind } = finding;
  const place: NodePlace = { ...owner.place, layer: finding.agent, key, finding: index };
  const label = key === "" ? l10n.t("(empty key)") : visibleText(key);
  const description = `${kindText(kind)} · ${findingSentence(run.model, finding)}`;
  const id = `${owner.id}/${index}`;
  const lost = isProblem(finding);
  return {
    ...plain(id, place, label, description),
    kind: "finding",
    icon: lost ? "error" : "info",
    iconColor: lost ? "problemsErrorIcon.foreground" : "problemsInfoIcon.foreground",
    accessibleLabel: `${kindText(kind)}, ${label}, ${findingSentence(run.model, finding)}`,
    contextValue: rowValue("finding"),
    expansion: "collapsed",
    children: () => sideNodes(run, { id, place }, finding),
    details: () => ({
      heading: `${kindText(kind)}: ${label}`,
      facts: [
        { label: l10n.t("What happened"), text: findingSentence(run.model, finding) },
        { label: l10n.t("What helps"), text: remedyText(kind, finding.equal === true) },
        { label: l10n.t("Merged into"), text: visibleText(run.model.layerName(finding.into), 60) },
        { label: l10n.t("Event"), text: String(finding.seq) },
      ],
    }),
  };
}

/** In the order in which it happened: what was read, what another wrote, what the agent wrote. */
function sideNodes(run: TreeRun, owner: Owner, finding: Finding): readonly TreeNode[] {
  const { read, theirs, ours } = finding;
  const agent = visibleText(run.model.layerName(finding.agent), 60);
  const nodes: TreeNode[] = [];
  const add = (label: string, seq: number, icon: string): void => {
    const place: NodePlace = { ...owner.place, seq };
    nodes.push({
      ...plain(`${owner.id}/${nodes.length}`, place, label, placeText(run, seq)),
      kind: "moment",
      icon,
      contextValue: rowValue("moment"),
    });
  };
  if (read !== undefined) {
    const text =
      finding.keySet === true
        ? l10n.t("{0} listed the keys", agent)
        : l10n.t("{0} read {1}", agent, valueText(read.value));
    add(text, read.seq, "eye");
  }
  if (theirs !== undefined) add(wroteText(writerText(run.model, theirs), theirs.value), theirs.seq, "edit");
  if (ours !== undefined) add(wroteText(agent, ours.value), ours.seq, "edit");
  return nodes;
}

function wroteText(agent: string, value: Parameters<typeof valueText>[0]): string {
  return value === undefined ? l10n.t("{0} deleted it", agent) : l10n.t("{0} wrote {1}", agent, valueText(value));
}

/** "race.ts:12 · event 7": what is not known is left out. */
function placeText(run: TreeRun, seq: number): string {
  if (seq === 0 || run.model.row(seq) === undefined) return l10n.t("before the first event");
  return [makerText(run, seq), l10n.t("event {0}", run.model.stepSeq(seq))]
    .filter((text) => text !== undefined)
    .join(" · ");
}

function plain(id: string, place: NodePlace, label: string, description: string): TreeNode {
  return {
    id,
    kind: "note",
    place,
    label,
    description,
    accessibleLabel: description === "" ? label : `${label}, ${description}`,
    status: undefined,
    icon: "",
    contextValue: rowValue("note"),
    expansion: "none",
    version: "",
    children: () => [],
    details: () => ({ heading: label, facts: [] }),
  };
}
