import assert from "node:assert/strict";
import fc from "fast-check";
import { newRow, Op, type LogRow } from "../../../src/core/logRow";
import type { ContextEntry, LogState, StoreEntry } from "../../../src/core/logState";
import { MAX_DEPTH, type JsonValue } from "../../../src/core/jsonValue";
import {
  createLineDecoder,
  createRowEncoder,
  encodeHeader,
  encodeNote,
  encodeSnapshot,
} from "../../../src/recording/recording";
import { jsonValues, names, objectOf, plainRecord, rows, rowsByOp } from "../protocol/arbitraries";

const decode = createLineDecoder();

function decodedRow(line: string): LogRow {
  const decoded = decode(line);
  assert.equal(decoded.type, "row", decoded.type === "damage" ? decoded.message : line);
  return decoded.row;
}

function damageOf(line: string): string {
  const decoded = decode(line);
  assert.equal(decoded.type, "damage", line);
  return decoded.message;
}

function assertFrozen(value: JsonValue | undefined): void {
  if (typeof value !== "object" || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const item of Object.values(value)) assertFrozen(item);
}

describe("recording lines", () => {
  for (const [op, arbitrary] of Object.entries(rowsByOp)) {
    it(`gives back each ${op} event as it was`, () => {
      const encode = createRowEncoder();
      fc.assert(
        fc.property(arbitrary, (row) => {
          const line = encode(row);
          assert.ok(line.endsWith("\n") && line.indexOf("\n") === line.length - 1);
          const back = decodedRow(line.slice(0, -1));
          assert.deepEqual(back, row);
          assertFrozen(back.value);
        }),
        { numRuns: 300 },
      );
    });
  }

  it("writes the members that the format names", () => {
    const encode = createRowEncoder();
    const row: LogRow = {
      seq: 7,
      op: Op.Write,
      timestampMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      agent: "agent_a",
      layer: 2,
      key: "__proto__",
      rev: 3,
      value: [1, "two"],
      aux: 1,
      aux2: 5,
      site: 0,
      inScopeOf: 0,
    };
    assert.equal(
      encode(row),
      '{"kind":"state_changed","seq":7,"agent":"agent_a","rev":3,"data":{"layer":2,"changes":{"__proto__":[1,"two"]},' +
        '"base":{"layer":1,"rev":5}},"timestamp":"2026-01-02T03:04:05.006Z"}\n',
    );
  });

  it("keeps times right while its caches of the second and millisecond are in use", () => {
    const encode = createRowEncoder();
    const row = { ...newRow(), seq: 1, op: Op.Other, key: "tick", value: null };
    for (const timestampMs of [0, 999, 1000, 999, 1_700_000_000_123, 1_700_000_000_007, 1_700_000_060_007]) {
      assert.equal(decodedRow(encode({ ...row, timestampMs })).timestampMs, timestampMs);
    }
  });

  it("gives back the header, with its time", () => {
    const header = {
      run: "run-1",
      script: "/tmp/a b.ts",
      cwd: "/tmp",
      args: ["--x", "ü"],
      pid: 7,
      node: { version: "v20.20.2", execPath: "/usr/bin/node", source: "path" },
    };
    const decoded = decode(encodeHeader(header, 1_700_000_000_123));
    assert.deepEqual(decoded, { type: "header", header, problems: [], timestampMs: 1_700_000_000_123 });
  });

  it("says of a newer format that it is newer, and reads on what it can", () => {
    const line = JSON.stringify({
      kind: "recording_header",
      data: { format: "agentlog", version: 99, run: "r", script: "s", cwd: 7, args: [], pid: 1 },
      timestamp: "2026-01-01T00:00:00.000Z",
    });
    const decoded = decode(line);
    assert.equal(decoded.type, "header");
    if (decoded.type !== "header") return;
    assert.equal(decoded.header.run, "r");
    assert.match(decoded.problems[0] ?? "", /format version 99, newer than 2/);
    assert.ok(decoded.problems.some((problem) => problem.includes("cwd")));
  });

  it("gives back a snapshot as it was", () => {
    const observation = fc.oneof(
      fc.constant({ layer: 0, rev: 0, value: undefined }),
      plainRecord({
        layer: fc.integer({ min: 1, max: 9 }),
        rev: fc.nat(99),
        value: fc.option(jsonValues, { nil: undefined }),
      }),
    );
    const storeEntry: fc.Arbitrary<StoreEntry> = plainRecord({
      value: fc.option(jsonValues, { nil: undefined }),
      rev: fc.nat(99),
      actor: fc.option(names, { nil: undefined }),
      agentLayer: fc.nat(3),
      seq: fc.nat(99),
    });
    const contextEntry: fc.Arbitrary<ContextEntry> = plainRecord({
      local: fc.constantFrom(0 as const, 1 as const, 2 as const),
      value: fc.option(jsonValues, { nil: undefined }),
      rev: fc.nat(99),
      actor: fc.option(names, { nil: undefined }),
      agentLayer: fc.nat(3),
      seq: fc.nat(99),
      pending: fc.boolean(),
      base: observation,
      read: observation,
      readSeq: fc.nat(99),
      seen: observation,
    }).map(({ base, read, seen, ...entry }) => ({
      ...entry,
      // What was never changed is nobody's work.
      agentLayer: entry.rev === 0 ? 0 : entry.agentLayer,
      baseLayer: base.layer,
      baseRev: base.rev,
      baseValue: base.value,
      readLayer: read.layer,
      readRev: read.rev,
      readValue: read.value,
      // An event in place of a revision; 0 = there was none.
      seenLayer: seen.rev === 0 ? 0 : seen.layer,
      seenSeq: seen.rev,
      seenValue: seen.rev === 0 ? undefined : seen.value,
    }));
    const entries = <T>(entry: fc.Arbitrary<T>): fc.Arbitrary<Map<string, T>> =>
      fc
        .uniqueArray(fc.tuple(names, entry), { maxLength: 5, selector: ([name]) => name })
        .map((pairs) => new Map(pairs));
    const state: fc.Arbitrary<LogState> = plainRecord({
      seq: fc.nat(1000),
      layers: fc
        .array(
          fc.oneof(
            plainRecord({
              type: fc.constant("store" as const),
              layer: fc.integer({ min: 1, max: 99 }),
              name: names,
              ignore: fc.array(names, { maxLength: 2 }),
              revision: fc.nat(99),
              entries: entries(storeEntry),
            }),
            plainRecord({
              type: fc.constant("context" as const),
              layer: fc.integer({ min: 1, max: 99 }),
              name: names,
              agentId: fc.option(names, { nil: undefined }),
              agentLayer: fc.integer({ min: 1, max: 99 }),
              parent: fc.integer({ min: 1, max: 99 }),
              revision: fc.nat(99),
              entries: entries(contextEntry),
              scopes: fc.array(fc.nat(9), { maxLength: 3 }).map((scopes) => new Set(scopes)),
              ended: fc.boolean(),
              mergedSeq: fc.integer({ min: 1, max: 9 }),
              settledSeq: fc.nat(9),
            }).map((context) => ({
              ...context,
              pendingCount: [...context.entries.values()].filter(({ pending }) => pending).length,
            })),
          ),
          { maxLength: 4 },
        )
        .map((layers) => new Map(layers.map((layer) => [layer.layer, layer]))),
    });
    fc.assert(
      fc.property(state, fc.nat(99), (original, cut) => {
        const line = encodeSnapshot(original, cut, 0);
        assert.equal(line.indexOf("\n"), line.length - 1);
        assert.deepEqual(decode(line), { type: "snapshot", state: original, cut });
      }),
      { numRuns: 500 },
    );
  });

  it("gives back kinds that it does not know, with what a newer writer put beside them", () => {
    fc.assert(
      fc.property(names, jsonValues, names, jsonValues, (kind, data, name, value) => {
        fc.pre(!["kind", "seq", "data", "timestamp", "agent", "rev", "source", "layer"].includes(name));
        const line = `{"kind":${JSON.stringify("x" + kind)},"seq":3,"data":${JSON.stringify(data)},"timestamp":"2026-01-01T00:00:00.000Z",${JSON.stringify(name)}:${JSON.stringify(value)}}`;
        const decoded = decode(line);
        assert.equal(decoded.type, "row");
        if (decoded.type !== "row") return;
        assert.equal(decoded.row.key, "x" + kind);
        assert.deepEqual(decoded.row.value, data);
        assert.equal(JSON.stringify(decoded.extra), JSON.stringify(objectOf([[name, value]])));
      }),
    );
  });

  it("keeps all of a line of another tool's log", () => {
    const line = {
      kind: "state_changed",
      action_id: "a1",
      proposal_id: null,
      data: { changes: { budget: 5 }, agent: "lead" },
      timestamp: "2026-01-01T00:00:00Z",
    };
    const decoded = decode(JSON.stringify(line));
    assert.equal(decoded.type, "row");
    if (decoded.type !== "row") return;
    assert.equal(decoded.row.op, Op.Other);
    assert.equal(decoded.row.seq, 0);
    assert.equal(decoded.row.key, "state_changed");
    assert.deepEqual(decoded.row.value, line.data);
    assert.equal(decoded.row.timestampMs, Date.UTC(2026, 0, 1));
    assert.deepEqual({ ...decoded.extra }, { action_id: "a1", proposal_id: null });
  });

  it("keeps a time that it cannot read among the rest", () => {
    const decoded = decode('{"kind":"x","data":1,"timestamp":"yesterday"}');
    assert.ok(decoded.type === "row" && decoded.extra?.["timestamp"] === "yesterday");
  });

  it("gives back what a supervisor adds", () => {
    const row = decodedRow(encodeNote("run_ended", { code: 7, signal: null }, 1_700_000_000_000));
    assert.equal(row.key, "run_ended");
    assert.equal(row.seq, 0);
    assert.deepEqual(row.value, { code: 7, signal: null });
  });

  it("names what is wrong with a line", () => {
    const own = (data: string, more = ""): string =>
      `{"kind":"state_changed","seq":1,"data":${data},"timestamp":"2026-01-01T00:00:00.000Z"${more}}`;
    const held = (more: string): string =>
      `{"kind":"merge_held","seq":1,"data":{"layer":2,"into":1,"policy":"auto","whole":true,"keys":["a"],${more}},"timestamp":"2026-01-01T00:00:00.000Z"}`;
    const cases: [string, RegExp][] = [
      ["", /not JSON/],
      ['{"kind":"state_cha', /not JSON/],
      ["[]", /not a JSON object/],
      ["null", /not a JSON object/],
      ['{"seq":1}', /has no kind/],
      [own('{"layer":1,"changes":{"a":1}}', ',"agent":7'), /agent is not a string/],
      [own('{"layer":1,"changes":{"a":1}}', ',"rev":-1'), /rev is not a whole number/],
      [own('{"layer":"1","changes":{"a":1}}'), /data\.layer is not a whole number/],
      [own('{"layer":4294967296,"changes":{"a":1}}'), /data\.layer is not a whole number from 0 to 2147483647/],
      [own('{"layer":1,"changes":{"a":1,"b":2}}'), /data\.changes holds 2 keys and not one/],
      [own('{"layer":1,"changes":[1]}'), /data\.changes is not an object/],
      [own('{"layer":1}'), /data\.deleted is not a list/],
      [own('{"layer":1,"changes":{"a":1e999}}'), /a number is out of range/],
      [own(`{"layer":1,"changes":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}`), /nested deeper than 256/],
      [own('{"layer":1,"changes":{"a":1}}', ',"source":"mars"'), /source is neither/],
      [held('"skipped":[],"choices":7'), /data\.choices is not a list/],
      [held('"skipped":[],"choices":[null]'), /a choice of data\.choices is not an object/],
      [held('"skipped":[],"choices":[{"key":5,"value":1}]'), /the key of a choice is not a string/],
      [held('"skipped":[],"choices":[{"key":"a","take":"mine"}]'), /neither "overlay" nor "parent"/],
      [held('"skipped":[null]'), /data\.skipped/],
      ['{"kind":"x","seq":0,"data":1,"timestamp":"2026-01-01T00:00:00.000Z"}', /seq is 0/],
      ['{"kind":"x","seq":1.5,"data":1,"timestamp":"2026-01-01T00:00:00.000Z"}', /seq is not a whole number/],
      ['{"kind":"x","seq":1,"data":1,"timestamp":5}', /timestamp is not a string/],
      ['{"kind":"x","seq":1,"data":1,"timestamp":"soon"}', /timestamp is not an ISO 8601 time/],
      ['{"kind":"recording_header","data":{}}', /format is not "agentlog"/],
      [
        '{"kind":"state_snapshot","seq":1,"data":{"layers":[{"type":"store","layer":1,"name":"s","revision":0,"entries":[7]}]},"timestamp":"2026-01-01T00:00:00.000Z"}',
        /data\.layers\[0\]\.entries\[0\] is not a key's entry/,
      ],
    ];
    for (const [line, message] of cases) assert.match(damageOf(line), message, line.slice(0, 100));
  });

  it("takes the deepest value that a store can hold", () => {
    const value = "[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH);
    const row = decodedRow(
      `{"kind":"state_changed","seq":1,"data":{"layer":1,"changes":{"a":${value}}},"timestamp":"2026-01-01T00:00:00.000Z"}`,
    );
    assert.equal(JSON.stringify(row.value), value);
  });

  it("never throws, whatever a line is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          jsonValues.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          assert.notEqual(decode(text), undefined);
        },
      ),
      { numRuns: 2000 },
    );
    const encode = createRowEncoder();
    const path = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, path, jsonValues, (row, steps, replacement) => {
        const line = JSON.parse(encode(row)) as Record<string, unknown>;
        replaceWithin(line, steps, replacement);
        decode(JSON.stringify(line));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(rows, fc.nat(400), fc.string({ maxLength: 3 }), fc.nat(3), (row, at, text, length) => {
        const line = encode(row);
        decode(line.slice(0, at) + text + line.slice(at + length));
      }),
      { numRuns: 5000 },
    );
  });
});

/** Puts a value somewhere inside an object, following property numbers. */
function replaceWithin(target: Record<string, unknown>, steps: readonly number[], replacement: JsonValue): void {
  const [step = 0, ...rest] = steps;
  const keys = Object.keys(target);
  const key = keys[step % keys.length];
  if (key === undefined) return;
  const inner = target[key];
  if (rest.length > 0 && typeof inner === "object" && inner !== null && Object.keys(inner).length > 0) {
    replaceWithin(inner as Record<string, unknown>, rest, replacement);
  } else Object.defineProperty(target, key, { value: replacement, enumerable: true });
}
