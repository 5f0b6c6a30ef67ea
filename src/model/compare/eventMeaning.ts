/**
 * When events of two runs mean the same. Times, ids and places in the log never count: events of a log that are
 * named by their seq inside of another event are told by whether they are named.
 */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import { childOf, EVENT_KINDS, isMergedKey, Op, type NumberMeaning } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { LayerPairs } from "./layerPairs";
import { KIND_TEXTS } from "../text/kindTexts";

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
  if (isMergedKey(row.op)) return childOf(row);
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
    const { aux, aux2 } = EVENT_KINDS[left.op];
    if (!this.sameNumber(aux, left.aux, right.aux) || !this.sameNumber(aux2, left.aux2, right.aux2)) return false;
    const { compared } = KIND_TEXTS[left.op];
    return compared === undefined
      ? jsonEqual(left.value, right.value)
      : jsonEqual(compared(left.value), compared(right.value));
  }

  /**
   * Whether an agent did and saw the same in two events of its own log. What others did meanwhile does not count by
   * itself: revisions, the layer that answers, what a plan found in the parent, and whether somebody held a merge.
   */
  sameAction({ row: left, seen }: Action, { row: right, seen: other }: Action): boolean {
    if (!this.sameHead(left, right)) return false;
    const { aux, aux2 } = EVENT_KINDS[left.op];
    const { done, namesOthers } = KIND_TEXTS[left.op];
    if (namesOthers !== true && !this.sameNumber(aux, left.aux, right.aux)) return false;
    if (aux2 === "scope" && !this.sameNumber(aux2, left.aux2, right.aux2)) return false;
    return done === undefined
      ? jsonEqual(left.value, right.value)
      : jsonEqual(done(left.value, seen), done(right.value, other));
  }

  private sameHead(left: LogRow, right: LogRow): boolean {
    return (
      left.op === right.op &&
      left.agent === right.agent &&
      left.key === right.key &&
      this.pairs.same(left.layer, right.layer)
    );
  }

  /** Whether two numbers stand for the same; a kind that does not use one has 0 there. */
  private sameNumber(meaning: NumberMeaning | undefined, left: number, right: number): boolean {
    if (meaning === "layer") return this.pairs.same(left, right);
    // Ids of scopes count up over all agents: an agent's n-th scope is the other's n-th.
    if (meaning === "scope") return this.sameScope(left, right);
    return meaning === "event" ? (left === 0) === (right === 0) : left === right;
  }

  private sameScope(left: number, right: number): boolean {
    const one = this.leftScopes.get(left);
    const other = this.rightScopes.get(right);
    if (one === undefined || other === undefined) return one === other && (left === 0) === (right === 0);
    return one.ordinal === other.ordinal && this.pairs.same(one.layer, other.layer);
  }
}
