/** What a recording's page shows of a model, in bounded lists; knows no page. */

import { membersOf } from "../../core/jsonValue";
import type { RecordingSummary, SummaryMerge } from "../../protocol/recordingMessages";
import { intoOf, Op, plannedOf } from "../../core/eventKinds";
import type { RunModel } from "../runModel";
import { isList } from "./valueText";

/** Agents, merges and damaged lines that are listed at most. */
const MAX_ROWS = 200;
const MAX_CONFLICT_KEYS = 5;

/** What of a page's summary the model knows. */
export type ModelSummary = Omit<
  RecordingSummary,
  "type" | "title" | "file" | "reading" | "outcome" | "problem" | "facts"
>;

/** Sums a model up as it is now. */
export function modelSummary(model: RunModel): ModelSummary {
  const { applied, refused, conflicts, staleReads } = model.mergeTotals;
  const agents = model.agents();
  const all = model.mergeEnds("all", MAX_ROWS);
  const mergesAre = all.count > MAX_ROWS ? "notable" : "all";
  const { seqs } = mergesAre === "all" ? all : model.mergeEnds("notable", MAX_ROWS);
  return {
    events: model.eventCount,
    cut: model.info.cut,
    agents: agents.slice(0, MAX_ROWS).map(({ layer, label: name, parent, error }) => {
      const merges = model.mergeTotalsOf(layer);
      return {
        layer,
        name,
        parent: model.layerName(parent),
        events: model.eventCountOf(layer),
        merges: merges.applied,
        refused: merges.refused,
        conflicts: merges.conflicts,
        staleReads: merges.staleReads,
        pending: model.isPending(layer, model.lastSeq),
        error,
      };
    }),
    agentCount: agents.length,
    merges: seqs.map((seq) => summaryMerge(model, seq)),
    mergesAre,
    mergeCount: all.count,
    applied,
    refused,
    conflicts,
    staleReads,
    otherRuns: model.info.otherRuns,
    damage: model.damage.slice(0, MAX_ROWS),
    damageCount: model.damageCount,
  };
}

function summaryMerge(model: RunModel, seq: number): SummaryMerge {
  const end = model.row(seq);
  const planned = model.row(end === undefined ? 0 : plannedOf(end));
  const plan = membersOf(planned?.op === Op.MergePlanned ? planned.value : undefined);
  const { keys } = membersOf(end?.value);
  const names = isList(plan["conflicts"]) ? plan["conflicts"] : [];
  return {
    seq,
    agent: (end && model.actorOf(end)) ?? "",
    into: model.layerName(end === undefined ? 0 : intoOf(end)),
    refused: end?.op === Op.MergeRefused,
    keys: typeof keys === "number" ? keys : isList(keys) ? keys.length : 0,
    conflicts: countOf(plan["conflictCount"]),
    staleReads: countOf(plan["staleReadCount"]),
    conflictKeys: names.filter((name) => typeof name === "string").slice(0, MAX_CONFLICT_KEYS),
  };
}

function countOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
