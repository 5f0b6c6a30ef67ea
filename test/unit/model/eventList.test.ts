import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventFilter } from "../../../src/protocol/eventsMessages";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { EventList, NO_FILTER } from "../../../src/model/text/eventList";
import { RunModel } from "../../../src/model/runModel";
import { program, World } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";
import { tellStory } from "./story";

describe("event list", function () {
  this.timeout(30_000);

  it("comes to the same when it looks slice by slice", () => {
    const { model } = tellStory();
    const lines = Array.from({ length: 2_000 }, (_, index) => {
      const seq = model.lastSeq + 1 + index;
      const data = { layer: 2, changes: { budget: index } };
      return JSON.stringify({ kind: "state_changed", seq, agent: "lead", data, timestamp: "2026-01-02T00:00:00Z" });
    });
    model.append(new TextEncoder().encode(lines.join("\n") + "\n"));
    const filter = { ...NO_FILTER, text: "set budget = 1" };
    const whole = new EventList(model, filter);
    const sliced = new EventList(model, filter, 0);
    assert.ok(sliced.length < whole.length, "one slice is not all");
    assert.ok(sliced.isBehind);
    let before = sliced.looked;
    while (sliced.isBehind) {
      assert.ok(sliced.length <= whole.length);
      assert.ok(sliced.looked > before);
      before = sliced.looked;
    }
    assert.deepEqual(sliced.rows(0, 9_999), whole.rows(0, 9_999));
    assert.equal(whole.isBehind, false);
  });

  it("says in one line what each event did", () => {
    const { model } = tellStory();
    const list = new EventList(model);
    assert.deepEqual(
      list.rows(0, 99).map(({ seq, agent, kind, summary }) => `${seq} ${agent ?? "-"} ${kind}: ${summary}`),
      [
        "1 - store_created: parent state shared was made",
        "2 setup state_changed: set budget = 3",
        '3 setup state_changed: set plan = {"steps":[{"owner":"ann"}], "title":"first draft"}',
        "4 lead agent_started: agent lead begins on shared",
        "5 writer agent_started: agent writer begins on shared",
        "6 lead state_read: read budget from shared at revision 1",
        "7 lead state_changed: set budget = 5 (was 3)",
        "8 writer state_changed: set budget = 4 (was 3)",
        '9 writer state_changed: deleted plan (was {"steps":[{"owner":"ann"}], "title":"first draft"})',
        `10 writer state_changed: set "notes for <b>" = "${"x".repeat(78)}…`,
        "11 lead merge_planned: merge into shared: 1 key",
        "13 lead state_committed: merged into shared: budget = 5 (was 3)",
        "14 writer merge_planned: merge into shared: 1 key, 1 conflict",
        "16 writer state_committed: merged into shared: budget = 4 (was 5), 1 name skipped",
        '17 writer thought: thought: {"text":"done?"}',
        "18 writer state_rollback: took back the local change of plan",
        "19 writer state_rollback: discarded 2 keys",
        "20 setup state_restored: restored shared: 1 key",
        "21 lead state_read: read missing from shared, where it was never written",
      ],
    );
  });

  it("narrows by agent, kind, key and text", () => {
    const { model } = tellStory();
    const lead = model.agents()[0]?.layer ?? 0;
    const seqs = (filter: Partial<EventFilter>): number[] =>
      new EventList(model, { ...NO_FILTER, ...filter }).rows(0, 99).map(({ seq }) => seq);
    assert.deepEqual(seqs({ agents: [lead] }), [4, 6, 7, 11, 13, 21]);
    assert.deepEqual(seqs({ kinds: ["state_read", "thought"] }), [6, 17, 21]);
    assert.deepEqual(seqs({ key: "BUDG" }), [2, 6, 7, 8, 13, 16, 19]);
    assert.deepEqual(seqs({ key: "thought" }), []);
    assert.deepEqual(seqs({ text: "was 3" }), [7, 8, 13]);
    assert.deepEqual(seqs({ text: "1 conflict" }), [14]);
    assert.deepEqual(seqs({ text: "conflictCount" }), [11, 14]);
    assert.deepEqual(seqs({ agents: [lead], kinds: ["state_changed"], key: "budget", text: "merge" }), [13]);
    assert.deepEqual(seqs({ agents: [99] }), []);
  });

  it("finds rows by event", () => {
    const { model } = tellStory();
    const list = new EventList(model, { ...NO_FILTER, kinds: ["state_read"] });
    assert.equal(list.length, 2);
    assert.deepEqual(
      [0, 5, 6, 7, 20, 21, 99].map((seq) => list.indexOf(seq)),
      [-1, -1, 0, 0, 0, 1, 1],
    );
    assert.equal(list.rowAt(2), undefined);
    assert.equal(list.rowAt(-1), undefined);
    list.setFilter(NO_FILTER);
    assert.equal(list.length, 19);
    assert.deepEqual(
      [0, 1, 11, 12, 13, 21, 99].map((seq) => list.indexOf(seq)),
      [-1, 0, 10, 11, 11, 18, 18],
    );
  });

  it("grows to the same list that one made at the end would be", () => {
    const filters: fc.Arbitrary<EventFilter> = fc.record({
      agents: fc.array(fc.nat(6), { maxLength: 2 }),
      kinds: fc.array(fc.constantFrom("state_changed", "state_read", "merge_planned", "agent_started"), {
        maxLength: 2,
      }),
      key: fc.constantFrom("", "", "a", "__proto__"),
      text: fc.constantFrom("", "", "set", "agent 1"),
    });
    fc.assert(
      fc.property(program, filters, (steps, filter) => {
        const world = new World();
        const run = new RecordedRun(world.log);
        const model = new RunModel();
        const list = new EventList(model, filter);
        let sent = 0;
        for (const step of steps) {
          world.run(step);
          model.append(new TextEncoder().encode(run.lines.slice(sent).join("")));
          sent = run.lines.length;
          assert.ok(list.length <= model.eventCount);
        }
        const whole = new EventList(model, filter);
        assert.deepEqual(list.rows(0, 999), whole.rows(0, 999));
        assert.equal(list.length, whole.length);
      }),
      { numRuns: 200 },
    );
  });

  it("takes what is no key, name or value of ours as text", () => {
    const model = new RunModel();
    const bidi = "\u202e<img src=x onerror=alert(1)>\u0000";
    const row = { kind: bidi, seq: 1, agent: bidi, data: { [bidi]: bidi }, timestamp: "2026-01-01T00:00:00.000Z" };
    model.append(new TextEncoder().encode(JSON.stringify(row) + "\n"));
    const list = new EventList(model, { ...NO_FILTER, text: "IMG" });
    assert.equal(list.length, 1);
    assert.equal(list.rowAt(0)?.kind, bidi);
  });
});

describe("event details", () => {
  it("tell a change, with what it changed inside", () => {
    const { model } = tellStory();
    const details = eventDetails(model, 15);
    assert.deepEqual(details, {
      seq: 15,
      firstSeq: 15,
      kind: "state_changed",
      agent: "writer",
      timestampMs: model.row(15)?.timestampMs,
      facts: [
        { label: "Parent state", text: "shared" },
        { label: "Key", text: "budget" },
        { label: "Revision", text: "4" },
        { label: "Merge of", text: "writer" },
      ],
      change: {
        before: "5",
        after: "4",
        difference: [
          {
            depth: 0,
            path: "",
            label: "",
            mark: "changed",
            parts: [
              { text: "5", mark: "removed" },
              { text: " → ", mark: "same" },
              { text: "4", mark: "added" },
            ],
          },
        ],
      },
    });
  });

  it("tell bases, reads and what shows through again", () => {
    const { model } = tellStory();
    const facts = (seq: number): string[] =>
      (eventDetails(model, seq)?.facts ?? []).map(({ label, text }) => `${label}: ${text}`);
    assert.ok(facts(7).includes("Base: shared at revision 1"));
    assert.ok(facts(10).includes("Base: shared, never written"));
    assert.deepEqual(facts(6), [
      "Context: lead",
      "Key: budget",
      "Read from: shared at revision 1",
      "Value: 3",
      "Written by: setup",
      "Written in event: 2",
    ]);
    assert.ok(facts(16).includes("Planned in event: 14"));
    const reverted = eventDetails(model, 18)?.change;
    assert.equal(reverted?.before, undefined);
    assert.match(reverted?.after ?? "", /first draft/);
    assert.match(eventDetails(model, 17)?.data ?? "", /"text": "done\?"/);
    assert.equal(eventDetails(model, 99), undefined);
  });
});
