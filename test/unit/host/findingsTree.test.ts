/** Holds the Findings view's rows against what a run lost. */

import assert from "node:assert/strict";
import type { TreeRun } from "../../../src/host/contexts/treeRun";
import { findingRoots, nothingFoundText } from "../../../src/host/findings/findingNodes";
import type { RunState } from "../../../src/host/runs/runState";
import type { TreeNode } from "../../../src/host/ui/treeNode";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import type { ReadingState } from "../../../src/protocol/recordingMessages";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { RecordedRun } from "../model/recordedRun";
import { EXITED, runOf } from "./raceRecording";

/** A run on show in which `play` was done. */
function played(play: (parent: StateStore) => void, more: Partial<TreeRun> = {}): TreeRun {
  const log = new RunLog();
  const recorded = new RecordedRun(log);
  play(new StateStore({ log }));
  const model = new RunModel();
  model.append(recorded.bytes());
  return runOf([], { model, cursor: new RunCursor(model), ...more });
}

/** Three agents that each add 1 to 0, and one that decides by what was changed meanwhile. */
function count(parent: StateStore): void {
  parent.set("steps", 0, "setup");
  parent.set("budget", 100, "setup");
  const agents = ["ann", "ben", "cyd"].map((name) => new AgentContext(name, parent));
  for (const agent of agents) agent.set("steps", Number(agent.get("steps")) + 1);
  const dan = new AgentContext("dan", parent);
  dan.set("plan", dan.get("budget"));
  parent.set("budget", 40, "setup");
  for (const agent of [...agents, dan]) void agent.mergeToParent();
}

function drawn(nodes: readonly TreeNode[], indent = ""): string {
  return nodes
    .map(
      (node) => `${indent}${node.icon}: ${node.label}  ${node.description}\n${drawn(node.children(), `${indent}  `)}`,
    )
    .join("");
}

describe("the Findings tree", () => {
  it("tells agents of one name apart, and says of listed keys what was added", () => {
    const run = played((parent) => {
      const workers = ["worker", "worker"].map((name) => new AgentContext(name, parent));
      for (const each of workers) if (each.keys().length < 1) each.set(`job ${workers.indexOf(each)}`, 1);
      for (const each of workers) void each.mergeToParent();
      const late = new AgentContext("late", parent);
      late.keys();
      late.set("job 0", 2);
      parent.delete("job 1", "setup");
      parent.set("more", 1, "setup");
      void late.mergeToParent();
    });
    assert.equal(
      `\n${drawn(findingRoots([run]))}`,
      `
error: job 0  write skew · worker#2 decided by keys(), worker#1 added job 0, and decided by what worker#2 changed
  eye: worker#2 listed the keys  event 6
  edit: worker#1 wrote 1  event 10
info: Advice  1 stale read
  info: job 1  stale read · late had listed the keys when setup deleted job 1 and 1 more
    eye: late listed the keys  event 15
    edit: setup deleted it  event 17
`,
    );
  });

  it("names what was lost, by whom, with the read, the other's write and the own one, and advice below", () => {
    assert.equal(
      `\n${drawn(findingRoots([played(count)]))}`,
      `
error: steps  lost update · ann and ben both wrote 1 from 0
  eye: ben read 0  event 9
  edit: ann wrote 1  event 19
  edit: ben wrote 1  event 10
error: steps  lost update · ben and cyd both wrote 1 from 0
  eye: cyd read 0  event 11
  edit: ben wrote 1  event 22
  edit: cyd wrote 1  event 12
info: Advice  1 stale read
  info: budget  stale read · dan had read 100 when setup made it 40
    eye: dan read 100  event 14
    edit: setup wrote 40  event 16
`,
    );
  });

  it("names the run where there are several, and leaves out those without findings", () => {
    const clean = played((parent) => parent.set("a", 1, "setup"), { id: "clean", title: "clean.ts" });
    const roots = findingRoots([clean, played(count, { id: "lossy", title: "lossy.ts" })]);
    assert.deepEqual(
      roots.map(({ label, description }) => `${label}: ${description}`),
      ["lossy.ts: 3"],
    );
    assert.equal(roots[0]?.children().length, 3);
    assert.deepEqual(findingRoots([clean]), []);
  });

  it("says that nothing was lost only of what is over and known to its end", () => {
    const clean = (state: RunState): TreeRun => played((parent) => parent.set("a", 1, "setup"), { state });
    const recorded = (reading: ReadingState): TreeRun => clean({ kind: "recorded", reading, end: undefined });
    const texts = [
      [],
      [clean(EXITED), recorded({ kind: "read" })],
      [clean({ kind: "running" }), clean(EXITED)],
      [recorded({ kind: "reading", bytes: 0, size: 9 })],
      [recorded({ kind: "stopped", bytes: 1, size: 9 })],
      [played(count)],
    ].map(nothingFoundText);
    const soFar = "Nothing was lost so far.";
    assert.deepEqual(texts, ["", "Nothing was lost.", soFar, soFar, soFar, ""]);
  });

  it("tells commands which finding and which event a row is, and keeps ids while more is found", () => {
    const run = played(count);
    const [first] = findingRoots([run]);
    assert.deepEqual(first?.place, { runId: run.id, layer: 3, key: "steps", finding: 0 });
    assert.deepEqual(
      first?.children().map(({ place }) => place.seq),
      [9, 18, 10],
    );
    const ids = (nodes: readonly TreeNode[]): string[] => nodes.flatMap((node) => [node.id, ...ids(node.children())]);
    const all = ids(findingRoots([run]));
    assert.equal(new Set(all).size, all.length);
  });

  it("shows hostile keys and values as text", () => {
    const run = played((parent) => {
      const [ann, ben] = ["ann\u202e", "[x](command:y)"].map((name) => new AgentContext(name, parent));
      for (const agent of [ann, ben]) agent?.set("", `${agent.has("")}<img>\n`);
      for (const agent of [ann, ben]) void agent?.mergeToParent();
    });
    const [node] = findingRoots([run]);
    assert.equal(node?.label, "(empty key)");
    assert.match(
      node?.description ?? "",
      /^lost update · ann\\u202e and \[x\]\(command:y\) both wrote "false<img>\\n" from absent$/,
    );
  });
});
