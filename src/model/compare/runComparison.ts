/** The comparison of two runs: their agents, parent states and merges, and the first event where they part; in slices. */

import { jsonEqual } from "../../core/jsonValue";
import type { LogRow } from "../../core/logRow";
import { areSameMerges, compareMerges, type ComparedMerges } from "./comparedMerges";
import { compareStores, isSameStore, type ComparedStore } from "./comparedStores";
import { EventMeaning } from "./eventMeaning";
import { LayerPairs, momentOf, type Pair, type RunMoment } from "./layerPairs";
import { neverDiverge, divergenceOfAgents, divergenceOfRuns, divergenceOutside, type Divergence } from "./divergence";
import type { AgentInfo } from "../runInfo";
import type { RunModel } from "../runModel";
import { tallyRun, type AgentTally, type RunTally, type Slices } from "./runTally";

/** An agent as it was in one run. */
export interface ComparedAgent extends AgentTally {
  readonly info: AgentInfo;
}

/** An agent of two runs; a run that does not have it is undefined. */
export interface AgentPair extends Pair<ComparedAgent> {
  /** Where its own logs part; undefined when only one run has it. */
  readonly divergence: Divergence | undefined;
  /** Whether it did, saw and came to the same in both. */
  readonly same: boolean;
}

/** What differs between two runs, as they were when the comparison began. */
export interface RunComparison {
  readonly left: RunMoment;
  readonly right: RunMoment;
  /** Whether their logs begin with the same state; logs that hold a run from its start begin with none. */
  readonly sameStart: boolean;
  readonly agents: readonly AgentPair[];
  /** Where the events of no agent part. */
  readonly outside: Divergence;
  readonly stores: readonly ComparedStore[];
  readonly merges: ComparedMerges;
  /** Where the whole logs part. */
  readonly divergence: Divergence;
  /** Nothing differs. */
  readonly same: boolean;
  /** The logs part, but each agent, and what no agent did, is the same: only the order differs. */
  readonly onlyOrder: boolean;
}

/** How much {@link compareRuns} yields at most, roughly: every event is looked at up to four times. */
export function comparisonWork(left: RunModel, right: RunModel): number {
  return 4 * (left.eventCount + right.eventCount);
}

/**
 * Compares two runs in a time that grows with their events. Runs may go on meanwhile: what comes after the call is left
 * out. Whoever drives it may rest between any two steps.
 */
export function* compareRuns(leftModel: RunModel, rightModel: RunModel): Slices<RunComparison> {
  const left = momentOf(leftModel);
  const right = momentOf(rightModel);
  const pairs = new LayerPairs(left, right);
  const tallies = { left: yield* tallyRun(left), right: yield* tallyRun(right) };
  const meaning = new EventMeaning(pairs, tallies.left.scopes, tallies.right.scopes);
  const sameStart = yield* startAlike(left, right, pairs);
  const divergence = yield* divergenceOfRuns(left, right, (one, other) => meaning.same(one, other));
  const agents: AgentPair[] = [];
  for (const pair of pairs.agents) agents.push(yield* compareAgents(pair, left, right, tallies, meaning));
  const outside = yield* divergenceOutside(left, right, (one, other) => meaning.sameAction(one, other));
  const stores: ComparedStore[] = [];
  for (const pair of pairs.stores) stores.push(yield* compareStores(pair, left, right));
  const merges = yield* compareMerges(left, right, tallies, pairs);
  const isSame = sameStart && neverDiverge(divergence);
  return {
    left,
    right,
    sameStart,
    agents,
    outside,
    stores,
    merges,
    divergence,
    same: isSame && agents.every(({ same }) => same) && stores.every(isSameStore) && areSameMerges(merges),
    onlyOrder:
      sameStart &&
      !neverDiverge(divergence) &&
      neverDiverge(outside) &&
      agents.every((pair) => pair.divergence !== undefined && neverDiverge(pair.divergence)),
  };
}

function* compareAgents(
  pair: Pair<AgentInfo>,
  left: RunMoment,
  right: RunMoment,
  tallies: { readonly left: RunTally; readonly right: RunTally },
  meaning: EventMeaning,
): Slices<AgentPair> {
  const one = comparedAgent(pair.left, tallies.left);
  const other = comparedAgent(pair.right, tallies.right);
  if (one === undefined || other === undefined) {
    return { left: one, right: other, divergence: undefined, same: false };
  }
  const layers = { left: one.info.layer, right: other.info.layer };
  const divergence = yield* divergenceOfAgents(left, right, layers, (first, second) =>
    meaning.sameAction(first, second),
  );
  const same =
    neverDiverge(divergence) &&
    (["merges", "refused", "conflicts", "staleReads"] as const).every((count) => one[count] === other[count]);
  return { left: one, right: other, divergence, same };
}

function comparedAgent(info: AgentInfo | undefined, { agents }: RunTally): ComparedAgent | undefined {
  const tally = info && agents.get(info.layer);
  return info && tally && { info, ...tally };
}

/** Whether two logs begin with equal states. */
function* startAlike(left: RunMoment, right: RunMoment, pairs: LayerPairs): Slices<boolean> {
  const before = (moment: RunMoment): RunMoment => ({ ...moment, seq: moment.model.firstSeq, count: 0 });
  const [start, other] = [before(left), before(right)];
  for (const { left: one, right: two } of new LayerPairs(start, other).stores) {
    if (one === undefined || two === undefined || !pairs.same(one.layer, two.layer)) return false;
    if (!isSameStore(yield* compareStores({ left: one, right: two }, start, other))) return false;
  }
  for (const { left: one, right: two } of new LayerPairs(start, other).agents) {
    if (one === undefined || two === undefined) return false;
    const overlay = (model: RunModel, layer: number): Map<string, LogRow["value"]> =>
      new Map(model.overlay(layer, model.firstSeq).map(({ key, value }) => [key, value]));
    const values = overlay(left.model, one.layer);
    const others = overlay(right.model, two.layer);
    if (values.size !== others.size) return false;
    for (const [key, value] of values) {
      yield 0;
      if (!others.has(key) || !jsonEqual(value, others.get(key))) return false;
    }
  }
  return true;
}
