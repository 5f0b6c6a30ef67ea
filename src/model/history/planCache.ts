/** The merge plans that views ask for again and again; knows nothing of views. */

import type { MergePlan } from "../../core/mergePlan";
import { planMerge } from "../../core/planMerge";
import type { ContextHistory } from "./layerHistory";
import { overlayInput } from "./planInputs";
import type { StateHistory } from "./stateHistory";

/** Plans that are remembered, the least recently used going first. */
const MAX_PLANS = 64;

/** Plans of a run's agents at its events, made by the runtime's own function. */
export class PlanCache {
  private readonly history: StateHistory;
  private readonly plans = new Map<string, MergePlan>();

  constructor(history: StateHistory) {
    this.history = history;
  }

  /** The plan after an event (by index); the same object while nothing that it depends on changed. */
  plan(context: ContextHistory, event: number): MergePlan {
    const at = this.history.newestChange(context, event);
    const id = `${context.layer} ${at}`;
    let plan = this.plans.get(id);
    if (plan === undefined) {
      plan = this.createPlan(context, at);
      const [oldest] = this.plans.keys();
      if (this.plans.size >= MAX_PLANS && oldest !== undefined) this.plans.delete(oldest);
    } else this.plans.delete(id);
    this.plans.set(id, plan);
    return plan;
  }

  private createPlan(context: ContextHistory, event: number): MergePlan {
    return planMerge(overlayInput(this.history, context, event));
  }
}
