/** How an order of merges is shown: rows for the list, outcomes of agents, all outcomes of one key; knows no view. */

import type {
  OrderAgentOutcome,
  OrderDetails,
  OrderRow,
  OrderSide,
  OrdersToWebview,
} from "../../protocol/ordersMessages";
import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import type { OrderOutcome, WriteTable, WrittenKey } from "./mergeOrder";
import type { OrderCandidate } from "./orderArrangement";
import { prettyJson, shortText } from "../text/valueText";

/** Keys that a refusal names at most. */
const MAX_CONFLICTS = 1_000;
/** Length of one-line texts, characters: three or four stand in a row. */
const TEXT_LENGTH = 80;

type Outcome = Extract<OrdersToWebview, { readonly type: "outcome" }>;

/** The rows of a table, in its order. */
export function orderRows({ keys }: WriteTable): readonly OrderRow[] {
  return keys.map(({ key, sensitive, parent, writers }) => ({
    key,
    sensitive,
    parentText: oneLine(parent.value),
    writers: writers.map(({ participant, change }) => ({ agent: participant, text: oneLine(change.value) })),
  }));
}

/** How each participant's merge goes; undefined for one that is not in the order. */
export function agentOutcomes({ merges, winners }: OrderOutcome): readonly (OrderAgentOutcome | undefined)[] {
  const won = merges.map(() => 0);
  for (const winner of winners) if (winner >= 0) won[winner] = (won[winner] ?? 0) + 1;
  return merges.map((merge, number) =>
    merge === undefined
      ? undefined
      : {
          merged: merge.merged,
          won: won[number] ?? 0,
          conflicts: merge.conflicts.slice(0, MAX_CONFLICTS),
          conflictCount: merge.conflicts.length,
        },
  );
}

/** The rows whose result no writer alone would leave. */
export function combinedResults({ keys }: WriteTable, { winners, results }: OrderOutcome): Outcome["combined"] {
  return keys.flatMap((key, row) => {
    const result = results[row];
    return isCombined(key, winners[row] ?? -1, result) ? [{ row, text: oneLine(result) }] : [];
  });
}

function isCombined({ writers }: WrittenKey, winner: number, result: JsonValue | undefined): boolean {
  return winner >= 0 && !writers.some(({ change }) => change.value === result || jsonEqual(change.value, result));
}

/**
 * All that is known of one key.
 * @param row its place in the table
 * @param order numbers of participants, first to last
 * @param candidates the participants, by number
 * @param timestampOf when an event happened, by seq; undefined for events that are no longer there
 */
export function orderDetails(
  table: WriteTable,
  outcome: OrderOutcome,
  row: number,
  order: readonly number[],
  candidates: readonly OrderCandidate[],
  timestampOf: (seq: number) => number | undefined,
): OrderDetails | undefined {
  const found = table.keys[row];
  if (found === undefined) return undefined;
  const side = (value: JsonValue | undefined, actor: string | undefined, revision: number, seq: number): OrderSide => ({
    ...jsonOf(value),
    actor,
    revision,
    // An event 0 stands for "never written" and is not named.
    ...(seq === 0 ? { seq: undefined, timestampMs: undefined } : { seq, timestampMs: timestampOf(seq) }),
  });
  const result = outcome.results[row];
  const winner = outcome.winners[row] ?? -1;
  const { parent } = found;
  return {
    key: found.key,
    sensitive: found.sensitive,
    parent: side(parent.value, parent.actor, parent.rev, parent.seq),
    writers: order.flatMap((number) => {
      const writer = found.writers.find(({ participant }) => participant === number);
      const candidate = candidates[number];
      if (writer === undefined || candidate === undefined) return [];
      const { value, actor, rev, seq } = writer.change;
      return [
        {
          id: candidate.id,
          name: candidate.name,
          hold: candidate.hold,
          side: side(value, actor, rev, seq),
          refused: (outcome.merges[number]?.conflicts.length ?? 0) > 0,
          same: jsonEqual(value, result),
        },
      ];
    }),
    result: { ...jsonOf(result), winner: candidates[winner]?.id, combined: isCombined(found, winner, result) },
  };
}

/** Whether two tables would be drawn the same: values are told by the writes that they came from. */
export function isSameTable(one: WriteTable, other: WriteTable): boolean {
  if (one.participants.length !== other.participants.length || one.keys.length !== other.keys.length) return false;
  const sameParticipants = one.participants.every(({ layer, hold }, number) => {
    const same = other.participants[number];
    return same?.layer === layer && same.hold === hold;
  });
  return sameParticipants && one.keys.every((key, index) => isSameKey(key, other.keys[index] as WrittenKey));
}

function isSameKey(one: WrittenKey, other: WrittenKey): boolean {
  if (one.key !== other.key || one.writers.length !== other.writers.length) return false;
  if (one.parent.layer !== other.parent.layer || one.parent.rev !== other.parent.rev) return false;
  return one.writers.every(({ participant, change }, index) => {
    const same = other.writers[index];
    return (
      same !== undefined &&
      same.participant === participant &&
      same.change.rev === change.rev &&
      same.change.baseLayer === change.baseLayer &&
      same.change.baseRev === change.baseRev
    );
  });
}

function oneLine(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : shortText(value, TEXT_LENGTH);
}

function jsonOf(value: JsonValue | undefined): { readonly json: string | undefined; readonly cut: boolean } {
  return value === undefined ? { json: undefined, cut: false } : prettyJson(value);
}
