/** What the order of several merges into one parent decides: which keys depend on it, who wins each, who is refused. */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import type { Version } from "../../core/logState";
import type { MergePolicy } from "../../core/choices";
import { planMerge } from "../../core/planMerge";
import type { PlanInput, LocalChange } from "../../core/planInput";
import { SimulatedMerges } from "./simulatedMerges";

/** A merge that takes its place in the order: of an agent's overlay, or a held one with the values that it fixed. */
export interface OrderParticipant {
  readonly layer: number;
  /** The held merge's id; undefined for the overlay as it is. */
  readonly hold?: number | undefined;
  /** The agent. */
  readonly name: string;
  readonly input: PlanInput;
}

/** One of those that write a key, and what it would leave there if it merged last; undefined = absent. */
export interface KeyWriter {
  /** Its number among the participants. */
  readonly participant: number;
  readonly change: LocalChange;
}

/** A key that at least one participant writes. */
export interface WrittenKey {
  readonly key: string;
  /** By number; each participant at most once. */
  readonly writers: readonly KeyWriter[];
  /** Two of the writers would leave different outcomes: whoever merges last decides. */
  readonly sensitive: boolean;
  /** What the parent holds now. */
  readonly parent: Version;
}

/** Everything that merges into one parent would write; says nothing of any order. */
export interface WriteTable {
  readonly participants: readonly OrderParticipant[];
  /** In the order of first mention, participant by participant. */
  readonly keys: readonly WrittenKey[];
  readonly sensitiveCount: number;
}

/** What doing the merges in one order comes to. */
export interface OrderOutcome {
  /** By the participants' numbers; undefined for one that is not in the order. */
  readonly merges: readonly (ParticipantOutcome | undefined)[];
  /** By the keys' places in the table: the number of the participant that wrote it last, −1 when none did. */
  readonly winners: readonly number[];
  /** By the keys' places in the table: what the parent then holds; undefined = absent. */
  readonly results: readonly (JsonValue | undefined)[];
}

/** How one merge of the order goes. */
export interface ParticipantOutcome {
  /** Keys that are written to the parent. */
  readonly merged: number;
  /** The keys for which it is refused, all or nothing; none when it is merged. */
  readonly conflicts: readonly string[];
}

/**
 * Collects what the participants write, key by key, and tells which keys depend on the order under "overwrite": exactly
 * those of which two writers would leave different outcomes, for each writer is the last one in some order.
 */
export function collectWrites(participants: readonly OrderParticipant[]): WriteTable {
  const byKey = new Map<string, KeyWriter[]>();
  participants.forEach(({ input }, participant) => {
    for (const [key, change] of input.locals) {
      const writers = byKey.get(key);
      if (writers === undefined) byKey.set(key, [{ participant, change }]);
      else writers.push({ participant, change });
    }
  });
  let sensitiveCount = 0;
  const keys = Array.from(byKey, ([key, writers]): WrittenKey => {
    const [first, ...others] = writers as [KeyWriter, ...KeyWriter[]];
    const sensitive = others.some(({ change }) => !jsonEqual(change.value, first.change.value));
    if (sensitive) sensitiveCount++;
    const { input } = participants[first.participant] as OrderParticipant;
    return { key, writers, sensitive, parent: input.lookUp(key) };
  });
  return { participants, keys, sensitiveCount };
}

/**
 * Says what doing merges in this order comes to. A merge that is refused changes nothing, and the next one is done.
 * @param order numbers of participants, first to last, each at most once; those left out do not merge
 */
export function orderOutcome(table: WriteTable, order: readonly number[], policy: MergePolicy): OrderOutcome {
  return policy === "overwrite" ? lastMergeWins(table, order) : simulate(table, order, policy);
}

/** What "overwrite" comes to, without planning anything: each key is as its last writer leaves it. */
function lastMergeWins({ participants, keys }: WriteTable, order: readonly number[]): OrderOutcome {
  const places = participants.map(() => -1);
  order.forEach((participant, place) => (places[participant] = place));
  const counts = participants.map(() => 0);
  const winners: number[] = [];
  const results: (JsonValue | undefined)[] = [];
  for (const { writers, parent } of keys) {
    let last: KeyWriter | undefined;
    for (const writer of writers) {
      const place = places[writer.participant] ?? -1;
      if (place < 0) continue;
      counts[writer.participant] = (counts[writer.participant] ?? 0) + 1;
      if (last === undefined || place > (places[last.participant] ?? -1)) last = writer;
    }
    winners.push(last?.participant ?? -1);
    results.push(last === undefined ? parent.value : last.change.value);
  }
  const merges = counts.map((merged, number) => ((places[number] ?? -1) < 0 ? undefined : { merged, conflicts: NONE }));
  return { merges, winners, results };
}

/** Does one merge after the other with the runtime's own plans, on a parent that only this function sees. */
export function simulate(table: WriteTable, order: readonly number[], policy: MergePolicy): OrderOutcome {
  const { participants, keys } = table;
  const merges: (ParticipantOutcome | undefined)[] = participants.map(() => undefined);
  const winnerOf = new Map<string, number>();
  const simulated = new SimulatedMerges(participants);
  for (const number of order) {
    const plan = planMerge(simulated.input(number), { policy });
    if (plan.counts.undecided > 0) {
      const undecided = plan.entries.filter(({ take }) => take === "undecided");
      merges[number] = { merged: 0, conflicts: undecided.map(({ key }) => key) };
      continue;
    }
    const written = simulated.apply(number, plan);
    for (const key of written) winnerOf.set(key, number);
    merges[number] = { merged: written.length, conflicts: NONE };
  }
  return {
    merges,
    winners: keys.map(({ key }) => winnerOf.get(key) ?? -1),
    results: keys.map(({ key, parent }) => simulated.written(key, parent).value),
  };
}

const NONE: readonly string[] = [];
