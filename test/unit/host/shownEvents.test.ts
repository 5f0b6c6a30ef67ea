import assert from "node:assert/strict";
import { ShownEvents } from "../../../src/host/events/shownEvents";
import { RACE, recording, runOf } from "./raceRecording";

const NOTHING = { agents: [], kinds: [], key: "", text: "" };

describe("the shown events", () => {
  it("are all of a run's, then one agent's, with the cursor's place among them", () => {
    const run = runOf(RACE);
    const shown = new ShownEvents(run, NOTHING);
    assert.equal(shown.onlyAgent, undefined);
    assert.equal(shown.summary().matching, 16);
    shown.setFilter({ ...NOTHING, agents: [2] });
    assert.equal(shown.onlyAgent, 2);
    const { matching, total, cursor, cursorIndex, agents } = shown.summary();
    assert.deepEqual(
      { matching, total, cursor, cursorIndex },
      { matching: 6, total: 16, cursor: { live: true, seq: 16 }, cursorIndex: 5 },
    );
    assert.deepEqual(
      agents.map(({ name }) => name),
      ["agent_a", "agent_b", "helper"],
    );
    assert.deepEqual(
      shown.rows(0, 100).map(({ seq }) => seq),
      [4, 6, 8, 13, 14, 15],
    );
    run.cursor.step("back", shown.onlyAgent);
    run.cursor.step("back", shown.onlyAgent);
    assert.deepEqual(shown.summary().cursor, { live: false, seq: 14 });
    assert.equal(shown.summary().cursorIndex, 4);
    run.cursor.moveTo(12);
    assert.equal(shown.markedSeq, 8, "the agent's newest event up to the cursor");
  });

  it("take up what comes in, and give few rows at a time", () => {
    const run = runOf(RACE);
    const shown = new ShownEvents(run, { ...NOTHING, key: "count" });
    const before = shown.summary().matching;
    const more = Array.from({ length: 3_000 }, (_, index) => ({
      kind: "state_changed",
      agent: "agent_b",
      rev: 3 + index,
      data: { layer: 3, changes: { counter: index } },
    }));
    run.model.append(Buffer.from(recording(more, RACE.length)));
    assert.equal(shown.summary().matching, before + 3_000);
    assert.equal(shown.rows(0, 1_000_000).length, 1_000);
  });

  it("tell what an event changed", () => {
    const shown = new ShownEvents(runOf(RACE), NOTHING);
    const details = shown.details(14);
    assert.equal(details?.change?.before, "0");
    assert.equal(details?.change?.after, "1");
    assert.equal(shown.details(9_999), undefined);
  });
});
