/** Holds the runtime to each sentence of its contract. */

import assert from "node:assert/strict";
import { eventLogOf } from "../../../src/runtime/runLog";
import { AgentContext, RunLog, StateStore, type JsonValue, type MergePlanEntry } from "../../../src/runtime/index";

function setUp(initial: Record<string, unknown> = {}): { parent: StateStore; ctx: AgentContext; log: RunLog } {
  const log = new RunLog();
  const parent = new StateStore({ log });
  for (const [key, value] of Object.entries(initial)) parent.set(key, value, "setup");
  return { parent, ctx: new AgentContext("agent_a", parent), log };
}

function entryOf(ctx: AgentContext, key: string): MergePlanEntry {
  const entry = ctx.previewMerge().entries.find((each) => each.key === key);
  assert.ok(entry, `no entry of ${key}`);
  return entry;
}

describe("runtime: reads", () => {
  it("a stored null is a value and shadows", () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.set("key", null);
    assert.equal(ctx.get("key"), null);
    assert.equal(ctx.has("key"), true);
    parent.set("none", null, "setup");
    assert.equal(ctx.get("none"), null);
    assert.equal(parent.has("none"), true);
  });

  it("records a read through once for each key and revision", () => {
    const { ctx, parent } = setUp({ key: 1 });
    const reads = (): number[] =>
      ctx.localLog.entries().flatMap(({ kind, revision }) => (kind === "state_read" ? [revision] : []));
    ctx.get("key");
    ctx.has("key");
    ctx.get("key");
    assert.deepEqual(reads(), [1]);
    parent.set("key", 2, "setup");
    ctx.get("key");
    ctx.get("nowhere");
    ctx.get("nowhere");
    assert.deepEqual(reads(), [1, 2, 0]);
    ctx.set("key", 3);
    ctx.get("key");
    assert.deepEqual(reads(), [1, 2, 0]);
  });

  it("records nothing for previews and localState, nor for an intermediate context", () => {
    const { ctx, log } = setUp({ key: 1 });
    const child = new AgentContext("child", ctx);
    ctx.set("own", 1);
    const before = log.lastSeq;
    ctx.previewMerge();
    ctx.localState.keys();
    ctx.localState.get("key");
    ctx.localState.has("key");
    assert.equal(log.lastSeq, before);
    child.get("key");
    assert.deepEqual(
      [...log].filter(({ kind }) => kind === "state_read").map(({ agent }) => agent),
      ["child"],
    );
  });

  const listings = (log: RunLog): unknown =>
    [...log].flatMap(({ kind, agent, revision }) => (kind === "keys_read" ? [`${agent} ${revision}`] : []));

  it("records a listing of keys once for each revision of the parent's set of keys", () => {
    const { ctx, parent, log } = setUp({ key: 1 });
    ctx.keys();
    ctx.set("own", 1);
    ctx.delete("key");
    ctx.keys();
    parent.set("key", 2);
    ctx.keys();
    assert.deepEqual(listings(log), ["agent_a 1"]);
    parent.set("other", 2);
    ctx.keys();
    ctx.keys();
    parent.delete("other");
    ctx.keys();
    assert.deepEqual(listings(log), ["agent_a 1", "agent_a 2", "agent_a 3"]);
    parent.restore({ a: 1, b: 1 });
    ctx.keys();
    assert.deepEqual(listings(log), ["agent_a 1", "agent_a 2", "agent_a 3", "agent_a 6"]);
  });

  it("records it anew after each merge, and where a change that was taken back lets the parent show through", () => {
    const { ctx, log } = setUp({ key: 1 });
    ctx.set("own", 1);
    ctx.keys();
    void ctx.mergeToParent({ keys: ["own"] });
    ctx.keys();
    void ctx.mergeToParent();
    ctx.keys();
    ctx.localState.delete("own");
    ctx.keys();
    ctx.keys();
    assert.deepEqual(listings(log), ["agent_a 1", "agent_a 2", "agent_a 2", "agent_a 2"]);
  });

  it("of a nested context records what its parent's effective set of keys is", () => {
    const { ctx, parent, log } = setUp({ key: 1 });
    const child = new AgentContext("child", ctx);
    child.keys();
    ctx.set("key", 2);
    ctx.delete("absent");
    child.keys();
    assert.deepEqual(listings(log), ["child 1"]);
    ctx.set("own", 1);
    child.keys();
    ctx.delete("key");
    child.keys();
    ctx.discard();
    child.keys();
    parent.set("other", 1);
    child.keys();
    assert.deepEqual(listings(log), ["child 1", "child 2", "child 3", "child 5", "child 6"]);
  });

  it("keys are the effective ones", () => {
    const { ctx } = setUp({ a: 1, b: 2 });
    ctx.set("c", 3);
    ctx.delete("a");
    ctx.set("b", 4);
    assert.deepEqual(ctx.keys(), ["b", "c"]);
  });
});

describe("runtime: writes", () => {
  it("delete is a tombstone: absent here, deleted in the parent by a merge", async () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.delete("key");
    ctx.delete("nowhere");
    assert.equal(ctx.get("key"), undefined);
    assert.equal(ctx.has("key"), false);
    assert.equal(ctx.localState.isDeleted("key"), true);
    assert.equal(parent.get("key"), 1);
    const revision = parent.revision;
    await ctx.mergeToParent();
    assert.equal(parent.has("key"), false);
    assert.equal(parent.revision, revision + 1);
    assert.deepEqual(parent.transitions(revision), [
      { ...parent.transitions(revision)[0], key: "key", oldValue: 1, newValue: undefined, actor: "agent_a" },
    ]);
  });

  it("localState.delete takes a local write or tombstone back", () => {
    const { ctx } = setUp({ key: 1 });
    ctx.set("key", 2);
    assert.equal(ctx.localState.delete("key"), true);
    assert.equal(ctx.get("key"), 1);
    ctx.delete("key");
    assert.equal(ctx.localState.delete("key"), true);
    assert.equal(ctx.get("key"), 1);
    assert.equal(ctx.localState.delete("key"), false);
    assert.equal(ctx.localState.size, 0);
  });

  it("discard drops the overlay", () => {
    const { ctx } = setUp({ key: 1 });
    ctx.set("key", 2);
    ctx.set("other", 2);
    ctx.discard();
    assert.deepEqual(ctx.localState.keys(), []);
    assert.equal(ctx.get("key"), 1);
    assert.equal(ctx.get("other"), undefined);
    assert.deepEqual(ctx.previewMerge().entries, []);
  });

  it("local keys stand in the order of their first local writes", () => {
    const { ctx } = setUp({ a: 1, b: 2, c: 3 });
    ctx.get("c");
    ctx.set("b", 0);
    ctx.set("a", 0);
    ctx.set("c", 0);
    ctx.set("b", 1);
    assert.deepEqual(ctx.localState.keys(), ["b", "a", "c"]);
    ctx.localState.delete("b");
    ctx.set("b", 1);
    assert.deepEqual(ctx.localState.keys(), ["a", "c", "b"]);
  });

  it("refuses keys that are no strings", () => {
    const { ctx, parent } = setUp();
    const bad = 5 as unknown as string;
    for (const act of [
      () => ctx.set(bad, 1),
      () => ctx.get(bad),
      () => ctx.delete(bad),
      () => ctx.localState.delete(bad),
      () => parent.set(bad, 1),
      () => parent.delete(bad),
    ]) {
      assert.throws(act, { name: "TypeError", message: "A key must be a string, not number." });
    }
  });

  it("__proto__ is a key like any other", async () => {
    const { ctx, parent } = setUp();
    ctx.set("__proto__", { polluted: true });
    ctx.set("constructor", 1);
    ctx.set("value", JSON.parse('{"__proto__": {"polluted": 1}}'));
    assert.deepEqual(ctx.get("__proto__"), { polluted: true });
    assert.deepEqual(Object.keys(ctx.get("value") as object), ["__proto__"]);
    await ctx.mergeToParent();
    const snapshot = parent.snapshot();
    assert.deepEqual(Object.keys(snapshot), ["__proto__", "constructor", "value"]);
    assert.equal(Object.getPrototypeOf(snapshot), null);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    parent.delete("__proto__");
    parent.restore(snapshot);
    assert.deepEqual(parent.get("__proto__"), { polluted: true });
  });
});

describe("runtime: mergeToParent", () => {
  it("writes every key, equal ones included, one transition a key, actor = agent", async () => {
    const { ctx, parent } = setUp({ same: 1, other: 1 });
    ctx.set("same", 1);
    ctx.set("other", 2);
    await ctx.mergeToParent();
    assert.deepEqual(
      parent
        .transitions(2)
        .map(({ key, oldValue, newValue, actor, revision }) => [key, oldValue, newValue, actor, revision]),
      [
        ["same", 1, 1, "agent_a", 3],
        ["other", 1, 2, "agent_a", 4],
      ],
    );
  });

  it("is applied before the promise is returned", () => {
    const { ctx, parent } = setUp();
    const b = new AgentContext("agent_b", parent);
    ctx.set("key", "a");
    b.set("key", "b");
    void b.mergeToParent();
    void ctx.mergeToParent();
    assert.equal(parent.get("key"), "a");
  });

  it("keeps the overlay; the merged keys' base becomes what was written", async () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.get("key");
    ctx.set("key", 2);
    await ctx.mergeToParent();
    assert.deepEqual(ctx.localState.keys(), ["key"]);
    assert.equal(entryOf(ctx, "key").kind, "unchanged");
    ctx.set("key", 3);
    const entry = entryOf(ctx, "key");
    assert.equal(entry.base.value, 2);
    assert.equal(entry.base.revision, 2);
    assert.equal(entry.conflict, false);
    parent.set("key", 9, "other");
    assert.equal(entryOf(ctx, "key").conflict, true);
  });

  it("merges chosen keys; the rest stays with its base; names that are not local are skipped", async () => {
    const { ctx, parent } = setUp({ a: 1, b: 1 });
    ctx.set("a", 2);
    ctx.set("b", 2);
    parent.set("b", 5, "other");
    const result = await ctx.mergeToParent({ keys: ["nowhere", "a", "a"] });
    assert.equal(result.merged, 1);
    assert.deepEqual(result.skipped, ["nowhere"]);
    assert.equal(result.plan.whole, false);
    assert.deepEqual({ ...parent.snapshot() }, { a: 2, b: 5 });
    assert.equal(entryOf(ctx, "b").base.value, 1);
    assert.equal(entryOf(ctx, "b").conflict, true);
  });

  it("of an empty overlay merges nothing and says so", async () => {
    const { ctx, log } = setUp();
    const result = await ctx.mergeToParent();
    assert.equal(result.merged, 0);
    assert.deepEqual(
      [...log].slice(-2).map(({ kind }) => kind),
      ["merge_planned", "state_committed"],
    );
  });

  it("refuses through the promise, changes nothing then, and never becomes an unhandled rejection", async () => {
    const { ctx, parent, log } = setUp();
    ctx.set("key", 1);
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", listen);
    try {
      const seq = log.lastSeq;
      void ctx.mergeToParent({ keys: "key" as unknown as string[] });
      await assert.rejects(ctx.mergeToParent({ keys: [1] as unknown as string[] }), TypeError);
      await assert.rejects(ctx.mergeToParent(null as unknown as undefined), TypeError);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
      assert.equal(log.lastSeq, seq);
      assert.equal(parent.has("key"), false);
      assert.equal(ctx.previewMerge().entries.length, 1);
    } finally {
      process.removeListener("unhandledRejection", listen);
      for (const other of others) process.on("unhandledRejection", other);
    }
  });

  it("is what the preview shows", async () => {
    const { ctx, parent } = setUp({ changed: 1, gone: 1, same: 1 });
    ctx.set("added", 1);
    ctx.set("changed", 2);
    ctx.delete("gone");
    ctx.set("same", 1);
    ctx.delete("nowhere");
    const preview = ctx.previewMerge();
    assert.deepEqual(
      preview.entries.map(({ key, kind, result }) => [key, kind, result]),
      [
        ["added", "added", 1],
        ["changed", "modified", 2],
        ["gone", "deleted", undefined],
        ["same", "unchanged", 1],
        ["nowhere", "unchanged", undefined],
      ],
    );
    assert.deepEqual(preview.counts, {
      added: 1,
      modified: 1,
      deleted: 1,
      unchanged: 2,
      conflicts: 0,
      problems: 0,
      undecided: 0,
    });
    const { plan } = await ctx.mergeToParent();
    assert.deepEqual(plan, preview);
    for (const { key, result } of preview.entries) assert.deepEqual(parent.get(key), result);
  });

  it("plans are immutable", () => {
    const { ctx } = setUp();
    ctx.set("key", { deep: 1 });
    const plan = ctx.previewMerge();
    const [entry] = plan.entries;
    assert.ok(entry);
    for (const part of [
      plan,
      plan.entries,
      plan.skipped,
      plan.counts,
      entry,
      entry.base,
      entry.parent,
      entry.overlay,
    ]) {
      assert.ok(Object.isFrozen(part));
    }
  });
});

describe("runtime: base and conflict", () => {
  it("the base is the last read before the first write, whatever the parent holds by then", () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.get("key");
    parent.set("key", 2, "other");
    ctx.has("key");
    parent.set("key", 3, "other");
    ctx.set("key", 10);
    const entry = entryOf(ctx, "key");
    assert.deepEqual([entry.base.value, entry.base.revision], [2, 2]);
    assert.equal(entry.conflict, true);
  });

  it("without a read it is the parent at the first write; later writes keep it", () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.set("key", 10);
    parent.set("key", 2, "other");
    ctx.set("key", 11);
    ctx.delete("key");
    assert.equal(entryOf(ctx, "key").base.value, 1);
  });

  it("taking the write back or discarding drops it", () => {
    for (const drop of [(c: AgentContext) => c.localState.delete("key"), (c: AgentContext) => c.discard()]) {
      const { ctx, parent } = setUp({ key: 1 });
      ctx.set("key", 10);
      drop(ctx);
      parent.set("key", 2, "other");
      ctx.set("key", 11);
      assert.equal(entryOf(ctx, "key").base.value, 2);
    }
  });

  it("previews never set it", () => {
    const { ctx, parent } = setUp({ key: 1 });
    const child = new AgentContext("child", ctx);
    ctx.set("other", 1);
    ctx.previewMerge();
    child.set("key", 5);
    child.previewMerge();
    parent.set("key", 2, "other");
    ctx.set("key", 11);
    assert.equal(entryOf(ctx, "key").base.value, 2);
  });

  it("base → x → base is no conflict, and neither is what equals the overlay, or an overlay that equals the base", () => {
    const { ctx, parent } = setUp({ back: { a: 1 }, equal: 1, echo: 1 });
    for (const key of ["back", "equal", "echo"]) ctx.get(key);
    ctx.set("back", 2);
    ctx.set("equal", 2);
    ctx.set("echo", 1);
    parent.set("back", 7, "other");
    parent.set("back", { a: 1 }, "other");
    parent.set("equal", 2, "other");
    parent.set("echo", 9, "other");
    assert.deepEqual(
      ctx.previewMerge().entries.map(({ kind, conflict }) => [kind, conflict]),
      [
        ["modified", false],
        ["unchanged", false],
        ["modified", false],
      ],
    );
  });

  it("absent is a value: add/add and delete/modify, both ways, conflict", () => {
    const { ctx, parent } = setUp({ mine: 1, theirs: 1 });
    ctx.set("added", 1);
    ctx.delete("mine");
    ctx.set("theirs", 2);
    parent.set("added", 2, "other");
    parent.set("mine", 2, "other");
    parent.delete("theirs", "other");
    assert.deepEqual(
      ctx.previewMerge().entries.map(({ conflict }) => conflict),
      [true, true, true],
    );
    assert.equal(ctx.previewMerge().counts.conflicts, 3);
  });

  it("names the writers of both sides", () => {
    const { ctx, parent, log } = setUp({ key: 1 });
    ctx.set("key", 2);
    const overlaySeq = log.lastSeq;
    parent.set("key", 3, "other");
    const { base, overlay, parent: now } = entryOf(ctx, "key");
    assert.deepEqual([overlay.actor, overlay.seq], ["agent_a", overlaySeq]);
    assert.deepEqual([now.actor, now.seq, now.revision], ["other", log.lastSeq, 2]);
    assert.deepEqual([base.actor, base.seq, base.revision], [undefined, undefined, 1]);
  });
});

describe("runtime: nesting", () => {
  it("the parent of a nested context is the immediate parent's effective value, from the layer that answers", () => {
    const { ctx } = setUp({ far: 1, near: 1, gone: 1 });
    ctx.set("near", 2);
    ctx.delete("gone");
    const child = new AgentContext("child", ctx);
    assert.deepEqual([child.get("far"), child.get("near"), child.get("gone")], [1, 2, undefined]);
    for (const key of ["far", "near", "gone", "never"]) child.set(key, 9);
    const { context, into } = child.previewMerge();
    assert.deepEqual(
      child.previewMerge().entries.map(({ parent }) => [parent.value, parent.layer, parent.revision]),
      [
        [1, 1, 1],
        [2, 2, 1],
        [undefined, 2, 2],
        [undefined, 1, 0],
      ],
    );
    assert.deepEqual([context, into], [3, 2]);
  });

  it("merging writes the parent's overlay as its own, the child's name as actor, tombstones kept", async () => {
    const { ctx, parent } = setUp({ key: 1 });
    const child = new AgentContext("child", ctx);
    child.set("new", 1);
    child.delete("key");
    await child.mergeToParent();
    assert.deepEqual(ctx.localState.keys(), ["new", "key"]);
    assert.equal(ctx.localState.isDeleted("key"), true);
    assert.equal(entryOf(ctx, "new").overlay.actor, "child");
    assert.deepEqual({ ...parent.snapshot() }, { key: 1 });
    await ctx.mergeToParent();
    assert.deepEqual({ ...parent.snapshot() }, { new: 1 });
  });

  it("the parent's base is unchanged if it had written the key", async () => {
    const { ctx, parent } = setUp({ key: 1 });
    ctx.set("key", 2);
    parent.set("key", 7, "other");
    const child = new AgentContext("child", ctx);
    child.set("key", 3);
    await child.mergeToParent();
    assert.equal(entryOf(ctx, "key").base.value, 1);
  });

  it("else it is what the child observed in the root, so that a conflict survives two merges", async () => {
    const { ctx, parent } = setUp({ key: 1 });
    const child = new AgentContext("child", ctx);
    child.get("key");
    parent.set("key", 7, "other");
    child.set("key", 3);
    await child.mergeToParent();
    assert.equal(entryOf(ctx, "key").base.value, 1);
    assert.equal(entryOf(ctx, "key").conflict, true);
  });

  it("what the child saw in an overlay write that was taken back is no base for the parent", async () => {
    const { ctx } = setUp({ key: 1 });
    ctx.set("key", 2);
    const child = new AgentContext("child", ctx);
    child.get("key");
    child.set("key", 3);
    ctx.localState.delete("key");
    await child.mergeToParent();
    const { base } = entryOf(ctx, "key");
    assert.deepEqual([base.value, base.layer], [1, 1]);
  });
});

describe("runtime: stores", () => {
  it("restore writes forward: deletions in the store's order, then changes in the state's, one event", () => {
    const { parent, log } = setUp({ a: 1, b: 2, c: { x: 1 }, d: 4 });
    const events = log.lastSeq;
    parent.restore({ d: 5, c: { x: 1 }, e: 6 }, "keeper");
    assert.equal(log.lastSeq, events + 1);
    assert.deepEqual(
      parent.transitions(4).map(({ key, newValue, actor, revision }) => [key, newValue, actor, revision]),
      [
        ["a", undefined, "keeper", 5],
        ["b", undefined, "keeper", 6],
        ["d", 5, "keeper", 7],
        ["e", 6, "keeper", 8],
      ],
    );
    assert.equal(parent.revision, 8);
    const before = parent.snapshot();
    parent.restore(before);
    assert.equal(parent.revision, 8);
    assert.throws(() => parent.restore([] as unknown as Record<string, unknown>), TypeError);
  });

  it("an initial state is recorded", () => {
    const log = new RunLog();
    const store = new StateStore({ log, name: "facts", initial: { a: 1 } });
    assert.equal(store.get("a"), 1);
    assert.equal(store.name, "facts");
    assert.deepEqual(
      [...log].map(({ kind }) => kind),
      ["store_created", "state_restored"],
    );
  });

  it("records which findings are silenced, and nothing of it where none are", () => {
    const log = new RunLog();
    const facts: (JsonValue | undefined)[] = [];
    eventLogOf(log).attach({ append: ({ value }) => facts.push(value) });
    const ignore = ["done", "status/*"];
    new StateStore({ log, findings: { ignore } });
    new StateStore({ log, findings: {} });
    ignore.push("later");
    assert.deepEqual(facts, [{ name: "parent", ignore: ["done", "status/*"] }, "parent 2"]);
  });

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /`findings` must be an object/],
    [["done"], /`findings` must be an object/],
    [{ ignored: ["done"] }, /no option "ignored" of `findings`/],
    [{ ignore: "done" }, /`findings.ignore` must be a list of keys/],
    [{ ignore: ["done", 7] }, /`findings.ignore` must be a list of keys/],
    [{ ignore: [""] }, /`findings.ignore` must be a list of keys/],
  ];
  for (const [findings, message] of wrong) {
    it(`refuses findings: ${JSON.stringify(findings)}`, () => {
      const log = new RunLog();
      assert.throws(() => new StateStore({ log, findings: findings as object }), { name: "TypeError", message });
      assert.equal(log.lastSeq, 0);
    });
  }

  it("is named parent, then parent 2", () => {
    const log = new RunLog();
    assert.deepEqual([new StateStore({ log }).name, new StateStore({ log }).name], ["parent", "parent 2"]);
  });

  it("deleting what is absent does nothing; a deleted key remembers its revision", () => {
    const { parent, ctx, log } = setUp({ key: 1 });
    assert.equal(parent.delete("key"), true);
    const seq = log.lastSeq;
    assert.equal(parent.delete("key"), false);
    assert.equal(log.lastSeq, seq);
    ctx.set("key", 2);
    assert.equal(entryOf(ctx, "key").base.revision, 2);
  });

  it("transitions share the log's bound", () => {
    const { parent, log } = setUp();
    for (let round = 0; round < 10; round++) parent.set("key", round, "setup");
    log.retention = 3;
    assert.deepEqual(
      parent.transitions().map(({ oldValue, newValue, revision }) => [oldValue, newValue, revision]),
      [
        [6, 7, 8],
        [7, 8, 9],
        [8, 9, 10],
      ],
    );
    assert.equal(parent.transitions(9).length, 1);
    assert.equal(log.cut, 9);
    assert.equal(log.firstSeq, 10);
    assert.throws(() => (log.retention = -1), RangeError);
  });
});

describe("runtime: the log", () => {
  it("the local log is one agent's part of the run's", async () => {
    const { ctx, parent, log } = setUp({ key: 1 });
    const b = new AgentContext("agent_b", parent);
    ctx.get("key");
    b.set("key", 5);
    ctx.set("key", 2);
    ctx.log("note", { text: "hello" });
    await ctx.mergeToParent();
    assert.deepEqual(
      ctx.localLog.entries().map(({ kind, key, value }) => [kind, key, typeof value === "object" ? "data" : value]),
      [
        ["agent_started", undefined, undefined],
        ["state_read", "key", undefined],
        ["state_changed", "key", 2],
        ["note", undefined, "data"],
        ["merge_planned", undefined, "data"],
        ["state_changed", "key", 2],
        ["state_committed", undefined, "data"],
      ],
    );
    assert.equal([...log].length, log.lastSeq);
  });

  it("refuses data that is not JSON and kinds that are no words", () => {
    const { ctx, log } = setUp();
    const seq = log.lastSeq;
    assert.throws(() => ctx.log("note", { at: new Date() }), { name: "InvalidValueError" });
    assert.throws(() => ctx.log("", 1), TypeError);
    assert.equal(log.lastSeq, seq);
  });

  it("times move on when the script has waited, however it waited", async () => {
    const { ctx } = setUp();
    ctx.set("key", 1);
    const before = Date.now();
    // Waits by a timer until the clock has moved, then writes from the timer's own callback.
    await new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        if (Date.now() <= before + 20) return;
        clearInterval(poll);
        ctx.set("key", 2);
        resolve();
      }, 1);
    });
    const last = ctx.localLog.entries().at(-1);
    assert.ok(last && last.timestamp > before + 20);
  });

  it("is shared by all stores of the thread unless they are given another", async () => {
    const { runLog } = await import("../../../src/runtime/index");
    const before = runLog().lastSeq;
    new AgentContext("agent", new StateStore()).set("key", 1);
    assert.equal(runLog().lastSeq, before + 3);
  });

  it("refuses contexts over anything but a store or a context", () => {
    assert.throws(() => new AgentContext("a", {} as unknown as StateStore), TypeError);
    assert.throws(() => new AgentContext("", new StateStore({ log: new RunLog() })), TypeError);
  });
});
