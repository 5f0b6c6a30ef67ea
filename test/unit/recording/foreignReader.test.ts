import assert from "node:assert/strict";
import fc from "fast-check";
import { createLineDecoder, ForeignReader, foreignValue, type ForeignEvent } from "../../../src/recording/recording";
import { readForeignTime } from "../../../src/base/timestamp";
import type { JsonValue } from "../../../src/core/jsonValue";
import { Op, type LogRow } from "../../../src/core/logRow";
import { applyRow, emptyState, type LogState } from "../../../src/core/logState";

const decode = createLineDecoder();

function decoded(text: string): { row: LogRow; extra: ForeignEvent["extra"] } {
  const line = decode(text);
  assert.ok(line.type === "row", line.type === "damage" ? line.message : line.type);
  return line;
}

/** A log's events, numbered, and the state that they fold into. */
class Log {
  readonly state: LogState = emptyState();
  private readonly reader = new ForeignReader();
  private seq = 0;

  take(line: object | string): readonly ForeignEvent[] {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    const { row, extra } = decoded(text);
    const events = this.reader.readRow(row, extra);
    for (const event of events) {
      event.row.seq = ++this.seq;
      applyRow(this.state, event.row);
    }
    return events;
  }

  values(): [string, JsonValue][] {
    const store = this.state.layers.get(1);
    const entries = store?.type === "store" ? [...store.entries] : [];
    return entries.flatMap(([key, { value }]): [string, JsonValue][] => (value === undefined ? [] : [[key, value]]));
  }
}

describe("a reader of other tools' logs", () => {
  it("rolls a proposal back to where it began, whatever else was written meanwhile", () => {
    const log = new Log();
    const change = (proposal_id: string, changes: object): void =>
      void log.take({ kind: "state_changed", proposal_id, data: { changes } });
    change("p0", { a: 1, b: 1 });
    log.take({ kind: "proposal_received", proposal_id: "p1", data: {} });
    change("p1", { a: 2 });
    change("p2", { c: 3 });
    change("p1", { a: { op: "delete" }, b: { op: "delete" } });
    const events = log.take({ kind: "state_rollback", proposal_id: "p1", data: {} });
    assert.deepEqual(log.values(), [
      ["a", 1],
      ["b", 1],
    ]);
    assert.deepEqual(
      events.map(({ row, borrowed }) => [row.op, row.key, borrowed]).sort(),
      [
        [Op.Delete, "c", false],
        [Op.Other, "state_rollback", false],
        [Op.Write, "a", true],
        [Op.Write, "b", true],
      ].sort(),
    );
  });

  it("goes back to the same beginning again until the proposal is done", () => {
    const log = new Log();
    const change = (value: number): void =>
      void log.take({ kind: "state_changed", proposal_id: "p", data: { changes: { a: value } } });
    const tell = (kind: string): number => log.take({ kind, proposal_id: "p", data: null }).length;
    change(1);
    tell("state_snapshot");
    change(2);
    assert.equal(tell("state_rollback"), 2);
    assert.equal(tell("state_rollback"), 1);
    change(3);
    assert.equal(tell("state_rollback"), 2);
    assert.deepEqual(log.values(), [["a", 1]]);
    change(4);
    tell("proposal_completed");
    assert.equal(tell("state_rollback"), 1);
    assert.deepEqual(log.values(), [["a", 4]]);
  });

  it("takes the state that a rollback or a snapshot names, where it was not so", () => {
    const log = new Log();
    log.take({ kind: "state_changed", data: { changes: { a: 1, b: 2 } } });
    assert.equal(log.take({ kind: "state_snapshot", data: { state: { b: 2, a: 1 } } }).length, 1);
    const [own, restored] = log.take({ kind: "state_rollback", data: { rolled_back_to: { b: 3, c: null } } });
    assert.equal(own?.row.key, "state_rollback");
    assert.deepEqual([restored?.row.op, restored?.row.rev], [Op.Restored, 5]);
    assert.deepEqual(log.values(), [
      ["b", 3],
      ["c", null],
    ]);
    assert.equal(log.take({ kind: "state_rollback", data: { rolled_back_to: "the beginning" } }).length, 1);
  });

  it("forgets where the oldest proposals began when that is too much to remember", () => {
    const log = new Log();
    const write = (proposal: string, value: string): void => {
      log.take({ kind: "proposal_received", proposal_id: proposal, data: {} });
      log.take({ kind: "state_changed", proposal_id: proposal, data: { changes: { page: value } } });
    };
    const pages = Array.from({ length: 40 }, (_, index) => `${index} `.padEnd(1024 * 1024, "x"));
    for (const [index, page] of pages.entries()) write(`p${index}`, page);
    const rollBack = (proposal: string) =>
      log.take({ kind: "state_rollback", proposal_id: proposal, data: {} }).filter(({ row }) => row.op === Op.Write);
    assert.deepEqual(rollBack("p0"), []);
    assert.deepEqual(
      rollBack("p39").map(({ row }) => row.value),
      [pages[38]],
    );
    assert.deepEqual(
      rollBack("p30").map(({ row }) => row.value),
      [pages[29]],
    );
  });

  it("takes keys of any name", () => {
    const log = new Log();
    log.take('{"kind":"state_changed","data":{"changes":{"__proto__":1,"constructor":2,"":3}}}');
    assert.deepEqual(log.values(), [
      ["__proto__", 1],
      ["constructor", 2],
      ["", 3],
    ]);
    log.take('{"kind":"state_snapshot","data":{"state":{"__proto__":{"x":1}}}}');
    assert.equal(JSON.stringify(log.values()), '[["__proto__",{"x":1}]]');
    assert.equal(({} as { x?: unknown }).x, undefined);
    const line = '{"kind":"k","__proto__":{"agent":"no"},"data":{"__proto__":{"agent":"no"}}}';
    assert.equal(log.take(line)[0]?.row.agent, undefined);
  });

  it("takes a line that changes 100,000 keys, as many events", () => {
    const changes = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key ${index}`, index]));
    const log = new Log();
    const events = log.take({ kind: "state_changed", data: { changes, agent: "a" } });
    assert.equal(events.length, 100_002);
    assert.equal(log.values().length, 100_000);
  });

  it("refuses what no value can be: too deep, out of range", () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    for (const data of [deep, '{"changes":{"a":1e999}}']) {
      const line = decode(`{"kind":"state_changed","data":${data},"timestamp":"2026-01-02T03:04:05Z"}`);
      assert.equal(line.type, "damage");
    }
  });

  it("finds the value of an event again in its line alone, and says where it cannot", () => {
    const hints = fc.constantFrom(
      ...["changes", "state_changes", "agent", "key", "op", "value", "old", "new", "old_value", "new_value", "deleted"],
      ...["state", "snapshot", "rolled_back_to", "name", "id", "set", "delete", "a", "b", "__proto__"],
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: "small", maxDepth: 5 },
        hints,
        fc.jsonValue({ maxDepth: 1 }),
        fc.boolean(),
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(hints, tie("any"), { maxKeys: 4 }),
        fc.record({ changes: fc.dictionary(hints, tie("any"), { maxKeys: 3 }) }, { noNullPrototype: true }),
        fc.record({ op: fc.constantFrom("set", "delete", "x"), value: tie("any") }),
        fc.record({ key: hints, new_value: tie("any") }),
        fc.record({ old: tie("any"), new: tie("any") }),
      ),
    })).any;
    const kind = fc.constantFrom(
      ...["state_changed", "state_changed", "state_snapshot", "state_rollback", "state_committed", "state_restored"],
      ...["proposal_received", "proposal_completed", "action_succeeded", "action_failed", "agent_started", "odd"],
    );
    const line = fc.record(
      {
        kind,
        data: value,
        agent: fc.oneof(hints, value),
        action_id: fc.oneof(hints, value),
        proposal_id: fc.oneof(fc.constantFrom("p", "q"), value),
        timestamp: fc.oneof(fc.constant("2026-01-02T03:04:05Z"), fc.double(), value),
      },
      { requiredKeys: ["kind"] },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const log = new Log();
        for (const each of lines) {
          const text = JSON.stringify(each);
          const events = log.take(text);
          assert.ok(events.length > 0);
          const again = decoded(text).row;
          for (const { row, borrowed } of events) {
            const found = foreignValue(again, row.op, row.key);
            if (!borrowed) assert.deepEqual(found, row.value);
            assert.ok(Number.isFinite(row.timestampMs));
            const layer = log.state.layers.get(row.layer);
            assert.equal(layer === undefined, row.layer === 0);
            if (row.rev !== 0 && row === events.at(-1)?.row) assert.equal(layer?.revision, row.rev);
          }
        }
      }),
      { seed: 4, numRuns: 600 },
    );
  });

  it("reads times of other tools", () => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5);
    const read = (time: unknown): number => readForeignTime(time, Date.parse);
    for (const time of [at / 1000, at, at * 1e3, at * 1e6, "2026-01-02T03:04:05", "2026-01-02 03:04:05.000999"]) {
      assert.equal(read(time), at, String(time));
    }
    assert.equal(read("2026-01-02T04:04:05.000000001+01:00"), at);
    for (const none of [undefined, null, 0, -1, NaN, Infinity, 1e300, "", "soon", {}, [at], true]) {
      assert.ok(Number.isNaN(read(none)), JSON.stringify(none));
    }
  });
});
