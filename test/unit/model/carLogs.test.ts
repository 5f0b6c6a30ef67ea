import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { EventList, NO_FILTER } from "../../../src/model/text/eventList";
import { RunModel } from "../../../src/model/runModel";
import { applyRow, emptyState } from "../../../src/core/logState";

const STORE = 1;

function opened(bytes: Uint8Array): RunModel {
  const model = new RunModel();
  model.append(bytes);
  model.finish();
  return model;
}

function fixture(name: string): Buffer {
  return readFileSync(path.join(process.cwd(), "test", "fixtures", "car", name));
}

/** Each event on a line, as the list of events shows it. */
function listed(list: EventList): string {
  const rows = list.rows(0, list.length);
  return rows.map(({ seq, agent, kind, summary }) => `${seq} ${agent ?? "-"} ${kind}: ${summary}\n`).join("");
}

function stateAt(model: RunModel, seq: number): Record<string, unknown> {
  return Object.fromEntries(model.storeKeys(STORE, seq).map(({ key, value }) => [key, value]));
}

describe("a log of the Common Agent Runtime", () => {
  const model = opened(fixture("journal.jsonl"));

  it("is a list of events, each line with its kind and data", () => {
    assert.deepEqual(model.damage, []);
    assert.equal(
      `\n${listed(new EventList(model))}`,
      `
1 - run_started: run_started: {"intent":"ship the release"}
2 - proposal_received: proposal_received: {"source":"planner", "action_count":2}
3 - state_snapshot: state_snapshot: {"state":{"tests_passed":true, "attempts":0}}
4 - store_created: parent state state was made
5 3f9c1ab2d4e5 state_restored: restored state: 2 keys
6 builder agent_started: agent builder begins on state
7 builder action_validated: action_validated: {"agent":"builder"}
8 builder action_executing: action_executing: {"agent":"builder", "tool":"deploy"}
9 builder state_changed: set deployed = true
10 builder action_succeeded: action_succeeded: {"agent":"builder", "output":{"url":"https://staging.example"}, "duration_ms":1230}
11 reviewer agent_started: agent reviewer begins on state
12 reviewer state_changed: set attempts = 1 (was 0)
13 reviewer state_changed: deleted tests_passed (was true)
14 reviewer state_changed: set note = null
15 - state_committed: state_committed: {}
16 - proposal_received: proposal_received: {"source":"planner", "action_count":2}
17 builder state_changed: set deployed = "v2" (was true)
18 reviewer transaction_conflict: transaction_conflict: {"agent":"reviewer", "keys":["attempts"], "changes":{"attempts":{"op":"set", "value":9}}}
19 reviewer action_failed: action_failed: {"agent":"reviewer", "error":"stale read of attempts"}
20 - state_rollback: state_rollback: {"reason":"abort"}
21 77aa00bb11cc state_changed: set deployed = true (was "v2")
22 - run_completed: run_completed: {"status":"failed"}
`,
    );
    assert.deepEqual(model.info.startedMs, Date.UTC(2026, 8, 21, 8, 15, 30, 120));
    assert.equal(model.info.ended, undefined);
  });

  it("has the parent state at every event", () => {
    const states = [1, 5, 9, 12, 14, 17, 20, 21, 22].map((seq) => stateAt(model, seq));
    const begun = { tests_passed: true, attempts: 0 };
    const committed = { attempts: 1, deployed: true, note: null };
    assert.deepEqual(states, [
      {},
      begun,
      { ...begun, deployed: true },
      { ...begun, deployed: true, attempts: 1 },
      committed,
      { ...committed, deployed: "v2" },
      { ...committed, deployed: "v2" },
      committed,
      committed,
    ]);
  });

  it("has its agents, with nothing of their own", () => {
    assert.deepEqual(
      [5, 6, 22].map((seq) => model.agents(seq).map(({ name, parent }) => `${name} on ${parent}`)),
      [[], ["builder on 1"], ["builder on 1", "reviewer on 1"]],
    );
    const [builder, reviewer] = model.agents();
    assert.ok(builder !== undefined && reviewer !== undefined);
    assert.deepEqual(model.overlay(builder.layer, 22), []);
    assert.deepEqual(
      model.effective(builder.layer, 22).map(({ key, origin }) => [key, origin]),
      [
        ["attempts", "inherited"],
        ["deployed", "inherited"],
        ["note", "inherited"],
      ],
    );
    assert.equal(model.isPending(reviewer.layer, 22), false);
  });

  it("tells of a key who wrote it, when, and what it was", () => {
    assert.deepEqual(
      model.history(STORE, "deployed").map(({ seq, actor, value, rev }) => [seq, actor, value, rev]),
      [
        [9, "builder", true, 3],
        [17, "builder", "v2", 7],
        [21, "77aa00bb11cc", true, 8],
      ],
    );
  });

  it("is filtered and stepped by agent, by kind and by key", () => {
    const [builder, reviewer] = model.agents();
    assert.ok(builder !== undefined && reviewer !== undefined);
    const seqs = (filter: Partial<typeof NO_FILTER>): number[] => {
      const list = new EventList(model, { ...NO_FILTER, ...filter });
      return list.rows(0, list.length).map(({ seq }) => seq);
    };
    assert.deepEqual(seqs({ agents: [builder.layer] }), [6, 7, 8, 9, 10, 17]);
    assert.deepEqual(seqs({ agents: [reviewer.layer] }), [11, 12, 13, 14, 18, 19]);
    assert.deepEqual(seqs({ kinds: ["transaction_conflict", "state_rollback"] }), [18, 20]);
    assert.deepEqual(seqs({ key: "attempts" }), [12]);
    const steps: number[] = [];
    for (let at = model.next(0, builder.layer); at !== undefined; at = model.next(at, builder.layer)) steps.push(at);
    assert.deepEqual(steps, [6, 7, 8, 9, 10, 17]);
    assert.equal(model.previous(17, reviewer.layer), 14);
  });

  it("shows all that a line holds when its event is looked at", () => {
    const facts = (seq: number): Record<string, string> =>
      Object.fromEntries((eventDetails(model, seq)?.facts ?? []).map(({ label, text }) => [label, text]));
    assert.deepEqual(facts(9), {
      "Parent state": "state",
      Key: "deployed",
      Revision: "3",
      run_id: "run-7f3a",
      client_id: "ws-1",
      action_id: "a1",
      proposal_id: "3f9c1ab2d4e5",
    });
    assert.deepEqual(facts(19)["Context"], "reviewer");
    assert.match(eventDetails(model, 18)?.data ?? "", /"keys": \[/);
  });

  it("folds as the runtime folds", () => {
    for (const name of ["journal.jsonl", "shapes.jsonl"]) {
      const run = opened(fixture(name));
      const state = emptyState();
      for (let index = 0; index < run.eventCount; index++) {
        const row = run.rowAt(index);
        assert.ok(row !== undefined);
        applyRow(state, row);
        const store = state.layers.get(STORE);
        const entries = store?.type === "store" ? [...store.entries] : [];
        const present = entries.filter(([, entry]) => entry.value !== undefined);
        assert.deepEqual(
          run.storeKeys(STORE, row.seq).map(({ key, value, side }) => [key, value, side.revision, side.actor]),
          present.map(([key, { value, rev, actor }]) => [key, value, rev, actor]),
        );
        if (row.rev !== 0) assert.equal(store?.revision, row.rev, `${name}, event ${row.seq}`);
      }
    }
  });

  it("understands changes of every shape, and times", () => {
    const shapes = opened(fixture("shapes.jsonl"));
    assert.deepEqual(shapes.damage, []);
    assert.equal(
      `\n${listed(new EventList(shapes))}`,
      `
1 - store_created: parent state state was made
2 plain state_changed: set a = 1
3 plain state_changed: set b = {"deep":[null]}
4 mutations state_changed: set a = null (was 1)
5 mutations state_changed: deleted b (was {"deep":[null]})
6 pairs state_changed: set a = 3 (was null)
7 pairs state_changed: set c = "x"
8 gone state_changed: deleted c (was "x")
9 - state_changed: set d = [1]
10 - state_changed: deleted a (was 3)
11 - state_changed: set f = false
12 - state_changed: set g = {"op":"set", "value":1}
13 - state_changed: set h = 2
14 - state_changed: state_changed: {"changes":["d", "f"]}
15 - state_changed: deleted d (was [1])
16 - state_changed: deleted "never there"
17 lead agent_started: agent lead begins on state
18 lead action_succeeded: action_succeeded: {"state_changes":{"f":{"op":"set", "value":false}, "i":{"op":"set", "value":7}}}
19 lead state_changed: set i = 7
20 lead action_rejected: action_rejected: {"changes":{"i":8}}
21 - state_rollback: state_rollback: {"changes":{"i":6}}
22 - state_changed: set i = 6 (was 7)
23 helper agent_started: agent helper begins on state
24 helper something_new: something_new: {"agent":{"id":"x1", "name":"helper"}, "text":"hello"}
`,
    );
    const base = Date.UTC(2026, 0, 2, 3, 4, 5);
    assert.deepEqual(
      [2, 4, 6, 8, 9, 11, 12, 14, 15].map((seq) => (shapes.row(seq)?.timestampMs ?? NaN) - base),
      [0, 1000, 2000, 3000, 3500, 3500, 3500, 3500, 3500],
    );
    assert.deepEqual(shapes.extra(14), { __proto__: null, timestamp: "not a time" });
    assert.deepEqual(
      JSON.parse(JSON.stringify(shapes.extra(10))),
      JSON.parse(fixture("shapes.jsonl").toString().split("\n")[4] ?? "", (key, value: unknown) =>
        key === "kind" ? undefined : value,
      ),
    );
  });

  it("is read whatever its line ends and whatever stands between its lines", () => {
    const text = fixture("journal.jsonl").toString();
    const same = listed(new EventList(model));
    for (const other of [
      `\uFEFF${text}`,
      text.replaceAll("\n", "\r\n"),
      text.replaceAll("\n", "\n\n"),
      text.trimEnd(),
    ]) {
      const run = opened(Buffer.from(other));
      assert.deepEqual(run.damage, []);
      assert.equal(listed(new EventList(run)), same);
    }
  });

  it("goes on after lines that are none, and names them", () => {
    const lines = fixture("journal.jsonl").toString().trimEnd().split("\n");
    lines.splice(8, 0, "[1]", '"text"', "null", "{", '{"data":{}}', '{"kind":5}', " ");
    const run = opened(Buffer.from(lines.join("\n")));
    assert.deepEqual(
      run.damage.map(({ line }) => line),
      [9, 10, 11, 12, 13, 14, 15],
    );
    assert.deepEqual(stateAt(run, run.lastSeq), stateAt(model, model.lastSeq));
  });

  it("keeps numbered events of a recording apart", () => {
    const text = fixture("journal.jsonl").toString();
    const own = `${JSON.stringify({ kind: "note", seq: 3, data: null, timestamp: "2026-01-02T03:04:05.678Z" })}\n`;
    const foreignFirst = opened(Buffer.from(text + own));
    assert.equal(listed(new EventList(foreignFirst)), listed(new EventList(model)));
    assert.deepEqual(
      foreignFirst.damage.map(({ line }) => line),
      [16],
    );
    const ownFirst = opened(Buffer.from(own + text));
    assert.equal(ownFirst.eventCount, 1);
    assert.equal(ownFirst.damageCount, 16);
  });
});
