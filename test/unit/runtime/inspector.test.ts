/** Holds the runtime's door for inspectors to what it promises, and to staying out of the script's way. */

import assert from "node:assert/strict";
import { collectGarbage } from "./collectGarbage";
import { inspected } from "./inspected";
import { AgentContext, RunLog, StateStore, type MergePlan } from "../../../src/runtime/index";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { INSPECTOR, type Inspector } from "../../../src/core/inspector";
import type { LogRow } from "../../../src/core/logRow";
import { openInspector, RUNTIME_VERSION } from "../../../src/runtime/openInspector";
import { eventLogOf } from "../../../src/runtime/runLog";
import packageJson from "../../../package.json";

const door = globalThis as { [INSPECTOR]?: Inspector };

function makeAgent(parent: StateStore, name: string): WeakRef<object> {
  const ctx = new AgentContext(name, parent);
  ctx.set("key", name);
  // The core is what an inspector keeps; the face is the script's.
  return new WeakRef(contextLayerOf(ctx) as object);
}

describe("runtime inspector", () => {
  afterEach(() => {
    delete door[INSPECTOR];
  });

  it("gets every event after the state that it attached at", () => {
    const { log, runtime } = inspected();
    const parent = new StateStore({ log });
    parent.set("before", 1, "setup");
    const rows: LogRow[] = [];
    const state = runtime.attach({ append: (row) => void rows.push({ ...row }) });
    assert.equal(state.seq, 2);
    parent.set("after", 2, "setup");
    runtime.record("run_started", { pid: 1 });
    assert.deepEqual(
      rows.map(({ seq, key, value, rev }) => [seq, key, value, rev]),
      [
        [3, "after", 2, 2],
        [4, "run_started", { pid: 1 }, 0],
      ],
    );
  });

  it("merges, discards and asks for pending agents by layer", async () => {
    const { log, runtime } = inspected();
    const parent = new StateStore({ log });
    const a = new AgentContext("agent_a", parent);
    const b = new AgentContext("agent_b", parent);
    assert.deepEqual(runtime.pending(), []);
    a.set("x", 1);
    a.set("y", 1);
    b.set("x", 2);
    const { context: layerA }: MergePlan = a.previewMerge();
    const { context: layerB }: MergePlan = b.previewMerge();
    assert.deepEqual(runtime.pending(), [layerA, layerB]);
    assert.deepEqual(runtime.merge(layerA, { keys: ["x", "nowhere"] }), { merged: 1, skipped: ["nowhere"] });
    assert.deepEqual({ ...parent.snapshot() }, { x: 1 });
    assert.deepEqual(runtime.pending(), [layerA, layerB]);
    assert.deepEqual(runtime.merge(layerA), { merged: 2, skipped: [] });
    assert.deepEqual(runtime.pending(), [layerB]);
    runtime.discard(layerB);
    assert.deepEqual(runtime.pending(), []);
    assert.equal(b.get("x"), 1);
    assert.throws(() => runtime.merge(layerB), /no local changes/);
    assert.throws(() => runtime.discard(99), /no local changes/);
    a.set("y", 3);
    await a.mergeToParent();
    assert.deepEqual(runtime.pending(), []);
  });

  it("does not break the script when it is broken itself", () => {
    door[INSPECTOR] = {
      runtimeLoaded: () => {
        throw new Error("broken");
      },
    };
    openInspector(eventLogOf(new RunLog()));
    door[INSPECTOR] = {} as Inspector;
    openInspector(eventLogOf(new RunLog()));

    const { log, runtime } = inspected();
    let calls = 0;
    runtime.attach({
      append: () => {
        calls++;
        throw new Error("broken");
      },
    });
    const store = new StateStore({ log });
    store.set("key", 1);
    assert.equal(store.get("key"), 1);
    assert.equal(calls, 1);
  });

  it("keeps unmerged agents alive for its commands; without one they can be collected", async () => {
    const { log, runtime } = inspected();
    const kept = makeAgent(new StateStore({ log }), "kept");
    const dropped = makeAgent(new StateStore({ log: new RunLog() }), "dropped");
    await collectGarbage();
    assert.equal(dropped.deref(), undefined);
    assert.ok(kept.deref());
    const [layer] = runtime.pending();
    assert.ok(layer);
    runtime.discard(layer);
    await collectGarbage();
    assert.equal(kept.deref(), undefined);
  });

  it("says the version of the package", () => {
    assert.equal(RUNTIME_VERSION, packageJson.version);
  });
});
