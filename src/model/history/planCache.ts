/** The merge plans that views ask for again and again; knows nothing of views. */

import type { MergePlan } from "../../core/mergePlan";
import { planMerge } from "../../core/planMerge";
import type { ContextHistory } from "./layerHistory";
import { overlayInput } from "./planInputs";
import type { StateHistory } from "./stateHistory";

/**
 * How many entries the remembered plans may have together, the least recently used going first. A tree of agents asks for
 * the plans of all of them each time that it is drawn: as many must fit as there are agents.
 */
const MAX_ENTRIES = 300_000;

/** Plans of a run's agents at its events, made by the runtime's own function. */
export class PlanCache {
  private readonly history: StateHistory;
  private readonly plans = new Map<string, MergePlan>();
  private weight = 0;

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
      this.weight += weightOf(plan);
      for (const [oldest, old] of this.plans) {
        if (this.weight <= MAX_ENTRIES) break;
        this.plans.delete(oldest);
        this.weight -= weightOf(old);
      }
    } else this.plans.delete(id);
    this.plans.set(id, plan);
    return plan;
  }

  private createPlan(context: ContextHistory, event: number): MergePlan {
    return planMerge(overlayInput(this.history, context, event));
  }
}

/** A plan without entries takes room, too. */
function weightOf({ entries }: MergePlan): number {
  return entries.length + 1;
}
