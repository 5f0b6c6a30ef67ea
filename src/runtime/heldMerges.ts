/** Owns the merges of scripts that wait for the user: which are held, what they fixed, and how each is decided. */

import type { ContextLayer } from "./contextLayer";
import { applyPlan, movedInParent, recordRefusal, type HoldDecision, type MergeResult } from "./contextMerge";
import { MergeConflictError, MergeRejectedError, StalePlanError } from "./errors";
import type { HoldMode, HoldModes, InspectorMerge } from "./inspector";
import type { JsonValue } from "./jsonValue";
import { Op, type HeldMergeData } from "./logRow";
import type { MergeChoice, MergeRequest } from "./mergeOptions";
import { planMerge, type LocalChange, type MergePlan, type PlanInput, type PlanOptions } from "./mergePlan";
import type { ReadNote } from "./staleReads";

/** A local change as it was at the call. Its base follows other merges of the same agent. */
type HeldChange = { -readonly [name in keyof LocalChange]: LocalChange[name] };

interface HeldMerge {
  readonly id: number;
  readonly context: ContextLayer;
  readonly options: PlanOptions;
  /** The plan that the script asked for, and nothing else. */
  readonly exact: MergePlan | undefined;
  readonly changes: ReadonlyMap<string, HeldChange>;
  readonly reads: readonly ReadNote[];
  readonly resolve: (result: MergeResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys that the event of a held merge names at most. */
const MAX_NAMED_KEYS = 200_000;

/** The held merges of one log. */
export class HeldMerges {
  readonly #held = new Map<number, HeldMerge>();
  readonly #listeners: ((count: number) => void)[] = [];
  #modes: HoldModes = { run: "never", agents: new Map() };

  /** Ids, oldest first. */
  get ids(): readonly number[] {
    return [...this.#held.keys()];
  }

  setModes(modes: HoldModes): void {
    this.#modes = modes;
  }

  onChanged(listener: (count: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Holds a merge if the user wants that. @returns what the script waits for, or undefined: it is to be done now. */
  tryHold(context: ContextLayer, request: MergeRequest, plan: MergePlan): Promise<MergeResult> | undefined {
    const mode: HoldMode = this.#modes.agents.get(context.layer) ?? this.#modes.run;
    if (mode === "never" || plan.entries.length === 0) return undefined;
    if (mode === "onConflict" && plan.counts.conflicts === 0) return undefined;
    const options = request.plan === undefined ? request : optionsOf(request.plan);
    const changes = new Map<string, HeldChange>();
    for (const { key } of plan.entries) {
      const slot = context.slots.get(key);
      if (slot !== undefined) changes.set(key, copyChange(slot));
    }
    const data = describe(plan, options, plan.counts.conflicts > 0 ? "conflict" : "always", request.plan !== undefined);
    const { log, agentId, layer, parent } = context;
    const reads = [...context.planInput().reads];
    const id = log.append(Op.MergeHeld, agentId, layer, 0, 0, data as unknown as JsonValue, parent.layer, 0);
    const held = new Promise<MergeResult>((resolve, reject) => {
      this.#held.set(id, { id, context, options, exact: request.plan, changes, reads, resolve, reject });
    });
    this.#tell();
    return held;
  }

  /** Another merge of the same agent wrote a key: held changes of it rest on that now. */
  noteMerged(
    context: ContextLayer,
    key: string,
    base: { readonly layer: number; readonly rev: number },
    value: JsonValue | undefined,
  ): void {
    if (this.#held.size === 0) return;
    for (const held of this.#held.values()) {
      const change = held.context === context ? held.changes.get(key) : undefined;
      if (change === undefined) continue;
      change.baseLayer = base.layer;
      change.baseRev = base.rev;
      change.baseValue = value;
    }
  }

  /** @throws see `InspectableRuntime.approve`. */
  approve(id: number, { keys, choices, asOf }: Omit<InspectorMerge, "policy"> = {}): MergeResult {
    const held = this.#get(id);
    if (asOf !== undefined) {
      const moved = this.movedSince(id, asOf, keys);
      if (moved.length > 0) throw new StalePlanError(held.context.agentName, moved);
    }
    return this.#decide(held, { hold: id, decision: "approved" }, keys, choices);
  }

  reject(id: number, reason: string | undefined): void {
    const held = this.#get(id);
    const error = new MergeRejectedError(held.context.agentName, reason);
    recordRefusal(held.context, error, 0, [...held.changes.keys()], id);
    this.#settle(held, () => held.reject(error));
  }

  /** @returns how many there were. */
  release(why: NonNullable<HoldDecision["why"]>): number {
    const all = [...this.#held.values()];
    for (const held of all) {
      try {
        this.#decide(held, { hold: held.id, decision: "released", why });
      } catch {
        // The script has been told.
      }
    }
    return all.length;
  }

  /** The context of a held merge. @throws when it is not held any more. */
  contextOf(id: number): ContextLayer {
    return this.#get(id).context;
  }

  /** The keys of a held merge whose parent entry moved after an event. */
  movedSince(id: number, seq: number, keys?: readonly string[]): string[] {
    const { context, changes } = this.#get(id);
    return [...(keys ?? changes.keys())].filter((key) => !changes.has(key) || context.parent.movedSince(key, seq));
  }

  /** Merges a held one under another policy. A refusal leaves it held. @throws MergeConflictError */
  mergeUnder(id: number, policy: PlanOptions["policy"]): MergeResult {
    const held = this.#get(id);
    const plan = planMerge(inputOf(held), { keys: held.options.keys, policy });
    if (plan.counts.undecided > 0) return applyPlan(held.context, plan);
    return this.#apply(held, plan, { hold: id, decision: "approved" });
  }

  #decide(
    held: HeldMerge,
    decision: HoldDecision,
    keys?: readonly string[],
    choices?: ReadonlyMap<string, MergeChoice>,
  ): MergeResult {
    const { context, options } = held;
    try {
      return this.#apply(held, this.#plan(held, keys, choices), decision);
    } catch (error) {
      // An undecided plan has been recorded as refused already.
      if (!(error instanceof MergeConflictError)) {
        recordRefusal(context, error, 0, error instanceof StalePlanError ? error.keys : (options.keys ?? []), held.id);
      }
      this.#settle(held, () => held.reject(error));
      throw error;
    }
  }

  #plan(held: HeldMerge, keys?: readonly string[], choices?: ReadonlyMap<string, MergeChoice>): MergePlan {
    const { context, options, exact } = held;
    if (exact !== undefined && keys === undefined && (choices?.size ?? 0) === 0) {
      const moved = movedInParent(context, exact);
      if (moved.length > 0) throw new StalePlanError(context.agentName, moved);
      return exact;
    }
    return planMerge(inputOf(held), {
      ...options,
      keys: keys ?? options.keys,
      choices: new Map([...(options.choices ?? []), ...(choices ?? [])]),
    });
  }

  #apply(held: HeldMerge, plan: MergePlan, decision: HoldDecision): MergeResult {
    const result = applyPlan(held.context, plan, decision);
    this.#settle(held, () => held.resolve(result));
    return result;
  }

  #get(id: number): HeldMerge {
    const held = this.#held.get(id);
    if (held === undefined) throw new Error("This merge is not held any more: it was decided or released already.");
    return held;
  }

  #settle(held: HeldMerge, tellScript: () => void): void {
    this.#held.delete(held.id);
    tellScript();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#held.size);
  }
}

function inputOf({ context, changes, reads }: HeldMerge): PlanInput {
  return { ...context.planInput(), locals: changes, reads };
}

function copyChange(change: LocalChange): HeldChange {
  const { value, rev, actor, seq, pending, baseLayer, baseRev, baseValue } = change;
  return { value, rev, actor, seq, pending, baseLayer, baseRev, baseValue };
}

/** What a plan decided, as options: for when the user changes some of it. */
function optionsOf(plan: MergePlan): PlanOptions {
  const choices = new Map<string, MergeChoice>();
  for (const { key, take, result } of plan.entries) {
    if (take === "parent") choices.set(key, { take });
    else if (take === "value" || take === "merged") choices.set(key, { value: result });
  }
  const policy = plan.policy === "resolver" ? "overwrite" : plan.policy;
  const keys = plan.whole ? undefined : plan.entries.map(({ key }) => key);
  return { policy, choices, keys };
}

function describe(
  plan: MergePlan,
  options: PlanOptions,
  reason: HeldMergeData["reason"],
  exact: boolean,
): HeldMergeData {
  const choices = Array.from(options.choices ?? [], ([key, choice]) => {
    if ("take" in choice) return Object.freeze({ key, take: choice.take });
    return Object.freeze(choice.value === undefined ? { key } : { key, value: choice.value });
  });
  const keys = plan.entries.slice(0, MAX_NAMED_KEYS).map(({ key }) => key);
  return Object.freeze({
    reason,
    policy: options.policy ?? "overwrite",
    whole: plan.whole,
    keys: Object.freeze(keys),
    skipped: plan.skipped,
    choices: Object.freeze(choices),
    exact,
  });
}
