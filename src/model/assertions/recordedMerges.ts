/** The merges that a run's log tells of: each with its plan, the keys that it wrote and what became of it. */

import type { JsonValue } from "../../core/jsonValue";
import { childOf, intoOf, isMergedKey, isMergeEnd, Op, plannedOf, type MergeSummary } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";

/** Which merge it is. In a damaged log parts of it may be missing. */
export interface MergeOutline {
  /** Layer ids of the context and of what it merges into. */
  readonly context: number;
  readonly into: number;
  readonly agent: string;
  /** seq of its plan; undefined when that line is missing. */
  readonly planned: number | undefined;
  /** seq of the first event that is there of it. */
  readonly begun: number;
  readonly policy: string;
  /** Its id when it waited for the user. */
  readonly hold: number | undefined;
}

/** One merge, with all that the log says of it. */
export interface RecordedMerge {
  readonly outline: MergeOutline;
  readonly conflicts: readonly string[];
  readonly conflictCount: number;
  /** The events that wrote its keys to what it merges into. */
  readonly keys: readonly LogRow[];
  /** seq of the event that says what became of it; undefined when that line is missing. */
  readonly ended: number | undefined;
  /** True once a key was written, whatever is missing after that. */
  readonly applied: boolean;
}

interface Unfinished {
  readonly planned: LogRow | undefined;
  readonly context: number;
  readonly into: number;
  readonly agent: string;
  readonly keys: LogRow[];
}

/** All merges that were planned, in order. */
export function* recordedMerges(model: RunModel): Generator<RecordedMerge, void, undefined> {
  // A merge is done at once: the events of two never mix.
  let open: Unfinished | undefined;
  for (let index = 0; index < model.eventCount; index++) {
    const row = model.rowAt(index);
    if (row === undefined) continue;
    const agent = row.agent ?? "";
    if (row.op === Op.MergePlanned) {
      if (open !== undefined) yield finished(open, undefined);
      open = { planned: row, context: row.layer, into: intoOf(row), agent, keys: [] };
    } else if (isMergedKey(row.op)) {
      if (open !== undefined && (open.context !== childOf(row) || open.into !== row.layer)) {
        yield finished(open, undefined);
        open = undefined;
      }
      open ??= { planned: undefined, context: childOf(row), into: row.layer, agent, keys: [] };
      open.keys.push(row);
    } else if (isMergeEnd(row.op) && open !== undefined) {
      yield finished(open, isEndOf(row, open) ? row : undefined);
      open = undefined;
    }
  }
  if (open !== undefined) yield finished(open, undefined);
}

function isEndOf(row: LogRow, { context, planned }: Unfinished): boolean {
  return row.layer === context && (planned === undefined || plannedOf(row) === planned.seq);
}

function finished({ planned, context, into, agent, keys }: Unfinished, end: LogRow | undefined): RecordedMerge {
  const summary = objectOf(planned?.value) as Partial<MergeSummary>;
  const { hold } = objectOf(end?.value);
  const conflicts = summary.conflicts ?? [];
  return {
    outline: {
      context,
      into,
      agent,
      planned: planned?.seq,
      begun: planned?.seq ?? keys[0]?.seq ?? 0,
      policy: summary.policy ?? "unknown",
      hold: typeof hold === "number" ? hold : undefined,
    },
    conflicts,
    conflictCount: Math.max(conflicts.length, summary.conflictCount ?? 0),
    keys,
    ended: end?.seq,
    applied: end === undefined ? keys.length > 0 : end.op === Op.MergeApplied,
  };
}

function objectOf(value: JsonValue | undefined): { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [name: string]: unknown })
    : {};
}
