/** What the command line tells of a run at its end, as data: for each agent what a merge would change; knows no terminal. */

import type { JsonValue } from "../../core/jsonValue";
import { withGetter } from "../../base/withGetter";
import type { MergePlan, MergePlanEntry, PlanKind, PlanSide } from "../../core/mergePlan";
import type { OtherRuns } from "../../recording/otherRuns";
import type { RunModel } from "../runModel";
import { isProblem, type Finding, type FindingKind } from "../findings/finding";
import { known, sidesOf, type FindingSides } from "./moment";

/** One key of an overlay against its parent. Absent values are left out. */
export interface ReportRow {
  readonly key: string;
  readonly kind: PlanKind;
  readonly conflict: boolean;
  /** Written or deleted since its last merge. */
  readonly pending: boolean;
  readonly base?: JsonValue;
  readonly parent?: JsonValue;
  /** Left out for a tombstone. */
  readonly overlay?: JsonValue;
  readonly result?: JsonValue;
}

/** An agent's overlay against its parent. */
export interface AgentReport {
  readonly layer: number;
  /** Its name, or where several have it one of them: `worker#2`. */
  readonly agent: string;
  /** The agent id that it was given. */
  readonly agentId?: string;
  readonly parent: string;
  readonly pending: boolean;
  readonly error?: string;
  readonly counts: MergePlan["counts"];
  readonly rows: readonly ReportRow[];
  /** What its own agents read through to; left out where it has none. */
  readonly state?: readonly StateKey[];
}

/** Who wrote a key's value. */
export interface StateWrite {
  readonly key: string;
  /** That of the layer that holds the value; 0 when no event tells. */
  readonly revision: number;
  readonly writer?: string;
  readonly event?: number;
}

/** A key of a state that agents read through to. */
export interface StateKey extends StateWrite {
  readonly value: JsonValue;
  /** The store or agent that holds the value. */
  readonly from: string;
}

/** A parent state at the end. */
export interface StoreReport {
  readonly layer: number;
  readonly store: string;
  /** Keys in order, as pairs: no name is special among them. */
  readonly entries: readonly (readonly [string, JsonValue])[];
  /** Of the same keys, in the same order. */
  readonly written: readonly StateWrite[];
}

/** What may have lost somebody's work. */
export interface FindingReport extends FindingSides {
  readonly kind: FindingKind;
  /** False: advice. */
  readonly problem: boolean;
  readonly key: string;
  /** How many keys more it is about. */
  readonly more?: number;
  /** What was read is the set of keys, by `keys()`. */
  readonly keySet?: true;
  readonly agent: string;
  /** The layer of the agent's context: names may be shared. */
  readonly context: number;
  readonly into: string;
  /** The event that tells of it. */
  readonly event: number;
  /** Both wrote the same. */
  readonly equal?: true;
}

/** A run at its end; plain data, ready for `JSON.stringify`. Values are read when somebody looks. */
export interface RunReport {
  readonly run: string;
  readonly script: string;
  readonly events: number;
  /** Events that are not in the log. */
  readonly cut: number;
  /** `detached`: what recorded the run was killed, and the script went on unrecorded. */
  readonly ended?: { readonly code: number | null; readonly signal: string | null; readonly detached?: true };
  readonly errors: readonly { readonly name: string; readonly message: string }[];
  readonly stores: readonly StoreReport[];
  readonly agents: readonly AgentReport[];
  /** Up to the event of the report, problems first; at most 1,000 of {@link findingCount}. */
  readonly findings: readonly FindingReport[];
  readonly findingCount: number;
  /** Findings that were silenced, beside those. */
  readonly ignoredFindingCount: number;
  readonly damage: readonly { readonly line: number; readonly message: string }[];
  /** Runs that the recording holds besides this one, from a line on; they are left out. */
  readonly otherRuns?: OtherRuns;
}

/** The report of a run as it is at an event, by default at its newest. */
export function runReport(model: RunModel, atSeq: number = model.lastSeq): RunReport {
  const { info } = model;
  const { ended } = info;
  const agents = model.agents(atSeq);
  const parents = new Set(agents.map((agent) => agent.parent));
  const findings = model.found.findings.filter(({ seq }) => seq <= atSeq);
  return {
    run: info.runId,
    script: info.script,
    events: model.eventCount,
    cut: info.cut,
    ...(ended && { ended: { code: ended.code, signal: ended.signal, ...(ended.detached && { detached: true }) } }),
    errors: info.errors.map(({ name, message }) => ({ name, message })),
    stores: model.stores(atSeq).map(({ layer, name }) => {
      const keys = model.storeKeys(layer, atSeq);
      return {
        layer,
        store: name,
        entries: keys.map(
          (each) => withGetter([each.key], 1, () => each.value) as unknown as readonly [string, JsonValue],
        ),
        written: keys.map(({ key, side }) => writeOf(model, key, side)),
      };
    }),
    agents: agents.map(({ layer, label, agentId, parent, error }) => {
      const counts = { added: 0, modified: 0, deleted: 0, unchanged: 0, conflicts: 0, problems: 0, undecided: 0 };
      const rows: ReportRow[] = [];
      for (const entry of model.planEntries(layer, atSeq)) {
        counts[entry.kind]++;
        if (entry.conflict) counts.conflicts++;
        if (entry.problem !== undefined) counts.problems++;
        rows.push(rowOf(model, { layer, parent, atSeq }, entry));
      }
      return {
        layer,
        agent: label,
        ...known("agentId", agentId),
        parent: model.layerName(parent),
        pending: model.isPending(layer, atSeq),
        ...(error === undefined ? {} : { error }),
        counts,
        rows,
        ...(parents.has(layer) && {
          state: model.effective(layer, atSeq).map(({ key, side }) => ({
            ...writeOf(model, key, side),
            get value() {
              return side.value ?? null;
            },
            from: model.layerName(side.layer),
          })),
        }),
      };
    }),
    findings: findings
      .sort((one, other) => Number(isProblem(other)) - Number(isProblem(one)))
      .slice(0, MAX_FINDINGS)
      .map((finding) => findingReport(model, finding)),
    findingCount: findings.length,
    ignoredFindingCount: model.found.totals.ignoredCount,
    damage: model.damage,
    ...known("otherRuns", info.otherRuns),
  };
}

function writeOf(model: RunModel, key: string, side: PlanSide): StateWrite {
  const { revision, seq } = side;
  return {
    key,
    revision,
    ...known("writer", model.writerOf(side)),
    ...(seq !== undefined && { event: seq }),
  };
}

/** The values of a row are read when somebody looks: a report may have more of them than memory has room for. */
function rowOf(
  model: RunModel,
  { layer, parent, atSeq }: { readonly layer: number; readonly parent: number; readonly atSeq: number },
  { key, kind, conflict, base, parent: now, overlay, result }: MergePlanEntry,
): ReportRow {
  const entry = (): ReturnType<RunModel["contextEntry"]> => model.contextEntry(layer, key, atSeq);
  const local = (): JsonValue | undefined => entry()?.value;
  const row = { key, kind, conflict, pending: entry()?.pending === true };
  if (base.value !== undefined) withGetter(row, "base", () => entry()?.baseValue);
  if (now.value !== undefined) withGetter(row, "parent", () => model.effectiveValue(parent, key, atSeq).value);
  if (overlay.value !== undefined) withGetter(row, "overlay", local);
  // By the usual policy it is what the overlay holds.
  if (result !== undefined) withGetter(row, "result", local);
  return row;
}

const MAX_FINDINGS = 1_000;

function findingReport(model: RunModel, finding: Finding): FindingReport {
  const { kind, key, agent: context, into, seq: event, equal } = finding;
  return {
    kind,
    problem: isProblem(finding),
    key,
    ...known("more", finding.more),
    ...known("keySet", finding.keySet),
    agent: model.layerName(context),
    context,
    into: model.layerName(into),
    event,
    ...sidesOf(model, finding),
    ...known("equal", equal),
  };
}
