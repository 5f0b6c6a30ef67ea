/** The merges of scripts that wait for the user: which are held, what they fixed, and how each is decided. */

import type { ContextLayer } from "./contextLayer";
import { applyPlan, movedInParent, recordRefusal, type HoldDecision } from "./contextMerge";
import type { MergeResult } from "../core/mergeResult";
import { MergeRejectedError, StalePlanError } from "../core/mergeErrors";
import type { HoldMode } from "../core/choices";
import type { HoldModes, InspectorMerge } from "../core/inspector";
import type { JsonValue } from "../core/jsonValue";
import { recordMergeHeld, type HeldMergeData } from "../core/eventKinds";
import type { MergeRequest } from "../core/mergeOptions";
import type { MergeChoice } from "../core/mergeChoice";
import type { MergePlan } from "../core/mergePlan";
import { recordsOf, planMerge } from "../core/planMerge";
import type { PlanOptions, PlanInput, LocalChange, ReadNote } from "../core/planInput";

/** What a merge wrote to the parent for a key, and the event after which that is so. */
interface MergedBase {
  readonly layer: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
  readonly seq: number;
}

/** What an agent has merged since it has held merges: those that are older rest on that, key by key. */
interface MergedMeanwhile {
  /** How many of its merges are held. */
  holds: number;
  readonly bases: Map<string, MergedBase>;
}

interface HeldMerge {
  readonly id: number;
  readonly context: ContextLayer;
  readonly options: PlanOptions;
  /** The plan that the script asked for, and nothing else. */
  readonly exact: MergePlan | undefined;
  /** The local changes as they were at the call. */
  readonly changes: ReadonlyMap<string, LocalChange>;
  readonly reads: readonly ReadNote[];
  readonly settledSeq: number;
  readonly resolve: (result: MergeResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys that the event of a held merge names at most. */
const MAX_NAMED_KEYS = 200_000;

/** The held merges of one log. */
export class HeldMerges {
  readonly #held = new Map<number, HeldMerge>();
  readonly #merged = new Map<ContextLayer, MergedMeanwhile>();
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
    if (mode === "never" || recordsOf(plan).length === 0) return undefined;
    const { conflicts, problems } = plan.counts;
    if (mode === "onProblem" && conflicts + problems === 0) return undefined;
    const options = request.plan === undefined ? heldOptions(request, plan) : optionsOf(request.plan);
    const changes = new Map<string, LocalChange>();
    for (const { key } of recordsOf(plan)) {
      const slot = context.slots.get(key);
      if (slot !== undefined) changes.set(key, copyChange(slot));
    }
    const reason = conflicts > 0 ? "conflict" : problems > 0 ? "problem" : "always";
    const data = describe(plan, options, reason, request.plan !== undefined);
    const { log, author, parent } = context;
    const reads = context.readNotes();
    const { settledSeq } = context;
    const id = recordMergeHeld(log, author, parent.layer, data as unknown as JsonValue);
    const held = new Promise<MergeResult>((resolve, reject) => {
      this.#held.set(id, { id, context, options, exact: request.plan, changes, reads, settledSeq, resolve, reject });
    });
    const merged = this.#merged.get(context);
    if (merged === undefined) this.#merged.set(context, { holds: 1, bases: new Map() });
    else merged.holds++;
    this.#tell();
    return held;
  }

  /** A merge of an agent wrote a key: changes of it that were held before rest on that now. */
  noteMerged(
    context: ContextLayer,
    key: string,
    base: { readonly layer: number; readonly rev: number },
    value: JsonValue | undefined,
  ): void {
    this.#merged.get(context)?.bases.set(key, { ...base, value, seq: context.log.lastSeq });
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
    const { keys, only } = held.options;
    const plan = planMerge(this.#input(held), { keys, only, policy });
    if (plan.counts.undecided > 0) return applyPlan(held.context, plan, held.context.userAuthor);
    return this.#apply(held, plan, { hold: id, decision: "approved" });
  }

  #decide(
    held: HeldMerge,
    decision: HoldDecision,
    keys?: readonly string[],
    choices?: ReadonlyMap<string, MergeChoice>,
  ): MergeResult {
    const { context, options } = held;
    let plan: MergePlan | undefined;
    try {
      plan = this.#plan(held, keys, choices);
      return this.#apply(held, plan, decision);
    } catch (error) {
      // Where there is a plan, its refusal has been recorded already.
      if (plan === undefined) {
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
    return planMerge(this.#input(held), {
      ...options,
      keys: keys ?? options.keys,
      choices: new Map([...(options.choices ?? []), ...(choices ?? [])]),
    });
  }

  #input({ id, context, changes, reads, settledSeq }: HeldMerge): PlanInput {
    const locals = rebased(changes, id, this.#merged.get(context)?.bases);
    return context.planInput({ locals, reads, settledSeq });
  }

  #apply(held: HeldMerge, plan: MergePlan, decision: HoldDecision): MergeResult {
    const { context } = held;
    const author = decision.decision === "approved" ? context.userAuthor : context.author;
    const result = applyPlan(context, plan, author, decision);
    this.#settle(held, () => held.resolve(result));
    return result;
  }

  #get(id: number): HeldMerge {
    const held = this.#held.get(id);
    if (held === undefined) throw new Error("This merge is no longer held: it was decided or released already.");
    return held;
  }

  #settle(held: HeldMerge, tellScript: () => void): void {
    this.#held.delete(held.id);
    const merged = this.#merged.get(held.context);
    if (merged !== undefined && --merged.holds === 0) this.#merged.delete(held.context);
    tellScript();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#held.size);
  }
}

/** Changes that were held by an event, on the bases that merges after it gave them. */
function* rebased(
  changes: ReadonlyMap<string, LocalChange>,
  heldSeq: number,
  bases: ReadonlyMap<string, MergedBase> | undefined,
): Generator<readonly [string, LocalChange], void, undefined> {
  for (const entry of changes) {
    const [key, change] = entry;
    const base = bases?.get(key);
    if (base === undefined || base.seq < heldSeq) yield entry;
    else {
      const { layer: baseLayer, rev: baseRev, value: baseValue } = base;
      yield [key, { ...change, baseLayer, baseRev, baseValue }];
    }
  }
}

function copyChange(change: LocalChange): LocalChange {
  const { value, rev, actor, agentLayer, seq, pending, baseLayer, baseRev, baseValue } = change;
  const { seenValue, seenSeq } = change;
  return { value, rev, actor, agentLayer, seq, pending, baseLayer, baseRev, baseValue, seenValue, seenSeq };
}

/** The options of a call, once its keys are fixed: a name that was left alone is not one that is not local. */
function heldOptions(request: MergeRequest, plan: MergePlan): PlanOptions {
  if (plan.whole || plan.only === undefined) return request;
  return { ...request, keys: [...recordsOf(plan).map(({ key }) => key), ...plan.skipped] };
}

/** What a plan decided, as options: for when the user changes some of it. */
function optionsOf(plan: MergePlan): PlanOptions {
  const choices = new Map<string, MergeChoice>();
  for (const { key, take, result } of recordsOf(plan)) {
    if (take === "parent") choices.set(key, { take });
    else if (take === "value" || take === "merged") choices.set(key, { value: result });
  }
  const policy = plan.policy === "resolver" ? "overwrite" : plan.policy;
  const keys = plan.whole ? undefined : recordsOf(plan).map(({ key }) => key);
  return { policy, choices, keys, only: plan.only, conflictBy: plan.conflictBy };
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
  const keys = recordsOf(plan)
    .slice(0, MAX_NAMED_KEYS)
    .map(({ key }) => key);
  return Object.freeze({
    reason,
    ...(plan.counts.problems > 0 && { problemCount: plan.counts.problems }),
    policy: options.policy ?? "overwrite",
    whole: plan.whole,
    ...(plan.only && { only: plan.only }),
    ...(plan.conflictBy === "revision" && { conflictBy: plan.conflictBy }),
    keys: Object.freeze(keys),
    skipped: plan.skipped,
    choices: Object.freeze(choices),
    exact,
  });
}
