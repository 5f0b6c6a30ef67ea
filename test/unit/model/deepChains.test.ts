/** Ten thousand contexts, each on the one before: nothing in runtime or model walks them by recursion. */

import assert from "node:assert/strict";
import { RunModel } from "../../../src/model/runModel";
import { encodeSnapshot, createRowEncoder } from "../../../src/recording/recording";
import { decodeSnapshot } from "../../../src/recording/snapshotLine";
import { applyRow, cloneState, lookUp } from "../../../src/core/logState";
import { makerOf } from "../../../src/model/text/valueMaker";
import { inspectLog } from "../../../src/runtime/openInspector";
import { movedSince } from "../../../src/runtime/contextMerge";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { HEADER } from "./recordedRun";

const DEPTH = 10_000;
/** So many of them merge: each looks through all those below. */
const MERGES = 200;

describe("contexts on contexts, 10,000 deep", () => {
  const log = new RunLog();
  const events = eventLogOf(log);
  const { holds } = inspectLog(events);
  const lines = [HEADER];
  const encode = createRowEncoder();
  let contexts: AgentContext[] = [];
  let parent: StateStore;

  before(() => {
    const start = events.attach({ append: (row) => void lines.push(encode(row)) });
    lines.push(encodeSnapshot(start, 0, 0));
    parent = new StateStore({ log });
    parent.set("shared", 1, "setup");
    let above: StateStore | AgentContext = parent;
    contexts = [];
    for (let depth = 0; depth < DEPTH; depth++) contexts.push((above = new AgentContext(`agent ${depth}`, above)));
  });

  const innermost = (): AgentContext => contexts.at(-1) as AgentContext;

  it("are read, written, previewed and taken back", () => {
    const agent = innermost();
    assert.equal(agent.get("shared"), 1);
    assert.equal(agent.has("missing"), false);
    agent.set("deep", "value");
    agent.delete("shared");
    assert.deepEqual({ ...agent.previewMerge().counts, undecided: 0 }.added, 1);
    agent.localState.delete("shared");
    agent.set("taken back", 1);
    agent.discard();
    contexts[0]?.set("own", 1);
    contexts[0]?.discard();
    const layer = contextLayerOf(agent);
    assert.ok(layer !== undefined);
    agent.set("shared", 2);
    const { lastSeq } = events;
    parent.set("shared", 3, "other");
    assert.deepEqual(movedSince(layer, lastSeq, undefined), ["shared"]);
    assert.equal(agent.previewMerge().counts.conflicts, 1);
  });

  it("are merged, one into the next, from the innermost, held merges too", async () => {
    const agent = innermost();
    agent.set("deep", "value");
    for (const each of contexts.slice(-MERGES).reverse()) await each.mergeToParent();
    await contexts[0]?.mergeToParent();
    assert.equal(contexts.at(-MERGES - 1)?.get("deep"), "value");
    assert.equal(agent.previewMerge().counts.unchanged, 2);
    agent.set("deep", "held");
    holds.setModes({ run: "always", agents: new Map() });
    void agent.mergeToParent();
    holds.approve(holds.ids[0] ?? 0);
    holds.setModes({ run: "never", agents: new Map() });
    assert.equal(contexts.at(-2)?.get("deep"), "held");
  });

  it("are folded, cloned and written as a snapshot, that is read again", () => {
    const state = events.state();
    assert.equal(lookUp(state, DEPTH + 1, "deep").value, "held");
    assert.equal(cloneState(state).layers.size, DEPTH + 1);
    const line = JSON.parse(encodeSnapshot(state, 0, 0)) as { data: unknown };
    assert.deepEqual(decodeSnapshot(state.seq, line.data).state.layers.size, DEPTH + 1);
    const last = [...events.rows()].at(-1);
    assert.ok(last !== undefined);
    applyRow(state, last);
  });

  it("are shown and judged, and its values followed", () => {
    const model = new RunModel();
    model.append(new TextEncoder().encode(lines.join("")));
    model.finish();
    assert.equal(model.damageCount, 0);
    const { lastSeq } = model;
    const layer = DEPTH + 1;
    assert.equal(model.effectiveValue(layer, "deep", lastSeq).value, "held");
    assert.deepEqual(
      model.effective(layer, lastSeq).map(({ key }) => key),
      ["shared", "deep"],
    );
    assert.equal(model.plan(layer, lastSeq).counts.unchanged, 2);
    assert.equal(model.agents().length, DEPTH);
    assert.ok(model.found.findings.length > 0);
    assert.equal(model.liveState.layers.size, DEPTH + 1);
    const { seq = 0 } = model.effectiveValue(layer - MERGES, "deep", lastSeq);
    const maker = makerOf(model, seq);
    assert.deepEqual([maker.by, maker.merges.length], ["write", MERGES]);
  });

  it("list their keys, and notice that others appear", () => {
    const agent = innermost();
    assert.deepEqual(agent.keys().sort(), ["deep", "shared"]);
    contexts[0]?.set("new", 1);
    assert.deepEqual(agent.keys().sort(), ["deep", "new", "shared"]);
    assert.equal(agent.localLog.entries().filter(({ kind }) => kind === "keys_read").length, 2);
  });
});
