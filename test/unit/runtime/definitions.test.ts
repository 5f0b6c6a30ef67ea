/** Holds base, conflict and pending to a naive model of their definitions, over random programs. */

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { storeLayerOf } from "../../../src/runtime/stateStore";
import { NaiveContext, NaiveStore } from "./naiveModel";
import { program, World, type Step } from "./programs";

describe("runtime definitions", function () {
  // Thousands of programs: seconds here, more where the machine is busy.
  this.timeout(180_000);

  it("base, conflict, pending and every effective value are as defined", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const naive = new NaiveWorld();
        for (const step of steps) {
          world.run(step);
          naive.run(step);
          compare(world, naive);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The same programs on the naive model. */
class NaiveWorld {
  readonly stores: NaiveStore[] = [new NaiveStore()];
  readonly contexts: NaiveContext[] = [new NaiveContext(this.stores[0] as NaiveStore)];

  run(step: Step): void {
    const store = (number: number): NaiveStore => this.stores[number % this.stores.length] as NaiveStore;
    const context = (number: number): NaiveContext => this.contexts[number % this.contexts.length] as NaiveContext;
    switch (step.do) {
      case "newStore":
        return void this.stores.push(new NaiveStore());
      case "newContext": {
        const parents = [...this.stores, ...this.contexts];
        return void this.contexts.push(new NaiveContext(parents[step.parent % parents.length] as NaiveStore));
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
      case "merge":
        return context(step.context).merge(step.keys);
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
      case "snapshotBack":
    }
  }
}

function compare(world: World, naive: NaiveWorld): void {
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
    const { entries } = context.previewMerge();
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
