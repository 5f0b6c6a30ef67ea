/** Owns the meeting of the runtime and an inspector that was there before it; without one it does nothing. */

import type { EventLog } from "./eventLog";
import { INSPECTOR, type InspectableRuntime, type Inspector, type KeptContext } from "./inspector";
import { copyAndFreeze } from "./jsonValue";
import { Op } from "./logRow";

/** Version of the module `agent-context`. */
export const RUNTIME_VERSION = "0.1.0";

/** Tells the inspector, if there is one, of this runtime. Whatever it does wrong stays its own affair. */
export function openInspector(log: EventLog): void {
  const inspector = (globalThis as { [INSPECTOR]?: Partial<Inspector> })[INSPECTOR];
  if (typeof inspector?.runtimeLoaded !== "function") return;
  log.kept = new Map();
  try {
    inspector.runtimeLoaded(inspectable(log, log.kept));
  } catch {
    // A broken inspector must not break the script.
  }
}

function inspectable(log: EventLog, kept: ReadonlyMap<number, KeptContext>): InspectableRuntime {
  const contextOf = (layer: number): KeptContext => {
    const context = kept.get(layer);
    if (context === undefined) {
      throw new Error("The agent has no local changes, so there is nothing to merge or discard.");
    }
    return context;
  };
  return {
    version: RUNTIME_VERSION,
    attach: (sink) => log.attach(sink),
    record: (kind, data) => {
      log.append(Op.Other, 0, 0, log.intern(kind), 0, copyAndFreeze(data, "data"), 0, 0);
    },
    merge: (layer, options) => {
      const { merged, skipped } = contextOf(layer).merge(options);
      return { merged, skipped };
    },
    discard: (layer) => contextOf(layer).discard(),
    pending: () => Array.from(kept).flatMap(([layer, context]) => (context.isPending ? [layer] : [])),
  };
}
