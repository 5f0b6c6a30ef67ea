/** The search for the events of a run that breakpoints stop at, forward and backward. It runs nothing and moves no cursor. */

import type { BreakpointMatcher, EventFacts } from "../breakpoints/breakpointMatch";
import type { RunModel } from "./runModel";

/** An event that breakpoints stop at. */
export interface FoundStop {
  readonly seq: number;
  /** Ids of the breakpoints. */
  readonly breakpoints: readonly number[];
}

/** Yields how many events were looked at since it last did; a search can rest there. */
export type StopSearch = Generator<number, FoundStop | undefined, undefined>;

/** Events between two rests. */
const STRIDE = 256;

/** The first stop after the step that `seq` is in, as far as the model goes when the search comes there. */
export function* nextStop(model: RunModel, matchers: readonly BreakpointMatcher[], seq: number): StopSearch {
  const hits = new Hits(matchers);
  const from = model.indexUpTo(model.stepSeq(seq)) + 1;
  if (hits.count) yield* pass(model, hits, 0, from);
  let looked = 0;
  for (let index = from; index < model.eventCount; index++) {
    const breakpoints = stopsAt(model, hits, index);
    if (breakpoints.length > 0) return { seq: seqOf(model, index), breakpoints };
    if (++looked % STRIDE === 0) yield STRIDE;
  }
  return undefined;
}

/** The last stop before the step that `seq` is in; of a merge, the first of its events that stops. */
export function* previousStop(model: RunModel, matchers: readonly BreakpointMatcher[], seq: number): StopSearch {
  const hits = new Hits(matchers);
  // Of the merge where it stands, nothing is before it.
  const to = model.indexUpTo(model.firstOfStep(seq) - 1) + 1;
  // Which hit an event is, only those before it can tell.
  if (hits.count) return yield* pass(model, hits, 0, to);
  let looked = 0;
  let first = 0;
  let found: FoundStop | undefined;
  for (let index = to - 1; index >= first; index--) {
    const breakpoints = stopsAt(model, hits, index);
    if (breakpoints.length > 0) {
      const at = seqOf(model, index);
      // Of a merge the first that matches, as when it is met forward.
      if (found === undefined) first = model.indexUpTo(model.firstOfStep(at));
      found = { seq: at, breakpoints };
    }
    if (++looked % STRIDE === 0) yield STRIDE;
  }
  return found;
}

/** Looks at the events [from, to) in order. @returns the last stop among them */
function* pass(model: RunModel, hits: Hits, from: number, to: number): StopSearch {
  let last: FoundStop | undefined;
  let looked = 0;
  for (let index = from; index < to; index++) {
    const breakpoints = stopsAt(model, hits, index);
    if (breakpoints.length > 0) {
      const at = seqOf(model, index);
      if (last === undefined || model.stepSeq(last.seq) !== model.stepSeq(at)) last = { seq: at, breakpoints };
    }
    if (++looked % STRIDE === 0) yield STRIDE;
  }
  return last;
}

/** How often each breakpoint was met so far. */
class Hits {
  readonly ops: number;
  /** Whether any breakpoint asks for it. */
  readonly count: boolean;
  private readonly counts = new Map<BreakpointMatcher, number>();

  constructor(readonly matchers: readonly BreakpointMatcher[]) {
    this.ops = matchers.reduce((ops, matcher) => ops | matcher.ops, 0);
    this.count = matchers.some(({ countsHits }) => countsHits);
  }

  stops(matcher: BreakpointMatcher): boolean {
    if (!matcher.countsHits) return true;
    const count = (this.counts.get(matcher) ?? 0) + 1;
    this.counts.set(matcher, count);
    return matcher.stopsAt(count);
  }
}

const NONE: readonly number[] = [];

function stopsAt(model: RunModel, hits: Hits, index: number): readonly number[] {
  const bit = 1 << model.opAt(index);
  if ((hits.ops & bit) === 0) return NONE;
  const facts = factsOf(model, index);
  const ids: number[] = [];
  for (const matcher of hits.matchers) {
    if ((matcher.ops & bit) !== 0 && matcher.matches(facts) && hits.stops(matcher)) ids.push(matcher.breakpoint.id);
  }
  return ids;
}

function factsOf(model: RunModel, index: number): EventFacts {
  const row = model.rowAt(index);
  if (row === undefined) throw new RangeError(`There is no event at place ${index}.`);
  return {
    row,
    isInOverlay: () => model.isAgent(row.layer, row.seq),
    ordinalOf: (layer) => model.agentOrdinal(layer),
    before: (key) => model.effectiveValue(row.layer, key, row.seq - 1).value,
    site: () => model.callSite(row.seq),
  };
}

function seqOf(model: RunModel, index: number): number {
  return model.rowAt(index)?.seq ?? model.firstSeq;
}
