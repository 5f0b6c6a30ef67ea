/** The door through which a runner observes and commands a runtime; the runtime itself never needs one. */

import type { JsonValue } from "./jsonValue";
import type { LogRow } from "./logRow";
import type { LogState } from "./logState";
import type { MergeChoice } from "./mergeChoice";
import type { HoldMode, MergePolicy } from "./choices";

/** Put an {@link Inspector} at `globalThis[INSPECTOR]` before the module is first loaded and it is called once. */
export const INSPECTOR: unique symbol = Symbol.for("agent-context.inspector.v1");

/** Receives every event at once, on the script's thread; must not throw and must not call the runtime back. */
export interface LogSink {
  append(row: LogRow): void;
}

/** Hold modes: the run's, and those of contexts (by layer id) that have one of their own. */
export interface HoldModes {
  readonly run: HoldMode;
  readonly agents: ReadonlyMap<number, HoldMode>;
}

/** A merge as a view asks for it. */
export interface InspectorMerge {
  readonly keys?: readonly string[] | undefined;
  readonly choices?: ReadonlyMap<string, MergeChoice> | undefined;
  readonly policy?: MergePolicy | undefined;
  /** The event after which the plan was made that the user saw; when one of its keys moved since, it is stale. */
  readonly asOf?: number | undefined;
}

/** What came of it. */
export interface InspectorMerged {
  readonly merged: number;
  readonly skipped: readonly string[];
}

/** One merge of an ordered row: of a live overlay, or of a held merge. */
export interface OrderedMerge {
  readonly layer: number;
  /** The held merge's id. */
  readonly hold?: number | undefined;
}

/** Where some code called. Lines and columns count from 1, in the file that was run (before any source map). */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where an inspector may hold the script's thread. "call": a call of the script is complete, and every state is
 * consistent. "merging": the event that begins a merge is recorded, and nothing of it is written yet; nothing may be
 * asked of the runtime then.
 */
export type GatePlace = "call" | "merging";

/** Called on the script's thread; returns when the script may go on. Must not throw. */
export type ThreadGate = (place: GatePlace) => void;

/** What the runtime offers to an inspector. Layers are named by id, held merges by the seq of their event. */
export interface InspectableRuntime {
  readonly version: string;
  /** From now on `sink` gets every event after the returned state's `seq`. */
  attach(sink: LogSink): LogState;
  /** Appends a run-level event (Op.Other). */
  record(kind: string, data: JsonValue): void;
  /** Merges the context's overlay. @throws when there is none, the plan is stale (StalePlanError), or the merge is refused. */
  merge(layer: number, merge?: InspectorMerge): InspectorMerged;
  /** Discards the context's overlay, or these keys of it. @throws when there is none. */
  discard(layer: number, keys?: readonly string[]): void;
  /** Layer ids of contexts with a pending write. Contexts with local keys are kept alive while an inspector is attached. */
  pending(): readonly number[];
  /** From now on merges of the script are held by these modes. What is held already stays held. */
  setHolds(modes: HoldModes): void;
  /** Ids of the merges that are held, oldest first. */
  held(): readonly number[];
  /** Called with the number of held merges whenever it changed. */
  onHeldChanged(listener: (count: number) => void): void;
  /**
   * Applies a held merge by the script's options, with the user's keys and choices before them.
   * @throws when it is not held any more, the plan is stale (it stays held then), or it is refused (the script is told, too).
   */
  approve(hold: number, merge?: Omit<InspectorMerge, "policy">): InspectorMerged;
  /** The script's merge rejects with MergeRejectedError. @throws when it is not held any more. */
  reject(hold: number, reason?: string): void;
  /** Applies all held merges as they are, oldest first. @param why for the log. @returns how many there were. */
  release(why: "user" | "detached" | "disconnected"): number;
  /**
   * Merges one after another, with nothing in between. Held ones keep their keys and values; `policy` is for all.
   * @throws StalePlanError before the first, when a key of any moved since `asOf`.
   */
  mergeInOrder(
    merges: readonly OrderedMerge[],
    options: Pick<InspectorMerge, "policy" | "asOf">,
  ): readonly (InspectorMerged & { readonly refused?: string })[];
  /**
   * Takes the call sites of writes and merges from now on; rows then carry their number.
   * @param limitPerSecond above so many events a second it pauses by itself, which an event tells; 0 = off.
   */
  takeCallSites(limitPerSecond: number): void;
  /** The place that a row's `site` stands for. */
  callSite(site: number): CallSite | undefined;
  /** From now on the script's calls pass this gate, those of contexts and stores that record nothing included. */
  setGate(gate: ThreadGate): void;
}

/** The other side of the door. */
export interface Inspector {
  runtimeLoaded(runtime: InspectableRuntime): void;
}
