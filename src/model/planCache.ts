/** Owns the merge plans that views ask for again and again; knows nothing of views. */

import type { MergePlan } from "../runtime/mergePlan";
import type { StateHistory } from "./stateHistory";

/** Plans of a run's agents at its events. */
export class PlanCache {
  readonly #history: StateHistory;

  constructor(history: StateHistory) {
    this.#history = history;
  }

  /** @throws RangeError when there is no such agent. */
  plan(layer: number, event: number): MergePlan {
    const context = this.#history.layers.get(layer);
    if (context?.type !== "context") throw new RangeError(`There is no agent with the layer id ${layer}.`);
    throw new Error(`No plan at ${event}`);
  }
}
