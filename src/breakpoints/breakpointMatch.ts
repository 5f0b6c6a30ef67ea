/**
 * Whether an event is one that a breakpoint stops at. The script's thread asks it of each event as it happens, the
 * model of each event that has happened, so that both stop at the same.
 */

import type { CallSite } from "../core/inspector";
import { jsonEqual, membersOf, type JsonValue } from "../core/jsonValue";
import { isUserFor } from "../core/actor";
import { actingLayer, bitsOf, isMergedKey, Op, ALL_OPS, OPS_BY_LINE } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";
import type { AgentPlace, EventBreakpoint, ExceptionFilter, StopPlace } from "./breakpoint";
import { readCondition, readHits, type Condition } from "./condition";
import { readKeyTarget, valueAt, type ValuePath } from "./keyTarget";
import { kindWord } from "../recording/rowEncoder";

/** An event, and what it rests on; each is looked up only when it is asked for. */
export interface EventFacts {
  readonly row: LogRow;
  /** Whether the event's layer is an agent's context. */
  readonly isInOverlay: () => boolean;
  /** Which of the agents of its name a context is, counting from 1 in the order in which they began. */
  readonly ordinalOf: (layer: number) => number;
  /** What a key read as in the event's layer before the event; undefined = absent. */
  readonly before: (key: string) => JsonValue | undefined;
  /** The script's line, in its source. */
  readonly site: () => CallSite | undefined;
}

/** A breakpoint that was understood. */
export interface BreakpointMatcher {
  readonly breakpoint: EventBreakpoint;
  /** One bit for each `Op` at which it may stop: most events are none of them. */
  readonly ops: number;
  /** Whether it stops here but for its hit count. Never throws. */
  matches(facts: EventFacts): boolean;
  /** Whether that hit stops, counting from 1. */
  stopsAt(hit: number): boolean;
  readonly countsHits: boolean;
}

/** @throws SyntaxError in one sentence when key, condition or hit count cannot be read. */
export function compileBreakpoint(breakpoint: EventBreakpoint): BreakpointMatcher {
  const { place, condition, hits } = breakpoint;
  const meets = condition === undefined ? undefined : readCondition(condition);
  const counts = hits === undefined ? undefined : readHits(hits);
  const test = compilePlace(place);
  return {
    breakpoint,
    ops: bitsOf(test.ops),
    matches(facts) {
      const path = test.find(facts);
      return path !== undefined && (meets === undefined || holds(meets, facts, path));
    },
    stopsAt: (hit) => counts === undefined || counts(hit),
    countsHits: counts !== undefined,
  };
}

/** Finds the place inside the event's value that it is about; undefined = it does not stop there. */
interface PlaceTest {
  readonly ops: readonly Op[];
  readonly find: (facts: EventFacts) => ValuePath | undefined;
}

const WHOLE: ValuePath = [];
const WRITES = [Op.Write, Op.Delete, Op.MergeWrite, Op.MergeDelete, Op.Restored] as const;

function compilePlace(place: StopPlace): PlaceTest {
  switch (place.on) {
    case "write": {
      const paths = pathsOf(place.key);
      return {
        ops: WRITES,
        find(facts) {
          if (!isOf(place, facts)) return undefined;
          if (place.in !== undefined && isInParent(facts) !== (place.in === "parent")) return undefined;
          return facts.row.op === Op.Restored ? restoredPath(paths, facts) : changedPath(paths, facts);
        },
      };
    }
    case "read": {
      const paths = pathsOf(place.key);
      return {
        ops: [Op.Read],
        find: (facts) => (isOf(place, facts) ? paths.get(facts.row.key ?? "") && WHOLE : undefined),
      };
    }
    case "merge": {
      if (place.key === undefined) {
        const find = (facts: EventFacts): ValuePath | undefined => (isOf(place, facts) ? WHOLE : undefined);
        return { ops: [Op.MergePlanned, Op.MergeHeld], find };
      }
      const paths = pathsOf(place.key);
      return {
        ops: [Op.MergeWrite, Op.MergeDelete],
        find: (facts) => (isOf(place, facts) ? changedPath(paths, facts) : undefined),
      };
    }
    case "kind": {
      const find = (facts: EventFacts): ValuePath | undefined =>
        kindWord(facts.row.op, facts.row.key) === place.kind && isOf(place, facts) ? WHOLE : undefined;
      return { ops: ALL_OPS, find };
    }
    case "line": {
      const find = (facts: EventFacts): ValuePath | undefined => {
        const site = facts.row.site === 0 ? undefined : facts.site();
        return site !== undefined && site.line === place.line && site.file === place.file ? WHOLE : undefined;
      };
      return { ops: OPS_BY_LINE, find };
    }
    case "exception":
      return EXCEPTIONS[place.filter];
  }
}

const EXCEPTIONS: Readonly<Record<ExceptionFilter, PlaceTest>> = {
  merge: { ops: [Op.MergePlanned, Op.MergeHeld], find: () => WHOLE },
  conflict: {
    ops: [Op.MergePlanned, Op.MergeHeld],
    find({ row: { op, value } }) {
      const { conflictCount, reason } = membersOf(value);
      return (op === Op.MergePlanned ? isSome(conflictCount) : reason === "conflict") ? WHOLE : undefined;
    },
  },
  problem: {
    ops: [Op.MergePlanned, Op.MergeHeld],
    find: ({ row }) => (isSome(membersOf(row.value)["problemCount"]) ? WHOLE : undefined),
  },
  staleRead: {
    ops: [Op.MergePlanned],
    find: ({ row }) => (isSome(membersOf(row.value)["staleReadCount"]) ? WHOLE : undefined),
  },
  error: {
    ops: [Op.ScopeExited, Op.Other],
    find({ row: { op, key, value } }) {
      const isError = op === Op.ScopeExited ? value !== null && value !== undefined : key === "uncaught_error";
      return isError ? WHOLE : undefined;
    },
  },
};

/** Paths by key, of all readings of the text. */
function pathsOf(text: string): ReadonlyMap<string, ValuePath> {
  return new Map(readKeyTarget(text).map(({ key, path }) => [key, path]));
}

function changedPath(paths: ReadonlyMap<string, ValuePath>, { row, before }: EventFacts): ValuePath | undefined {
  const key = row.key ?? "";
  const path = paths.get(key);
  if (path === undefined || path.length === 0) return path;
  return jsonEqual(valueAt(before(key), path), valueAt(row.value, path)) ? undefined : path;
}

/** A store was restored: each key that thereby changed was written. */
function restoredPath(paths: ReadonlyMap<string, ValuePath>, { row, before }: EventFacts): ValuePath | undefined {
  for (const [key, path] of paths) {
    if (!jsonEqual(valueAt(before(key), path), valueAt(row.value, [key, ...path]))) return [key, ...path];
  }
  return undefined;
}

function isInParent({ row, isInOverlay }: EventFacts): boolean {
  return isMergedKey(row.op) || !isInOverlay();
}

/**
 * What a user decided for an agent is that agent's, too. One of several agents is known by its context: a direct write has
 * none, in whose name ever.
 */
function isOf({ agent, ordinal }: AgentPlace, { row, isInOverlay, ordinalOf }: EventFacts): boolean {
  if (agent === undefined) return true;
  if (row.agent !== agent && !isUserFor(row.agent, agent)) return false;
  return ordinal === undefined || ordinalOf(actingLayer(row, isInOverlay)) === ordinal;
}

function holds(meets: Condition, { row, before }: EventFacts, path: ValuePath): boolean {
  const { key = "" } = row;
  return meets({
    value: valueAt(row.value, path),
    get before() {
      return valueAt(
        before(row.op === Op.Restored ? (path[0] as string) : key),
        row.op === Op.Restored ? path.slice(1) : path,
      );
    },
    key: row.key,
    agent: row.agent,
    kind: kindWord(row.op, row.key),
    seq: row.seq,
  });
}

function isSome(count: JsonValue | undefined): boolean {
  return typeof count === "number" && count > 0;
}
