/** A comparison of two runs as plain data, ready for `JSON.stringify`; knows no view. */

import type { JsonValue } from "../../core/jsonValue";
import { withGetter } from "../../base/withGetter";
import type { LogRow } from "../../core/logRow";
import { areSameMerges, type MergeNote } from "./comparedMerges";
import { isSameStore, type KeyDifference } from "./comparedStores";
import { actionText } from "./comparisonText";
import type { OtherRuns } from "../../recording/otherRuns";
import { known } from "../text/moment";
import { neverDiverge, type Divergence } from "./divergence";
import type { ComparedAgent, RunComparison } from "./runComparison";

/** An event of one of the runs. */
export interface ReportedEvent {
  readonly seq: number;
  readonly kind: string;
  readonly agent?: string;
  readonly summary: string;
}

/** Where two logs part; a side whose log ends there, or both when they never part, has no event. */
export interface ReportedDivergence {
  /** Events before it. */
  readonly same: number;
  readonly left?: ReportedEvent;
  readonly right?: ReportedEvent;
}

/** What is told of an agent in one of the runs. */
export interface ReportedAgent {
  readonly events: number;
  readonly merges: number;
  readonly refused: number;
  readonly conflicts: number;
  readonly staleReads: number;
  readonly ended: boolean;
  readonly error?: string;
}

/** A whole comparison. Left and right are the runs in the order in which they were named. */
export interface ComparisonReport {
  readonly same: boolean;
  readonly onlyOrder: boolean;
  readonly sameStart: boolean;
  /** Runs in the files besides those that were compared; left out for a file that holds one run. */
  readonly otherRuns: { readonly left?: OtherRuns; readonly right?: OtherRuns };
  readonly events: ReportedDivergence & {
    readonly same: number;
    readonly leftCount: number;
    readonly rightCount: number;
  };
  readonly agents: readonly {
    readonly agent: string;
    readonly same: boolean;
    readonly left?: ReportedAgent;
    readonly right?: ReportedAgent;
    /** Of what it did and saw itself. */
    readonly divergence?: ReportedDivergence;
  }[];
  /** Of the events of no agent. */
  readonly outside: ReportedDivergence;
  readonly stores: readonly {
    readonly store: string;
    readonly same: boolean;
    readonly left: boolean;
    readonly right: boolean;
    readonly sameKeys: number;
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    /** At most the first 1,000. An absent value is left out. */
    readonly differences: readonly { readonly key: string; readonly left?: JsonValue; readonly right?: JsonValue }[];
  }[];
  readonly merges: {
    readonly same: boolean;
    /** How many are the same, from the first on. */
    readonly sameCount: number;
    readonly leftCount: number;
    readonly rightCount: number;
    /** The first that differ. */
    readonly left?: MergeNote;
    readonly right?: MergeNote;
  };
}

/** A comparison as data. */
export function comparisonReport(comparison: RunComparison): ComparisonReport {
  const { left, right, agents, stores, merges, outside, divergence, same, sameStart, onlyOrder } = comparison;
  const reported = (of: Divergence): ReportedDivergence => ({
    same: of.same,
    ...(of.left === undefined ? {} : { left: eventOf(left, of.left) }),
    ...(of.right === undefined ? {} : { right: eventOf(right, of.right) }),
  });
  const firstOther = (side: "left" | "right"): { readonly [S in "left" | "right"]?: MergeNote } => {
    const note = merges[side].merges[merges.same - merges[side].from];
    return note === undefined ? {} : { [side]: note };
  };
  return {
    same,
    onlyOrder,
    sameStart,
    otherRuns: {
      ...known("left", left.model.info.otherRuns),
      ...known("right", right.model.info.otherRuns),
    },
    events: { ...reported(divergence), leftCount: left.count, rightCount: right.count },
    agents: agents.map((pair) => ({
      agent: (pair.left ?? pair.right)?.info.name ?? "",
      same: pair.same,
      ...(pair.left === undefined ? {} : { left: agentOf(pair.left) }),
      ...(pair.right === undefined ? {} : { right: agentOf(pair.right) }),
      ...(pair.divergence === undefined || neverDiverge(pair.divergence)
        ? {}
        : { divergence: reported(pair.divergence) }),
    })),
    outside: reported(outside),
    stores: stores.map((store) => ({
      store: (store.left ?? store.right)?.name ?? "",
      same: isSameStore(store),
      left: store.left !== undefined,
      right: store.right !== undefined,
      sameKeys: store.same,
      added: store.added,
      removed: store.removed,
      changed: store.changed,
      differences: store.differences.map(differenceOf),
    })),
    merges: {
      same: areSameMerges(merges),
      sameCount: merges.same,
      leftCount: merges.left.count,
      rightCount: merges.right.count,
      ...firstOther("left"),
      ...firstOther("right"),
    },
  };
}

/** Its values are read when somebody looks, as those of the comparison are. */
function differenceOf(difference: KeyDifference): ComparisonReport["stores"][number]["differences"][number] {
  const reported: { readonly key: string; readonly left?: JsonValue; readonly right?: JsonValue } = {
    key: difference.key,
  };
  for (const side of ["left", "right"] as const) {
    if (difference[side] !== undefined) withGetter(reported, side, () => difference[side]);
  }
  return reported;
}

function eventOf(moment: RunComparison["left"], row: LogRow): ReportedEvent {
  return {
    seq: row.seq,
    kind: moment.model.kind(row.seq),
    ...(row.agent === undefined ? {} : { agent: row.agent }),
    summary: actionText(moment, row),
  };
}

function agentOf({ info, events, merges, refused, conflicts, staleReads }: ComparedAgent): ReportedAgent {
  return {
    events,
    merges,
    refused,
    conflicts,
    staleReads,
    ended: info.endedSeq !== undefined,
    ...(info.error === undefined ? {} : { error: info.error }),
  };
}
