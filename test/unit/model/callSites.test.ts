/** Holds blame to the log: a key's history is its writes, and each names the line that caused it. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { createRowEncoder, encodeNote, encodeSnapshot } from "../../../src/recording/recording";
import type { JsonValue } from "../../../src/core/jsonValue";
import { jsonEqual } from "../../../src/core/jsonValue";
import { newRow, Op, type LogRow } from "../../../src/core/logRow";
import { emptyState } from "../../../src/core/logState";
import { eventLogOf } from "../../../src/runtime/runLog";
import { program, World } from "../runtime/programs";
import { HEADER } from "./recordedRun";

const BY_LINES: ReadonlySet<Op> = new Set([
  Op.Write,
  Op.Delete,
  Op.Revert,
  Op.Discard,
  Op.Read,
  Op.MergePlanned,
  Op.MergeHeld,
  Op.Restored,
  Op.Logged,
]);

/** Each event is caused by a line of its own: the one with the number of its seq. */
function recorded(rows: readonly LogRow[]): RunModel {
  const encode = createRowEncoder();
  const text = rows.map((row) => {
    const note = { site: row.seq, file: "/work/race.ts", line: row.seq, column: 1 };
    return BY_LINES.has(row.op)
      ? encodeNote("call_site", note, 0) + encode({ ...row, site: row.seq })
      : encode({ ...row, site: 0 });
  });
  return modelOf(text.join(""));
}

function modelOf(text: string): RunModel {
  const model = new RunModel();
  model.append(new TextEncoder().encode(HEADER + encodeSnapshot(emptyState(), 0, 0) + text));
  model.finish();
  assert.deepEqual(model.damage, []);
  return model;
}

interface Written {
  readonly seq: number;
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  readonly timestampMs: number;
  /** The line that caused it. */
  readonly line: number;
}

/** The writes of each key of each layer, told from the rows alone. */
function writesOf(rows: readonly LogRow[]): Map<string, Written[]> {
  const writes = new Map<string, Written[]>();
  const stores = new Set<number>();
  const add = (row: LogRow, key: string, value: JsonValue | undefined, line = row.seq): void => {
    const { seq, layer, rev, agent: actor, timestampMs } = row;
    const name = `${layer} ${key}`;
    writes.set(name, [...(writes.get(name) ?? []), { seq, value, rev, actor, timestampMs, line }]);
  };
  const valueOf = (layer: number, key: string) => writes.get(`${layer} ${key}`)?.at(-1)?.value;
  for (const [index, row] of rows.entries()) {
    const key = row.key ?? "";
    if (row.op === Op.StoreCreated) stores.add(row.layer);
    else if (row.op === Op.Write || row.op === Op.Delete) add(row, key, row.value);
    else if (row.op === Op.Revert) add(row, key, undefined);
    else if (row.op === Op.Discard) {
      for (const discarded of row.value as string[]) add(row, discarded, undefined);
    } else if (row.op === Op.MergeWrite || row.op === Op.MergeDelete) {
      const isNoOp = row.op === Op.MergeDelete && stores.has(row.layer) && valueOf(row.layer, key) === undefined;
      if (!isNoOp) add(row, key, row.value, askedBy(rows, index));
    } else if (row.op === Op.Restored) {
      const state = new Map(Object.entries(row.value as Record<string, JsonValue>));
      const known = [...writes.keys()].filter((name) => name.startsWith(`${row.layer} `));
      for (const changed of new Set([...state.keys(), ...known.map((name) => name.slice(name.indexOf(" ") + 1))])) {
        if (!jsonEqual(valueOf(row.layer, changed), state.get(changed))) add(row, changed, state.get(changed));
      }
    }
  }
  return writes;
}

function askedBy(rows: readonly LogRow[], index: number): number {
  const planned = rows.slice(0, index).findLast(({ op }) => op === Op.MergePlanned);
  const applied = rows.slice(index).find(({ op }) => op === Op.MergeApplied);
  return (applied?.value as { hold?: number } | undefined)?.hold ?? planned?.seq ?? 0;
}

describe("blame", function () {
  this.timeout(120_000);

  it("tells of each key exactly the writes that the log holds, and the line of each", () => {
    let merges = 0;
    let held = 0;
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const rows = Array.from(eventLogOf(world.log).rows(), (row): LogRow => ({ ...row }));
        eventLogOf(world.log).attach({ append: (row) => void rows.push({ ...row }) });
        for (const step of steps) world.run(step);
        const model = recorded(rows);
        const expected = writesOf(rows);
        for (const [name, writes] of expected) {
          const [layer = "", ...key] = name.split(" ");
          const history = model.history(Number(layer), key.join(" "));
          assert.deepEqual(
            history.map(({ seq, value, rev, actor, timestampMs, site }) => ({
              seq,
              value,
              // A restore gives its keys revisions one by one; the row says the last.
              rev: model.row(seq)?.op === Op.Restored ? undefined : rev,
              actor,
              timestampMs,
              line: site?.line,
            })),
            writes.map((write) => ({
              ...write,
              value: write.value === undefined ? undefined : (JSON.parse(JSON.stringify(write.value)) as JsonValue),
              rev: model.row(write.seq)?.op === Op.Restored ? undefined : write.rev,
            })),
            name,
          );
          merges += writes.filter(({ seq, line }) => seq !== line).length;
        }
        for (const layer of [...model.stores(), ...model.agents()]) {
          for (const key of ["a", "b", "c", "10", "2", "__proto__"]) {
            if (!expected.has(`${layer.layer} ${key}`)) assert.deepEqual(model.history(layer.layer, key), []);
          }
        }
        for (const row of rows) {
          if (row.op !== Op.MergeApplied && row.op !== Op.MergeRefused) continue;
          const { hold } = row.value as { hold?: number };
          const asked = hold ?? row.aux2;
          assert.equal(model.callSite(row.seq)?.line, asked === 0 ? undefined : asked);
          if (hold !== undefined) held++;
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(merges > 100 && held > 0, `only ${merges} merged writes and ${held} held merges were looked at`);
  });

  const row = (seq: number, op: Op, more: Partial<LogRow> = {}): string =>
    createRowEncoder()({ ...newRow(), seq, op, layer: 1, ...more });
  const begin = (callSites?: number): string =>
    row(1, Op.Other, { layer: 0, key: "run_started", value: { atEnd: "exit", ...(callSites && { callSites }) } }) +
    row(2, Op.StoreCreated, { value: "parent" });
  const write = (seq: number, site = 0): string => row(seq, Op.Write, { key: "k", rev: seq, value: seq, site });
  const note = (data: JsonValue): string => encodeNote("call_site", data, 0);
  const change = (seq: number, data: JsonValue): string =>
    row(seq, Op.Other, { layer: 0, key: "call_sites", value: data });

  it("says why a line is not known", () => {
    const model = modelOf(
      begin() +
        write(3) +
        change(4, { on: true, limit: 100 }) +
        note({ site: 1, file: "/work/race.ts", line: 7, column: 3 }) +
        write(5, 1) +
        write(6) +
        change(7, { on: false, perSecond: 4_000, limit: 100 }) +
        write(8) +
        change(9, { on: true, limit: 100 }) +
        note({ site: 2, command: true }) +
        write(10, 2) +
        write(11, 99) +
        change(12, { on: false, limit: 0 }) +
        write(13),
    );
    assert.deepEqual(
      [2, 3, 5, 6, 8, 10, 11, 13, 14].map((seq) => model.blame(seq)),
      [
        { type: "noLine" },
        { type: "off" },
        { type: "line", site: { file: "/work/race.ts", line: 7, column: 3 } },
        { type: "unknown" },
        { type: "paused", above: 100 },
        { type: "command" },
        { type: "unknown" },
        { type: "off" },
        { type: "notKept" },
      ],
    );
    assert.deepEqual(
      [0, 3, 4, 7, 9, 12, 99].map((seq) => model.callSitesAt(seq)),
      ["off", "off", "on", { pausedAbove: 100 }, "on", "off", "off"],
    );
    assert.deepEqual(
      model.history(1, "k").map(({ site }) => site?.line),
      [undefined, 7, undefined, undefined, undefined, undefined, undefined],
    );
    assert.equal(model.eventCount, 13, "notes are no events");
  });

  it("knows from the run's start that lines are taken", () => {
    const model = modelOf(begin(20_000) + write(3));
    assert.equal(model.callSitesAt(1), "on");
    assert.deepEqual(model.blame(3), { type: "unknown" });
  });

  it("passes over notes of a wrong shape", () => {
    for (const data of [
      null,
      7,
      {},
      { site: 0, file: "x", line: 1, column: 1 },
      { site: 1, file: 1, line: 1, column: 1 },
    ]) {
      const model = modelOf(begin(1) + note(data) + write(3, 1));
      assert.deepEqual(model.blame(3), { type: "unknown" });
    }
  });
});
