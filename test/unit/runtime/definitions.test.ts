/** Holds base, conflict and pending to a naive model of their definitions, over random programs. */

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { storeLayerOf } from "../../../src/runtime/stateStore";
import { movedKeys } from "../../../src/runtime/contextMerge";
import type { HoldMode } from "../../../src/core/choices";
import type { MergePlan } from "../../../src/runtime/index";
import { NaiveContext, NaiveHold, NaiveStore, type Decision, type Policy, type Sight } from "./naiveModel";
import { optionsOf, program, World, type Choice, type Merge, type Step } from "./programs";

describe("runtime definitions", function () {
  // Thousands of programs: seconds here, more where the machine is busy.
  this.timeout(180_000);

  it("base, conflict, stale read, pending, holds and every effective value are as defined", () => {
    fc.assert(fc.property(program, agrees), {
      numRuns: 1_000,
      examples: [
        // One release does a merge and so moves the parent under an exact plan that it releases next.
        [
          [
            { do: "storeSet", store: 0, key: "c", value: 0 },
            { do: "set", context: 0, key: "c", value: 1 },
            { do: "setHolds", mode: "always" },
            { do: "preview", context: 0, keys: undefined, policy: "overwrite", choices: [] },
            { do: "merge", context: 0, keys: undefined, policy: "overwrite", choices: [] },
            { do: "applyPlan" },
            { do: "release" },
          ],
        ],
      ],
    });
  });
});

function agrees(steps: readonly Step[]): void {
  const world = new World();
  const naive = new NaiveWorld();
  for (const step of steps) {
    naive.run(step, world);
    world.run(step);
    compare(world, naive);
  }
}

/** The same programs on the naive model. */
class NaiveWorld {
  private time = 0;
  private readonly clock = (): number => ++this.time;
  readonly stores: NaiveStore[] = [new NaiveStore()];
  readonly contexts: NaiveContext[] = [new NaiveContext(undefined, this.stores[0] as NaiveStore, this.clock)];
  readonly holds: NaiveHold[] = [];
  private mode: HoldMode = "never";

  /** @param world the real one, which has not done this step yet */
  run(step: Step, world: World): void {
    const store = (number: number): NaiveStore => this.stores[number % this.stores.length] as NaiveStore;
    const context = (number: number): NaiveContext => this.contexts[number % this.contexts.length] as NaiveContext;
    switch (step.do) {
      case "newStore":
        return void this.stores.push(new NaiveStore());
      case "newContext": {
        const parents = [...this.stores, ...this.contexts];
        const parent = parents[step.parent % parents.length] as NaiveStore;
        return void this.contexts.push(new NaiveContext(step.id, parent, this.clock));
      }
      case "read":
      case "has":
        return void context(step.context).read(step.key);
      case "deleteLocal":
        return context(step.context).write(step.key, undefined);
      case "takeBack":
        return context(step.context).takeBack(step.key);
      case "set":
        return context(step.context).write(step.key, step.value);
      case "merge": {
        // What a merge loses has tests of its own; here it is what the real plan says.
        const { problems } = world.context(step.context).previewMerge(optionsOf(step)).counts;
        return this.merge(context(step.context), step, step.policy, decisionsOf(step.choices), problems);
      }
      case "applyPlan": {
        const { planned } = world;
        if (planned === undefined) return;
        // Whether a plan is stale has tests of its own; here it is what the real one says.
        const core = contextLayerOf(planned.context);
        const naive = this.contexts[world.contexts.indexOf(planned.context)];
        assert.ok(core && naive);
        if (movedKeys(core, planned.plan).length > 0) return;
        const choices = new Map<string, Decision>();
        for (const { key, take, result } of planned.plan.entries) {
          choices.set(key, take === "value" || take === "merged" ? { value: result } : take);
        }
        const keys = planned.plan.whole ? undefined : planned.plan.entries.map(({ key }) => key);
        const { only, conflictBy, counts } = planned.plan;
        return this.merge(naive, { keys, only, conflictBy }, "overwrite", choices, counts.problems, planned.plan);
      }
      case "setHolds":
        this.mode = step.mode;
        return;
      case "approve": {
        const hold = this.holds[step.hold % this.holds.length];
        if (hold !== undefined) this.decide(hold, step.keys, decisionsOf(step.choices));
        return;
      }
      case "reject": {
        if (this.holds.length > 0) this.holds.splice(step.hold % this.holds.length, 1);
        return;
      }
      case "release":
        while (this.holds[0] !== undefined) this.decide(this.holds[0], undefined, new Map());
        return;
      case "discard":
        return context(step.context).discard();
      case "scope":
        return context(step.context).write("a", 1);
      case "storeSet":
        return store(step.store).set(step.key, step.value);
      case "storeDelete":
        return store(step.store).delete(step.key);
      case "restore":
        return store(step.store).restore(step.state);
      case "preview":
      case "log":
      case "keys":
      case "snapshotBack":
    }
  }

  private merge(
    context: NaiveContext,
    { keys, only, conflictBy }: Pick<Merge, "keys" | "only" | "conflictBy">,
    policy: Policy,
    choices: ReadonlyMap<string, Decision>,
    problems: number,
    exact?: MergePlan,
  ): void {
    const changes = context.changes(keys, only);
    const conflicts = [...changes.keys()].some((key) => context.conflicts(key, conflictBy));
    if (changes.size > 0 && (this.mode === "always" || (this.mode === "onProblem" && (conflicts || problems > 0)))) {
      const hold = new NaiveHold(context, keys, policy, choices, changes, conflictBy);
      this.holds.push(hold);
      if (exact !== undefined) {
        this.exact.set(hold, {
          plan: exact,
          parent: new Map(exact.entries.map(({ key }) => [key, context.parent.see(key)])),
        });
      }
      return;
    }
    context.apply(changes, context.decide(changes, policy, choices, conflictBy), this.holds);
  }

  /** Plans that are to be done exactly, and the parent as they took it to be. */
  private readonly exact = new Map<
    NaiveHold,
    { readonly plan: MergePlan; readonly parent: ReadonlyMap<string, Sight> }
  >();

  private decide(hold: NaiveHold, keys: readonly string[] | undefined, choices: ReadonlyMap<string, Decision>): void {
    this.holds.splice(this.holds.indexOf(hold), 1);
    const { context } = hold;
    const exact = this.exact.get(hold);
    const untouched = keys === undefined && choices.size === 0;
    if (exact !== undefined && untouched) {
      // Nothing of the real world can be asked: of several that are released at once it has done none yet.
      for (const [key, { where, write }] of exact.parent) {
        const now = context.parent.see(key);
        if (now.where !== where || now.write !== write) return;
      }
    }
    const wanted = keys ?? hold.keys;
    const changes = new Map([...hold.changes].filter(([key]) => wanted === undefined || wanted.includes(key)));
    // What the script left to the plan's policy is decided anew once the user changes anything.
    const own = exact === undefined || untouched ? hold.choices : settled(hold.choices);
    const policy = exact === undefined || untouched ? hold.policy : policyOf(exact.plan);
    const decisions = context.decide(changes, policy, new Map([...own, ...choices]), hold.conflictBy);
    context.apply(changes, decisions, this.holds);
  }
}

/** Of an exact plan's decisions those that differ from just merging the overlay. */
function settled(choices: ReadonlyMap<string, Decision>): Map<string, Decision> {
  return new Map([...choices].filter(([, decision]) => decision !== "overlay" && decision !== "undecided"));
}

function policyOf(plan: MergePlan): Policy {
  return plan.policy === "resolver" ? "overwrite" : plan.policy;
}

function decisionsOf(choices: readonly Choice[]): Map<string, Decision> {
  return new Map(choices);
}

function compare(world: World, naive: NaiveWorld): void {
  assert.equal(world.holds.ids.length, naive.holds.length);
  const layerOf = new Map<NaiveStore | NaiveContext, number>();
  for (const [index, store] of world.stores.entries()) {
    const twin = naive.stores[index] as NaiveStore;
    layerOf.set(twin, storeLayerOf(store)?.layer ?? NaN);
    assert.equal(store.revision, twin.revision);
    const present = [...twin.keys].filter(([, { value }]) => value !== undefined);
    assert.deepEqual(
      store.keys().map((key) => [key, store.get(key)]),
      present.map(([key, { value }]) => [key, value]),
    );
  }
  for (const [index, context] of world.contexts.entries()) {
    layerOf.set(naive.contexts[index] as NaiveContext, contextLayerOf(context)?.layer ?? NaN);
  }
  for (const [index, context] of world.contexts.entries()) {
    const twin = naive.contexts[index] as NaiveContext;
    const { entries, staleReads } = context.previewMerge();
    assert.deepEqual(
      staleReads.map(({ key, read, now, dependents }) => ({
        key,
        was: read.value,
        now: now.value,
        dependents: dependents.map((dependent) => dependent.key),
      })),
      twin.staleReads(),
    );
    assert.deepEqual(
      entries.map(({ key, base, conflict, result, parent }) => ({
        key,
        base: [base.value, base.layer, base.revision],
        conflict,
        result,
        parent: parent.value,
      })),
      Array.from(twin.local, ([key, { value }]) => {
        const base = twin.base.get(key);
        assert.ok(base);
        return {
          key,
          base: [base.value, layerOf.get(base.where), base.write],
          conflict: twin.conflicts(key),
          result: value,
          parent: twin.parent.see(key).value,
        };
      }),
    );
    assert.deepEqual(
      context.previewMerge({ conflictBy: "revision" }).entries.map(({ conflict }) => conflict),
      Array.from(twin.local.keys(), (key) => twin.conflicts(key, "revision")),
    );
    const core = contextLayerOf(context);
    assert.ok(core);
    assert.deepEqual(
      [...core.slots].filter(([, slot]) => slot.pending).map(([key]) => key),
      [...twin.local.keys()].filter((key) => twin.pending.has(key)),
    );
    assert.equal(core.isPending, twin.pending.size > 0);
    assert.equal(core.pendingCount, twin.pending.size);
    assert.equal(context.localState.size, twin.local.size);
  }
}
