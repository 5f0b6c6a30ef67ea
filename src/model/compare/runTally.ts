/** One pass over a run's events that counts what each agent did, and finds its merges and scopes; in slices. */

import { membersOf } from "../../core/jsonValue";
import { childOf, intoOf, isMergedKey, isMergeEnd, Op, plannedOf, scopeOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { actorOf, type ScopePlaces } from "./eventMeaning";
import type { RunMoment } from "./layerPairs";

/** Work that can be left after each event. It yields how many events it has looked at since it last did. */
export type Slices<Result> = Generator<number, Result, undefined>;

/** What an agent did, in numbers. */
export interface AgentTally {
  /** Events that it did itself. */
  events: number;
  /** Merges of it, refused ones among them. */
  merges: number;
  refused: number;
  conflicts: number;
  staleReads: number;
}

/** What there is in a run. */
export interface RunTally {
  /** By layer. */
  readonly agents: ReadonlyMap<number, AgentTally>;
  readonly scopes: ScopePlaces;
  /** seq of the first event of each merge that was done or refused. */
  readonly merges: readonly number[];
}

/** Counts the events of a run. */
export function* tallyRun({ model, seq, count }: RunMoment): Slices<RunTally> {
  const agents = new Map<number, AgentTally>();
  for (const { layer } of model.agents(seq)) {
    agents.set(layer, { events: 0, merges: 0, refused: 0, conflicts: 0, staleReads: 0 });
  }
  const scopes = new Map<number, { readonly layer: number; readonly ordinal: number }>();
  const scopeCounts = new Map<number, number>();
  const merges: number[] = [];
  let open: { readonly context: number; readonly into: number } | undefined;
  const begin = (row: LogRow, context: number): void => {
    merges.push(row.seq);
    const agent = agents.get(context);
    if (agent !== undefined) agent.merges++;
  };
  for (let index = 0; index < count; index++) {
    yield 1;
    const row = model.rowAt(index);
    if (row === undefined) continue;
    const agent = agents.get(actorOf(row, (layer) => agents.has(layer)));
    if (agent !== undefined) agent.events++;
    if (row.op === Op.ScopeEntered) {
      const ordinal = (scopeCounts.get(row.layer) ?? 0) + 1;
      scopeCounts.set(row.layer, ordinal);
      scopes.set(scopeOf(row), { layer: row.layer, ordinal });
    } else if (row.op === Op.MergePlanned) {
      begin(row, row.layer);
      open = { context: row.layer, into: intoOf(row) };
      if (agent === undefined) continue;
      const { conflictCount, staleReadCount } = membersOf(row.value);
      agent.conflicts += countOf(conflictCount);
      agent.staleReads += countOf(staleReadCount);
    } else if (isMergedKey(row.op)) {
      const context = childOf(row);
      // In a damaged log the plan may be missing.
      if (open?.context === context && open.into === row.layer) continue;
      begin(row, context);
      open = { context, into: row.layer };
    } else if (isMergeEnd(row.op)) {
      const isRefused = row.op === Op.MergeRefused;
      // One that the user rejected was never planned.
      if (isRefused && plannedOf(row) === 0) begin(row, row.layer);
      else open = undefined;
      if (isRefused && agent !== undefined) agent.refused++;
    }
  }
  return { agents, scopes, merges };
}

function countOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
