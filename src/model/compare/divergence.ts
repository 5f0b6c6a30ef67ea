/** Where two logs part: the run-wide ones, and each agent's own; in slices. */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import { answeredByOf, Op } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { actorOf, isCompared, type Action } from "./eventMeaning";
import type { RunMoment } from "./layerPairs";
import type { Slices } from "./runTally";

/** Where two logs part. */
export interface Divergence {
  /** Events that are the same in both, before it. */
  readonly same: number;
  /** The first event of each that is not the other's; undefined where its log ends. Both undefined: they never part. */
  readonly left: LogRow | undefined;
  readonly right: LogRow | undefined;
}

/** Looks at one event at a time; "passed" = it does not count. */
type Walker = () => Action | "passed" | undefined;

/** Whether nothing parts two logs. */
export function neverDiverge({ left, right }: Pick<Divergence, "left" | "right">): boolean {
  return left === undefined && right === undefined;
}

/** Compares whole logs, event by event. */
export function* divergenceOfRuns(
  left: RunMoment,
  right: RunMoment,
  same: (left: LogRow, right: LogRow) => boolean,
): Slices<Divergence> {
  return yield* divergenceOf(walkAll(left), walkAll(right), (one, other) => same(one.row, other.row));
}

/** Compares what one agent did in each run. @param layers the agent's context in each */
export function* divergenceOfAgents(
  left: RunMoment,
  right: RunMoment,
  layers: { readonly left: number; readonly right: number },
  same: (left: Action, right: Action) => boolean,
): Slices<Divergence> {
  return yield* divergenceOf(walkAgent(left, layers.left), walkAgent(right, layers.right), same);
}

/** Compares what was done by nobody's context: parents made, written directly and restored, and foreign events. */
export function* divergenceOutside(
  left: RunMoment,
  right: RunMoment,
  same: (left: Action, right: Action) => boolean,
): Slices<Divergence> {
  return yield* divergenceOf(walkOutside(left), walkOutside(right), same);
}

function* divergenceOf(
  left: Walker,
  right: Walker,
  isSame: (left: Action, right: Action) => boolean,
): Slices<Divergence> {
  for (let same = 0; ; same++) {
    const one = yield* nextOf(left);
    const other = yield* nextOf(right);
    if (one === undefined || other === undefined || !isSame(one, other)) {
      return { same, left: one?.row, right: other?.row };
    }
  }
}

function* nextOf(walker: Walker): Slices<Action | undefined> {
  for (;;) {
    const action = walker();
    if (action === undefined) return undefined;
    yield 1;
    if (action !== "passed") return action;
  }
}

function walkAll({ model, count }: RunMoment): Walker {
  let index = 0;
  return () => {
    const row = index < count ? model.rowAt(index++) : undefined;
    if (row === undefined) return undefined;
    return isCompared(row) ? { row, seen: undefined } : "passed";
  };
}

function walkOutside({ model, seq, count }: RunMoment): Walker {
  const agents = new Set(model.agents(seq).map(({ layer }) => layer));
  let index = 0;
  return () => {
    const row = index < count ? model.rowAt(index++) : undefined;
    if (row === undefined) return undefined;
    return isCompared(row) && actorOf(row, (layer) => agents.has(layer)) === 0 ? { row, seen: undefined } : "passed";
  };
}

function walkAgent({ model, seq: last }: RunMoment, layer: number): Walker {
  let seq = model.firstSeq;
  /** A read is recorded once for each revision: seeing the same value again is nothing new. */
  const seen = new Map<string, JsonValue | undefined>();
  return () => {
    const next = model.nextEvent(seq, layer);
    const row = next === undefined || next > last ? undefined : model.row(next);
    if (row === undefined) return undefined;
    seq = row.seq;
    // What children merge into it is theirs; that a merge was held is the user's.
    if (row.op === Op.MergeHeld || actorOf(row, () => true) !== layer) return "passed";
    if (row.op !== Op.Read) return { row, seen: undefined };
    const { key = "" } = row;
    const value = model.effectiveValue(answeredByOf(row), key, row.seq).value;
    if (seen.has(key) && jsonEqual(seen.get(key), value)) return "passed";
    seen.set(key, value);
    return { row, seen: value };
  };
}
