/** Who made a value: through the merges that only carried it, back to the write behind them; knows no view. */

import { jsonEqual, membersOf } from "../../core/jsonValue";
import { childOf, isMergedKey, mergedRevisionOf, Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { RunModel } from "../runModel";

/** The event that made a value. */
export interface ValueMaker {
  /**
   * write: somebody wrote, deleted or restored it · merge: a merge came to it, by its policy, choices or resolver ·
   * person: somebody chose it in the editor · notKept: the write behind the merge is not in the log.
   */
  readonly by: "write" | "merge" | "person" | "notKept";
  /** Of the write; where a merge or a person made it, of the merge that wrote it; the innermost merge that is known. */
  readonly seq: number;
  /** The events of merges that wrote it since, newest first: that of the layer that was asked about comes first. */
  readonly merges: readonly number[];
}

/** What of a model is asked. */
export type MakersModel = Pick<RunModel, "row" | "plannedSeq" | "contextEntry" | "history" | "blame" | "heldPlan">;

/** @param seq the event that wrote the value to where it is seen, as `RunModel.effectiveValue` and `history` tell it */
export function makerOf(model: MakersModel, seq: number): ValueMaker {
  const merges: number[] = [];
  let row = model.row(seq);
  // Each step goes back in the log, so there is an end, in damaged ones too.
  while (row !== undefined && isMergedKey(row.op)) {
    merges.push(row.seq);
    const write = carriedWrite(model, row);
    if (write === undefined || write.seq >= row.seq) return { by: "notKept", seq: row.seq, merges };
    // A merge that came to another value than what was local when it was asked for, and left the overlay as it was.
    if (mergedRevisionOf(row) !== 0 && !jsonEqual(write.value, row.value)) {
      return { by: deciderOf(model, row), seq: row.seq, merges };
    }
    row = write;
  }
  if (row === undefined) return { by: "notKept", seq, merges };
  const decision = decisionOf(model, row);
  if (decision === undefined) return { by: "write", seq: row.seq, merges };
  if (!merges.includes(decision.seq)) merges.push(decision.seq);
  return { by: deciderOf(model, decision), seq: decision.seq, merges };
}

/** The merge that an overlay's write is part of: a merge that came to another value changed the overlay first. */
function decisionOf(model: MakersModel, { seq, key, layer }: LogRow): LogRow | undefined {
  const next = model.row(seq + 1);
  if (next === undefined || !isMergedKey(next.op) || next.key !== key || childOf(next) !== layer) return undefined;
  const planned = model.plannedSeq(next.seq);
  return planned !== undefined && planned < seq ? next : undefined;
}

/** The event of the agent's overlay whose value a merge wrote. */
function carriedWrite(model: MakersModel, row: LogRow): LogRow | undefined {
  const { seq, key = "" } = row;
  const child = childOf(row);
  const rev = mergedRevisionOf(row);
  if (rev === 0) {
    const entry = model.contextEntry(child, key, seq - 1);
    return entry === undefined ? undefined : model.row(entry.seq);
  }
  // A held merge carries what was local when it was asked for.
  const write = model.history(child, key).find((each) => each.rev === rev);
  return write && model.row(write.seq);
}

function deciderOf(model: MakersModel, { seq, key = "", value }: LogRow): "merge" | "person" {
  if (model.blame(seq).type === "command") return "person";
  const planned = model.plannedSeq(seq);
  const hold = approvedHold(model, seq);
  if (hold === undefined || planned === undefined) return "merge";
  const entry = model.heldPlan(hold, planned).entries.find((each) => each.key === key);
  // A resolver may have been asked, and what it said stands nowhere.
  if (entry === undefined || entry.take === "undecided") return entry?.by === "resolver" ? "merge" : "person";
  return jsonEqual(entry.result, value) ? "merge" : "person";
}

/** The held merge, if it was one and the user approved it, that an event is part of. */
function approvedHold(model: MakersModel, seq: number): number | undefined {
  for (let at = seq + 1, row = model.row(at); row !== undefined; row = model.row(++at)) {
    if (row.op !== Op.MergeApplied) continue;
    const { hold, decision } = membersOf(row.value);
    return typeof hold === "number" && decision === "approved" ? hold : undefined;
  }
  return undefined;
}
