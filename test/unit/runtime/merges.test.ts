/** Holds policies, choices, exact plans, resolvers and stale reads to their definitions, one sentence at a time. */

import assert from "node:assert/strict";
import {
  AgentContext,
  MergeConflictError,
  RunLog,
  StalePlanError,
  StateStore,
  type JsonValue,
  type MergeOptions,
} from "../../../src/runtime/index";

/** A store with keys, and a context that saw them before somebody else changed them. */
function race(
  before: Readonly<Record<string, JsonValue>>,
  mine: Readonly<Record<string, JsonValue | undefined>>,
  theirs: Readonly<Record<string, JsonValue | undefined>>,
): { readonly store: StateStore; readonly ctx: AgentContext; readonly log: RunLog } {
  const log = new RunLog();
  const store = new StateStore({ log, initial: before });
  const ctx = new AgentContext("agent_b", store);
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) ctx.get(key);
  for (const [key, value] of Object.entries(mine)) {
    if (value === undefined) ctx.delete(key);
    else ctx.set(key, value);
  }
  for (const [key, value] of Object.entries(theirs)) {
    if (value === undefined) store.delete(key, "agent_a");
    else store.set(key, value, "agent_a");
  }
  return { store, ctx, log };
}

async function refusal(ctx: AgentContext, options: MergeOptions): Promise<Error> {
  return ctx.mergeToParent(options).then(
    () => assert.fail("was merged"),
    (error: unknown) => error as Error,
  );
}

/** Both sides changed the same place: the merge is refused. */
const TOUCHES = Symbol("touches");

describe("merges: onConflict", () => {
  it("refuse names every conflict and changes nothing", async () => {
    const { store, ctx, log } = race({ a: 0, b: 0, c: 0 }, { a: 1, b: 1, c: 1 }, { a: 2, b: undefined });
    const before = store.snapshot();
    const error = await refusal(ctx, { onConflict: "refuse" });
    assert.ok(error instanceof MergeConflictError);
    assert.equal(error.agent, "agent_b");
    assert.deepEqual(
      error.conflicts.map(({ key, base, parent, overlay }) => [key, base.value, parent.value, overlay.value]),
      [
        ["a", 0, 2, 1],
        ["b", 0, undefined, 1],
      ],
    );
    assert.match(error.message, /"agent_b" was refused, and nothing was changed: 2 conflicts \("a", "b"\)/);
    assert.deepEqual(store.snapshot(), before);
    assert.deepEqual(
      [...log].slice(-2).map(({ kind }) => kind),
      ["merge_planned", "transaction_conflict"],
    );
    assert.equal(ctx.localState.size, 3);
  });

  it("refuse merges what does not conflict, an inherited value written back included", async () => {
    const { store, ctx } = race({ a: 0, echo: "x" }, { a: 1, echo: "x" }, { echo: "y" });
    const plan = ctx.previewMerge({ onConflict: "refuse" });
    assert.deepEqual(
      plan.entries.map(({ key, kind, conflict, take }) => [key, kind, conflict, take]),
      [
        ["a", "modified", false, "overlay"],
        ["echo", "modified", false, "overlay"],
      ],
    );
    assert.equal((await ctx.mergeToParent({ onConflict: "refuse" })).merged, 2);
    assert.deepEqual(Object.entries(store.snapshot()), [
      ["a", 1],
      ["echo", "x"],
    ]);
  });

  it("an inherited value written back where nobody moved it is unchanged", () => {
    const { ctx } = race({ a: { deep: [1] } }, { a: { deep: [1] } }, {});
    assert.deepEqual(
      ctx.previewMerge().entries.map(({ kind, conflict }) => [kind, conflict]),
      [["unchanged", false]],
    );
  });

  it("a key deleted and added again with another value conflicts; with the base's value it does not", () => {
    for (const [again, conflict] of [
      [7, true],
      [0, false],
    ] as const) {
      const { store, ctx } = race({ a: 0 }, { a: 1 }, {});
      store.delete("a", "agent_a");
      store.set("a", again, "agent_a");
      assert.equal(ctx.previewMerge().entries[0]?.conflict, conflict);
    }
  });

  const cases: readonly (readonly [
    string,
    JsonValue | undefined,
    JsonValue | undefined,
    JsonValue | undefined,
    JsonValue | typeof TOUCHES | undefined,
  ])[] = [
    ["takes the parent where the overlay equals the base", { n: 1 }, { n: 2 }, { n: 1 }, { n: 2 }],
    ["takes the overlay where the parent equals the base", { n: 1 }, { n: 1 }, { n: 2 }, { n: 2 }],
    ["merges objects by property", { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 3, c: 4 }, { a: 2, b: 3, c: 4 }],
    [
      "merges nested objects",
      { o: { a: 1, b: 1 } },
      { o: { a: 2, b: 1 } },
      { o: { a: 1, b: 2 } },
      { o: { a: 2, b: 2 } },
    ],
    ["takes deletions of properties on one side", { a: 1, b: 1 }, { a: 1 }, { a: 2, b: 1 }, { a: 2 }],
    ["deletes what both deleted", { a: 1, b: 1, c: 1 }, { a: 2 }, { a: 1 }, { a: 2 }],
    ["adds the same on both sides", {}, { x: [1], y: 1 }, { x: [1], z: 1 }, { x: [1], y: 1, z: 1 }],
    ["merges lists as sequences", [1, 2, 3], [9, 2, 3], [1, 2, 7, 8], [9, 2, 7, 8]],
    [
      "merges items of lists by identity",
      [{ id: "x", a: 1, b: 1 }],
      [{ id: "x", a: 2, b: 1 }],
      [{ id: "x", a: 1, b: 2 }],
      [{ id: "x", a: 2, b: 2 }],
    ],
    ["refuses changes of lists that touch", [1, 2], [1, 2, 3], [0, 4], TOUCHES],
    ["refuses one property changed twice", { a: 1 }, { a: 2 }, { a: 3 }, TOUCHES],
    ["refuses add against add", {}, { a: 1 }, { a: 2 }, TOUCHES],
    ["refuses add against add of the key itself", undefined, { a: 1 }, { b: 1 }, TOUCHES],
    ["refuses a change of type", { a: 1 }, [1], { a: 2 }, TOUCHES],
    ["refuses a deletion against an edit", { a: 1 }, undefined, { a: 2 }, TOUCHES],
    ["refuses an edit against a deletion inside", { a: { x: 1 }, b: 1 }, { a: { x: 2 }, b: 1 }, { b: 2 }, TOUCHES],
  ];
  for (const [title, base, parent, overlay, result] of cases) {
    it(`auto ${title}`, async () => {
      const { store, ctx } = race(base === undefined ? {} : { k: base }, { k: overlay }, { k: parent });
      if (result === TOUCHES) {
        const error = await refusal(ctx, { onConflict: "auto" });
        assert.ok(error instanceof MergeConflictError);
        assert.deepEqual(store.get("k"), parent);
        return;
      }
      await ctx.mergeToParent({ onConflict: "auto" });
      assert.deepEqual(store.get("k"), result);
      assert.deepEqual(ctx.get("k"), result);
      assert.equal(ctx.previewMerge().counts.conflicts, 0);
    });
  }

  it("auto keeps __proto__ a property like any other", async () => {
    const proto = (json: string): JsonValue => JSON.parse(json) as JsonValue;
    const { store, ctx } = race({}, {}, {});
    store.set("k", proto('{"__proto__":{"a":1},"b":1}'), "setup");
    ctx.get("k");
    ctx.set("k", proto('{"__proto__":{"a":1},"b":2}'));
    store.set("k", proto('{"__proto__":{"a":2},"b":1}'), "agent_a");
    await ctx.mergeToParent({ onConflict: "auto" });
    assert.equal(JSON.stringify(store.get("k")), '{"__proto__":{"a":2},"b":2}');
  });
});

describe("merges: resolvers", () => {
  it("decide conflicts, and only those", async () => {
    const asked: string[] = [];
    const { store, ctx } = race({ a: 0, b: 0, c: 0, d: 0 }, { a: 1, b: 1, c: 1, d: 1 }, { a: 2, b: 2, c: 2 });
    const { plan, merged } = await ctx.mergeToParent({
      onConflict: ({ key, agent, base, parent, overlay }) => {
        asked.push(key);
        assert.equal(agent, "agent_b");
        if (key === "a") return { take: "parent" };
        if (key === "b") return { take: "overlay" };
        return { value: [base.value ?? null, parent.value ?? null, overlay.value ?? null] };
      },
    });
    assert.deepEqual(asked, ["a", "b", "c"]);
    assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 1, c: [0, 2, 1], d: 1 });
    assert.equal(merged, 3);
    assert.equal(plan.policy, "resolver");
    assert.deepEqual(
      plan.entries.map(({ take, by }) => `${take} by ${by}`),
      ["parent by resolver", "overlay by resolver", "value by resolver", "overlay by policy"],
    );
    // The overlay follows: what was given up is no longer local, what was put together is what the agent sees.
    assert.equal(ctx.localState.has("a"), false);
    assert.deepEqual(ctx.get("c"), [0, 2, 1]);
  });

  const faults: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["a promise", () => Promise.resolve({ take: "parent" }), /is a promise; .* must be synchronous/],
    ["nothing", () => undefined, /must be \{ take: "overlay" \}/],
    ["an unknown side", () => ({ take: "mine" }), /must be \{ take: "overlay" \}/],
    ["a value that is not JSON", () => ({ value: new Date() }), /value of The resolver's answer for "a"/],
  ];
  for (const [title, answer, message] of faults) {
    it(`that return ${title} leave everything as it was`, async () => {
      const { store, ctx } = race({ a: 0, b: 0 }, { a: 1, b: 1 }, { a: 2 });
      const error = await refusal(ctx, { onConflict: answer as never });
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
      assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 0 });
      assert.equal(ctx.localState.size, 2);
    });
  }

  it("that throw leave everything as it was; the log says that the merge was refused", async () => {
    const { store, ctx, log } = race({ a: 0, b: 0 }, { a: 1, b: 1 }, { a: 2 });
    const thrown = new RangeError("no");
    const error = await refusal(ctx, {
      onConflict: () => {
        throw thrown;
      },
    });
    assert.equal(error, thrown);
    assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 0 });
    const last = [...log].at(-1);
    assert.equal(last?.kind, "transaction_conflict");
    assert.deepEqual(last.value, { name: "RangeError", message: "no", keys: [] });
  });

  it("that throw what cannot be asked its name are refused all the same", async () => {
    const { ctx, log } = race({ a: 0 }, { a: 1 }, { a: 2 });
    const thrown = Object.create(Error.prototype, { message: { get: () => assert.fail("asked") } }) as Error;
    const error = await refusal(ctx, {
      onConflict: () => {
        throw thrown;
      },
    });
    assert.equal(error, thrown);
    assert.equal([...log].at(-1)?.kind, "transaction_conflict");
  });
});

describe("merges: choices", () => {
  it("go before the policy, for conflicts and others alike", async () => {
    const { store, ctx } = race({ a: 0, b: 0, c: 0, d: 0 }, { a: 1, b: 1, c: 1, d: 1 }, { a: 2 });
    const result = await ctx.mergeToParent({
      onConflict: "refuse",
      choices: { a: { take: "overlay" }, b: { take: "parent" }, c: { value: { x: 1 } }, d: { value: undefined } },
    });
    assert.equal(result.merged, 3);
    assert.deepEqual({ ...store.snapshot() }, { a: 1, b: 0, c: { x: 1 } });
    assert.deepEqual(ctx.localState.keys(), ["a", "c", "d"]);
    assert.equal(ctx.localState.isDeleted("d"), true);
  });

  it("keeping the parent writes nothing there: its last writer stays who it was", async () => {
    const { store, ctx } = race({ a: 0 }, { a: 1 }, { a: 2 });
    const { revision } = store;
    await ctx.mergeToParent({ choices: { a: { take: "parent" } } });
    assert.equal(store.revision, revision);
    assert.equal(store.transitions().at(-1)?.actor, "agent_a");
    assert.equal(ctx.get("a"), 2);
  });

  for (const [title, options, message] of [
    [
      "unknown options",
      { onconflict: "refuse" },
      /There is no merge option "onconflict"; there are .*, onConflict and conflictBy/,
    ],
    ["what no conflict is by", { conflictBy: "time" }, /`conflictBy` must be "value" or "revision"/],
    ["what is not pending", { only: "local" }, /`only` must be "pending"/],
    ["unknown policies", { onConflict: "ask" }, /"overwrite", "refuse", "auto" or a function/],
    ["choices that are none", { choices: { a: "parent" } }, /The choice for "a" must be/],
    ["lists of choices", { choices: [] }, /must be an object of keys and choices/],
    ["a copy of a plan", { plan: { entries: [] } }, /not a copy/],
  ] as const) {
    it(`refuse ${title}`, async () => {
      const { ctx, store } = race({ a: 0 }, { a: 1 }, {});
      const error = await refusal(ctx, options as never);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
      assert.equal(store.get("a"), 0);
    });
  }
});

describe("merges: conflicts by revision", () => {
  const by = { conflictBy: "revision" } as const;

  it("are as soon as another has written the key, whatever it wrote", async () => {
    const cases: readonly (readonly [string, (store: StateStore) => void])[] = [
      ["it came back", (store) => (store.set("a", 5, "agent_a"), store.set("a", 0, "agent_a"))],
      ["it equals the overlay", (store) => store.set("a", 1, "agent_a")],
      ["it is another", (store) => store.set("a", 2, "agent_a")],
    ];
    for (const [title, write] of cases) {
      const { store, ctx } = race({ a: 0 }, { a: 1 }, {});
      assert.equal(ctx.previewMerge(by).counts.conflicts, 0, title);
      write(store);
      const plan = ctx.previewMerge(by);
      assert.deepEqual([plan.conflictBy, plan.entries.map(({ conflict }) => conflict)], ["revision", [true]], title);
      assert.ok((await refusal(ctx, { ...by, onConflict: "refuse" })) instanceof MergeConflictError, title);
      await ctx.mergeToParent(by);
      assert.equal(store.get("a"), 1, title);
    }
  });

  it("are not by the agent's own merges, and are by another's write since", async () => {
    const { store, ctx } = race({ a: 0 }, { a: 1 }, {});
    await ctx.mergeToParent(by);
    ctx.set("a", 3);
    await ctx.mergeToParent({ ...by, onConflict: "refuse" });
    store.set("a", 4, "agent_a");
    assert.equal(ctx.previewMerge(by).counts.conflicts, 1);
    assert.equal(ctx.previewMerge({ ...by, only: "pending" }).counts.conflicts, 0);
  });

  it("merge by auto where the values do, ask resolvers, and are decided by choices", async () => {
    const same = race({ a: 0 }, { a: 1 }, { a: 1 });
    assert.equal((await same.ctx.mergeToParent({ ...by, onConflict: "auto" })).plan.counts.conflicts, 1);
    const apart = race({ a: { p: 0, q: 0 } }, { a: { p: 1, q: 0 } }, { a: { p: 0, q: 1 } });
    await apart.ctx.mergeToParent({ ...by, onConflict: "auto" });
    assert.deepEqual(apart.store.get("a"), { p: 1, q: 1 });
    const asked = race({ a: 0 }, { a: 1 }, { a: 1 });
    await asked.ctx.mergeToParent({ ...by, onConflict: ({ parent }) => ({ value: Number(parent.value) + 1 }) });
    assert.equal(asked.store.get("a"), 2);
    const chosen = race({ a: 0 }, { a: 1 }, { a: 1 });
    const choices = { a: { value: 7 } };
    assert.equal((await chosen.ctx.mergeToParent({ ...by, onConflict: "refuse", choices })).merged, 1);
  });
});

describe("merges: only what is pending", () => {
  /** An agent that has merged a and b, while another has since changed a, and that has written c. */
  async function turn(): Promise<{ store: StateStore; ctx: AgentContext }> {
    const store = new StateStore();
    const ctx = new AgentContext("agent_b", store);
    ctx.set("a", 1);
    ctx.set("b", 1);
    await ctx.mergeToParent();
    store.set("a", 2, "agent_a");
    ctx.set("c", 1);
    return { store, ctx };
  }

  it("leave alone, and local, what was not changed since its last merge", async () => {
    const { store, ctx } = await turn();
    const plan = ctx.previewMerge({ only: "pending" });
    assert.deepEqual([plan.only, plan.whole, plan.entries.map(({ key }) => key)], ["pending", true, ["c"]]);
    const result = await ctx.mergeToParent({ only: "pending" });
    assert.deepEqual(result.plan, plan);
    assert.equal(result.merged, 1);
    assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 1, c: 1 });
    assert.deepEqual(ctx.localState.keys(), ["a", "b", "c"]);
    assert.equal((await ctx.mergeToParent({ only: "pending" })).merged, 0);
    await ctx.mergeToParent();
    assert.equal(store.get("a"), 1);
  });

  it("of named keys are those of them that are pending; what is local is not skipped", async () => {
    const { store, ctx } = await turn();
    ctx.delete("d");
    const result = await ctx.mergeToParent({ only: "pending", keys: ["a", "c", "z"] });
    assert.deepEqual([result.merged, result.skipped], [1, ["z"]]);
    assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 1, c: 1 });
  });

  it("take choices and policies; what is left alone is not decided", async () => {
    const { store, ctx } = await turn();
    const choices = { a: { value: 9 }, c: { value: 5 } };
    assert.equal((await ctx.mergeToParent({ only: "pending", onConflict: "refuse", choices })).merged, 1);
    assert.deepEqual({ ...store.snapshot() }, { a: 2, b: 1, c: 5 });
  });

  const moves: readonly (readonly [string, (ctx: AgentContext) => void, readonly string[]])[] = [
    ["a key became pending", (ctx) => ctx.set("b", 1), ["b"]],
    ["a key is no longer pending", (ctx) => void ctx.mergeToParent({ keys: ["d"] }), ["d"]],
    ["one did, and one is no longer", (ctx) => (ctx.localState.delete("c"), ctx.set("b", 2)), ["c", "b"]],
  ];
  for (const [title, move, keys] of moves) {
    it(`are stale as exact plans when ${title}`, async () => {
      const { ctx } = await turn();
      // Deleting what is absent moves nothing in the parent.
      ctx.delete("d");
      const plan = ctx.previewMerge({ only: "pending" });
      move(ctx);
      const error = await refusal(ctx, { plan });
      assert.ok(error instanceof StalePlanError);
      assert.deepEqual(error.keys, keys);
    });
  }

  it("are not stale as exact plans when what they leave alone moved", async () => {
    const { store, ctx } = await turn();
    const plan = ctx.previewMerge({ only: "pending" });
    store.set("a", 3, "agent_a");
    ctx.localState.delete("a");
    assert.equal((await ctx.mergeToParent({ plan })).merged, 1);
  });
});

describe("merges: exact plans", () => {
  it("apply just what they say", async () => {
    const { store, ctx } = race({ a: 0, b: 0 }, { a: 1, b: 1 }, { a: 2 });
    const plan = ctx.previewMerge({ choices: { a: { value: "both" } } });
    const result = await ctx.mergeToParent({ plan });
    assert.equal(result.plan, plan);
    assert.deepEqual({ ...store.snapshot() }, { a: "both", b: 1 });
  });

  const moves: readonly (readonly [string, (ctx: AgentContext, store: StateStore) => void, readonly string[]])[] = [
    ["the parent's value moved", (_ctx, store) => store.set("a", 9, "agent_a"), ["a"]],
    ["the parent was written the same value", (_ctx, store) => store.set("a", 2, "agent_a"), ["a"]],
    ["the overlay moved", (ctx) => ctx.set("b", 9), ["b"]],
    ["a local change was taken back", (ctx) => ctx.localState.delete("b"), ["b"]],
    ["a key became local", (ctx) => ctx.set("c", 1), ["c"]],
    ["several did", (ctx, store) => (ctx.set("c", 1), store.set("a", 9, "x")), ["a", "c"]],
  ];
  for (const [title, move, keys] of moves) {
    it(`are stale when ${title}`, async () => {
      const { store, ctx } = race({ a: 0, b: 0 }, { a: 1, b: 1 }, { a: 2 });
      const plan = ctx.previewMerge();
      move(ctx, store);
      const before = store.snapshot();
      const error = await refusal(ctx, { plan });
      assert.ok(error instanceof StalePlanError);
      assert.deepEqual(error.keys, keys);
      assert.deepEqual(store.snapshot(), before);
    });
  }

  it("are not stale when other keys moved, or keys of its own were read", async () => {
    const { store, ctx } = race({ a: 0, b: 0, z: 0 }, { a: 1, b: 1 }, {});
    const plan = ctx.previewMerge({ keys: ["a"] });
    store.set("z", 1, "agent_a");
    store.set("b", 7, "agent_a");
    ctx.set("c", 1);
    ctx.get("z");
    await ctx.mergeToParent({ plan });
    assert.equal(store.get("a"), 1);
  });

  it("of another context, or beside other options, are refused", async () => {
    const { store, ctx } = race({ a: 0 }, { a: 1 }, {});
    const other = new AgentContext("other", store);
    assert.match((await refusal(other, { plan: ctx.previewMerge() })).message, /a plan of another context/);
    assert.match((await refusal(ctx, { plan: ctx.previewMerge(), keys: [] })).message, /excludes the others/);
    assert.match((await refusal(ctx, { plan: ctx.previewMerge(), only: "pending" })).message, /excludes the others/);
    assert.throws(() => ctx.previewMerge({ plan: ctx.previewMerge() }), TypeError);
  });

  it("with undecided conflicts are refused when applied", async () => {
    const { ctx } = race({ a: 0 }, { a: 1 }, { a: 2 });
    const plan = ctx.previewMerge({ onConflict: "refuse" });
    assert.equal(plan.counts.undecided, 1);
    assert.equal(plan.entries[0]?.result, 2);
    assert.ok((await refusal(ctx, { plan })) instanceof MergeConflictError);
  });
});

describe("merges: stale reads", () => {
  it("name the read, the newer write and the writes in between", () => {
    const log = new RunLog();
    const store = new StateStore({ log, initial: { budget: 3 } });
    const ctx = new AgentContext("writer", store);
    ctx.get("budget");
    const read = log.lastSeq;
    ctx.set("plan", "cheap");
    const wrote = log.lastSeq;
    store.set("budget", 9, "lead");
    const [stale, ...more] = ctx.previewMerge().staleReads;
    assert.deepEqual(more, []);
    assert.deepEqual(stale, {
      key: "budget",
      read: { value: 3, layer: 1, revision: 1, seq: read },
      now: { value: 9, layer: 1, revision: 2, actor: "lead", seq: log.lastSeq },
      dependents: [{ key: "plan", seq: wrote }],
      dependentCount: 1,
    });
  });

  it("name a hundred of the writes and count all, but never the write of the key itself", () => {
    const store = new StateStore({ log: new RunLog(), initial: { budget: 3 } });
    const ctx = new AgentContext("writer", store);
    ctx.get("budget");
    ctx.set("budget", 4);
    for (let index = 0; index < 150; index++) ctx.set(`plan ${index}`, index);
    store.set("budget", 9, "lead");
    const [stale] = ctx.previewMerge().staleReads;
    assert.deepEqual(
      [stale?.dependentCount, stale?.dependents.length, stale?.dependents[0]?.key, stale?.dependents[99]?.key],
      [150, 100, "plan 0", "plan 99"],
    );
  });

  const quiet: readonly (readonly [string, (ctx: AgentContext, store: StateStore) => void])[] = [
    [
      "a write before the read",
      (ctx, store) => {
        ctx.set("plan", 1);
        ctx.get("budget");
        store.set("budget", 9, "lead");
      },
    ],
    [
      "a write after the newer value was read",
      (ctx, store) => {
        ctx.get("budget");
        store.set("budget", 9, "lead");
        ctx.get("budget");
        ctx.set("plan", 1);
      },
    ],
    [
      "a value that came back",
      (ctx, store) => {
        ctx.get("budget");
        ctx.set("plan", 1);
        store.set("budget", 9, "lead");
        store.set("budget", 3, "lead");
      },
    ],
    [
      "a change of the same agent, by another context of its id and of another name",
      (ctx, store) => {
        ctx.get("budget");
        ctx.set("plan", 1);
        const again = new AgentContext("writer's next turn", store, { id: "writer" });
        again.set("budget", 9);
        void again.mergeToParent();
      },
    ],
    [
      "a write of the key itself",
      (ctx, store) => {
        ctx.get("budget");
        ctx.set("budget", 4);
        store.set("budget", 9, "lead");
      },
    ],
    [
      "a write that is merged already",
      (ctx, store) => {
        ctx.get("budget");
        ctx.set("plan", 1);
        void ctx.mergeToParent();
        store.set("budget", 9, "lead");
      },
    ],
  ];
  for (const [title, act] of quiet) {
    it(`are none for ${title}`, () => {
      const store = new StateStore({ log: new RunLog(), initial: { budget: 3 } });
      const ctx = new AgentContext("writer", store, { id: "writer" });
      act(ctx, store);
      assert.deepEqual(ctx.previewMerge().staleReads, []);
    });
  }

  const namesakes: readonly (readonly [string, (store: StateStore) => void])[] = [
    ["a direct write in the agent's name", (store) => store.set("budget", 9, "writer")],
    [
      "another agent of the same name",
      (store) => {
        const namesake = new AgentContext("writer", store);
        namesake.set("budget", 9);
        void namesake.mergeToParent();
      },
    ],
  ];
  for (const [title, act] of namesakes) {
    it(`are found where ${title} made the newer value`, () => {
      const store = new StateStore({ log: new RunLog(), initial: { budget: 3 } });
      const ctx = new AgentContext("writer", store);
      ctx.get("budget");
      ctx.set("plan", 1);
      act(store);
      assert.deepEqual(
        ctx.previewMerge().staleReads.map(({ key, now }) => [key, now.value]),
        [["budget", 9]],
      );
    });
  }

  it("are found though the key was read anew after the write", () => {
    const store = new StateStore({ log: new RunLog(), initial: { budget: 3 } });
    const ctx = new AgentContext("writer", store);
    ctx.get("budget");
    ctx.set("plan", 1);
    store.set("budget", 9, "lead");
    ctx.get("budget");
    ctx.set("note", 1);
    const [stale] = ctx.previewMerge().staleReads;
    assert.deepEqual([stale?.read.value, stale?.dependents.map(({ key }) => key)], [3, ["plan"]]);
  });

  it("are found among many readings, in bounded memory", () => {
    const store = new StateStore({ log: new RunLog({ retention: 10 }), initial: { budget: 0 } });
    const ctx = new AgentContext("writer", store);
    ctx.get("budget");
    ctx.set("first", 1);
    for (let round = 1; round <= 5_000; round++) {
      store.set("budget", round, "lead");
      ctx.get("budget");
      ctx.set("again", round);
    }
    store.set("budget", -1, "lead");
    const { staleReads } = ctx.previewMerge();
    assert.deepEqual(
      staleReads.map(({ read, dependents }) => [read.value, dependents.map(({ key }) => key)]),
      [
        [0, ["first"]],
        [5_000, ["again"]],
      ],
    );
  });

  it("never block: the merge is done, and the log says them", async () => {
    const log = new RunLog();
    const store = new StateStore({ log, initial: { budget: 3 } });
    const ctx = new AgentContext("writer", store);
    ctx.get("budget");
    ctx.set("plan", 1);
    store.set("budget", 9, "lead");
    assert.equal((await ctx.mergeToParent({ onConflict: "refuse" })).merged, 1);
    const planned = [...log].find(({ kind }) => kind === "merge_planned")?.value as { staleReads: JsonValue };
    assert.deepEqual(planned.staleReads, [{ key: "budget", read: 4, written: 6, actor: "lead", keys: ["plan"] }]);
  });
});
