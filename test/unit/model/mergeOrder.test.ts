/** Holds what is said of orders of merges against really merging in them, on the runtime itself. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { collectWrites, orderOutcome, simulate, type OrderParticipant } from "../../../src/model/orders/mergeOrder";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { AgentContext, RunLog, StateStore, type JsonValue } from "../../../src/runtime/index";
import { INSPECTOR, type InspectableRuntime, type Inspector, type OrderedMerge } from "../../../src/core/inspector";
import { jsonEqual } from "../../../src/core/jsonValue";
import type { PlanInput } from "../../../src/core/planInput";
import { openInspector } from "../../../src/runtime/openInspector";
import { eventLogOf } from "../../../src/runtime/runLog";
import { HEADER } from "./recordedRun";

const door = globalThis as { [INSPECTOR]?: Inspector };

const KEYS = ["a", "b", "c", "10", "__proto__"] as const;
const key = fc.constantFrom(...KEYS);
/** Objects that share a base and lists of one length, so that sides come up that merge into each other. */
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<JsonValue[]>({ p: 1 }, { p: 2 }, { p: 1, q: 2 }, { p: 1, r: 1 }, { p: 1, q: 1 }),
  },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue[]>(1, null, [1, 2], [1, 3], {}) },
);

type Step =
  | { readonly do: "read" | "delete" | "takeBack"; readonly agent: number; readonly key: string }
  | { readonly do: "set"; readonly agent: number; readonly key: string; readonly value: JsonValue }
  | { readonly do: "merge" | "hold"; readonly agent: number }
  | { readonly do: "parentSet"; readonly key: string; readonly value: JsonValue }
  | { readonly do: "parentDelete"; readonly key: string };

const agent = fc.nat({ max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), agent, key }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("set" as const), agent, key, value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("delete" as const, "takeBack" as const), agent, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("merge" as const), agent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hold" as const), agent }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("parentSet" as const), key, value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("parentDelete" as const), key }) },
);
const program = fc.record({
  agents: fc.integer({ min: 2, max: 5 }),
  /** Whether the agents' parent is itself an agent's context. */
  nested: fc.boolean(),
  steps: fc.array(step, { maxLength: 40, size: "max" }),
});
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

/** A program's world after its last step, with all that can be merged there. */
class World {
  readonly runtime: InspectableRuntime;
  readonly parent: StateStore | AgentContext;
  /** The agents of held merges. */
  private readonly layers = new Map<number, number>();
  /** What can be merged, held merges first. */
  readonly merges: readonly OrderedMerge[];
  private readonly lines: string[];

  constructor({ agents, nested, steps }: Program) {
    const log = new RunLog();
    let runtime: InspectableRuntime | undefined;
    door[INSPECTOR] = { runtimeLoaded: (loaded) => (runtime = loaded) };
    openInspector(eventLogOf(log));
    delete door[INSPECTOR];
    assert.ok(runtime);
    this.runtime = runtime;
    const encode = createRowEncoder();
    const lines: string[] = [];
    const start = runtime.attach({ append: (row) => void lines.push(encode(row)) });
    lines.push(HEADER, encodeSnapshot(start, 0, 0));
    this.lines = lines;
    const store = new StateStore({ log });
    for (const name of ["a", "b", "c"]) store.set(name, { p: 1 }, "setup");
    this.parent = nested ? new AgentContext("lead", store) : store;
    const contexts = Array.from({ length: agents }, (_, number) => new AgentContext(`agent ${number}`, this.parent));
    for (const each of steps) this.run(each, contexts);
    const layers = contexts.flatMap((context) => contextLayerOf(context) ?? []);
    this.merges = [
      ...this.runtime.held().map((hold) => ({ layer: this.layers.get(hold) ?? 0, hold })),
      ...layers.flatMap(({ layer, localCount }) => (localCount > 0 ? [{ layer }] : [])),
    ];
  }

  /** What can be merged, as a model says it that knows only the recording. */
  participants(): OrderParticipant[] {
    const model = new RunModel();
    model.append(new TextEncoder().encode(this.lines.join("")));
    return this.merges.map(({ layer, hold }) => ({
      ...{ layer, hold, name: model.layerName(layer) },
      input: hold === undefined ? model.planInput(layer, model.lastSeq) : model.heldPlanInput(hold, model.lastSeq),
    }));
  }

  private run(each: Step, contexts: readonly AgentContext[]): void {
    const { parent } = this;
    if (each.do === "parentSet") {
      if (parent instanceof StateStore) parent.set(each.key, each.value, "lead");
      else parent.set(each.key, each.value);
      return;
    }
    if (each.do === "parentDelete") return void parent.delete(each.key);
    const context = contexts[each.agent % contexts.length] as AgentContext;
    switch (each.do) {
      case "read":
        return void context.get(each.key);
      case "set":
        return context.set(each.key, each.value);
      case "delete":
        return context.delete(each.key);
      case "takeBack":
        return void context.localState.delete(each.key);
      case "merge":
        return void context.mergeToParent();
      case "hold": {
        const layer = contextLayerOf(context);
        if (layer === undefined || layer.localCount === 0) return;
        this.runtime.setHolds({ run: "always", agents: new Map() });
        void context.mergeToParent();
        this.runtime.setHolds({ run: "never", agents: new Map() });
        this.layers.set(this.runtime.held().at(-1) ?? 0, layer.layer);
      }
    }
  }

  value(name: string): JsonValue | undefined {
    return this.parent.get(name);
  }
}

/** The input with its local changes as they are now. */
function frozen(input: PlanInput): PlanInput {
  return { ...input, locals: Array.from(input.locals, ([name, change]) => [name, { ...change }] as const) };
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, place) => [...rest.slice(0, place), count - 1, ...rest.slice(place)]),
  );
}

/** At most so many participants are tried in every order. */
const MAX_PERMUTED = 5;
/** One of the orders of these participants. */
function shuffled(count: number, seed: number): number[] {
  const left = Array.from({ length: count }, (_, number) => number);
  const order: number[] = [];
  for (let rest = seed; left.length > 0; rest = Math.floor(rest / (left.length + 1))) {
    order.push(...left.splice(rest % left.length, 1));
  }
  return order;
}

describe("order of merges", () => {
  it("calls exactly those keys order-sensitive that end differently in two orders of really merging", () => {
    let sensitive = 0;
    fc.assert(
      fc.property(program, (steps) => {
        const table = collectWrites(new World(steps).participants());
        const count = table.participants.length;
        if (count > MAX_PERMUTED) return;
        const ends = new Map<string, (JsonValue | undefined)[]>();
        for (const order of permutations(count)) {
          const world = new World(steps);
          world.runtime.mergeInOrder(
            order.map((number) => world.merges[number] as OrderedMerge),
            { policy: "overwrite" },
          );
          const { results } = orderOutcome(table, order, "overwrite");
          table.keys.forEach(({ key: name }, index) => {
            const end = world.value(name);
            assert.ok(jsonEqual(results[index], end), `${name} in the order ${order.join()}`);
            ends.set(name, [...(ends.get(name) ?? []), end]);
          });
        }
        for (const { key: name, sensitive: told } of table.keys) {
          const [first, ...others] = ends.get(name) ?? [];
          assert.equal(
            told,
            others.some((other) => !jsonEqual(other, first)),
            name,
          );
          if (told) sensitive++;
        }
        assert.equal(table.sensitiveCount, table.keys.filter((each) => each.sensitive).length);
      }),
      { numRuns: 100 },
    );
    assert.ok(sensitive > 20, `only ${sensitive} sensitive keys were seen`);
  });

  for (const policy of ["overwrite", "refuse", "auto"] as const) {
    it(`says what merging in an order comes to under "${policy}", held merges included`, () => {
      let refusals = 0;
      let decided = 0;
      fc.assert(
        fc.property(program, fc.nat({ max: 100_000 }), (steps, seed) => {
          const world = new World(steps);
          const table = collectWrites(world.participants());
          const order = shuffled(table.participants.length, seed);
          const said = orderOutcome(table, order, policy);
          const before = table.keys.map(({ key: name }) => world.value(name));
          const done = world.runtime.mergeInOrder(
            order.map((number) => world.merges[number] as OrderedMerge),
            { policy },
          );
          order.forEach((number, place) => {
            const { merged, refused } = done[place] as { merged: number; refused?: string };
            const outcome = said.merges[number];
            assert.equal(outcome?.merged, merged);
            assert.equal((outcome?.conflicts.length ?? 0) > 0, refused !== undefined);
            if (refused !== undefined) refusals++;
          });
          table.keys.forEach(({ key: name, writers }, index) => {
            const end = world.value(name);
            assert.ok(jsonEqual(said.results[index], end), `${name}: ${JSON.stringify([said.results[index], end])}`);
            const winner = said.winners[index] as number;
            if (winner === -1) assert.ok(jsonEqual(end, before[index]));
            else if (!writers.some((each) => each.participant === winner && jsonEqual(each.change.value, end))) {
              decided++;
            }
          });
        }),
        { numRuns: 1_000 },
      );
      assert.equal(refusals > 50, policy !== "overwrite");
      assert.equal(decided > 10, policy === "auto");
    });
  }

  it("says the same of overwriting whether it plans the merges or looks at the last writers", () => {
    fc.assert(
      fc.property(program, fc.nat({ max: 100_000 }), (steps, seed) => {
        const table = collectWrites(new World(steps).participants());
        const some = shuffled(table.participants.length, seed).slice(seed % 2);
        assert.deepEqual(orderOutcome(table, some, "overwrite"), simulate(table, some, "overwrite"));
      }),
    );
  });

  it("names who would be refused, and for which keys", () => {
    const parent = new StateStore({ log: new RunLog() });
    const [ann, ben] = ["ann", "ben"].map((name) => new AgentContext(name, parent)) as [AgentContext, AgentContext];
    ann.set("plan", "ann's");
    ben.set("plan", "ben's");
    ben.set("notes", 1);
    const table = collectWrites(
      [ann, ben].map((context) => {
        const layer = contextLayerOf(context);
        assert.ok(layer);
        return { layer: layer.layer, name: context.agentName, input: frozen(layer.planInput()) };
      }),
    );
    assert.deepEqual(
      table.keys.map(({ key: name, sensitive }) => [name, sensitive]),
      [
        ["plan", true],
        ["notes", false],
      ],
    );
    assert.deepEqual(orderOutcome(table, [0, 1], "refuse"), {
      merges: [
        { merged: 1, conflicts: [] },
        { merged: 0, conflicts: ["plan"] },
      ],
      winners: [0, -1],
      results: ["ann's", undefined],
    });
    assert.deepEqual(orderOutcome(table, [1], "overwrite").merges, [undefined, { merged: 2, conflicts: [] }]);
  });

  it("looks through 100,000 keys of three agents at the cost of the keys", () => {
    const count = 100_000;
    const parent = new StateStore({ log: new RunLog({ retention: 10 }) });
    const participants = ["ann", "ben", "cal"].map((name, number): OrderParticipant => {
      const context = new AgentContext(name, parent);
      for (let index = 0; index < count; index++) context.set(`key_${index}`, index % 100 === 0 ? number : index);
      const layer = contextLayerOf(context);
      assert.ok(layer);
      return { layer: layer.layer, name, input: frozen(layer.planInput()) };
    });
    const table = collectWrites(participants);
    assert.equal(table.keys.length, count);
    assert.equal(table.sensitiveCount, count / 100);
    for (const policy of ["overwrite", "refuse", "auto"] as const) {
      assert.equal(orderOutcome(table, [2, 0, 1], policy).winners.length, count);
    }
  });
});
