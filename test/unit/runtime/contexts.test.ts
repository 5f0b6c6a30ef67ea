/** Holds the runtime to its three defining stories. */

import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { LogRow } from "../../../src/core/logRow";
import { eventLogOf } from "../../../src/runtime/runLog";
import { AgentContext, RunLog, StateStore, TaskScope } from "../../../src/runtime/index";

function newParent(): StateStore {
  return new StateStore({ log: new RunLog() });
}

describe("agent context isolation", () => {
  it("reads fall through to the parent, live", () => {
    const parent = newParent();
    parent.set("shared_key", "parent_value", "setup");
    const ctx = new AgentContext("agent_a", parent);
    assert.equal(ctx.get("shared_key"), "parent_value");
    assert.equal(ctx.has("shared_key"), true);
    assert.equal(ctx.get("nowhere"), undefined);
    assert.equal(ctx.has("nowhere"), false);
    parent.set("shared_key", "changed", "setup");
    assert.equal(ctx.get("shared_key"), "changed");
  });

  it("writes stay in the overlay", () => {
    const parent = newParent();
    const ctx = new AgentContext("agent_a", parent);
    ctx.set("new_key", "value");
    assert.equal(ctx.get("new_key"), "value");
    assert.equal(parent.get("new_key"), undefined);
    assert.deepEqual(parent.keys(), []);
    assert.deepEqual(ctx.localState.keys(), ["new_key"]);
  });

  it("the overlay shadows the parent", () => {
    const parent = newParent();
    parent.set("shared_key", "parent_value", "setup");
    const ctx = new AgentContext("agent_a", parent);
    ctx.set("shared_key", "agent_value");
    assert.equal(ctx.get("shared_key"), "agent_value");
    assert.equal(parent.get("shared_key"), "parent_value");
  });

  it("a merge writes to the parent", async () => {
    const parent = newParent();
    parent.set("shared_key", "parent_value", "setup");
    const ctx = new AgentContext("agent_a", parent);
    ctx.set("shared_key", "agent_value");
    ctx.set("new_key", 1);
    const result = await ctx.mergeToParent();
    assert.equal(result.merged, 2);
    assert.deepEqual({ ...parent.snapshot() }, { shared_key: "agent_value", new_key: 1 });
  });

  it("two agents never see each other's overlays", () => {
    const parent = newParent();
    const a = new AgentContext("agent_a", parent);
    const b = new AgentContext("agent_b", parent);
    a.set("key", "of a");
    assert.equal(b.get("key"), undefined);
    b.set("key", "of b");
    assert.equal(a.get("key"), "of a");
    assert.equal(b.get("key"), "of b");
  });
});

describe("agent ids", () => {
  it("are the contexts' own unless they are given", () => {
    const parent = newParent();
    assert.equal(new AgentContext("worker", parent).agentId, undefined);
    assert.equal(new AgentContext("worker", parent, {}).agentId, undefined);
    assert.equal(new AgentContext("worker", parent, { id: "worker-1" }).agentId, "worker-1");
  });

  it("stand in the log, with the first context of the same agent", () => {
    const log = new RunLog();
    const parent = new StateStore({ log });
    const rows: LogRow[] = [];
    eventLogOf(log).attach({ append: (row) => rows.push({ ...row }) });
    for (const id of ["one", "two", "one", undefined]) new AgentContext("worker", parent, { id });
    assert.deepEqual(
      rows.map(({ layer, value, aux2 }) => [layer, value, aux2]),
      [
        [2, "one", 0],
        [3, "two", 0],
        [4, "one", 2],
        [5, undefined, 0],
      ],
    );
  });

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ id: "" }, /id must be a string that is not empty/],
    [{ id: 7 }, /id must be a string that is not empty/],
    [{ ID: "a" }, /no option "ID"/],
    [null, /must be an object/],
    ["worker-1", /must be an object/],
  ];
  for (const [options, message] of wrong) {
    it(`are refused as ${JSON.stringify(options)}`, () => {
      const parent = newParent();
      assert.throws(() => new AgentContext("worker", parent, options as { id: string }), {
        name: "TypeError",
        message,
      });
    });
  }
});

describe("task scope", () => {
  it("has no context outside", () => {
    assert.equal(
      TaskScope.tryWith(() => "called"),
      undefined,
    );
    assert.equal(TaskScope.agentName(), undefined);
  });

  it("knows the agent's name inside, across awaits", async () => {
    const ctx = new AgentContext("agent_a", newParent());
    const names = await TaskScope.run(ctx, async () => {
      const before = TaskScope.agentName();
      await turn();
      const after = TaskScope.tryWith((context) => context.agentName);
      return [before, after];
    });
    assert.deepEqual(names, ["agent_a", "agent_a"]);
    assert.equal(TaskScope.agentName(), undefined);
  });

  it("runs synchronous functions and returns their result", () => {
    const ctx = new AgentContext("agent_a", newParent());
    assert.equal(
      TaskScope.run(ctx, () => TaskScope.tryWith((context) => context === ctx)),
      true,
    );
  });

  it("nests: inside, the inner agent; after it, the outer one again", async () => {
    const parent = newParent();
    const outer = new AgentContext("outer", parent);
    const inner = new AgentContext("inner", outer);
    const names = await TaskScope.run(outer, async () => {
      const within = await TaskScope.run(inner, async () => {
        await turn();
        return TaskScope.agentName();
      });
      return [within, TaskScope.agentName()];
    });
    assert.deepEqual(names, ["inner", "outer"]);
  });

  it("ascribes direct writes to the scope's agent, else to the script", () => {
    const parent = newParent();
    TaskScope.run(new AgentContext("agent_a", parent), () => parent.set("in", 1));
    parent.set("out", 1);
    parent.delete("in");
    assert.deepEqual(
      parent.transitions().map(({ key, actor }) => [key, actor]),
      [
        ["in", "agent_a"],
        ["out", "script"],
        ["in", "script"],
      ],
    );
  });

  it("throws on what the function throws, and logs it", async () => {
    const ctx = new AgentContext("agent_a", newParent());
    const thrown = new RangeError("too far");
    assert.throws(
      () =>
        TaskScope.run(ctx, () => {
          throw thrown;
        }),
      (error) => error === thrown,
    );
    await assert.rejects(
      TaskScope.run(ctx, async () => {
        await turn();
        throw thrown;
      }),
      (error) => error === thrown,
    );
    const ends = ctx.localLog.entries().filter(({ kind }) => kind === "scope_exited" || kind === "agent_ended");
    assert.equal(ends.length, 4);
    for (const { value } of ends) {
      const { name, message, stack } = value as Record<string, string>;
      assert.deepEqual({ name, message, stack }, { name: "RangeError", message: "too far", stack: thrown.stack });
    }
  });

  it("survives whatever is thrown", () => {
    const ctx = new AgentContext("agent_a", newParent());
    const hostile = {
      get message(): string {
        throw new Error("no");
      },
      toString(): string {
        throw new Error("no");
      },
    };
    assert.throws(
      () =>
        TaskScope.run(ctx, () => {
          throw hostile as unknown as Error;
        }),
      (error) => error === hostile,
    );
  });

  it("logs scopes with their enclosing one; the agent ends with its outermost scope", async () => {
    const log = new RunLog();
    const ctx = new AgentContext("agent_a", new StateStore({ log }));
    await TaskScope.run(ctx, async () => {
      await TaskScope.run(ctx, () => turn());
    });
    assert.deepEqual(
      [...log].map(({ kind }) => kind),
      [
        "store_created",
        "agent_started",
        "scope_entered",
        "scope_entered",
        "scope_exited",
        "scope_exited",
        "agent_ended",
      ],
    );
  });

  it("works for thenables that are lazy", async () => {
    const ctx = new AgentContext("agent_a", newParent());
    const lazy = {
      then(resolve: (value: string | undefined) => void): void {
        resolve(TaskScope.agentName());
      },
    } as PromiseLike<string | undefined>;
    assert.equal(await TaskScope.run(ctx, () => lazy), "agent_a");
  });
});

describe("parallel isolation", () => {
  it("two agents at once on one counter: isolated until they merge, then the last merge wins", async () => {
    const parent = newParent();
    parent.set("counter", 0, "setup");
    const count = (name: string): Promise<AgentContext> => {
      const ctx = new AgentContext(name, parent);
      return TaskScope.run(ctx, async () => {
        for (let round = 1; round <= 5; round++) {
          const seen = TaskScope.tryWith((context) => context.get("counter")) as number;
          assert.equal(seen, round - 1);
          await turn();
          assert.equal(TaskScope.agentName(), name);
          TaskScope.tryWith((context) => context.set("counter", seen + 1));
          TaskScope.tryWith((context) => context.set(`${name}.rounds`, round));
          await turn();
          assert.equal(parent.get("counter"), 0);
        }
        return ctx;
      });
    };
    const [a, b] = await Promise.all([count("agent_a"), count("agent_b")]);
    b.set("counter", 50);
    assert.deepEqual({ ...parent.snapshot() }, { counter: 0 });
    await a.mergeToParent();
    assert.deepEqual({ ...parent.snapshot() }, { counter: 5, "agent_a.rounds": 5 });
    await b.mergeToParent();
    assert.deepEqual({ ...parent.snapshot() }, { counter: 50, "agent_a.rounds": 5, "agent_b.rounds": 5 });
  });
});
