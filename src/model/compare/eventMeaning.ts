/**
 * When events of two runs mean the same. Times, ids and places in the log never count: events of a log that are
 * named by their seq inside of another event are told by whether they are named.
 */

import { isObject, jsonEqual, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import type { LayerPairs } from "./layerPairs";
import { isList } from "../text/valueText";

/** Facts of a run or of its recording, not of what agents do: they are not compared. */
const NOTICES: ReadonlySet<string> = new Set([
  "run_started",
  "run_waiting",
  "run_ended",
  "uncaught_error",
  "events_lost",
  "call_sites",
]);

/** An event of an agent's own log, with the value that it saw if it is a read. */
export interface Action {
  readonly row: LogRow;
  readonly seen: JsonValue | undefined;
}

/** Which scope of which context an id stands for, counted from 1. */
export type ScopePlaces = ReadonlyMap<number, { readonly layer: number; readonly ordinal: number }>;

/** Whether an event counts when runs are compared. */
export function isCompared(row: LogRow): boolean {
  return row.op !== Op.Other || !NOTICES.has(row.key ?? "");
}

/**
 * The agent or other context that did an event; 0 when none did. What a child merges into a context is the child's doing.
 * @param isAgent tells contexts from stores, by layer id
 */
export function actorOf(row: LogRow, isAgent: (layer: number) => boolean): number {
  if (row.op === Op.MergeWrite || row.op === Op.MergeDelete) return row.aux;
  return isAgent(row.layer) ? row.layer : 0;
}

/** Compares events of a left run with those of a right one. */
export class EventMeaning {
  private readonly pairs: LayerPairs;
  private readonly leftScopes: ScopePlaces;
  private readonly rightScopes: ScopePlaces;

  constructor(pairs: LayerPairs, leftScopes: ScopePlaces, rightScopes: ScopePlaces) {
    this.pairs = pairs;
    this.leftScopes = leftScopes;
    this.rightScopes = rightScopes;
  }

  /** Whether two events at the same place of two runs are the same, revisions and all. */
  same(left: LogRow, right: LogRow): boolean {
    if (!this.sameHead(left, right) || left.rev !== right.rev) return false;
    switch (left.op) {
      case Op.ScopeEntered:
      case Op.ScopeExited:
        return this.sameScopes(left, right) && sameData(left.value, right.value);
      case Op.MergeApplied:
      case Op.MergeRefused:
        // The second number is the seq of the plan.
        return (
          this.sameAux(left, right) && (left.aux2 === 0) === (right.aux2 === 0) && sameData(left.value, right.value)
        );
      case Op.AgentEnded:
      case Op.MergePlanned:
        return this.sameAux(left, right) && sameData(left.value, right.value);
      case Op.AgentStarted:
        return (
          this.sameAux(left, right) && this.pairs.same(left.aux2, right.aux2) && jsonEqual(left.value, right.value)
        );
      default:
        return this.sameAux(left, right) && left.aux2 === right.aux2 && jsonEqual(left.value, right.value);
    }
  }

  /**
   * Whether an agent did and saw the same in two events of its own log. What others did meanwhile does not count by
   * itself: revisions, the layer that answers, what a plan found in the parent, and whether somebody held a merge.
   */
  sameAction({ row: left, seen }: Action, { row: right, seen: other }: Action): boolean {
    if (!this.sameHead(left, right)) return false;
    switch (left.op) {
      case Op.Read:
        return jsonEqual(seen, other);
      case Op.KeysRead:
        return true;
      case Op.Write:
      case Op.Delete:
        return jsonEqual(left.value, right.value);
      case Op.ScopeEntered:
      case Op.ScopeExited:
        return this.sameScopes(left, right) && sameData(left.value, right.value);
      case Op.MergePlanned:
        return this.sameAux(left, right) && jsonEqual(asked(left.value), asked(right.value));
      case Op.MergeApplied:
      case Op.MergeRefused:
        return this.sameAux(left, right) && jsonEqual(toldToAgent(left.value), toldToAgent(right.value));
      case Op.AgentEnded:
        return sameData(left.value, right.value);
      default:
        return this.sameAux(left, right) && jsonEqual(left.value, right.value);
    }
  }

  private sameHead(left: LogRow, right: LogRow): boolean {
    return (
      left.op === right.op &&
      left.agent === right.agent &&
      left.key === right.key &&
      this.pairs.same(left.layer, right.layer)
    );
  }

  /** The first number of an event is a layer, but for scopes. */
  private sameAux(left: LogRow, right: LogRow): boolean {
    return this.pairs.same(left.aux, right.aux);
  }

  /** Ids of scopes count up over all agents: an agent's n-th scope is the other's n-th. */
  private sameScopes(left: LogRow, right: LogRow): boolean {
    return this.sameScope(left.aux, right.aux) && this.sameScope(left.aux2, right.aux2);
  }

  private sameScope(left: number, right: number): boolean {
    const one = this.leftScopes.get(left);
    const other = this.rightScopes.get(right);
    if (one === undefined || other === undefined) return one === other && (left === 0) === (right === 0);
    return one.ordinal === other.ordinal && this.pairs.same(one.layer, other.layer);
  }
}

/** Members of an event's data that are a place in the log or in the script. */
const PLACES: ReadonlySet<string> = new Set(["stack", "read", "written", "planned"]);

function sameData(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return jsonEqual(withoutPlaces(left), withoutPlaces(right));
}

/** Members that follow from what other events say, and that older recordings lack. */
const DERIVED: ReadonlySet<string> = new Set(["problems", "problemCount"]);

/** Data of the runtime's own events, one level of lists down; that a merge was held counts, and not since when. */
function withoutPlaces(data: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(data)) return data;
  const kept = Object.entries(data).flatMap(([name, value]): [string, JsonValue][] => {
    if (PLACES.has(name) || DERIVED.has(name)) return [];
    if (name === "hold") return [[name, true]];
    return [[name, isList(value) ? value.map((item) => withoutPlaces(item) ?? null) : value]];
  });
  return Object.fromEntries(kept);
}

/** What of a plan is the agent's own. */
function asked(summary: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(summary)) return summary;
  const { policy = null, whole = null, only = null, conflictBy = "value" } = summary;
  return { policy, whole, only, conflictBy };
}

/** What an agent hears of its merge. */
function toldToAgent(data: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(data)) return data;
  const { keys, skipped, name, message } = data;
  return Object.fromEntries(
    Object.entries({ keys, skipped, name, message }).filter(([, value]) => value !== undefined),
  ) as JsonValue;
}
