/** The upper parts of the trees of runs and states: runs, agents, the sections of each, parent states; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import { maskingText } from "./maskingText";
import { isProblem } from "../../model/findings/finding";
import type { AgentInfo, StoreInfo } from "../../model/runInfo";
import { visibleText } from "../../base/visibleText";
import { heldAt } from "../preview/previewPlan";
import { changeCount, overlayWords } from "../ui/changesText";
import { problemsText } from "../ui/findingsText";
import { heldNodes, heldText, holdModeText } from "./heldNodes";
import { MEGABYTE } from "../ui/bytesText";
import { clockText } from "../../base/clockText";
import { ColorId } from "../../../contributions/colors";
import { runIcon } from "../runs/runIcon";
import { isOver, isPaused, isReachable, isWaiting, isWhole, runWord, statusText } from "../runs/runState";
import { effectiveKeyNodes, noteNode, overlayKeyNodes, storeKeyNodes } from "./stateNodes";
import type { NodeDetails, NodePlace, TreeNode } from "../ui/treeNode";
import type { TreeRun } from "./treeRun";

/** The id of a run's node. */
export function runNodeId(runId: string): string {
  return `run:${runId}`;
}

/** The id of the node of an agent or a store. */
export function layerNodeId(runId: string, layer: number): string {
  return `${runNodeId(runId)}/${layer}`;
}

/** The roots of the tree of agents, in the order given. */
export function runNodes(runs: readonly TreeRun[]): readonly TreeNode[] {
  return runs.map(runNode);
}

/** The roots of the tree of states: the stores of a run. */
export function storeNodes(run: TreeRun): readonly TreeNode[] {
  const stores = run.model.stores(run.cursor.seq);
  if (stores.length === 0) {
    return [noteNode({ id: runNodeId(run.id), place: { runId: run.id } }, "nothing", nothingText(run))];
  }
  return stores.map((store) => storeNode(run, store, stores.length > 1));
}

function runNode(run: TreeRun): TreeNode {
  const id = runNodeId(run.id);
  const place: NodePlace = { runId: run.id };
  const { state } = run;
  const problems = problemsText(run.model.found.totals);
  const [icon, iconColor] = runIcon({
    word: runWord(state),
    isPaused: isPaused(state),
    problem: run.problem !== undefined,
    lost: problems !== undefined,
    ...run.model.info.ended,
    endless:
      state.kind !== "recorded" || state.end ? undefined : state.reading.kind === "reading" ? "reading" : "unrecorded",
  });
  const words = [statusText(state)];
  if (problems !== undefined) words.push(problems);
  const held = heldAt(run, run.cursor.seq).length;
  if (held > 0) words.push(heldText(held));
  else if (run.holds.run !== "never" && isReachable(state)) words.push(holdModeText(run.holds.run));
  if (run.waitingFor !== undefined) words.push(run.waitingFor);
  if (!run.cursor.isLive) words.push(l10n.t("event {0} of {1}", run.cursor.seq, run.model.lastSeq));
  const label = visibleText(run.title);
  return {
    id,
    kind: "run",
    place,
    label,
    description: words.join(" · "),
    accessibleLabel: [l10n.t("Run {0}", label), ...words].join(", "),
    status: undefined,
    icon,
    ...(iconColor === undefined ? {} : { iconColor }),
    contextValue: rowValue(`run.${runWord(state)}`, {
      recording: state.kind === "recorded",
      reachable: isReachable(state),
      held: run.held.length > 0,
      holding: run.holds.run !== "never",
      commandWaiting: run.waitingFor !== undefined,
    }),
    expansion: "expanded",
    // Not how many events are gone or on disk: that grows with each, and a row that is drawn again takes all below along.
    version: `${run.cursor.isLive} ${run.nodeText} ${run.model.info.pid ?? ""} ${run.problem ?? ""} ${run.model.damageCount} ${run.model.info.cut > 0} ${run.model.info.otherRuns?.count ?? 0} ${run.model.droppedValues > 0}`,
    children: () => runChildren(run, { id, place }),
    details: () => runDetails(run),
  };
}

function runChildren(run: TreeRun, owner: Pick<TreeNode, "id" | "place">): readonly TreeNode[] {
  const { model, cursor } = run;
  const nodes: TreeNode[] = [];
  if (run.problem !== undefined) {
    nodes.push(noteNode(owner, "problem", run.problem, "error", "problemsErrorIcon.foreground"));
  }
  const { otherRuns } = model.info;
  if (otherRuns !== undefined) {
    const { count, line } = otherRuns;
    const text =
      count === 1
        ? l10n.t("1 more run is in the file and left out: it begins at line {0}", line)
        : l10n.t("{0} more runs are in the file and left out: the first begins at line {1}", count, line);
    nodes.push(noteNode(owner, "otherRuns", text, "warning", "problemsWarningIcon.foreground"));
  }
  if (model.damageCount > 0) {
    const line = model.damage[0]?.line ?? 0;
    const message = model.damage[0]?.message ?? "";
    const text =
      model.damageCount === 1
        ? l10n.t("1 damaged line in the recording: line {0}: {1}", line, message)
        : l10n.t("{0} damaged lines in the recording; the first is line {1}: {2}", model.damageCount, line, message);
    nodes.push(noteNode(owner, "damage", text, "warning", "problemsWarningIcon.foreground"));
  }
  const agents = model.agents(cursor.seq);
  for (const node of heldNodes(run, owner)) nodes.push(node);
  const layers = new Set(agents.map((agent) => agent.layer));
  const problems = problemsUpTo(run);
  for (const agent of agents) if (!layers.has(agent.parent)) nodes.push(agentNode(run, agent, agents, problems));
  if (nodes.length === 0) nodes.push(noteNode(owner, "nothing", noAgentsText(run)));
  return nodes;
}

function nothingText(run: TreeRun): string {
  if (!run.cursor.isLive) return l10n.t("No state yet at this event");
  return isWhole(run.state) || isWaiting(run.state) ? l10n.t("The script created no state") : l10n.t("No state yet");
}

function noAgentsText(run: TreeRun): string {
  if (run.model.stores(run.cursor.seq).length === 0) return nothingText(run);
  return run.cursor.isLive && isWhole(run.state) ? l10n.t("The script started no agent") : l10n.t("No agent yet");
}

function runDetails(run: TreeRun): NodeDetails {
  const { info } = run.model;
  const facts = [{ label: l10n.t("Status"), text: statusText(run.state) }];
  if (run.problem !== undefined) facts.push({ label: l10n.t("Problem"), text: run.problem });
  facts.push({ label: l10n.t("Script"), text: run.script.fsPath });
  if (info.args.length > 0) facts.push({ label: l10n.t("Arguments"), text: info.args.join(" ") });
  if (info.cwd !== "") facts.push({ label: l10n.t("Working folder"), text: info.cwd });
  if (run.nodeText !== "") facts.push({ label: l10n.t("Node"), text: run.nodeText });
  facts.push({ label: l10n.t("Masking"), text: maskingText(info.masked) });
  if (info.pid !== undefined) facts.push({ label: l10n.t("Process"), text: String(info.pid) });
  if (info.startedMs !== undefined) facts.push({ label: l10n.t("Started"), text: clockText(info.startedMs) });
  if (info.ended !== undefined) facts.push({ label: l10n.t("Ended"), text: clockText(info.ended.atMs) });
  facts.push({ label: l10n.t("Events"), text: String(run.model.eventCount) });
  if (info.cut > 0) facts.push({ label: l10n.t("Events not kept"), text: String(info.cut) });
  const { droppedValues, indexOnDisk } = run.model;
  if (droppedValues > 0) {
    const text = l10n.t("{0} older ones, read from the recording when you look at them", droppedValues);
    facts.push({ label: l10n.t("Values on disk"), text });
  }
  if (indexOnDisk > 0) {
    const text = l10n.t("{0} MB of older events, read when you look at them", Math.ceil(indexOnDisk / MEGABYTE));
    facts.push({ label: l10n.t("Index on disk"), text });
  }
  return { heading: run.title, facts };
}

function storeNode(run: TreeRun, store: StoreInfo, several: boolean): TreeNode {
  const id = layerNodeId(run.id, store.layer);
  const place: NodePlace = { runId: run.id, layer: store.layer, section: "store" };
  const label = l10n.t("Parent state");
  const description = several ? visibleText(store.name, 60) : "";
  return {
    id,
    kind: "store",
    place,
    label,
    description,
    accessibleLabel: several ? `${label}, ${description}` : label,
    status: undefined,
    icon: "database",
    contextValue: rowValue("store"),
    expansion: "expanded",
    version: "",
    children: () => storeKeyNodes(run, { id, place }, store.layer),
    details: () => ({ heading: label, facts: [{ label: l10n.t("Store"), text: visibleText(store.name) }] }),
  };
}

function agentNode(
  run: TreeRun,
  agent: AgentInfo,
  agents: readonly AgentInfo[],
  problems: ReadonlyMap<number, number>,
): TreeNode {
  const { model, cursor } = run;
  const { layer } = agent;
  const id = layerNodeId(run.id, layer);
  const place: NodePlace = { runId: run.id, layer };
  const { counts } = model.plan(layer, cursor.seq);
  const pending = model.isPending(layer, cursor.seq);
  const ended = agent.endedSeq !== undefined;
  const isHeld = heldAt(run, cursor.seq).some((held) => held.layer === layer);
  const words = [...overlayWords({ counts, pending, isHeld })];
  const lost = problems.get(layer) ?? 0;
  if (lost > 0) words.push(lost === 1 ? l10n.t("1 problem") : l10n.t("{0} problems", lost));
  const overlayText = words.join(", ");
  if (ended && agent.error !== undefined) words.push(l10n.t("ended with error"));
  else if (ended) words.push(l10n.t("ended"));
  const label = visibleText(agent.label);
  const description = words.join(", ");
  const nested = agents.filter((each) => each.parent === layer);
  const [icon, iconColor] = agentIcon(
    ended && agent.error !== undefined,
    lost > 0,
    counts.conflicts > 0,
    // Nothing of a run that is over runs, however it ended; at an event before its end, it did.
    !ended && (!isOver(run.state) || cursor.seq < model.lastSeq),
  );
  return {
    id,
    kind: "agent",
    place,
    label,
    description,
    accessibleLabel: [l10n.t("Agent {0}", label), ...words].join(", "),
    status: undefined,
    icon,
    ...(iconColor === undefined ? {} : { iconColor }),
    contextValue: rowValue("agent", {
      pending,
      changed: changeCount(counts) > 0,
      held: isHeld,
      reachable: isReachable(run.state),
      holding: (run.holds.agents.get(layer) ?? run.holds.run) !== "never",
    }),
    expansion: "collapsed",
    version: agent.error ?? "",
    children: () => [
      overlaySection(run, id, place, model.overlay(layer, cursor.seq).length),
      section(id, { ...place, section: "effective" }, l10n.t("Effective state"), "eye", (owner) =>
        effectiveKeyNodes(run, owner, layer),
      ),
      logSection(id, place),
      ...nested.map((child) => agentNode(run, child, agents, problems)),
    ],
    details: () => ({
      heading: label,
      facts: [
        ...(agent.agentId === undefined ? [] : [{ label: l10n.t("Agent id"), text: visibleText(agent.agentId) }]),
        { label: l10n.t("Parent"), text: visibleText(model.layerName(agent.parent)) },
        { label: l10n.t("Started"), text: l10n.t("event {0}", agent.startedSeq) },
        ...(ended ? [{ label: l10n.t("Ended"), text: l10n.t("event {0}", agent.endedSeq ?? 0) }] : []),
        ...(ended && agent.error !== undefined
          ? [{ label: l10n.t("Error"), text: visibleText(agent.error, 1_000) }]
          : []),
        ...(overlayText === "" ? [] : [{ label: l10n.t("Overlay"), text: overlayText }]),
      ],
    }),
  };
}

/** How many problems each agent has by the event that is shown. */
function problemsUpTo({ model, cursor }: TreeRun): ReadonlyMap<number, number> {
  const { findings, totals } = model.found;
  if (cursor.isLive) return totals.problemsOf;
  const counts = new Map<number, number>();
  for (const finding of findings) {
    if (finding.seq > cursor.seq) break;
    if (isProblem(finding)) counts.set(finding.agent, (counts.get(finding.agent) ?? 0) + 1);
  }
  return counts;
}

function agentIcon(
  failed: boolean,
  lost: boolean,
  conflicts: boolean,
  runs: boolean,
): readonly [icon: string, color?: string] {
  if (failed) return ["error", "problemsErrorIcon.foreground"];
  if (lost) return ["person", "problemsErrorIcon.foreground"];
  if (conflicts) return ["person", ColorId.conflict];
  return runs ? ["person", "charts.green"] : ["person"];
}

function overlaySection(run: TreeRun, agentId: string, place: NodePlace, count: number): TreeNode {
  const node = section(agentId, { ...place, section: "overlay" }, l10n.t("Overlay"), "layers", (owner) =>
    overlayKeyNodes(run, owner, place.layer ?? 0),
  );
  const description = count === 0 ? l10n.t("empty") : count === 1 ? l10n.t("1 key") : l10n.t("{0} keys", count);
  return {
    ...node,
    description,
    accessibleLabel: `${node.label}, ${description}`,
    contextValue: rowValue("overlay", { reachable: isReachable(run.state) }),
    expansion: count === 0 ? "none" : "expanded",
  };
}

function section(
  agentId: string,
  place: NodePlace & { readonly section: "overlay" | "effective" },
  label: string,
  icon: string,
  keys: (owner: Pick<TreeNode, "id" | "place">) => readonly TreeNode[],
): TreeNode {
  const id = `${agentId}/${place.section}`;
  return {
    id,
    kind: place.section,
    place,
    label,
    description: "",
    accessibleLabel: label,
    status: undefined,
    icon,
    contextValue: rowValue(place.section),
    expansion: "collapsed",
    version: "",
    children: () => keys({ id, place }),
    details: () => ({ heading: label, facts: [] }),
  };
}

function logSection(agentId: string, place: NodePlace): TreeNode {
  const label = l10n.t("Event log");
  return {
    id: `${agentId}/log`,
    kind: "log",
    place,
    label,
    description: "",
    accessibleLabel: l10n.t("Event log, opens Agent Events for this agent"),
    status: undefined,
    icon: "list-ordered",
    contextValue: rowValue("log"),
    expansion: "none",
    version: "",
    children: () => [],
    details: () => ({ heading: l10n.t("Show this agent's events"), facts: [] }),
  };
}
