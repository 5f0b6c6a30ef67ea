/** The meeting of the runtime and an inspector that was there before it; without one it does nothing. */

import type { ContextLayer } from "./contextLayer";
import { applyPlan, movedSince } from "./contextMerge";
import type { MergeResult } from "../core/mergeResult";
import { MergeConflictError, StalePlanError } from "../core/mergeErrors";
import type { EventLog } from "./eventLog";
import { gateReads } from "./gatedReads";
import { HeldMerges } from "./heldMerges";
import {
  INSPECTOR,
  type InspectableRuntime,
  type InspectorMerge,
  type InspectorMerged,
  type Inspector,
  type OrderedMerge,
} from "../core/inspector";
import { copyAndFreeze } from "../core/frozenCopy";
import { recordOther } from "../core/eventKinds";
import { checkChoice } from "../core/mergeChoice";
import { planMerge } from "../core/planMerge";

/** Version of the module `agent-context`. */
export const RUNTIME_VERSION = "0.1.0";

/** Tells the inspector, if there is one, of this runtime. Whatever it does wrong stays its own affair. */
export function openInspector(log: EventLog): void {
  const inspector = (globalThis as { [INSPECTOR]?: Partial<Inspector> })[INSPECTOR];
  if (typeof inspector?.runtimeLoaded !== "function") return;
  const { kept, holds } = inspectLog(log);
  try {
    inspector.runtimeLoaded(inspectable(log, kept, holds));
  } catch {
    // A broken inspector must not break the script.
  }
}

/** Lets a log keep its contexts for commands, by layer, and hold merges. */
export function inspectLog(log: EventLog): { kept: ReadonlyMap<number, ContextLayer>; holds: HeldMerges } {
  const kept = new Map<number, ContextLayer>();
  const holds = new HeldMerges();
  log.inspect({
    keepContext: (context: ContextLayer) => kept.set(context.layer, context),
    releaseContext: ({ layer }) => kept.delete(layer),
    tryHold: (context: ContextLayer, request, plan) => holds.tryHold(context, request, plan),
    noteMerged: (context: ContextLayer, key, at, value) => holds.noteMerged(context, key, at, value),
  });
  return { kept, holds };
}

function inspectable(log: EventLog, kept: ReadonlyMap<number, ContextLayer>, holds: HeldMerges): InspectableRuntime {
  const contextOf = (layer: number): ContextLayer => {
    const context = kept.get(layer);
    if (context === undefined) {
      throw new Error("The agent has no local changes, so there is nothing to merge or discard.");
    }
    return context;
  };
  const merge = (layer: number, { keys, choices, policy, asOf }: InspectorMerge = {}): MergeResult => {
    const context = contextOf(layer);
    const moved = asOf === undefined ? [] : movedSince(context, asOf, keys);
    if (moved.length > 0) throw new StalePlanError(context.agentName, moved);
    const plan = planMerge(context.planInput(), { keys, choices: checked(choices), policy });
    return applyPlan(context, plan, context.userAuthor);
  };
  return {
    version: RUNTIME_VERSION,
    attach: (sink) => log.attach(sink),
    record: (kind, data) => {
      recordOther(log, kind, copyAndFreeze(data, "data"));
    },
    merge: (layer, options) => merged(merge(layer, options)),
    discard: (layer, keys) => contextOf(layer).discard(keys),
    pending: () => Array.from(kept).flatMap(([layer, context]) => (context.isPending ? [layer] : [])),
    setHolds: (modes) => holds.setModes(modes),
    held: () => holds.ids,
    onHeldChanged: (listener) => holds.onChanged(listener),
    approve: (hold, options = {}) => merged(holds.approve(hold, { ...options, choices: checked(options.choices) })),
    reject: (hold, reason) => holds.reject(hold, reason),
    release: (why) => holds.release(why),
    mergeInOrder: (merges, { policy, asOf }) => {
      // Looked up before the first: an agent whose held merge gave up all its changes has none left, and merges none.
      refuseTwice(merges);
      const found = merges.map(({ layer, hold }) => ({
        context: hold === undefined ? contextOf(layer) : holds.contextOf(hold),
        hold,
      }));
      if (asOf !== undefined) refuseMoved(found, asOf);
      return found.map(({ context, hold }) => {
        try {
          if (hold !== undefined) return merged(holds.mergeUnder(hold, policy));
          return merged(applyPlan(context, planMerge(context.planInput(), { policy }), context.userAuthor));
        } catch (error) {
          if (!(error instanceof MergeConflictError)) throw error;
          return { merged: 0, skipped: [], refused: error.message };
        }
      });
    },
    takeCallSites: (limitPerSecond) => log.takeCallSites(limitPerSecond),
    callSite: (site) => log.callSite(site),
    setGate: (gate) => {
      log.setGate(gate);
      gateReads();
    },
  };

  function refuseMoved(
    merges: readonly { readonly context: ContextLayer; readonly hold: number | undefined }[],
    asOf: number,
  ): void {
    const moved = new Set<string>();
    const agents = new Set<string>();
    for (const { context, hold } of merges) {
      const keys = hold === undefined ? movedSince(context, asOf, undefined) : holds.movedSince(hold, asOf);
      if (keys.length > 0) agents.add(context.agentName);
      for (const key of keys) moved.add(key);
    }
    if (moved.size > 0) throw new StalePlanError([...agents].join(", "), [...moved]);
  }
}

/** A held merge is over once it is done: named again it would fail after others had been done. */
function refuseTwice(merges: readonly OrderedMerge[]): void {
  const seen = new Set<number>();
  for (const { hold } of merges) {
    if (hold === undefined) continue;
    if (seen.has(hold)) throw new Error("A held merge stands in the order twice, so nothing was merged.");
    seen.add(hold);
  }
}

/** Values of a view are not ours, and not frozen. */
function checked(choices: InspectorMerge["choices"]): InspectorMerge["choices"] {
  if (choices === undefined) return undefined;
  return new Map(
    Array.from(choices, ([key, choice]) => [key, checkChoice(choice, `The choice for ${JSON.stringify(key)}`)]),
  );
}

function merged({ merged: count, skipped }: MergeResult): InspectorMerged {
  return { merged: count, skipped };
}
