/** Holds the log to its bound in bytes: what the values of its events take beyond what they share. */

import assert from "node:assert/strict";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";

const KILOBYTE = "x".repeat(1_000);

describe("a log's bound in bytes", () => {
  it("cuts off the oldest events of great values, long before their count would", () => {
    const log = new RunLog({ retentionBytes: 1_000_000 });
    const store = new StateStore({ log });
    for (let write = 0; write < 1_000; write++) store.set("page", write + KILOBYTE.repeat(10), "setup");
    const kept = log.lastSeq - log.cut;
    assert.ok(kept >= 95 && kept <= 100, `${kept} events of 10 kB are kept of 1 MB`);
    assert.equal(store.transitions().length, kept);
    log.retentionBytes = 100_000;
    assert.ok(log.lastSeq - log.cut <= 10);
    log.retentionBytes = 0;
    assert.equal(log.lastSeq - log.cut, 1, "the newest is kept whatever it takes");
    assert.throws(() => (log.retentionBytes = -1), RangeError);
    assert.throws(() => new RunLog({ retentionBytes: 0.5 }), /whole number/);
  });

  it("counts what values share once: a chat that grows by clones of itself, merges of it, and a value set again", () => {
    const log = new RunLog({ retentionBytes: 4_000_000 });
    const store = new StateStore({ log });
    const ctx = new AgentContext("agent", store);
    ctx.set("chat", []);
    for (let turn = 0; turn < 500; turn++) {
      const chat = JSON.parse(JSON.stringify(ctx.get("chat"))) as unknown[];
      ctx.set("chat", [...chat, { role: "user", text: turn + KILOBYTE }]);
      ctx.set("chat", ctx.get("chat"));
      void ctx.mergeToParent();
    }
    assert.equal(log.cut, 0);
    // Without sharing, all of it once more each time: 125 MB.
    ctx.set("chat", [...(ctx.get("chat") as unknown[]), KILOBYTE.repeat(4_000)]);
    assert.ok(log.cut > 0);
  });

  it("counts what scripts log and states that are restored, and what merges tell of many keys", () => {
    for (const act of [
      (ctx: AgentContext, round: number) => ctx.log("page", { text: round + KILOBYTE }),
      (_ctx: AgentContext, round: number, store: StateStore) => store.restore({ text: round + KILOBYTE }),
      (ctx: AgentContext) => {
        for (let key = 0; key < 50; key++) ctx.set(`a key with a name ${key}`, 1);
        ctx.discard();
      },
    ]) {
      const log = new RunLog({ retentionBytes: 100_000 });
      const store = new StateStore({ log });
      const ctx = new AgentContext("agent", store);
      for (let round = 0; round < 200; round++) act(ctx, round, store);
      assert.ok(log.cut > 0);
    }
  });
});
