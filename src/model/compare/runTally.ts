/** One pass over a run's events that counts what each agent did, and finds its merges and scopes; in slices. */

import { membersOf } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
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
    switch (row.op) {
      case Op.ScopeEntered: {
        const ordinal = (scopeCounts.get(row.layer) ?? 0) + 1;
        scopeCounts.set(row.layer, ordinal);
        scopes.set(row.aux, { layer: row.layer, ordinal });
        break;
      }
      case Op.MergePlanned: {
        begin(row, row.layer);
        open = { context: row.layer, into: row.aux };
        const { conflictCount, staleReadCount } = membersOf(row.value);
        if (agent === undefined) break;
        agent.conflicts += countOf(conflictCount);
        agent.staleReads += countOf(staleReadCount);
        break;
      }
      case Op.MergeWrite:
      case Op.MergeDelete:
        // In a damaged log the plan may be missing.
        if (open?.context === row.aux && open.into === row.layer) break;
        begin(row, row.aux);
        open = { context: row.aux, into: row.layer };
        break;
      case Op.MergeApplied:
        open = undefined;
        break;
      case Op.MergeRefused:
        // One that the user rejected was never planned.
        if (row.aux2 === 0) begin(row, row.layer);
        else open = undefined;
        if (agent !== undefined) agent.refused++;
        break;
      default:
    }
  }
  return { agents, scopes, merges };
}

function countOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
