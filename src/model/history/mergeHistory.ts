/** Which merges a run's log tells of and what was wrong with them, kept up as events arrive; knows no view. */

import { membersOf } from "../../core/jsonValue";
import { isMergeEnd, Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { AscendingInts } from "../storage/ascendingInts";
import type { Pages } from "../storage/pages";

/** Merges that were done or refused; plans made by previews are none. */
export interface MergeTotals {
  readonly applied: number;
  readonly refused: number;
  /** Keys in conflict, over all merges. */
  readonly conflicts: number;
  readonly staleReads: number;
}

const NONE: MergeTotals = { applied: 0, refused: 0, conflicts: 0, staleReads: 0 };

/** Events are named by index. */
export class MergeHistory {
  /** The events that ended merges: applied or refused. */
  readonly ends: AscendingInts;
  /** Those of them that somebody should look at: refused, or with conflicts or stale reads. */
  readonly notable: AscendingInts;
  private readonly byAgent = new Map<number, MergeTotals>();
  private _totals = NONE;
  /** What the newest plan says; a merge is done at once, so its end follows it. */
  private planned = NONE;

  constructor(memory?: Pages) {
    this.ends = new AscendingInts(memory);
    this.notable = new AscendingInts(memory);
  }

  get totals(): MergeTotals {
    return this._totals;
  }

  /** The merges of one agent. */
  totalsOf(layer: number): MergeTotals {
    return this.byAgent.get(layer) ?? NONE;
  }

  /** Takes in the event with this index. */
  appendEvent({ op, layer, value }: LogRow, event: number): void {
    if (op === Op.MergePlanned) {
      const { conflictCount, staleReadCount } = membersOf(value);
      this.planned = { ...NONE, conflicts: countOf(conflictCount), staleReads: countOf(staleReadCount) };
      this.count(layer, this.planned);
    } else if (isMergeEnd(op)) {
      const isApplied = op === Op.MergeApplied;
      this.ends.push(event);
      if (!isApplied || this.planned.conflicts + this.planned.staleReads > 0) this.notable.push(event);
      this.planned = NONE;
      this.count(layer, { ...NONE, applied: isApplied ? 1 : 0, refused: isApplied ? 0 : 1 });
    }
  }

  private count(layer: number, more: MergeTotals): void {
    this._totals = sum(this._totals, more);
    this.byAgent.set(layer, sum(this.totalsOf(layer), more));
  }
}

function sum(one: MergeTotals, other: MergeTotals): MergeTotals {
  return {
    applied: one.applied + other.applied,
    refused: one.refused + other.refused,
    conflicts: one.conflicts + other.conflicts,
    staleReads: one.staleReads + other.staleReads,
  };
}

function countOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
