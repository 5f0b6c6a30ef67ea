/** The merges of two runs side by side: how each was decided, and from which one on they differ; in slices. */

import { jsonEqual, membersOf, type JsonValue } from "../../core/jsonValue";
import { withGetter } from "../../base/withGetter";
import { childOf, intoOf, isMergedKey, isMergeEnd, Op, plannedOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { LayerPairs, RunMoment } from "./layerPairs";
import type { RunTally, Slices } from "./runTally";
import { isList } from "../text/valueText";

/** Merges that are kept for showing: so many before the first that differs, and so many from it on. */
const BEFORE = 20;
const FROM_THERE = 200;
/** Keys and names that are kept of a merge, for showing. */
const MAX_KEPT = 20;

/** One merge, as far as it is told. */
export interface MergeNote {
  /** seq of its first event. */
  readonly seq: number;
  /** Layer ids. */
  readonly context: number;
  readonly into: number;
  readonly agent: string;
  readonly intoName: string;
  /** unknown: its end is not in the log. */
  readonly outcome: "applied" | "refused" | "waiting" | "unknown";
  /** "" when its plan is not in the log. */
  readonly policy: string;
  /** What it wrote, in order; at most 20 once it is kept. An absent value is a deleted key. */
  readonly keys: readonly { readonly key: string; readonly value?: JsonValue }[];
  readonly keyCount: number;
  readonly conflicts: readonly string[];
  readonly conflictCount: number;
  readonly staleReads: readonly string[];
  readonly staleReadCount: number;
  /** How the user decided a merge that was held. */
  readonly decision?: "approved" | "released" | "rejected";
  readonly error?: { readonly name: string; readonly message: string };
}

/** Merges of one run near the first that differs. */
export interface MergeWindow {
  /** How many there are in all, waiting ones among them. */
  readonly count: number;
  /** Index of the first that is kept. */
  readonly from: number;
  readonly merges: readonly MergeNote[];
}

/** The merges of two runs. */
export interface ComparedMerges {
  /** How many are the same, from the first on. */
  readonly same: number;
  readonly left: MergeWindow;
  readonly right: MergeWindow;
}

/** Whether all merges are the same. */
export function areSameMerges({ same, left, right }: ComparedMerges): boolean {
  return same === left.count && same === right.count;
}

/** Compares merge by merge, in the order in which they were done. */
export function* compareMerges(
  left: RunMoment,
  right: RunMoment,
  tallies: { readonly left: RunTally; readonly right: RunTally },
  pairs: LayerPairs,
): Slices<ComparedMerges> {
  const ones = seqsOf(left, tallies.left);
  const others = seqsOf(right, tallies.right);
  let same = 0;
  for (; same < ones.length && same < others.length; same++) {
    const one = yield* noteOf(left, ones[same] ?? 0);
    const other = yield* noteOf(right, others[same] ?? 0);
    if (!sameMerge(one, other, pairs)) break;
  }
  return { same, left: yield* windowOf(left, ones, same), right: yield* windowOf(right, others, same) };
}

/** All merges that were done or refused, then those that wait. */
function seqsOf({ model, seq }: RunMoment, { merges }: RunTally): readonly number[] {
  return [...merges, ...model.holds(seq).map(({ id }) => id)];
}

function* windowOf(moment: RunMoment, seqs: readonly number[], at: number): Slices<MergeWindow> {
  const from = Math.max(0, at - BEFORE);
  const merges: MergeNote[] = [];
  for (const seq of seqs.slice(from, at + FROM_THERE)) {
    const note = yield* noteOf(moment, seq);
    merges.push({ ...note, keys: note.keys.slice(0, MAX_KEPT), conflicts: note.conflicts.slice(0, MAX_KEPT) });
  }
  return { count: seqs.length, from, merges };
}

function* noteOf({ model, count }: RunMoment, seq: number): Slices<MergeNote> {
  yield 0;
  let index = model.indexUpTo(seq);
  const first = model.rowAt(index);
  const isKey = isMergedKey(first?.op);
  const [context, into] = first === undefined ? [0, 0] : placesOf(first);
  const head = { seq, context, into, agent: first?.agent ?? "", intoName: model.layerName(into) };
  if (first?.op === Op.MergeHeld) {
    const { policy, keys } = membersOf(first.value);
    const names = namesIn(keys);
    return {
      ...head,
      ...NOTHING,
      outcome: "waiting",
      policy: textOf(policy),
      keys: names.map((key) => ({ key })),
      keyCount: names.length,
    };
  }
  if (first?.op === Op.MergeRefused) return { ...head, ...NOTHING, ...endOf(first) };
  const keys: { readonly key: string; readonly value?: JsonValue }[] = [];
  let end: LogRow | undefined;
  if (!isKey) index++;
  for (; index < count && end === undefined; index++) {
    yield 0;
    const row = model.rowAt(index);
    if (row === undefined || row.op === Op.MergePlanned) break;
    if (isMergeEnd(row.op)) end = row;
    else if (isMergedKey(row.op)) {
      if (childOf(row) !== context || row.layer !== into) break;
      const key = { key: row.key ?? "" };
      keys.push(row.op === Op.MergeDelete ? key : withGetter(key, "value", () => row.value as JsonValue));
    }
  }
  const isEnd = end?.layer === context && (isKey || plannedOf(end) === seq);
  const { policy, conflicts, conflictCount, staleReads, staleReadCount } = membersOf(isKey ? undefined : first?.value);
  const conflictNames = namesIn(conflicts);
  const staleNames = isList(staleReads) ? staleReads.map((read) => textOf(membersOf(read)["key"])) : [];
  return {
    ...head,
    ...NOTHING,
    outcome: keys.length > 0 ? "applied" : "unknown",
    ...(isEnd ? endOf(end) : {}),
    policy: textOf(policy),
    keys,
    keyCount: keys.length,
    conflicts: conflictNames,
    conflictCount: Math.max(conflictNames.length, numberOf(conflictCount)),
    staleReads: staleNames.slice(0, MAX_KEPT),
    staleReadCount: Math.max(staleNames.length, numberOf(staleReadCount)),
  };
}

/** The context whose merge an event is part of, and the layer merged into. */
function placesOf(row: LogRow): readonly [context: number, into: number] {
  return isMergedKey(row.op) ? [childOf(row), row.layer] : [row.layer, intoOf(row)];
}

const NOTHING = {
  policy: "",
  keys: [],
  keyCount: 0,
  conflicts: [],
  conflictCount: 0,
  staleReads: [],
  staleReadCount: 0,
} as const;

/** What the event that ends a merge says of it. */
function endOf(row: LogRow | undefined): Pick<MergeNote, "outcome" | "decision" | "error"> {
  if (row === undefined) return { outcome: "unknown" };
  const { decision, hold, name, message } = membersOf(row.value);
  if (row.op === Op.MergeApplied) {
    return { outcome: "applied", ...(decision === "approved" || decision === "released" ? { decision } : {}) };
  }
  // A held merge that is refused without a plan is one that the user rejected.
  const isRejected = hold !== undefined && plannedOf(row) === 0;
  const error = { name: textOf(name), message: textOf(message) };
  return { outcome: "refused", ...(isRejected ? { decision: "rejected" } : {}), error };
}

function sameMerge(left: MergeNote, right: MergeNote, pairs: LayerPairs): boolean {
  return (
    pairs.same(left.context, right.context) &&
    pairs.same(left.into, right.into) &&
    left.outcome === right.outcome &&
    left.policy === right.policy &&
    left.decision === right.decision &&
    left.conflictCount === right.conflictCount &&
    left.staleReadCount === right.staleReadCount &&
    left.error?.name === right.error?.name &&
    left.error?.message === right.error?.message &&
    left.keyCount === right.keyCount &&
    left.keys.every(({ key, value }, index) => {
      const other = right.keys[index];
      return key === other?.key && jsonEqual(value, other.value);
    }) &&
    jsonEqual(left.conflicts, right.conflicts) &&
    jsonEqual(left.staleReads, right.staleReads)
  );
}

function namesIn(list: JsonValue | undefined): readonly string[] {
  return isList(list) ? list.filter((name) => typeof name === "string") : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
