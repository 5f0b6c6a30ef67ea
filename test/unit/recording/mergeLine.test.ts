/** Holds the one line of an applied merge to giving back each of its events as it was, and to being short. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { newRow, Op, type LogRow } from "../../../src/core/logRow";
import { RunModel } from "../../../src/model/runModel";
import { createLineDecoder, createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { HEADER, RecordedRun } from "../model/recordedRun";
import { storedModel } from "../model/storedModel";
import { program, World } from "../runtime/programs";

const LONG = "x".repeat(300);

function modelsOf(bytes: Uint8Array): readonly RunModel[] {
  const inMemory = new RunModel();
  inMemory.append(bytes);
  inMemory.finish();
  return [inMemory, storedModel(bytes)];
}

function assertRows(run: RecordedRun): void {
  for (const model of modelsOf(run.bytes())) {
    assert.deepEqual(model.damage, []);
    assert.deepEqual(
      run.rows.map(({ seq }) => textOf(model.row(seq))),
      run.rows.map(textOf),
    );
  }
}

/** All events of a merge have the time of its end. */
function textOf(row: LogRow | undefined): string {
  const { value, timestampMs: _, ...rest } = row ?? newRow();
  return JSON.stringify([rest, value]);
}

function mergedIn(lines: readonly string[]): readonly unknown[][] {
  return lines.flatMap((line) => {
    if (line === "") return [];
    const { merged } = ((JSON.parse(line) as { data?: object }).data ?? {}) as { merged?: unknown[] };
    return merged === undefined ? [] : [merged];
  });
}

describe("the line of a merge", () => {
  it("names the keys that it wrote and deleted, and says of no value what the overlay says", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const store = new StateStore({ log, initial: { gone: 1 } });
    const agent = new AgentContext("agent", store);
    agent.set("a", [LONG]);
    agent.set("10", 2);
    agent.delete("gone");
    agent.delete("never there");
    agent.set("z", { a: 1 });
    void agent.mergeToParent();
    const [merged] = mergedIn(run.lines);
    const absent = { layer: 1, deleted: ["never there"], merge: 2, rev: 0, agent: "agent" };
    assert.deepEqual(merged, ["a", "10", ["gone"], absent, "z"]);
    assert.equal(run.lines.filter((line) => line.includes('"merge_planned"')).length, 1);
    assertRows(run);
  });

  it("holds what was decided, by whom, and what came of it in the overlay", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const store = new StateStore({ log });
    const outer = new AgentContext("outer", store);
    const inner = new AgentContext("inner", outer);
    inner.set("kept", 1);
    inner.set("taken", 2);
    inner.set("made", [LONG]);
    outer.set("taken", 3);
    void inner.mergeToParent({ choices: { taken: { take: "parent" }, made: { value: [LONG, "more"] } } });
    void outer.mergeToParent();
    const [first, second] = mergedIn(run.lines);
    assert.equal(first?.length, 4);
    assert.match(JSON.stringify(first), /"reverted":\["taken"\]/);
    assert.match(JSON.stringify(first), /"patch":\{"made":\[\{"op":"add","path":"\/-","value":"more"\}\]\}/);
    assert.deepEqual(second, ["taken", "kept", "made"]);
    assertRows(run);
  });

  it("gives back each event of random programs, from memory and from disk", () => {
    let merges = 0;
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const run = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        merges += mergedIn(run.lines).length;
        assertRows(run);
      }),
      { numRuns: 1_000 },
    );
    assert.ok(merges > 300, `${merges} merges`);
  });

  it("of 100,000 keys takes less than 2 MB, whatever their values are", () => {
    const log = new RunLog();
    let length = 0;
    const encode = createRowEncoder();
    eventLogOf(log).attach({ append: (row) => void (length = encode(row).length) });
    const agent = new AgentContext("agent", new StateStore({ log }));
    for (let key = 0; key < 100_000; key++) agent.set(`key ${key}`, { text: `${key} ${LONG}` });
    void agent.mergeToParent();
    assert.ok(length > 1_000_000 && length < 2_000_000, `${length} characters`);
  });

  it("says the values where lines may have been lost that said them", () => {
    const log = new RunLog();
    const encode = createRowEncoder();
    let lines: string[] = [HEADER];
    const start = eventLogOf(log).attach({ append: (row) => void lines.push(encode(row)) });
    lines.push(encodeSnapshot(start, 0, 0));
    const store = new StateStore({ log });
    const agent = new AgentContext("agent", store);
    agent.set("short", 1);
    agent.set("long", [LONG]);
    const [header = "", snapshot = "", made = "", begun = ""] = lines;
    encode.forget();
    lines = [header, snapshot, made, begun];
    void agent.mergeToParent();
    const later = new AgentContext("later", store);
    later.set("long", [LONG, 2]);
    void later.mergeToParent();
    for (const model of modelsOf(new TextEncoder().encode(lines.join("")))) {
      assert.deepEqual(
        model.storeKeys(1, Infinity).map(({ key, value }) => [key, value]),
        [
          ["short", 1],
          ["long", [LONG, 2]],
        ],
      );
      assert.deepEqual(model.row(7)?.value, [LONG]);
    }
    assert.deepEqual(mergedIn(lines).at(-1), ["long"], "what came after the loss is known");
  });

  it("says the values where lines may have been lost of what was there before the recording began", () => {
    const log = new RunLog();
    const agent = new AgentContext("agent", new StateStore({ log }));
    const encode = createRowEncoder();
    const lines: string[] = [HEADER];
    let isLost = false;
    const start = eventLogOf(log).attach({
      append(row) {
        const line = encode(row);
        if (!isLost) lines.push(line);
      },
    });
    lines.push(encodeSnapshot(start, 0, 0));
    isLost = true;
    agent.set("number", 7);
    isLost = false;
    encode.forget();
    void agent.mergeToParent();
    for (const model of modelsOf(new TextEncoder().encode(lines.join("")))) {
      assert.equal(model.effectiveValue(1, "number", Infinity).value, 7);
    }
  });

  it("says of a value that no line before holds that it is not known", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const agent = new AgentContext("agent", new StateStore({ log }));
    agent.set("key", null);
    void agent.mergeToParent();
    const lines = run.lines.filter((line) => !line.includes('"changes"'));
    for (const model of modelsOf(new TextEncoder().encode(lines.join("")))) {
      assert.match(JSON.stringify(model.effectiveValue(1, "key", Infinity).value), /^"\(not known: /);
      assert.equal(model.damage.length, 1);
    }
  });

  it("does not take the place of its events where something ended the merge in its middle", () => {
    const encode = createRowEncoder();
    const row = (seq: number, of: Partial<LogRow>): LogRow => ({ ...newRow(), seq, agent: "agent", ...of });
    const summary = { policy: "overwrite", whole: true };
    assert.match(
      encode(row(1, { op: Op.MergePlanned, layer: 2, aux: 1, value: summary })),
      /^\{"kind":"merge_planned"/,
    );
    assert.equal(encode(row(2, { op: Op.MergeWrite, layer: 1, key: "a", value: 1, rev: 1, aux: 2 })), "");
    assert.equal(encode(row(3, { op: Op.MergeDelete, layer: 1, key: "b", rev: 2, aux: 2 })), "");
    const lines = encode(row(4, { op: Op.Logged, layer: 2, key: "note" }))
      .trimEnd()
      .split("\n");
    const decode = createLineDecoder();
    const told = lines.map((line) => decode(line));
    assert.deepEqual(
      told.map((line) => line.type === "row" && [line.row.seq, line.row.op, line.row.value]),
      [
        [2, Op.MergeWrite, 1],
        [3, Op.MergeDelete, undefined],
        [4, Op.Logged, undefined],
      ],
    );
  });

  it("names what is wrong with it", () => {
    const decode = createLineDecoder();
    const line = (data: object): string =>
      JSON.stringify({
        kind: "state_committed",
        seq: 5,
        agent: "agent",
        data: { layer: 2, into: 1, planned: 3, keys: 1, skipped: [], ...data },
        timestamp: "2026-01-01T00:00:00.000Z",
      });
    const WRONG: readonly (readonly [object, RegExp])[] = [
      [{ merged: "a" }, /data\.merged is not a list/],
      [{ merged: ["a"] }, /data\.rev is missing/],
      [{ merged: ["a", "b"], rev: 1 }, /data\.merged has more events than there were/],
      [{ merged: [["a", "b"]], rev: 1 }, /a deletion of data\.merged has not one key/],
      [{ merged: [null], rev: 1 }, /an event of data\.merged is not an object/],
      [{ merged: [{ layer: 1, changes: {} }] }, /data\.changes holds 0 keys and not one/],
      [{ merged: [{ layer: 1, from: 4, patch: { k: [] } }] }, /data\.from is no earlier event/],
      [{ merged: ["a"], rev: 1, by: 7 }, /data\.by is not a string/],
    ];
    for (const [data, said] of WRONG) {
      const decoded = decode(line(data));
      assert.match(decoded.type === "damage" ? decoded.message : "", said, JSON.stringify(data));
    }
    const right = decode(line({ merged: [["a"]], rev: 4 }));
    assert.deepEqual(right.type === "row" && right.merged.map(({ row }) => [row.seq, row.key, row.rev]), [[4, "a", 4]]);
  });
});
