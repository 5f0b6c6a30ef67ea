/** Holds a merge that was recorded as one to being told as one step, with all that it did. */

import assert from "node:assert/strict";
import { NO_FILTER, EventList } from "../../../src/model/text/eventList";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { RecordedRun } from "./recordedRun";

/** Seqs: 1–3 the stores and contexts, 4–8 writes, 9 the plan, 10–15 what the merge did, 16 its end, 17–19 another merge. */
function merged(): { readonly model: RunModel; readonly apart: RunModel } {
  const log = new RunLog();
  const run = new RecordedRun(log);
  const store = new StateStore({ log, name: "shared" });
  const ann = new AgentContext("ann", store);
  const ben = new AgentContext("ben", store);
  store.set("taken", "theirs", "setup");
  ann.set("plan", ["a"]);
  ann.set("taken", "mine");
  ann.set("made", 1);
  ann.delete("taken");
  void ann.mergeToParent({ choices: { taken: { take: "parent" }, made: { value: 2 } } });
  ben.set("made", 3);
  void ben.mergeToParent();
  const modelOf = (lines: readonly string[]): RunModel => {
    const model = new RunModel();
    model.append(new TextEncoder().encode(lines.join("")));
    model.finish();
    return model;
  };
  return { model: modelOf(run.lines), apart: modelOf(run.linesApart) };
}

describe("a merge that is one step", () => {
  it("says in its row and its details what became of each key", () => {
    const { model } = merged();
    const ends = new EventList(model, { ...NO_FILTER, kinds: ["state_committed"] }).rows(0, 9);
    assert.deepEqual(
      ends.map(({ summary }) => summary),
      ["merged into shared: 2 keys: plan, made", "merged into shared: made = 3 (was 2)"],
    );
    const [first, second] = ends.map(({ seq }) => eventDetails(model, seq));
    assert.deepEqual(
      first?.facts.filter(({ label }) => ["plan", "taken", "made"].includes(label)),
      [
        { label: "plan", text: '["a"]' },
        { label: "taken", text: "the parent's value stays" },
        { label: "made", text: "2" },
      ],
    );
    assert.equal(first?.change, undefined);
    assert.ok(first && first.firstSeq < first.seq - 3);
    assert.deepEqual([second?.change?.before, second?.change?.after], ["2", "3"]);
    assert.match(second?.data ?? "", /"keys": 1/);
  });

  it("is found by its keys, and by what became of them", () => {
    const { model } = merged();
    const [first, second] = new EventList(model, { ...NO_FILTER, kinds: ["state_committed"] }).rows(0, 9);
    const seqs = (filter: object): readonly number[] =>
      new EventList(model, { ...NO_FILTER, ...filter }).rows(0, 99).map(({ seq }) => seq);
    assert.ok(seqs({ key: "plan" }).includes(first?.seq ?? 0));
    assert.ok(!seqs({ key: "plan" }).includes(second?.seq ?? 0));
    assert.deepEqual(seqs({ text: "merge set made = 3" }), [second?.seq]);
    assert.ok(seqs({ text: "parent's value stays" }).includes(first?.seq ?? 0));
  });

  it("is passed by one step, whichever of its events one asks for", () => {
    const { model } = merged();
    const [first] = new EventList(model, { ...NO_FILTER, kinds: ["state_committed"] }).rows(0, 9);
    const end = first?.seq ?? 0;
    const cursor = new RunCursor(model);
    for (let seq = model.firstOfStep(end); seq <= end; seq++) {
      cursor.moveTo(seq);
      assert.equal(cursor.seq, end);
    }
    cursor.step("back");
    assert.equal(model.kind(cursor.seq), "merge_planned");
    cursor.step("forward");
    assert.equal(cursor.seq, end);
  });

  it("is as many as it has events in a recording of an older version, which says so", () => {
    const { model, apart } = merged();
    assert.equal(apart.stepCount, apart.eventCount);
    assert.equal(apart.eventCount, model.eventCount);
    assert.ok(model.stepCount < model.eventCount);
    const summaries = new EventList(apart).rows(0, 99).map(({ summary }) => summary);
    assert.ok(summaries.includes("merge set made = 3 (was 2)"));
    assert.ok(summaries.includes("merged into shared: 1 key"));
  });
});
