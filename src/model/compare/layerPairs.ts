/** Which stores and agents of two runs stand for each other; knows nothing of what they did. */

import type { AgentInfo, StoreInfo } from "../runInfo";
import type { RunModel } from "../runModel";

/** A run as it is at one event, however it goes on. */
export interface RunMoment {
  readonly model: RunModel;
  /** seq of the newest event that counts. */
  readonly seq: number;
  /** How many events count. */
  readonly count: number;
}

/** One of a kind in both runs; a side that does not have it is undefined. */
export interface Pair<Info> {
  readonly left: Info | undefined;
  readonly right: Info | undefined;
}

/** A run as it is now. */
export function momentOf(model: RunModel): RunMoment {
  return { model, seq: model.lastSeq, count: model.eventCount };
}

/**
 * The layers of two runs, paired. Agents pair by name, first those of one agent id, then in the order in which they began;
 * so do stores, and stores whose names are left over pair in their order.
 */
export class LayerPairs {
  readonly stores: readonly Pair<StoreInfo>[];
  readonly agents: readonly Pair<AgentInfo>[];
  private readonly rightOfLeft = new Map<number, number>();
  private readonly leftOfRight = new Map<number, number>();

  constructor(left: RunMoment, right: RunMoment) {
    this.stores = inOrder(byName(left.model.stores(left.seq), right.model.stores(right.seq)));
    this.agents = pairedAgents(left.model.agents(left.seq), right.model.agents(right.seq));
    for (const pair of [...this.stores, ...this.agents]) {
      // No layer has this id: what is there on one side only is the same as nothing.
      if (pair.left !== undefined) this.rightOfLeft.set(pair.left.layer, pair.right?.layer ?? NONE);
      if (pair.right !== undefined) this.leftOfRight.set(pair.right.layer, pair.left?.layer ?? NONE);
    }
  }

  /** Whether a layer of the left run and one of the right stand for each other. Unknown ones do when their ids are equal. */
  same(left: number, right: number): boolean {
    const known = this.rightOfLeft.get(left);
    return known === undefined ? left === right && !this.leftOfRight.has(right) : known === right;
  }
}

const NONE = -1;

/** By name and agent id; then what is left over by name alone. */
function pairedAgents(left: readonly AgentInfo[], right: readonly AgentInfo[]): Pair<AgentInfo>[] {
  const nameOf = ({ name, agentId }: AgentInfo): string => JSON.stringify([name, agentId]);
  const pairs = pairedBy(nameOf, left, right);
  const rest = pairs.flatMap((pair) => (pair.left === undefined && pair.right !== undefined ? [pair.right] : []));
  const open = pairs.flatMap((pair) => (pair.right === undefined && pair.left !== undefined ? [pair.left] : []));
  const later = byName(open, rest);
  const laterOf = new Map(later.map((pair) => [pair.left, pair]));
  return [
    ...pairs.flatMap((pair) => (pair.left === undefined ? [] : [laterOf.get(pair.left) ?? pair])),
    ...later.filter((pair) => pair.left === undefined),
  ];
}

function byName<Info extends { readonly name: string }>(left: readonly Info[], right: readonly Info[]): Pair<Info>[] {
  return pairedBy(({ name }) => name, left, right);
}

/** Those of the left run in its order, then what the right one has besides. */
function pairedBy<Info>(nameOf: (info: Info) => string, left: readonly Info[], right: readonly Info[]): Pair<Info>[] {
  const waiting = new Map<string, Info[]>();
  for (const info of right) {
    const same = waiting.get(nameOf(info));
    if (same === undefined) waiting.set(nameOf(info), [info]);
    else same.push(info);
  }
  for (const same of waiting.values()) same.reverse();
  const pairs: Pair<Info>[] = left.map((info) => ({ left: info, right: waiting.get(nameOf(info))?.pop() }));
  const taken = new Set(pairs.map((pair) => pair.right));
  return [...pairs, ...right.filter((info) => !taken.has(info)).map((info) => ({ left: undefined, right: info }))];
}

/** Pairs up what is left over, in order. */
function inOrder<Info>(pairs: readonly Pair<Info>[]): Pair<Info>[] {
  const over = pairs.filter((pair) => pair.left === undefined).map((pair) => pair.right);
  const found = pairs
    .filter((pair) => pair.left !== undefined)
    .map((pair) => (pair.right === undefined ? { left: pair.left, right: over.shift() } : pair));
  return [...found, ...over.map((right) => ({ left: undefined, right }))];
}
