/** What the plans of a run's merges are made from, at any of its events: live overlays and held merges alike. */

import type { PlanInput, LocalChange, ReadNote } from "../../core/planInput";
import type { HeldMerge } from "./heldMerges";
import type { ContextHistory } from "./layerHistory";
import type { StateHistory } from "./stateHistory";

/** What a merge of the context's overlay after an event (by index) is planned from. */
export function overlayInput(history: StateHistory, context: ContextHistory, event: number): PlanInput {
  const locals = history.localKeys(context, event).map(({ key, entry }): [string, LocalChange] => [key, entry]);
  return inputOf(history, context, locals, event, event);
}

/** What a held merge is planned from after an event: its own keys and values, and the parent as it is by then. */
export function heldInput(history: StateHistory, context: ContextHistory, held: HeldMerge, event: number): PlanInput {
  const locals: [string, LocalChange][] = [];
  for (const key of held.keys) {
    const entry = history.contextEntry(context.layer, key, held.event);
    if (entry === undefined || entry.local === 0) continue;
    const base = held.baseOf(key, event);
    if (base === undefined) locals.push([key, entry]);
    else {
      const baseValue = history.resolve(base.value);
      locals.push([key, { ...entry, baseLayer: base.layer, baseRev: base.rev, baseValue }]);
    }
  }
  return inputOf(history, context, locals, held.event, event);
}

function inputOf(
  history: StateHistory,
  { name, agentLayer, layer, parent }: ContextHistory,
  locals: readonly (readonly [string, LocalChange])[],
  readsAt: number,
  event: number,
): PlanInput {
  return {
    agent: name,
    agentLayer,
    context: layer,
    into: parent,
    locals,
    reads: lazily(() => readsUpTo(history, layer, locals, readsAt)),
    lookUp: (key) => history.version(parent, key, event),
  };
}

/** The reads that a pending write may rest on: of each key the last, and older ones down to the oldest such write. */
function* readsUpTo(
  history: StateHistory,
  layer: number,
  locals: readonly (readonly [string, LocalChange])[],
  event: number,
): Generator<ReadNote, void, undefined> {
  let oldest = Infinity;
  for (const [, change] of locals) if (change.pending) oldest = Math.min(oldest, change.seq);
  if (oldest !== Infinity) yield* history.reads(layer, event, oldest);
}

/** Made when it is first asked for, and made anew each time. */
function lazily<T>(make: () => Iterable<T>): Iterable<T> {
  return { [Symbol.iterator]: () => make()[Symbol.iterator]() };
}
