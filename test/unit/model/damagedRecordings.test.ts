import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { encodeNote } from "../../../src/recording/recording";
import { HELD, recording } from "../host/raceRecording";
import { program, World } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";

const text = new TextEncoder();
const NEWLINE = 10;
/** How much of a recording's end is cut off, byte by byte. */
const TAIL = 4 * 1024;

/** A recording that is whole, and what it says at each event. */
class Intact {
  readonly bytes: Uint8Array;
  /** The lines, each with its "\n". */
  readonly lines: readonly Uint8Array[];
  /** seq of the newest event up to each line; line 1 has index 0. */
  readonly seqs: readonly number[];
  /** seq of the state that it starts from. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  private readonly views: readonly string[];
  private readonly rows: readonly string[];

  constructor(
    readonly name: string,
    recorded: string,
  ) {
    this.bytes = text.encode(recorded);
    this.lines = linesOf(this.bytes);
    const model = new RunModel();
    this.seqs = this.lines.map((line) => {
      model.append(line);
      return model.lastSeq;
    });
    model.finish();
    assert.deepEqual(model.damage, [], name);
    this.firstSeq = model.firstSeq;
    this.lastSeq = model.lastSeq;
    const seqs = Array.from({ length: this.lastSeq + 1 }, (_, seq) => seq);
    this.views = seqs.map((seq) => viewOf(model, seq));
    this.rows = seqs.map((seq) => JSON.stringify(model.row(seq)));
  }

  /** Asserts that a model holds all events up to this one, and the state that they led to. */
  assertWholeUpTo(model: RunModel, seq: number, what: string): void {
    for (let each = this.firstSeq + 1; each <= seq; each++) {
      assert.equal(JSON.stringify(model.row(each)), this.rows[each], `${what}: event ${each}`);
    }
    if (seq >= this.firstSeq) assert.equal(viewOf(model, seq), this.views[seq], `${what}: the state at event ${seq}`);
  }

  /** Asserts that whatever events a model holds are events of this recording, in order. */
  assertHoldsNoOther(model: RunModel, what: string): void {
    let last = 0;
    for (let index = 0; index < model.eventCount; index++) {
      const row = model.rowAt(index);
      assert.ok(row !== undefined && row.seq > last, what);
      assert.equal(JSON.stringify(row), this.rows[row.seq], `${what}: event ${row.seq}`);
      last = row.seq;
    }
  }

  /** The newest event before a line (counted from 1). */
  seqBefore(line: number): number {
    return this.seqs[line - 2] ?? 0;
  }

  /** Whether a line, of a recording with header and snapshot, is an event. */
  isEvent(line: number): boolean {
    return line > 2 && this.seqs[line - 1] !== this.seqBefore(line);
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const stop = bytes.indexOf(NEWLINE, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, stop));
    start = stop;
  }
  return lines;
}

function opened(bytes: Uint8Array | readonly Uint8Array[]): RunModel {
  const model = new RunModel();
  for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) model.append(piece);
  model.finish();
  return model;
}

function damagedLines(model: RunModel): number[] {
  return model.damage.map(({ line }) => line);
}

/** All that a model says of the states at an event. */
function viewOf(model: RunModel, seq: number): string {
  return JSON.stringify([
    model.stores(seq).map(({ layer, name }) => [name, model.storeKeys(layer, seq)]),
    model.agents(seq).map(({ layer, name, parent, endedSeq }) => {
      // Which keys an agent reads later decides the order, and nothing else.
      const effective = [...model.effective(layer, seq)].sort((one, other) => (one.key < other.key ? -1 : 1));
      const state = [model.overlay(layer, seq), effective, model.isPending(layer, seq)];
      return [name, parent, endedSeq !== undefined && endedSeq <= seq, ...state];
    }),
    model.holds(seq),
  ]);
}

/** A run of every operation, some thirty steps, with names and values of more bytes than characters. */
function manyOperations(): string {
  const world = new World();
  const recorded = new RecordedRun(world.log);
  world.store(0).set("größe", { "☃": ["𝒳", "\u0000", null] }, "setup");
  const [steps] = fc.sample(program, { seed: 11, numRuns: 40 }).sort((one, other) => other.length - one.length);
  for (const step of steps ?? []) world.run(step);
  world.context(0).set("ключ", "значение");
  void world.context(0).mergeToParent();
  world.store(0).restore({ a: 1, größe: "𝒳" }, "setup");
  const note = encodeNote("call_site", { site: 1, file: "/work/raçe.ts", line: 3, column: 5 }, 0);
  return [...recorded.lines, note, encodeNote("run_ended", { code: 0, signal: null }, 1)].join("");
}

const recordings = [
  new Intact("a run of every operation", manyOperations()),
  new Intact("held merges", recording(HELD)),
  new Intact(
    "a log of another tool",
    readFileSync(path.join(process.cwd(), "test", "fixtures", "car", "journal.jsonl"), "utf8"),
  ),
];
/** Recordings with seqs, where what is missing or moved can be told. */
const numbered = recordings.slice(0, 2);

const aRecording = fc.constantFrom(...recordings);
const aNumbered = fc.constantFrom(...numbered);

describe("a damaged recording", () => {
  for (const intact of recordings) {
    it(`that is cut off at any byte of its last 4 KB holds what is whole: ${intact.name}`, () => {
      const { bytes, lines, seqs } = intact;
      const first = Math.max(0, bytes.length - TAIL);
      let line = 0;
      let start = 0;
      for (let end = first; end <= bytes.length; end++) {
        while (start + (lines[line]?.length ?? Infinity) <= end) start += lines[line++]?.length ?? 0;
        const model = opened(bytes.subarray(0, end));
        const torn = end - start;
        // A last line that lacks its line end alone is whole.
        const whole = torn > 0 && torn + 1 === lines[line]?.length;
        assert.deepEqual(damagedLines(model), torn === 0 || whole ? [] : [line + 1], `cut off at byte ${end}`);
        const seq = seqs[whole ? line : line - 1] ?? 0;
        assert.equal(model.lastSeq, seq);
        if (torn < 2 || whole) intact.assertWholeUpTo(model, seq, `cut off at byte ${end}`);
      }
    });
  }

  it("with any byte changed holds all before that line, and says which line it is", () => {
    fc.assert(
      fc.property(aRecording, fc.nat(), fc.integer({ min: 1, max: 255 }), (intact, place, flip) => {
        const bytes = intact.bytes.slice();
        const at = place % bytes.length;
        const before = bytes[at] ?? 0;
        const after = before ^ flip;
        bytes[at] = after;
        const line = linesOf(intact.bytes.subarray(0, at + 1)).length;
        const what = `byte ${at} of ${intact.name}, in line ${line}, from ${before} to ${after}`;
        const model = opened(bytes);
        if (line > 2) intact.assertWholeUpTo(model, intact.seqBefore(line), what);
        for (const damaged of damagedLines(model)) assert.ok(damaged >= line, `${what}: damage in line ${damaged}`);
        if (before === NEWLINE || after === NEWLINE) return;
        const changed = linesOf(bytes)[line - 1] ?? new Uint8Array(0);
        if (!isJson(changed)) assert.equal(damagedLines(model)[0], line, what);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it("with a line that is no event any more says so, wherever it stands", () => {
    for (const intact of numbered) {
      for (const [index, line] of intact.lines.entries()) {
        if (!intact.isEvent(index + 1)) continue;
        const renamed = text.encode(new TextDecoder().decode(line).replace('"seq":', '"sxq":'));
        const model = opened(intact.lines.toSpliced(index, 1, renamed));
        assert.equal(damagedLines(model)[0], index + 1, `${intact.name}, line ${index + 1}`);
      }
    }
  });

  it("without a line, or with one twice, says where", () => {
    for (const intact of numbered) {
      for (const [index] of intact.lines.entries()) {
        const line = index + 1;
        const seq = intact.seqs[index] ?? 0;
        if (!intact.isEvent(line)) continue;
        const what = `${intact.name}, line ${line}`;
        const without = opened(intact.lines.toSpliced(index, 1));
        intact.assertWholeUpTo(without, intact.seqBefore(line), what);
        intact.assertHoldsNoOther(without, what);
        // Nothing tells that the last event is not there.
        assert.deepEqual(damagedLines(without), seq === intact.lastSeq ? [] : [line], what);
        const twice = opened(intact.lines.toSpliced(index, 0, intact.lines[index] ?? new Uint8Array(0)));
        intact.assertWholeUpTo(twice, intact.lastSeq, what);
        assert.deepEqual(damagedLines(twice), [line + 1], what);
      }
    }
  });

  it("with lines out of order holds each event once, in order, and says which are not", () => {
    fc.assert(
      fc.property(aNumbered, fc.nat(), fc.nat(), (intact, from, to) => {
        const count = intact.lines.length - 2;
        const source = 2 + (from % count);
        const target = 2 + (to % count);
        const lines = intact.lines.slice();
        const [moved] = lines.splice(source, 1);
        if (moved !== undefined) lines.splice(target, 0, moved);
        const model = opened(lines);
        const what = `line ${source + 1} of ${intact.name} moved to ${target + 1}`;
        const first = Math.min(source, target) + 1;
        intact.assertHoldsNoOther(model, what);
        intact.assertWholeUpTo(model, intact.seqBefore(first), what);
        const isEvent = intact.isEvent(source + 1);
        const passed = intact.seqs[Math.max(source, target)] ?? 0;
        const others = passed - intact.seqBefore(first) > 1;
        assert.equal(model.damageCount > 0, isEvent && others && source !== target, what);
        for (const damaged of damagedLines(model)) assert.ok(damaged >= first, what);
      }),
      { seed: 2, numRuns: 800 },
    );
  });

  it("with rubbish between its lines names each line of it, and is whole besides", () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        ...["\u0000".repeat(512), "x", "{", "}", "[]", '"state_changed"', "1", "nul", "\uFEFF", "{}", '{"kind":1}'].map(
          (each) => text.encode(each),
        ),
        new Uint8Array([0xff, 0xfe]),
        new Uint8Array([0xc0, 0x80]),
        text.encode('{"kind":"x\xff"}').subarray(0, 11),
        new Uint8Array([0xed, 0xa0, 0x80]),
      ),
    );
    fc.assert(
      fc.property(aRecording, fc.nat(), rubbish, (intact, place, bytes) => {
        const index = place % (intact.lines.length + 1);
        const inserted = linesOf(new Uint8Array([...bytes, NEWLINE]));
        const model = opened(intact.lines.toSpliced(index, 0, ...inserted));
        const what = `${JSON.stringify([...bytes])} before line ${index + 1} of ${intact.name}`;
        intact.assertWholeUpTo(model, intact.lastSeq, what);
        const expected = inserted.flatMap((line, at) => (isBlank(line, index + at) ? [] : [index + at + 1]));
        const headerMoved = index === 0 && intact !== recordings[2] ? [inserted.length + 1] : [];
        assert.deepEqual(damagedLines(model), [...expected, ...headerMoved], what);
      }),
      { seed: 3, numRuns: 800 },
    );
  });

  it("of bytes at random is opened, each line of it named", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const model = opened(bytes);
        assert.equal(model.eventCount, 0);
        assert.deepEqual(
          damagedLines(model),
          linesOf(bytes).flatMap((line, index) => (isBlank(line, index) ? [] : [index + 1])),
        );
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("whose last bytes were never written says so", () => {
    for (const intact of recordings) {
      const model = opened([intact.bytes, new Uint8Array(TAIL)]);
      intact.assertWholeUpTo(model, intact.lastSeq, intact.name);
      assert.deepEqual(damagedLines(model), [intact.lines.length + 1]);
    }
  });

  it("whose beginning is lost holds the events that are left", () => {
    for (const intact of numbered) {
      for (let line = 2; line < intact.lines.length; line++) {
        const model = opened([text.encode('before":1}\n'), ...intact.lines.slice(line)]);
        const what = `${intact.name} from line ${line + 1}`;
        intact.assertHoldsNoOther(model, what);
        const left = intact.lastSeq - (intact.seqs[line - 1] ?? 0);
        assert.equal(model.eventCount, left, what);
        assert.equal(damagedLines(model)[0], 1, what);
      }
      const headless = opened(intact.lines.slice(1));
      intact.assertWholeUpTo(headless, intact.lastSeq, intact.name);
      const stateless = opened(intact.lines.toSpliced(1, 1));
      if (intact.firstSeq === 0) intact.assertWholeUpTo(stateless, intact.lastSeq, intact.name);
      else assert.deepEqual(damagedLines(stateless), [2]);
    }
  });

  it("with a line of 5 MB is whole besides, whether that line is sound or not", () => {
    const long = "x".repeat(5 * 1024 * 1024);
    const sound = text.encode(encodeNote("note", long, 0));
    for (const intact of numbered) {
      const [header, ...rest] = intact.lines;
      assert.ok(header !== undefined);
      for (const [line, damaged] of [
        [sound, []],
        [text.encode(`${long}\n`), [2]],
        [sound.subarray(7), [2]],
        [text.encode(`${"[".repeat(100_000)}${long}\n`), [2]],
        [text.encode(`{"kind":"x","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`), [2]],
      ] as const) {
        const model = opened([header, line, ...rest]);
        intact.assertWholeUpTo(model, intact.lastSeq, intact.name);
        assert.deepEqual(damagedLines(model), damaged);
      }
    }
  });

  it("of a newer format shows what it can", () => {
    for (const intact of numbered) {
      const [header, ...rest] = intact.lines;
      const newer = new TextDecoder().decode(header).replace(/"version":\d/, '"version":3,"more":{}');
      const model = opened([text.encode(newer), ...rest]);
      intact.assertWholeUpTo(model, intact.lastSeq, intact.name);
      assert.deepEqual(damagedLines(model), [1]);
      assert.match(model.damage[0]?.message ?? "", /format version 3, newer than 2/);
    }
  });

  it("that is empty, or a header alone, has no events and no damage", () => {
    const [header] = numbered[0]?.lines ?? [];
    assert.ok(header !== undefined);
    for (const bytes of ["", "\n", "\r\n\n", "\uFEFF", "\uFEFF\n"].map((each) => text.encode(each))) {
      const model = opened(bytes);
      assert.deepEqual([model.eventCount, model.damage, model.lastSeq, viewOf(model, 0)], [0, [], 0, "[[],[],[]]"]);
    }
    for (const bytes of [header, header.subarray(0, -1)]) {
      const model = opened(bytes);
      assert.deepEqual([model.eventCount, model.damage, model.info.runId], [0, [], "run-1"]);
    }
  });

  it("is the same wherever its bytes are split", () => {
    fc.assert(
      fc.property(
        aRecording,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (intact, flips, cuts) => {
          const bytes = intact.bytes.slice();
          for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
          const ends = [...cuts.map((cut) => cut % bytes.length), bytes.length].sort((one, other) => one - other);
          const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
          const whole = opened(bytes);
          const split = opened(pieces);
          assert.deepEqual(split.damage, whole.damage);
          assert.equal(split.eventCount, whole.eventCount);
          assert.equal(viewOf(split, split.lastSeq), viewOf(whole, whole.lastSeq));
        },
      ),
      { seed: 6, numRuns: 500 },
    );
  });
});

/** Whether a line can be passed over without a word: nothing, or a carriage return; after a byte order mark in the first. */
function isBlank(line: Uint8Array, index: number): boolean {
  const said = new TextDecoder("utf-8", { ignoreBOM: index > 0 }).decode(line);
  return said === "" || said === "\n" || said === "\r\n";
}

function isJson(line: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line));
    return true;
  } catch {
    return false;
  }
}
