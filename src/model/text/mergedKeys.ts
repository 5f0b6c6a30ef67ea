/** What a merge that is one step did to its keys, from its parts; knows no view. */

import { isMergedKey, Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";

/** A key of a merge. */
export interface MergedKey {
  readonly key: string;
  /** The event that wrote or deleted it in the parent; undefined where the parent's value stays. */
  readonly row: LogRow | undefined;
}

/** The keys that a merge decided, in order; none of an event that is no merge, or that has no parts. Values are read when looked at. */
export function* mergedKeys(model: RunModel, seq: number): Generator<MergedKey, void, undefined> {
  for (let at = model.firstOfStep(seq); at < seq; at++) {
    const row = model.row(at);
    if (row?.key === undefined) continue;
    if (isMergedKey(row.op)) yield { key: row.key, row };
    else if (row.op === Op.Revert) yield { key: row.key, row: undefined };
  }
}
