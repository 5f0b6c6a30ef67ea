import assert from "node:assert/strict";
import { previewDetails, previewRows } from "../../../src/model/text/previewRows";
import { runReport } from "../../../src/model/text/runReport";
import { RunModel } from "../../../src/model/runModel";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { RecordedRun } from "./recordedRun";
import { tellStory } from "./story";

const decided = { take: "overlay", by: "policy", ticked: true, stale: false, masked: false };

describe("preview rows", () => {
  it("list a plan's keys with both texts", () => {
    const { model } = tellStory();
    const writer = model.agents()[1]?.layer ?? 0;
    assert.deepEqual(previewRows(model.plan(writer, 13), { isTicked: (key) => key !== "plan" }), [
      { ...decided, key: "budget", kind: "modified", conflict: true, parentText: "5", resultText: "4" },
      {
        ...decided,
        ticked: false,
        key: "plan",
        kind: "deleted",
        conflict: false,
        parentText: '{"steps":[{"owner":"ann"}], "title":"first draft"}',
        resultText: undefined,
      },
      {
        ...decided,
        key: "notes for <b>",
        kind: "added",
        conflict: false,
        parentText: undefined,
        resultText: `"${"x".repeat(118)}…`,
      },
    ]);
  });

  it("tell the four sides of a key and where they come from", () => {
    const { model } = tellStory();
    const writer = model.agents()[1]?.layer ?? 0;
    const plan = model.plan(writer, 13);
    const [entry] = plan.entries;
    assert.ok(entry !== undefined);
    const details = previewDetails(plan, entry, {
      timestampOf: (seq) => seq * 1000,
      siteOf: (seq) => `story.ts:${seq}`,
      isTicked: () => true,
      writerOf: (key, layer, revision) => model.history(layer, key).find((write) => write.rev === revision),
      tellWriter: (side) => ({ actor: model.writerOf(side), own: model.writingLayer(side.seq) === writer }),
    });
    assert.deepEqual(details.base, {
      json: "3",
      cut: false,
      actor: "setup",
      own: false,
      revision: 1,
      seq: 2,
      timestampMs: 2000,
      site: "story.ts:2",
    });
    assert.deepEqual(details.parent, {
      json: "5",
      cut: false,
      actor: "lead",
      own: false,
      revision: 3,
      seq: 12,
      timestampMs: 12_000,
      site: "story.ts:12",
    });
    assert.deepEqual(details.overlay, {
      json: "4",
      cut: false,
      actor: "writer",
      own: true,
      revision: 1,
      seq: 8,
      timestampMs: 8000,
      site: "story.ts:8",
    });
    assert.equal(details.result.json, "4");
    assert.equal(details.difference[0]?.mark, "changed");
  });
});

describe("run report", () => {
  it("tells agents of one name apart, and names the agent ids that they were given", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log });
    for (const id of [undefined, "w", undefined]) {
      const worker = new AgentContext("worker", parent, { id });
      worker.set("n", (Number(worker.get("n") ?? 0) + 1) * 2);
      void worker.mergeToParent();
    }
    parent.set("m", 1, "worker");
    const model = new RunModel();
    model.append(run.bytes());
    const { agents, stores } = runReport(model);
    assert.deepEqual(
      agents.map(({ agent, agentId }) => [agent, agentId]),
      [
        ["worker#1", undefined],
        ["worker#2", "w"],
        ["worker#3", undefined],
      ],
    );
    assert.deepEqual(
      stores[0]?.written.map(({ key, writer }) => [key, writer]),
      [
        ["n", "worker#3"],
        ["m", "worker"],
      ],
    );
  });

  it("tells what each agent's merge would change", () => {
    const { model } = tellStory();
    const report = runReport(model, 13);
    assert.equal(report.run, "run-1");
    assert.equal(report.events, 21);
    assert.deepEqual(
      report.stores.map(({ store, entries }) => [store, Object.fromEntries(entries)["budget"]]),
      [["shared", 5]],
    );
    const [lead, writer] = report.agents;
    assert.deepEqual([lead?.agent, lead?.pending, lead?.counts.unchanged], ["lead", false, 1]);
    assert.equal(writer?.pending, true);
    assert.deepEqual(writer.counts, {
      added: 1,
      modified: 1,
      deleted: 1,
      unchanged: 0,
      conflicts: 1,
      problems: 0,
      undecided: 0,
    });
    assert.deepEqual(writer.rows[0], {
      key: "budget",
      kind: "modified",
      conflict: true,
      pending: true,
      base: 3,
      parent: 5,
      overlay: 4,
      result: 4,
    });
    assert.ok(writer.rows[1] !== undefined && !("result" in writer.rows[1]));
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    assert.deepEqual(
      runReport(model).agents.map(({ rows }) => rows.length),
      [1, 0],
    );
  });
});
