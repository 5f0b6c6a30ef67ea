/** Holds the log to forgetting what nobody can reach, and nothing else. */

import assert from "node:assert/strict";
import { collectGarbage } from "./collectGarbage";
import type { ContextState, LogState, StoreState } from "../../../src/core/logState";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { waitFor } from "../../harness/waitFor";

/** More than a chunk of the log, so that whole chunks are cut off. */
const MANY = 10_000;
/** So often fifty agents come and go. The engine may hold on to one of each, the last that a frame of it has seen. */
const ROUNDS = 3;

/** Makes agents in a turn of their own: no frame that lasts holds any, whatever the engine inlines. */
async function passAllBy(parent: StateStore, round: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      for (let agent = 0; agent < 50; agent++) passBy(parent, `only_${round}_${agent}`, agent);
      resolve();
    });
  });
}

function passBy(parent: StateStore, key: string, value: number): void {
  const ctx = new AgentContext("goes", parent);
  ctx.get("shared");
  ctx.set(key, value);
  if (value % 2 === 0) void ctx.mergeToParent();
}

describe("layers that are gone", () => {
  it("leave the state that the log's beginning was folded into; those that live stay", async () => {
    const log = new RunLog({ retention: 100 });
    const parent = new StateStore({ log });
    const stays = new AgentContext("stays", parent);
    stays.set("own", 1);
    const names = eventLogOf(log);
    for (let round = 0; round < ROUNDS; round++) {
      await passAllBy(parent, round);
      await collectGarbage();
      for (let write = 0; write < MANY; write++) parent.set("filler", write, "setup");
    }
    // When finalizers run is the engine's affair.
    await waitFor(
      "all to be forgotten",
      async () => {
        await collectGarbage();
        for (let write = 0; write < MANY; write++) parent.set("filler", write, "setup");
        const gone = [...names.baseState.layers.values()].filter(({ name }) => name === "goes");
        const keys = gone.map(({ entries }) => [...entries.keys()].join());
        assert.ok(gone.length <= ROUNDS, `${gone.length} are still there: ${keys.slice(0, 10).join("; ")}`);
        return true;
      },
      10_000,
    );
    const living = (state: LogState): (StoreState | ContextState)[] =>
      [...state.layers.values()].filter(({ name }) => name !== "goes");
    assert.deepEqual(
      living(names.baseState).map(({ name }) => name),
      ["parent", "stays"],
    );
    assert.equal(stays.get("only_2_48"), 48);
    stays.set("own", 2);
    stays.set("only_0_0", "again");
    await stays.mergeToParent();
    assert.equal(parent.get("only_0_0"), "again");
    const state = names.state();
    const entries = living(state).map(({ entries }) => entries);
    assert.equal(entries.length, 2);
    assert.deepEqual(entries[0]?.get("own")?.value, 2);
    assert.deepEqual(entries[1]?.get("only_0_0")?.value, "again");
    assert.deepEqual([...(entries[1]?.keys() ?? [])], ["own", "only_2_48", "only_0_0"]);
  });

  it("are not forgotten while events of theirs are kept", async () => {
    const log = new RunLog({ retention: 5_000 });
    const parent = new StateStore({ log });
    (() => new AgentContext("goes", parent).set("own", 1))();
    await collectGarbage();
    for (let write = 0; write < 4_990; write++) parent.set("filler", write, "setup");
    assert.deepEqual(
      [...eventLogOf(log).state().layers.values()].map(({ name }) => name),
      ["parent", "goes"],
    );
    const told: (string | undefined)[] = [];
    for (const { agent, key } of eventLogOf(log).rows()) if (agent === "goes") told.push(key);
    assert.deepEqual(told, [undefined, "own"]);
  });
});
