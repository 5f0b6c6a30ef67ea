/** Owns the door through which a runner observes and commands a runtime; the runtime itself never needs one. */

import type { JsonValue } from "./jsonValue";
import type { LogRow } from "./logRow";
import type { LogState } from "./logState";

/** Put an {@link Inspector} at `globalThis[INSPECTOR]` before the module is first loaded and it is called once. */
export const INSPECTOR: unique symbol = Symbol.for("agent-context.inspector.v1");

/** Receives every event at once, on the script's thread; must not throw and must not call the runtime back. */
export interface LogSink {
  append(row: LogRow): void;
}

/** What the runtime offers to an inspector. */
export interface InspectableRuntime {
  readonly version: string;
  /** From now on `sink` gets every event after the returned state's `seq`. */
  attach(sink: LogSink): LogState;
  /** Appends a run-level event (Op.Other). */
  record(kind: string, data: JsonValue): void;
  /** Merges the context with this layer id as `mergeToParent()` would. @throws when there is none, or the merge is refused. */
  merge(
    layer: number,
    options?: { readonly keys?: readonly string[] },
  ): { readonly merged: number; readonly skipped: readonly string[] };
  /** Discards the context's overlay. @throws when there is none. */
  discard(layer: number): void;
  /** Layer ids of contexts with a pending write. Contexts with local keys are kept alive while an inspector is attached. */
  pending(): readonly number[];
}

/** The other side of the door. */
export interface Inspector {
  runtimeLoaded(runtime: InspectableRuntime): void;
}

/** What a log keeps of a context for an inspector's commands. */
export interface KeptContext {
  readonly isPending: boolean;
  merge(options?: { readonly keys?: readonly string[] }): {
    readonly merged: number;
    readonly skipped: readonly string[];
  };
  discard(): void;
}
