import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../../src/core/jsonValue";
import { Op, type LogRow } from "../../../src/core/logRow";
import { applyRow, cloneState, emptyContextEntry, emptyState, lookUp, type LogState } from "../../../src/core/logState";
import { EventColumns } from "../../../src/model/storage/eventColumns";
import { Pages } from "../../../src/model/storage/pages";
import { StoredValues } from "../../../src/model/storage/storedValues";
import { SeqIndex } from "../../../src/model/storage/seqIndex";
import { StateHistory } from "../../../src/model/history/stateHistory";

const KEYS = ["a", "b", "__proto__"];
const LAYERS = [1, 2, 3, 4, 5];
const plain = (seq: number, op: Op): LogRow => ({
  seq,
  op,
  timestampMs: seq,
  agent: undefined,
  layer: 0,
  key: undefined,
  rev: 0,
  value: undefined,
  aux: 0,
  aux2: 0,
  site: 0,
  inScopeOf: 0,
});

/** Two stores, two contexts on the first, one of them with a nested one. */
const BEGINNING: readonly Partial<LogRow>[] = [
  { op: Op.StoreCreated, layer: 1, value: "one" },
  { op: Op.AgentStarted, layer: 2, agent: "x", aux: 1 },
  { op: Op.AgentStarted, layer: 3, agent: "y", aux: 2 },
  { op: Op.AgentStarted, layer: 4, agent: "z", aux: 1 },
  { op: Op.StoreCreated, layer: 5, value: "two" },
];

const layers = fc.constantFrom(...LAYERS);
const keys = fc.constantFrom(...KEYS);
const values: fc.Arbitrary<JsonValue> = fc.oneof(fc.nat(3), fc.constant(null), fc.array(fc.nat(2), { maxLength: 2 }));
const agents = fc.constantFrom("x", "y", "z", undefined);

/** Any event after any other: what no runtime would write is in a damaged log all the same. */
const anyRow: fc.Arbitrary<Partial<LogRow>> = fc.oneof(
  fc.record({
    op: fc.constantFrom(Op.Write, Op.MergeWrite),
    layer: layers,
    key: keys,
    rev: fc.integer({ min: 1, max: 6 }),
    value: values,
    agent: agents,
    aux: fc.constantFrom(0, 1, 2, 3, 4, 9),
    aux2: fc.nat(6),
  }),
  fc.record({
    op: fc.constantFrom(Op.Delete, Op.MergeDelete, Op.Revert),
    layer: layers,
    key: keys,
    rev: fc.integer({ min: 1, max: 6 }),
    agent: agents,
    aux: fc.constantFrom(0, 1, 2, 3, 4, 9),
    aux2: fc.nat(6),
  }),
  fc.record({ op: fc.constant(Op.Read), layer: layers, key: keys, aux: layers, aux2: fc.nat(6) }),
  fc.record({
    op: fc.constant(Op.Discard),
    layer: layers,
    rev: fc.integer({ min: 1, max: 6 }),
    value: fc.uniqueArray(keys),
  }),
  fc.record({
    op: fc.constant(Op.Restored),
    layer: layers,
    rev: fc.nat(6),
    value: fc.dictionary(fc.constantFrom("a", "b", "c"), values, { noNullPrototype: true }),
  }),
  fc.record({
    op: fc.constantFrom(Op.AgentEnded, Op.ScopeEntered, Op.ScopeExited, Op.Logged, Op.MergeApplied),
    layer: layers,
    aux: fc.nat(3),
  }),
);

/** Compares everything that the history says of an event with the fold. */
function assertSameState(history: StateHistory, event: number, expected: LogState): void {
  for (const layer of expected.layers.values()) {
    const known = history.layers.get(layer.layer);
    assert.ok(known !== undefined && known.created <= event);
    if (layer.type === "store") {
      for (const key of KEYS) assert.deepEqual(history.storeEntry(layer.layer, key, event), layer.entries.get(key));
      const present = [...known.keys.keys()].filter((key) => history.storeEntry(layer.layer, key, event) !== undefined);
      assert.deepEqual(present, [...layer.entries.keys()]);
    } else {
      assert.equal(known.type, "context");
      if (known.type !== "context") return;
      for (const key of KEYS) {
        assert.deepEqual(
          history.contextEntry(layer.layer, key, event) ?? emptyContextEntry(),
          layer.entries.get(key) ?? emptyContextEntry(),
        );
      }
      const local = [...layer.entries].filter(([, entry]) => entry.local !== 0).map(([key]) => key);
      assert.deepEqual(
        history.localKeys(known, event).map(({ key }) => key),
        local,
      );
      const pending = [...layer.entries.values()].some((entry) => entry.pending);
      assert.equal(known.pendingFlips.countUpTo(event) % 2 === 1, pending);
      assert.equal(known.ends.findLast((end) => end.event <= event)?.ended ?? false, layer.ended);
    }
    for (const key of KEYS) {
      const { layer: answering, rev, value, actor, seq } = lookUp(expected, layer.layer, key);
      const side = { value, layer: answering, revision: rev, actor, seq: seq === 0 ? undefined : seq };
      assert.deepEqual(history.answer(layer.layer, key, event), side);
    }
  }
}

/** Feeds rows to a history and to the fold, from a starting state, and compares at every event. */
function check(start: LogState, rows: readonly LogRow[]): LogState {
  const columns = new EventColumns();
  const seqs = new SeqIndex();
  const history = new StateHistory(columns, seqs, new Pages(), new StoredValues(undefined, undefined, columns, seqs));
  history.start(cloneState(start));
  const state = cloneState(start);
  const states = [cloneState(start)];
  for (const row of rows) {
    seqs.push(row.seq);
    history.apply(row, columns.appendEvent(row));
    applyRow(state, row);
    states.push(cloneState(state));
  }
  for (const [index, expected] of states.entries()) assertSameState(history, index - 1, expected);
  return state;
}

describe("state history", function () {
  this.timeout(60_000);
  const seqRows = (parts: readonly Partial<LogRow>[], first: number): LogRow[] =>
    parts.map((part, index) => ({ ...plain(first + index, Op.Other), ...part }));

  it("equals the runtime's fold at every event of any log", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), (parts) => {
        check(emptyState(), seqRows([...BEGINNING, ...parts], 1));
      }),
      { numRuns: 1500 },
    );
  });

  it("equals it when the log starts from a state", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 25 }), fc.array(anyRow, { maxLength: 25 }), (before, after) => {
        const start = emptyState();
        for (const row of seqRows([...BEGINNING, ...before], 1)) applyRow(start, row);
        check(start, seqRows(after, start.seq + 1));
      }),
      { numRuns: 1500 },
    );
  });

  it("finds the right one among thousands of versions of one key", () => {
    const rows = seqRows(
      [
        ...BEGINNING,
        ...Array.from({ length: 5000 }, (_, index) => ({
          op: Op.Write,
          layer: 1,
          key: "a",
          rev: index + 1,
          value: index,
        })),
      ],
      1,
    );
    const columns = new EventColumns();
    const seqs = new SeqIndex();
    const history = new StateHistory(columns, seqs, new Pages(), new StoredValues(undefined, undefined, columns, seqs));
    for (const row of rows) {
      seqs.push(row.seq);
      history.apply(row, columns.appendEvent(row));
    }
    for (let index = 0; index < 5000; index++) {
      assert.equal(history.storeEntry(1, "a", BEGINNING.length + index)?.value, index);
    }
    assert.equal(history.storeEntry(1, "a", BEGINNING.length - 1), undefined);
    assert.equal(history.changes(1, "a").length, 5000);
  });
});
