import assert from "node:assert/strict";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import { AgentContext } from "../../../src/runtime/agentContext";
import { StateStore } from "../../../src/runtime/stateStore";
import { tellStory } from "./story";

describe("run cursor", () => {
  it("follows the newest event while live, and stays where it was put", () => {
    const { model, run, log } = tellStory();
    const cursor = new RunCursor(model);
    assert.ok(cursor.isLive);
    assert.equal(cursor.seq, model.lastSeq);
    const fixed = new RunCursor(model);
    fixed.moveTo(7);
    const from = run.lines.length;
    new AgentContext("late", new StateStore({ log })).log("hello");
    model.append(new TextEncoder().encode(run.lines.slice(from).join("")));
    assert.equal(cursor.seq, 24);
    assert.equal(fixed.seq, 7);
    assert.ok(!fixed.isLive);
    fixed.goLive();
    assert.equal(fixed.seq, 24);
  });

  it("steps among all events", () => {
    const { model } = tellStory();
    const cursor = new RunCursor(model);
    cursor.step("back");
    assert.equal(cursor.seq, 20);
    cursor.step("forward");
    assert.equal(cursor.seq, 21);
    assert.ok(!cursor.isLive);
    cursor.step("forward");
    assert.ok(cursor.isLive);
    cursor.step("first");
    assert.equal(cursor.seq, 1);
    cursor.step("back");
    assert.equal(cursor.seq, 0);
    cursor.step("back");
    assert.equal(cursor.seq, 0);
    cursor.step("forward");
    assert.equal(cursor.seq, 1);
    cursor.step("last");
    assert.equal(cursor.seq, 21);
    assert.ok(!cursor.isLive);
    cursor.step("live");
    assert.ok(cursor.isLive);
  });

  it("steps among one agent's events", () => {
    const { model } = tellStory();
    const writer = model.agents().find((agent) => agent.name === "writer")?.layer;
    const cursor = new RunCursor(model);
    const seen: number[] = [];
    cursor.step("first", writer);
    for (; !cursor.isLive; cursor.step("forward", writer)) seen.push(cursor.seq);
    assert.deepEqual(seen, [5, 8, 9, 10, 14, 16, 17, 18, 19]);
    cursor.step("back", writer);
    assert.equal(cursor.seq, 19);
    cursor.step("first", writer);
    cursor.step("back", writer);
    assert.equal(cursor.seq, 5);
  });

  it("goes to the nearest event before one that is not there", () => {
    const { model } = tellStory();
    const cursor = new RunCursor(model);
    cursor.moveTo(1000);
    assert.equal(cursor.seq, 21);
    cursor.moveTo(-3);
    assert.equal(cursor.seq, 0);
    const empty = new RunCursor(new RunModel());
    for (const to of ["back", "forward", "first", "last", "live"] as const) {
      empty.step(to);
      assert.equal(empty.seq, 0);
    }
  });

  it("tells of moves, and of nothing else", () => {
    const { model } = tellStory();
    const cursor = new RunCursor(model);
    const seqs: number[] = [];
    const stop = cursor.onDidChange(() => seqs.push(cursor.seq));
    cursor.moveTo(3);
    cursor.moveTo(3);
    cursor.step("back");
    cursor.goLive();
    cursor.goLive();
    stop();
    cursor.moveTo(1);
    assert.deepEqual(seqs, [3, 2, 21]);
  });
});
