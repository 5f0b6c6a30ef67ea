/** Holds merges that wait for the user to what a hold promises: what it fixes, what goes on, how it ends. */

import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import {
  AgentContext,
  MergeConflictError,
  MergeRejectedError,
  StalePlanError,
  StateStore,
  type JsonValue,
  type MergeResult,
} from "../../../src/runtime/index";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import type { HoldMode } from "../../../src/core/choices";
import type { InspectableRuntime } from "../../../src/core/inspector";
import { inspected } from "./inspected";

interface Scene {
  readonly runtime: InspectableRuntime;
  readonly store: StateStore;
  readonly a: AgentContext;
  readonly b: AgentContext;
  kinds(): string[];
  last(kind: string): JsonValue | undefined;
}

function scene(mode: HoldMode = "always"): Scene {
  const { log, runtime } = inspected();
  const store = new StateStore({ log, initial: { budget: 3 } });
  const a = new AgentContext("agent_a", store);
  const b = new AgentContext("agent_b", store);
  runtime.setHolds({ run: mode, agents: new Map() });
  return {
    runtime,
    store,
    a,
    b,
    kinds: () => Array.from(log, ({ kind }) => kind),
    last: (kind) => [...log].findLast((event) => event.kind === kind)?.value,
  };
}

/** Settles later; says meanwhile how it stands. */
function watched(merging: Promise<MergeResult>): { state: "waiting" | "merged" | Error } {
  const watch: { state: "waiting" | "merged" | Error } = { state: "waiting" };
  merging.then(
    () => (watch.state = "merged"),
    (error: unknown) => (watch.state = error as Error),
  );
  return watch;
}

const layerOf = (context: AgentContext): number => contextLayerOf(context)?.layer ?? NaN;

describe("held merges", () => {
  it("carry the user as actor where the user decided, and the agent where nobody did", async () => {
    const { runtime, store, a, b } = scene();
    const actors = (): string[] => store.transitions().map(({ key, actor }) => `${key}: ${actor}`);
    a.set("approved", 1);
    a.set("chosen", 1);
    const approved = a.mergeToParent();
    runtime.approve(runtime.held()[0] ?? NaN, { choices: new Map([["chosen", { value: 2 }]]) });
    await approved;
    b.set("released", 1);
    const released = b.mergeToParent();
    runtime.release("detached");
    await released;
    assert.deepEqual(actors().slice(-3), [
      "approved: you, for agent_a",
      "chosen: you, for agent_a",
      "released: agent_b",
    ]);
    assert.equal(a.get("chosen"), 2);
    // The user did it for the agent: whose work it is stays as it was.
    a.set("chosen", 3);
    assert.equal(a.previewMerge({ conflictBy: "revision" }).counts.conflicts, 0);
    runtime.setHolds({ run: "never", agents: new Map() });
    const child = new AgentContext("child", a);
    child.set("nested", 1);
    runtime.merge(layerOf(child));
    runtime.merge(layerOf(a), { keys: ["nested"] });
    assert.deepEqual(actors().slice(-1), ["nested: you, for agent_a"]);
    await a.mergeToParent({ keys: ["chosen"] });
    assert.deepEqual(actors().slice(-1), ["chosen: agent_a"]);
  });

  it("wait while others go on, and are done with the keys and values of the call", async () => {
    const { runtime, store, a, b, kinds, last } = scene();
    a.get("budget");
    a.set("budget", 4);
    const merging = a.mergeToParent();
    const watch = watched(merging);
    a.set("budget", 5);
    a.set("later", true);
    store.set("budget", 9, "lead");
    b.set("mine", 1);
    await turn();
    assert.equal(watch.state, "waiting");
    assert.equal(store.get("budget"), 9);

    const [id] = runtime.held();
    assert.ok(id !== undefined);
    assert.deepEqual(runtime.approve(id), { merged: 1, skipped: [] });
    const { plan } = await merging;
    // The parent side is that of the decision: the conflict arose while it waited.
    assert.equal(plan.entries[0]?.parent.value, 9);
    assert.equal(plan.counts.conflicts, 1);
    assert.equal(store.get("budget"), 4);
    assert.equal(store.get("later"), undefined);
    // What came later stays, pending, and rests on what was merged.
    assert.deepEqual(
      a.previewMerge().entries.map(({ key, base, overlay, conflict }) => [key, base.value, overlay.value, conflict]),
      [
        ["budget", 4, 5, false],
        ["later", undefined, true, false],
      ],
    );
    assert.deepEqual(
      kinds().filter((kind) => kind.startsWith("merge") || kind === "state_committed"),
      ["merge_held", "merge_planned", "state_committed"],
    );
    assert.deepEqual(last("state_committed"), { keys: 1, skipped: [], hold: id, decision: "approved" });
    assert.deepEqual(runtime.held(), []);
  });

  it("are approved with choices and of some keys only; the rest stays local", async () => {
    const { runtime, store, a } = scene();
    a.set("x", 1);
    a.set("y", 1);
    a.set("z", 1);
    a.set("w", 1);
    const merging = a.mergeToParent();
    const [id = 0] = runtime.held();
    runtime.approve(id, {
      keys: ["x", "y", "z"],
      choices: new Map([
        ["x", { value: { decided: [true] } }],
        ["y", { take: "parent" }],
      ]),
    });
    const { merged, plan } = await merging;
    assert.equal(merged, 2);
    assert.equal(plan.whole, false);
    assert.deepEqual({ ...store.snapshot() }, { budget: 3, x: { decided: [true] }, z: 1 });
    assert.deepEqual(a.get("x"), { decided: [true] });
    assert.deepEqual(a.localState.keys(), ["x", "z", "w"]);
    assert.deepEqual(runtime.pending(), [layerOf(a)]);
  });

  it("rejected ones fail with the reason, change nothing, and surprise nobody who forgot to await", async () => {
    const { runtime, store, a, last } = scene();
    a.set("x", 1);
    const merging = a.mergeToParent();
    const [id = 0] = runtime.held();
    runtime.reject(id, "too expensive");
    await turn();
    await assert.rejects(merging, (error) => {
      assert.ok(error instanceof MergeRejectedError);
      assert.equal(error.agent, "agent_a");
      assert.equal(error.reason, "too expensive");
      assert.match(error.message, /"agent_a" was rejected by the user: too expensive/);
      return true;
    });
    assert.equal(store.get("x"), undefined);
    assert.equal(a.get("x"), 1);
    const { name, hold, keys } = last("transaction_conflict") as Record<string, JsonValue>;
    assert.deepEqual([name, hold, keys], ["MergeRejectedError", id, ["x"]]);
    assert.throws(() => runtime.reject(id), /no longer held/);
  });

  it("on a problem waits what loses something though nothing conflicts, and says why", async () => {
    const { runtime, store, a, b, last } = scene("never");
    a.set("budget", 4);
    await a.mergeToParent();
    store.set("budget", 9, "lead");
    runtime.setHolds({ run: "onProblem", agents: new Map() });
    a.set("free", 1);
    // It reverts what the lead wrote; what is pending alone reverts nothing.
    const { conflicts, problems } = a.previewMerge().counts;
    assert.deepEqual([conflicts, problems], [0, 1]);
    await a.mergeToParent({ only: "pending" });
    const merging = a.mergeToParent();
    const { reason, problemCount } = last("merge_held") as Record<string, JsonValue>;
    assert.deepEqual([reason, problemCount], ["problem", 1]);
    runtime.approve(runtime.held()[0] ?? 0);
    await merging;
    assert.equal(store.get("budget"), 4);
    // Equal values conflict with nothing, and lose a step of a counter.
    for (const each of [a, b]) each.set("n", Number(each.get("n") ?? 0) + 1);
    await a.mergeToParent();
    void b.mergeToParent();
    assert.equal(runtime.held().length, 1);
    assert.equal((last("merge_held") as { reason?: string }).reason, "problem");
  });

  it("on a problem waits what conflicts, too, whatever the script's own policy", async () => {
    const { runtime, store, a, b } = scene("onProblem");
    a.get("budget");
    a.set("budget", 4);
    b.set("free", 1);
    store.set("budget", 9, "lead");
    await b.mergeToParent();
    const watch = watched(a.mergeToParent({ onConflict: "refuse" }));
    await turn();
    assert.equal(watch.state, "waiting");
    const [id = 0] = runtime.held();
    runtime.approve(id, { choices: new Map([["budget", { value: 13 }]]) });
    await turn();
    assert.equal(watch.state, "merged");
    assert.equal(store.get("budget"), 13);
  });

  it("approved as they are go by the script's own policy, which may refuse them", async () => {
    const { runtime, store, a } = scene("onProblem");
    a.get("budget");
    a.set("budget", 4);
    store.set("budget", 9, "lead");
    const watch = watched(a.mergeToParent({ onConflict: "refuse" }));
    const [id = 0] = runtime.held();
    assert.throws(() => runtime.approve(id), MergeConflictError);
    await turn();
    assert.ok(watch.state instanceof MergeConflictError);
    assert.equal(store.get("budget"), 9);
    assert.deepEqual(runtime.held(), []);
  });

  it("ask the script's resolver at the decision", async () => {
    const { runtime, store, a } = scene();
    a.get("budget");
    a.set("budget", 4);
    const merging = a.mergeToParent({
      onConflict: ({ parent, overlay }) => ({ value: [parent.value ?? null, overlay.value ?? null] }),
    });
    store.set("budget", 9, "lead");
    runtime.approve(runtime.held()[0] ?? 0);
    assert.equal((await merging).plan.entries[0]?.by, "resolver");
    assert.deepEqual(store.get("budget"), [9, 4]);
  });

  it("whose resolver throws a refusal of its own are over, and the log says so", async () => {
    const { runtime, store, a, b, last } = scene("never");
    b.get("budget");
    b.set("budget", 5);
    a.get("budget");
    a.set("budget", 4);
    store.set("budget", 9, "lead");
    const refusal: unknown = await b.mergeToParent({ onConflict: "refuse" }).catch((error: unknown) => error);
    runtime.setHolds({ run: "always", agents: new Map() });
    let isAsked = false;
    const merging = a.mergeToParent({
      onConflict: () => {
        if (isAsked) throw refusal;
        isAsked = true;
        return { take: "parent" };
      },
    });
    const [hold = 0] = runtime.held();
    assert.throws(() => runtime.approve(hold), MergeConflictError);
    await assert.rejects(merging, MergeConflictError);
    assert.deepEqual(runtime.held(), []);
    assert.equal((last("transaction_conflict") as { hold?: number }).hold, hold);
  });

  it("of an exact plan are refused when it is outdated, and decided anew by choices", async () => {
    const { runtime, store, a } = scene();
    a.get("budget");
    a.set("budget", 4);
    const watch = watched(a.mergeToParent({ plan: a.previewMerge() }));
    store.set("budget", 9, "lead");
    assert.throws(() => runtime.approve(runtime.held()[0] ?? 0), StalePlanError);
    await turn();
    assert.ok(watch.state instanceof StalePlanError);
    assert.equal(store.get("budget"), 9);

    const merging = a.mergeToParent({ plan: a.previewMerge() });
    store.set("budget", 10, "lead");
    runtime.approve(runtime.held()[0] ?? 0, { choices: new Map([["budget", { take: "overlay" }]]) });
    await merging;
    assert.equal(store.get("budget"), 4);
  });

  it("of what is pending leave the rest alone, and skip nothing that is local", async () => {
    const { runtime, store, a, last } = scene("never");
    a.set("old", 1);
    await a.mergeToParent();
    store.set("old", 2, "lead");
    a.set("new", 1);
    runtime.setHolds({ run: "always", agents: new Map() });
    const named = a.mergeToParent({ only: "pending", keys: ["old", "new", "none"] });
    const { only, keys, skipped } = last("merge_held") as Record<string, JsonValue>;
    assert.deepEqual([only, keys, skipped], ["pending", ["new"], ["none"]]);
    const all = a.mergeToParent({ only: "pending" });
    for (const id of runtime.held()) runtime.approve(id);
    assert.deepEqual([(await named).merged, (await named).skipped, (await all).merged], [1, ["none"], 1]);
    assert.equal(store.get("old"), 2);
    assert.equal((last("merge_planned") as { only?: string }).only, "pending");
  });

  it("by revision stay so, and say it", async () => {
    const { runtime, store, a, last } = scene();
    a.get("budget");
    a.set("budget", 4);
    const merging = a.mergeToParent({ conflictBy: "revision", onConflict: "refuse" });
    assert.equal((last("merge_held") as { conflictBy?: string }).conflictBy, "revision");
    store.set("budget", 4, "lead");
    assert.throws(() => runtime.approve(runtime.held()[0] ?? 0), MergeConflictError);
    await assert.rejects(merging, MergeConflictError);
    assert.equal((last("merge_planned") as { conflictBy?: string }).conflictBy, "revision");
  });

  it("several of one agent may be taken in any order; the later rests on what the earlier wrote", async () => {
    const { runtime, store, a } = scene();
    a.get("budget");
    a.set("budget", 4);
    const first = a.mergeToParent({ onConflict: "refuse" });
    a.set("budget", 5);
    const second = a.mergeToParent({ onConflict: "refuse" });
    const [one = 0, two = 0] = runtime.held();
    runtime.approve(one);
    assert.equal(store.get("budget"), 4);
    // By the base of the call this would be a conflict of the agent with itself.
    runtime.approve(two);
    await Promise.all([first, second]);
    assert.equal(store.get("budget"), 5);

    a.set("budget", 6);
    const third = a.mergeToParent();
    a.set("budget", 7);
    const fourth = a.mergeToParent();
    const [three = 0, four = 0] = runtime.held();
    runtime.approve(four);
    assert.equal(store.get("budget"), 7);
    runtime.approve(three);
    assert.equal(store.get("budget"), 6);
    await Promise.all([third, fourth]);
    assert.equal(a.get("budget"), 7);
  });

  it("hold what an agent drops meanwhile all the same", async () => {
    const { runtime, store, a } = scene();
    a.set("x", 1);
    const merging = a.mergeToParent();
    a.discard();
    runtime.approve(runtime.held()[0] ?? 0);
    await merging;
    assert.equal(store.get("x"), 1);
    assert.equal(a.localState.size, 0);
    assert.equal(a.get("x"), 1);
  });

  it("are released oldest first, each by its own policy; the log says why", async () => {
    const { runtime, store, a, b, last } = scene();
    a.set("x", "a");
    b.set("x", "b");
    const counts: number[] = [];
    runtime.onHeldChanged((count) => void counts.push(count));
    const one = a.mergeToParent();
    const two = watched(b.mergeToParent({ onConflict: "refuse" }));
    assert.equal(runtime.release("disconnected"), 2);
    await one;
    await turn();
    assert.equal(store.get("x"), "a");
    assert.ok(two.state instanceof MergeConflictError);
    const { decision, why } = last("state_committed") as Record<string, JsonValue>;
    assert.deepEqual([decision, why], ["released", "disconnected"]);
    assert.deepEqual(counts, [1, 2, 1, 0]);
  });

  it("modes are of the run or of one agent; an empty overlay never waits", async () => {
    const { runtime, store, a, b } = scene("never");
    runtime.setHolds({ run: "never", agents: new Map([[layerOf(b), "always" as const]]) });
    a.set("x", 1);
    await a.mergeToParent();
    await b.mergeToParent();
    b.set("y", 1);
    const watch = watched(b.mergeToParent());
    await turn();
    assert.equal(watch.state, "waiting");
    assert.equal(store.get("x"), 1);
    // What is held stays held when modes change.
    runtime.setHolds({ run: "never", agents: new Map() });
    assert.equal(runtime.held().length, 1);
  });

  it("without an inspector nothing is ever held", async () => {
    const store = new StateStore();
    const ctx = new AgentContext("alone", store);
    ctx.set("x", 1);
    void ctx.mergeToParent();
    assert.equal(store.get("x"), 1);
    await ctx.mergeToParent();
  });
});

describe("merges of views", () => {
  it("are refused when a key of theirs moved after the event of the plan, and name it", () => {
    const { runtime, store, a } = scene("never");
    a.set("x", 1);
    a.set("y", 1);
    const asOf = store.revision + 100;
    assert.deepEqual(runtime.merge(layerOf(a), { asOf, keys: ["x"] }), { merged: 1, skipped: [] });

    const { runtime: other, store: parent, a: agent, b } = scene("never");
    agent.set("x", 1);
    agent.set("y", 1);
    const seen = seqNow(b);
    parent.set("y", 7, "lead");
    assert.throws(
      () => other.merge(layerOf(agent), { asOf: seen }),
      (error) => error instanceof StalePlanError && error.keys.join() === "y",
    );
    assert.equal(parent.get("x"), undefined);
    // Another key's move is no matter.
    assert.deepEqual(other.merge(layerOf(agent), { asOf: seen, keys: ["x"] }), { merged: 1, skipped: [] });
  });

  it("are refused when a key became or ceased to be local, unless other keys were chosen", () => {
    const { runtime, a, b } = scene("never");
    a.set("x", 1);
    const seen = seqNow(b);
    a.set("new", 1);
    assert.throws(() => runtime.merge(layerOf(a), { asOf: seen }), StalePlanError);
    a.localState.delete("x");
    assert.throws(() => runtime.merge(layerOf(a), { asOf: seen, keys: ["x"] }), StalePlanError);
  });

  it("of nested agents notice a key that the parent agent gave up", () => {
    const { runtime, a, b } = scene("never");
    a.set("budget", 5);
    const child = new AgentContext("child", a);
    child.set("budget", 6);
    const seen = seqNow(b);
    a.localState.delete("budget");
    assert.throws(() => runtime.merge(layerOf(child), { asOf: seen }), StalePlanError);
  });

  it("discard some keys, the others stay", () => {
    const { runtime, a } = scene("never");
    a.set("x", 1);
    a.set("y", 1);
    runtime.discard(layerOf(a), ["x", "zz"]);
    assert.deepEqual(a.localState.keys(), ["y"]);
    assert.deepEqual(runtime.pending(), [layerOf(a)]);
  });

  it("take choices whose values are JSON, and refuse others", () => {
    const { runtime, store, a } = scene("never");
    a.set("x", 1);
    const value = { list: [1] };
    runtime.merge(layerOf(a), { choices: new Map([["x", { value }]]) });
    value.list.push(2);
    assert.deepEqual(store.get("x"), { list: [1] });
    assert.throws(() => runtime.merge(layerOf(a), { choices: new Map([["x", { take: "all" } as never]]) }), TypeError);
  });

  it("in order are done one after another, held ones among them; a refused one is passed over", async () => {
    const { runtime, store, a, b, last } = scene("never");
    const c = new AgentContext("agent_c", store);
    for (const context of [a, b, c]) context.get("budget");
    a.set("budget", 10);
    b.set("budget", 20);
    c.set("free", 1);
    runtime.setHolds({ run: "never", agents: new Map([[layerOf(a), "always" as const]]) });
    const merging = a.mergeToParent();
    const [hold = 0] = runtime.held();
    const outcomes = runtime.mergeInOrder([{ layer: layerOf(b) }, { layer: layerOf(a), hold }, { layer: layerOf(c) }], {
      policy: "refuse",
      asOf: seqNow(c),
    });
    assert.deepEqual(
      outcomes.map(({ merged, refused }) => [merged, refused !== undefined]),
      [
        [1, false],
        [0, true],
        [1, false],
      ],
    );
    assert.deepEqual({ ...store.snapshot() }, { budget: 20, free: 1 });
    // Refused under the user's policy, it still waits for the user.
    assert.deepEqual(runtime.held(), [hold]);
    assert.equal((last("transaction_conflict") as { hold?: number }).hold, undefined);
    runtime.mergeInOrder([{ layer: layerOf(a), hold }], { policy: "overwrite", asOf: seqNow(c) });
    await merging;
    assert.equal(store.get("budget"), 10);
  });

  it("in order are refused before the first when a held one stands there twice", () => {
    const { runtime, store, a } = scene();
    a.set("x", 1);
    void a.mergeToParent();
    const [hold = 0] = runtime.held();
    const twice = [
      { layer: layerOf(a), hold },
      { layer: layerOf(a), hold },
    ];
    assert.throws(() => runtime.mergeInOrder(twice, { policy: "overwrite", asOf: seqNow(a) }), /twice/);
    assert.equal(store.get("x"), undefined);
    assert.deepEqual(runtime.held(), [hold]);
  });

  it("in order are refused before the first when anything moved", () => {
    const { runtime, store, a, b } = scene("never");
    a.set("x", 1);
    b.set("y", 1);
    const asOf = seqNow(a);
    store.set("y", 2, "lead");
    assert.throws(
      () => runtime.mergeInOrder([{ layer: layerOf(a) }, { layer: layerOf(b) }], { policy: "overwrite", asOf }),
      StalePlanError,
    );
    assert.equal(store.get("x"), undefined);
  });
});

function seqNow(context: AgentContext): number {
  return contextLayerOf(context)?.log.lastSeq ?? NaN;
}
