/** Holds recordings that write values as what they changed to giving back each value as it was, at any event. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { copyAndFreeze } from "../../../src/core/frozenCopy";
import { defineValue, MAX_DEPTH, type JsonValue } from "../../../src/core/jsonValue";
import { newRow, Op, type LogRow } from "../../../src/core/logRow";
import { RunModel } from "../../../src/model/runModel";
import { createLineDecoder, createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { isPatch, patchBetween, patched, readOperations } from "../../../src/recording/valuePatch";
import { HEADER } from "../model/recordedRun";
import { storedModel } from "../model/storedModel";

const LONG = "x".repeat(300);
const always = (): boolean => true;

const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom<JsonValue[]>(0, 1, "", "a", null, true, LONG, `${LONG}y`, `${LONG}yz`, "a/b~c"),
    fc.array(tie("tree"), { maxLength: 7 }),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", "~/", "__proto__", "1", "0", ""), tie("tree")), { maxLength: 5 })
      .map((members) => {
        const record = {};
        for (const [name, value] of members) defineValue(record, name, value);
        return record;
      }),
  ),
}));

/** What a script makes of a value: another part here and there. */
function edited(value: JsonValue, choices: readonly number[], part: JsonValue): JsonValue {
  const [first = 0, ...rest] = choices;
  if (Array.isArray(value)) {
    const items = [...(value as readonly JsonValue[])];
    const at = first % (items.length + 1);
    if (rest.length === 0) items.splice(at, first % 3, part);
    else if (at < items.length) items[at] = edited(items[at] as JsonValue, rest, part);
    return items;
  }
  if (typeof value === "object" && value !== null) {
    const record = { ...value } as Record<string, JsonValue>;
    const names = Object.keys(record);
    const name = names[first % (names.length + 1)] ?? `new ${first}`;
    if (rest.length === 0 && first % 3 === 0) Reflect.deleteProperty(record, name);
    else defineValue(record, name, rest.length === 0 ? part : edited(record[name] ?? null, rest, part));
    return record;
  }
  return typeof value === "string" ? `${value}${first}` : part;
}

const edits = fc.array(fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), tree), {
  minLength: 1,
  maxLength: 12,
});

describe("patches of values", () => {
  it("make the one value of the other, members in their order, and share what they do not touch", () => {
    fc.assert(
      fc.property(tree, fc.oneof(tree, edits), (first, second) => {
        const before = copyAndFreeze(first);
        const isEdits = Array.isArray(second) && second.length > 0 && second.every((each) => Array.isArray(each));
        const next = isEdits
          ? second.reduce<JsonValue>(
              (value, [choices, part]) => edited(value, Array.isArray(choices) ? choices : [], part ?? null),
              before,
            )
          : second;
        const after = copyAndFreeze(next, "value", undefined, before);
        const patch = patchBetween(before, after, Infinity, always);
        if (patch === undefined) return;
        const made = patched(before, [readOperations(JSON.parse(patch.json), "data")]);
        assert.equal(JSON.stringify(made?.value), JSON.stringify(after));
        assertFrozen(made?.value);
      }),
      { numRuns: 20_000 },
    );
  });

  it("say an appended item, a changed member and a longer text by nothing else", () => {
    const items = Array.from({ length: 1_000 }, (_, id) => ({ id, text: `item ${id}`, done: false }));
    const before = copyAndFreeze({ items, note: LONG });
    const after = copyAndFreeze(
      {
        items: items.map((item) => (item.id === 500 ? { ...item, done: true } : item)).concat(items[7]!),
        note: `${LONG}!`,
      },
      "value",
      undefined,
      before,
    );
    assert.deepEqual(JSON.parse(patchBetween(before, after, 1_000, always)?.json ?? ""), [
      { op: "replace", path: "/items/500/done", value: true },
      { op: "add", path: "/items/-", value: items[7] },
      { op: "append", path: "/note", value: "!" },
    ]);
    assert.equal(patchBetween(before, after, 60, always), undefined, "more than it may take");
  });

  it("that do not fit a value make nothing of it", () => {
    const value = copyAndFreeze({ list: [1, 2], text: "a" });
    for (const [path, op] of [
      ["/list/2", "replace"],
      ["/list/2", "remove"],
      ["/list/x", "add"],
      ["/list/01", "replace"],
      ["/none", "remove"],
      ["/none/deeper", "add"],
      ["/text/0", "add"],
      ["/list", "append"],
    ]) {
      const operations = readOperations([{ op, path, value: "v" }], "data");
      assert.equal(patched(value, [operations]), undefined, `${op} ${path}`);
    }
    assert.deepEqual(value, { list: [1, 2], text: "a" });
  });

  it("are refused where they are no operations", () => {
    const deep = "/a".repeat(MAX_DEPTH + 1);
    for (const operation of [
      null,
      {},
      { op: "move", path: "/a", value: 1 },
      { op: "add", path: "a", value: 1 },
      { op: "add", path: "/a" },
      { op: "append", path: "/a", value: 1 },
      { op: "remove", path: "" },
      { op: "add", path: deep, value: 1 },
    ]) {
      assert.throws(() => readOperations([operation], "data.patch"), /of data\.patch/);
    }
    assert.throws(() => readOperations({}, "data.patch"), /data\.patch is not a list/);
  });
});

/** Rows of one key: who writes it, and what. The store is layer 1, with contexts 2 and 3 on it, and 4 on 2. */
class Story {
  readonly lines: string[] = [];
  readonly values: (JsonValue | undefined)[] = [];
  private readonly newest: (JsonValue | undefined)[] = [];
  private readonly encode = createRowEncoder();
  private readonly revisions = [0, 0, 0, 0, 0];

  constructor() {
    this.lines.push(HEADER, encodeSnapshot({ seq: 0, layers: new Map() }, 0, 0));
    this.append({ op: Op.StoreCreated, layer: 1, value: "state" });
    for (const [layer, aux] of [
      [2, 1],
      [3, 1],
      [4, 2],
    ] as const) {
      this.append({ op: Op.AgentStarted, layer, agent: `agent_${layer}`, aux });
    }
  }

  get bytes(): Uint8Array {
    return new TextEncoder().encode(this.lines.join(""));
  }

  /** What a layer's value is: its own, or its parent's. */
  valueIn(layer: number): JsonValue {
    return this.newest[layer] ?? this.newest[2] ?? this.newest[1] ?? [];
  }

  write(layer: number, value: JsonValue, key = "key"): void {
    const frozen = copyAndFreeze(value, "value", key, this.valueIn(layer));
    this.newest[layer] = frozen;
    const aux = layer === 1 ? 0 : 1;
    this.append({ op: Op.Write, layer, agent: "agent", key, value: frozen, rev: this.revise(layer), aux });
  }

  merge(child: number): void {
    const value = this.newest[child];
    if (value === undefined) return;
    const layer = child === 4 ? 2 : 1;
    this.newest[layer] = value;
    this.append({ op: Op.MergeWrite, layer, agent: "agent", key: "key", value, rev: this.revise(layer), aux: child });
  }

  lose(): void {
    this.encode.forget();
  }

  private revise(layer: number): number {
    return (this.revisions[layer] = (this.revisions[layer] ?? 0) + 1);
  }

  private append(more: Partial<LogRow>): void {
    const row = { ...newRow(), seq: this.values.length + 1, ...more };
    this.values.push(row.value);
    this.lines.push(this.encode(row));
  }
}

describe("recordings of changed values", () => {
  it("hold each value at each event, in memory and on disk, in whatever order they are looked at", () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ layer: fc.integer({ min: 1, max: 4 }), edits }) },
      { weight: 2, arbitrary: fc.record({ child: fc.integer({ min: 2, max: 4 }) }) },
      { weight: 1, arbitrary: fc.constant({ lose: true }) },
    );
    let patches = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.boolean(), (steps, isBackward) => {
        const story = new Story();
        story.write(1, { padding: LONG + LONG, list: [LONG, { a: LONG }] });
        for (const each of steps) {
          if ("child" in each) story.merge(each.child);
          else if ("lose" in each) story.lose();
          else {
            const [[choices, part] = [[0], null]] = each.edits;
            story.write(each.layer, edited(story.valueIn(each.layer), choices, part));
          }
        }
        patches += story.lines.filter((line) => line.includes('"patch":')).length;
        const { bytes } = story;
        const inMemory = new RunModel();
        inMemory.append(bytes);
        inMemory.finish();
        for (const model of [inMemory, storedModel(bytes)]) {
          assert.deepEqual(model.damage, []);
          const seqs = story.values.map((_, index) => index + 1);
          for (const seq of isBackward ? seqs.reverse() : seqs) {
            const value = model.row(seq)?.value;
            assert.equal(JSON.stringify(value), JSON.stringify(story.values[seq - 1]), `event ${seq}`);
          }
          assert.deepEqual(model.effectiveValue(4, "key", Infinity).value, story.valueIn(4));
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(patches > 300, `${patches} values were written as what they changed`);
  });

  it("need few lines for any value of a long chain, and few bytes for each change", () => {
    const story = new Story();
    let items: readonly JsonValue[] = [];
    const item = (id: number): JsonValue => ({ id, text: "t".repeat(200) });
    const changes = 4_700;
    for (let id = 0; id < changes; id++) story.write(1, (items = [...items, item(id)]));
    const decode = createLineDecoder();
    const from = new Map<number, number>();
    let length = 0;
    for (const line of story.lines.slice(2)) {
      length += line.length;
      const decoded = decode(line.slice(0, -1));
      if (decoded.type === "row" && isPatch(decoded.row.value)) from.set(decoded.row.seq, decoded.row.value.from);
    }
    let longest = 0;
    for (let seq = 5; seq <= changes + 4; seq++) {
      let links = 0;
      for (let at: number | undefined = seq; at !== undefined; at = from.get(at)) links++;
      longest = Math.max(longest, links);
    }
    assert.ok(longest <= 3 * 64 + 2, `${longest} lines make a value`);
    const changed = JSON.stringify(item(changes)).length;
    assert.ok(length / changes <= 400 + 3 * changed, `${Math.round(length / changes)} characters a change`);
    const model = storedModel(story.bytes, 1 << 16, 10_000);
    assert.deepEqual(model.row(changes + 4)?.value, items);
    assert.deepEqual(model.row(2_104)?.value, items.slice(0, 2_100));
  });

  it("write a value anew when its changes outweigh it", () => {
    const story = new Story();
    const items = Array.from({ length: 50 }, (_, id) => ({ id, text: LONG }));
    for (let round = 0; round < 400; round++) {
      items[round % 50] = { id: round, text: `${round}${LONG}` };
      story.write(1, items);
    }
    const whole = story.lines.filter((line) => line.includes('"changes":')).length;
    assert.ok(whole > 2 && whole < 20, `${whole} of 400 are whole`);
  });

  it("take a merge for the very value that it merges", () => {
    const story = new Story();
    story.write(2, [LONG]);
    story.merge(2);
    story.write(3, [LONG, "more"]);
    story.merge(3);
    const data = story.lines.slice(-4).map((line) => (JSON.parse(line) as { data: Record<string, unknown> }).data);
    assert.deepEqual(data[1]?.["patch"], { key: [] });
    assert.equal(data[1]?.["from"], 5);
    assert.deepEqual(data[2]?.["patch"], { key: [{ op: "add", path: "/-", value: "more" }] });
    assert.equal(data[2]?.["from"], 5, "the line that holds it, not the one that says it is the same");
    assert.deepEqual(data[3]?.["patch"], { key: [] });
  });

  it("say of a value whose beginning is missing that it is not known, and of the next whole one what it is", () => {
    const story = new Story();
    story.write(1, [LONG]);
    story.write(1, [LONG, 1]);
    story.lose();
    story.write(1, [LONG, 1, 2]);
    story.lines.splice(6, 1);
    const bytes = new TextEncoder().encode(story.lines.join(""));
    const inMemory = new RunModel();
    inMemory.append(bytes);
    inMemory.finish();
    for (const model of [inMemory, storedModel(bytes)]) {
      assert.match(JSON.stringify(model.row(6)?.value), /^"\(not known: /);
      assert.deepEqual(model.row(7)?.value, [LONG, 1, 2]);
    }
  });

  it("name what a line gets wrong about where a value starts from", () => {
    const decode = createLineDecoder();
    const line = (from: unknown): string =>
      `{"kind":"state_changed","seq":5,"rev":1,"data":{"layer":1,"from":${JSON.stringify(from)},"patch":{"k":[]}},"timestamp":"2026-01-01T00:00:00.000Z"}`;
    for (const [from, said] of [
      [5, /data\.from is no earlier event/],
      [0, /data\.from is no earlier event/],
      ["4", /data\.from is not a whole number/],
    ] as const) {
      const decoded = decode(line(from));
      assert.match(decoded.type === "damage" ? decoded.message : "", said);
    }
  });
});

function assertFrozen(value: JsonValue | undefined): void {
  if (typeof value !== "object" || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const item of Object.values(value)) assertFrozen(item);
}
