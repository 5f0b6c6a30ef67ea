/** The nodes of the keys of a store, an overlay and an effective state; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import type { JsonValue } from "../../core/jsonValue";
import type { MergePlanEntry, PlanSide } from "../../core/mergePlan";
import { madeText, makerText } from "../blame/siteText";
import { clockText } from "../../base/clockText";
import { visibleText } from "../../base/visibleText";
import { inRanges } from "../ui/rangeNodes";
import { idPart, sideVersion, type NodeDetails, type NodePlace, type NodeStatus, type TreeNode } from "../ui/treeNode";
import type { TreeRun } from "./treeRun";
import { hasMask } from "../../recording/mask";
import { isExpandable, tooltipCode, valueChildren, valueIcon, valueSummary } from "./valueNodes";

type Owner = Pick<TreeNode, "id" | "place">;

/** The words for a status, as descriptions and screen readers say it. */
export function statusWord(status: NodeStatus): string {
  switch (status) {
    case "added":
      return l10n.t("added");
    case "modified":
      return l10n.t("modified");
    case "deleted":
      return l10n.t("deleted");
    case "unchanged":
      return l10n.t("unchanged");
    case "conflict":
      return l10n.t("conflict");
  }
}

/** The keys of a store. */
export function storeKeyNodes(run: TreeRun, owner: Owner, layer: number): readonly TreeNode[] {
  const keys = run.model.storeKeys(layer, run.cursor.seq);
  if (keys.length === 0) return [noteNode(owner, "empty", l10n.t("No keys"))];
  return inRanges(owner, keys.length, (from, to) =>
    keys.slice(from, to).map(({ key, value, side }) =>
      keyNode(run, owner, {
        key,
        value,
        side,
        status: undefined,
        words: writerWords(run, side),
        contextValue: rowValue("key", { storeKey: true }),
        facts: [],
      }),
    ),
  );
}

/** The keys that an agent wrote or deleted itself, each with what its merge would do. */
export function overlayKeyNodes(run: TreeRun, owner: Owner, layer: number): readonly TreeNode[] {
  const seq = run.cursor.seq;
  const entries = run.model.overlay(layer, seq);
  if (entries.length === 0) return [noteNode(owner, "empty", l10n.t("No local changes"))];
  const planned = planByKey(run, layer);
  return inRanges(owner, entries.length, (from, to) =>
    entries.slice(from, to).map((entry) => {
      const plan = planned.get(entry.key);
      const status: NodeStatus = plan?.conflict ? "conflict" : entry.status;
      const words = [statusWord(entry.status)];
      if (plan?.conflict) words.push(statusWord("conflict"));
      if (!entry.pending) words.push(l10n.t("merged"));
      return keyNode(run, owner, {
        key: entry.key,
        value: entry.value,
        side: entry.side,
        status,
        words,
        contextValue: rowValue("key", { overlayKey: true }),
        facts: plan === undefined ? [] : planFacts(run, plan),
      });
    }),
  );
}

/** What the agent's `get` would return for every key, with where each value comes from. */
export function effectiveKeyNodes(run: TreeRun, owner: Owner, layer: number): readonly TreeNode[] {
  const entries = run.model.effective(layer, run.cursor.seq);
  if (entries.length === 0) return [noteNode(owner, "empty", l10n.t("No keys"))];
  const planned = planByKey(run, layer);
  return inRanges(owner, entries.length, (from, to) =>
    entries.slice(from, to).map((entry) => {
      const local = entry.origin === "local";
      const plan = local ? planned.get(entry.key) : undefined;
      const origin = !local
        ? l10n.t("read through")
        : entry.shadows
          ? l10n.t("local, shadows the parent")
          : l10n.t("local");
      return keyNode(run, owner, {
        key: entry.key,
        value: entry.value,
        side: entry.side,
        status: plan === undefined ? undefined : plan.conflict ? "conflict" : plan.kind,
        words: [origin],
        contextValue: rowValue("key", { effectiveKey: true }),
        facts: [
          {
            label: l10n.t("Origin"),
            text: local ? origin : l10n.t("read through from {0}", layerText(run, entry.side.layer)),
          },
          ...(plan === undefined ? [] : planFacts(run, plan)),
        ],
      });
    }),
  );
}

/** A line of plain text in the tree. */
export function noteNode(owner: Owner, name: string, text: string, icon = "", iconColor?: string): TreeNode {
  return {
    id: `${owner.id}/note:${name}`,
    kind: "note",
    place: owner.place,
    label: visibleText(text, 300),
    description: "",
    accessibleLabel: visibleText(text, 300),
    status: undefined,
    icon,
    ...(iconColor === undefined ? {} : { iconColor }),
    contextValue: rowValue("note"),
    expansion: "none",
    version: "",
    children: () => [],
    details: () => ({ heading: "", facts: [], code: { text, language: "text" } }),
  };
}

interface KeyFacts {
  readonly key: string;
  readonly value: JsonValue | undefined;
  readonly side: PlanSide;
  readonly status: NodeStatus | undefined;
  /** Said after the value, separated by dots. */
  readonly words: readonly string[];
  readonly contextValue: string;
  readonly facts: NodeDetails["facts"];
}

function keyNode(run: TreeRun, owner: Owner, facts: KeyFacts): TreeNode {
  const { key, value, side } = facts;
  const id = `${owner.id}/${idPart(key)}`;
  const place: NodePlace = { ...owner.place, key };
  const label = key === "" ? l10n.t("(empty key)") : visibleText(key);
  const summary = valueSummary(value);
  const version = sideVersion(side);
  const masked = run.model.info.masked !== undefined && hasMask(value);
  const words = masked ? [l10n.t("masked"), ...facts.words] : facts.words;
  return {
    id,
    kind: "key",
    place,
    label,
    description: [summary, ...words].join(" · "),
    accessibleLabel: [label, summary, ...words].join(", "),
    status: facts.status,
    icon: value === undefined ? "trash" : masked ? "lock" : valueIcon(value),
    contextValue: facts.contextValue,
    expansion: isExpandable(value) ? "collapsed" : "none",
    version,
    value,
    children: () => valueChildren({ id, place }, value, version),
    details: () => ({
      heading: label,
      facts: [
        ...facts.facts,
        ...(masked
          ? [{ label: l10n.t("Masked"), text: l10n.t("only the script knows the value; equal masks are equal values") }]
          : []),
        ...sideFacts(run, side),
      ],
      ...(value === undefined ? {} : { code: tooltipCode(value) }),
    }),
  };
}

function planByKey(run: TreeRun, layer: number): ReadonlyMap<string, MergePlanEntry> {
  return new Map(run.model.plan(layer, run.cursor.seq).entries.map((entry) => [entry.key, entry]));
}

function planFacts(run: TreeRun, plan: MergePlanEntry): NodeDetails["facts"] {
  const facts = [
    {
      label: l10n.t("Merge"),
      text: plan.conflict ? `${statusWord(plan.kind)}, ${statusWord("conflict")}` : statusWord(plan.kind),
    },
  ];
  if (plan.kind !== "added") facts.push({ label: l10n.t("Parent now"), text: sideText(plan.parent) });
  if (plan.conflict && plan.parent.actor !== undefined) {
    facts.push({
      label: l10n.t("Parent written by"),
      text: writerText(run, plan.parent),
    });
  }
  if (plan.conflict) facts.push({ label: l10n.t("Base"), text: sideText(plan.base) });
  return facts;
}

function sideText(side: PlanSide): string {
  return valueSummary(side.value);
}

/** Revision, writer, event and time of a value. */
function sideFacts(run: TreeRun, side: PlanSide): NodeDetails["facts"] {
  const facts = [{ label: l10n.t("Revision"), text: `${side.revision} (${layerText(run, side.layer)})` }];
  const writer = run.model.writerOf(side);
  if (writer !== undefined) facts.push({ label: l10n.t("Writer"), text: visibleText(writer) });
  if (side.seq !== undefined) {
    facts.push({ label: l10n.t("Event"), text: eventText(run, side.seq) });
    facts.push({ label: l10n.t("Line"), text: madeText(run, side.seq) });
  }
  return facts;
}

function writerWords(run: TreeRun, side: PlanSide): readonly string[] {
  const writer = run.model.writerOf(side);
  return writer === undefined ? [] : [l10n.t("by {0}", visibleText(writer, 40))];
}

function writerText(run: TreeRun, side: PlanSide): string {
  const { seq } = side;
  const words = [visibleText(run.model.writerOf(side) ?? ""), eventText(run, seq)];
  const site = seq === undefined ? undefined : makerText(run, seq);
  if (site !== undefined) words.push(site);
  return words.join(", ");
}

function eventText(run: TreeRun, seq: number | undefined): string {
  if (seq === undefined) return l10n.t("event not known");
  const row = run.model.row(seq);
  if (row === undefined) return l10n.t("event {0}", seq);
  return l10n.t("event {0} at {1}", run.model.stepSeq(seq), clockText(row.timestampMs));
}

function layerText(run: TreeRun, layer: number): string {
  return visibleText(run.model.layerName(layer), 60);
}
