import assert from "node:assert/strict";
import fc from "fast-check";
import { FindingsFold } from "../../../src/model/findings/findingsFold";
import { RunModel } from "../../../src/model/runModel";
import { encodeNote } from "../../../src/recording/recording";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import {
  AgentContext,
  MergeConflictError,
  RunLog,
  StalePlanError,
  StateStore,
  type JsonValue,
} from "../../../src/runtime/index";
import { jsonEqual } from "../../../src/core/jsonValue";
import { lookUp, type ContextState, type LogState } from "../../../src/core/logState";
import type { PlanSide } from "../../../src/core/mergePlan";
import { planMerge } from "../../../src/core/planMerge";
import type { ReadNote } from "../../../src/core/planInput";
import { program, World } from "../runtime/programs";
import { HEADER, RecordedRun } from "./recordedRun";
import { linesOf, pagesOnDisk, storedModel } from "./storedModel";

const line = (text: object | string): string => (typeof text === "string" ? text : JSON.stringify(text)) + "\n";
const TIME = "2026-01-02T00:00:00.000Z";
const SNAPSHOT = line({ kind: "state_snapshot", seq: 0, data: { layers: [], cut: 0 }, timestamp: TIME });
const event = (seq: number, kind: string, data: JsonValue = null): string => line({ kind, seq, data, timestamp: TIME });

function modelOf(...lines: readonly string[]): RunModel {
  const model = new RunModel();
  model.append(new TextEncoder().encode(lines.join("")));
  return model;
}

function finished(...lines: readonly string[]): RunModel {
  const model = modelOf(...lines);
  model.finish();
  return model;
}

/** What the fold says of one layer, in the model's words. */
function viewOf(states: readonly LogState[], state: LogState, layer: number): unknown {
  const found = state.layers.get(layer);
  const side = (key: string, from = layer): PlanSide => {
    const { value, layer: answering, rev, actor, seq } = lookUp(state, from, key);
    return { value, layer: answering, revision: rev, actor, seq: seq === 0 ? undefined : seq };
  };
  if (found?.type === "store") {
    return [...found.entries].flatMap(([key, { value }]) =>
      value === undefined ? [] : [{ key, value, side: side(key) }],
    );
  }
  if (found === undefined) return undefined;
  const local = [...found.entries].filter(([, entry]) => entry.local !== 0);
  const keys = new Set<string>();
  for (
    let at: LogState["layers"] extends Map<number, infer Layer> ? Layer | undefined : never = found;
    at !== undefined;
  ) {
    for (const key of at.entries.keys()) keys.add(key);
    at = at.type === "context" ? state.layers.get(at.parent) : undefined;
  }
  const effective = [...keys].flatMap((key) => {
    const answer = side(key);
    if (answer.value === undefined) return [];
    const isLocal = answer.layer === layer;
    const shadows = isLocal && side(key, found.parent).value !== undefined;
    return [{ key, value: answer.value, origin: isLocal ? "local" : "inherited", shadows, side: answer }];
  });
  return {
    overlay: local.map(([key, entry]) => {
      const parent = side(key, found.parent).value;
      let status = "modified";
      if (jsonEqual(parent, entry.value)) status = "unchanged";
      else if (parent === undefined) status = "added";
      else if (entry.value === undefined) status = "deleted";
      return { key, value: entry.value, status, pending: entry.pending, side: side(key) };
    }),
    effective: sorted(effective),
    pending: local.some(([, entry]) => entry.pending),
    ended: found.ended,
    plan: planOf(states, state, found, local),
  };
}

/** The fold keeps the last read of a key only: all that a context ever read is taken from the states along the way. */
function planOf(
  states: readonly LogState[],
  state: LogState,
  context: ContextState,
  locals: Parameters<typeof planMerge>[0]["locals"],
): unknown {
  const { name, agentLayer, layer, parent, settledSeq } = context;
  const reads = new Map<string, ReadNote[]>();
  for (const earlier of states) {
    const found = earlier.seq <= state.seq ? earlier.layers.get(layer) : undefined;
    if (found?.type !== "context") continue;
    for (const [key, entry] of found.entries) {
      const notes = reads.get(key) ?? [];
      const last = notes.at(-1);
      if (entry.readSeq === 0 || last?.seq === entry.readSeq) continue;
      if (last !== undefined) notes[notes.length - 1] = { ...last, until: entry.readSeq };
      const { readLayer, readRev: rev, readValue: value, readSeq: seq } = entry;
      notes.push({ key, layer: readLayer, rev, value, seq, until: Infinity });
      reads.set(key, notes);
    }
  }
  return planMerge({
    agent: name,
    agentLayer,
    context: layer,
    into: parent,
    locals,
    reads: [...reads.values()].flat(),
    settledSeq,
    lookUp: (key) => lookUp(state, parent, key),
  });
}

function modelView(model: RunModel, layer: number, seq: number): unknown {
  if (model.stores(seq).some((store) => store.layer === layer)) return model.storeKeys(layer, seq);
  const agent = model.agents(seq).find((each) => each.layer === layer);
  if (agent === undefined) return undefined;
  return {
    overlay: model.overlay(layer, seq),
    effective: sorted(model.effective(layer, seq)),
    pending: model.isPending(layer, seq),
    ended: agent.endedSeq !== undefined,
    plan: model.plan(layer, seq),
  };
}

function sorted<T extends { readonly key: string }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/**
 * Compares a model with the fold at every event, and with the living contexts at the last one.
 * @param isWhole false when what was read before the recording's begin cannot be known: a key's last read only is
 */
function assertSame(model: RunModel, run: RecordedRun, world: World, isWhole = true): void {
  assert.deepEqual(model.damage, []);
  assert.equal(model.eventCount, run.rows.length);
  const found = new FindingsFold();
  found.start(run.states[0] as LogState);
  for (const row of run.rows) found.append({ ...row, value: reparsed(row.value) });
  assert.deepEqual(model.found, { findings: found.findings, totals: found.totals });
  const layers = new Set(run.states.flatMap((state) => [...state.layers.keys()]));
  for (const state of run.states) {
    for (const layer of layers) assert.deepEqual(modelView(model, layer, state.seq), viewOf(run.states, state, layer));
  }
  // A line cannot tell a plain object from one without prototype.
  for (const row of run.rows) assert.deepEqual(model.row(row.seq), { ...row, value: reparsed(row.value) });
  for (const context of world.contexts) {
    const layer = contextLayerOf(context)?.layer ?? 0;
    const { staleReads, ...plan } = model.plan(layer, model.lastSeq);
    const { staleReads: expectedReads, ...expected } = context.previewMerge();
    assert.deepEqual(plan, expected);
    assert.deepEqual([...model.planEntries(layer, model.lastSeq)], expected.entries);
    if (isWhole) assert.deepEqual(staleReads, expectedReads);
    const effective = Object.fromEntries(model.effective(layer, model.lastSeq).map(({ key, value }) => [key, value]));
    const keys = model.effective(layer, model.lastSeq).map(({ key }) => key);
    assert.deepEqual(keys.sort(), context.keys().sort());
    for (const key of keys) if (key !== "__proto__") assert.deepEqual(effective[key], context.get(key));
  }
}

function reparsed(value: JsonValue | undefined): JsonValue | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);
}

describe("run model", function () {
  this.timeout(120_000);

  it("is the same when another thread reads, and its values stay on disk", () => {
    fc.assert(
      fc.property(program, fc.integer({ min: 1, max: 500 }), (steps, sliceBytes) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        assertSame(storedModel(recorded.bytes(), sliceBytes), recorded, world);
      }),
      { numRuns: 150 },
    );
  });

  it("is the same when only the newest values are in memory, as many as are asked for", () => {
    let dropped = 0;
    fc.assert(
      fc.property(program, fc.integer({ min: 1, max: 3_000 }), (steps, recentBytes) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        const bytes = recorded.bytes();
        const model = new RunModel(linesOf(bytes), recentBytes);
        model.append(bytes);
        assertSame(model, recorded, world);
        dropped += model.droppedValues;
      }),
      { numRuns: 150 },
    );
    assert.ok(dropped > 100);
  });

  it("is the same when all but the newest page of each part of its index is on disk", () => {
    let onDisk = 0;
    fc.assert(
      fc.property(program, fc.boolean(), (steps, isStored) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        const bytes = recorded.bytes();
        const model = new RunModel(isStored ? linesOf(bytes) : undefined, 500, pagesOnDisk());
        model.append(bytes);
        onDisk += model.indexOnDisk;
        assertSame(model, recorded, world);
      }),
      { numRuns: 150 },
    );
    assert.ok(onDisk > 10_000, String(onDisk));
  });

  it("equals the runtime at every event of random programs", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        const model = new RunModel();
        model.append(recorded.bytes());
        assertSame(model, recorded, world);
      }),
      { numRuns: 300 },
    );
  });

  it("plans held merges at every event as the runtime would then decide them", () => {
    fc.assert(
      fc.property(program, fc.nat(7), (steps, which) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        world.run({ do: "setHolds", mode: "always" });
        for (const step of steps) world.run(step);
        const { ids } = world.holds;
        const model = new RunModel();
        model.append(recorded.bytes());
        const atSeq = model.lastSeq;
        assert.deepEqual(
          model.holds(atSeq).map(({ id }) => id),
          ids,
        );
        for (const { id } of model.holds(atSeq)) {
          const before = model.holds(id - 1).map((held) => held.id);
          assert.ok(!before.includes(id));
        }
        const id = ids[which % ids.length];
        if (id === undefined) return;
        const [info] = model.holds(atSeq).filter((held) => held.id === id);
        const expected = model.heldPlan(id, atSeq);
        let plan;
        try {
          ({ plan } = world.holds.approve(id));
        } catch (error) {
          if (error instanceof StalePlanError) {
            assert.ok(info?.exact);
            assert.deepEqual([...error.keys].sort(), [...model.heldMovedKeys(id, atSeq)].sort());
          } else {
            assert.ok(error instanceof MergeConflictError);
            assert.ok(expected.counts.undecided > 0);
          }
          return;
        }
        const scriptDecides = expected.policy === "resolver";
        const comparable = (entries: typeof plan.entries): unknown =>
          entries.map(({ by: _by, take, ...entry }) => {
            // An exact plan is told as choices; a resolver's answers are not known here.
            const { result, kind, problem, ...facts } = entry;
            return scriptDecides ? facts : { ...facts, kind, result, problem, isKept: take === "parent" };
          });
        assert.deepEqual(comparable(expected.entries), comparable(plan.entries));
        assert.deepEqual(expected.skipped, plan.skipped);
        if (!info?.exact) assert.deepEqual(expected.staleReads, plan.staleReads);
      }),
      { numRuns: 500 },
    );
  });

  it("equals it when recording begins late and the log has been cut", () => {
    fc.assert(
      fc.property(program, program, fc.nat(20), (before, after, retention) => {
        const world = new World(retention);
        for (const step of before) world.run(step);
        const recorded = new RecordedRun(world.log, 3);
        for (const step of after) world.run(step);
        const model = new RunModel();
        model.append(recorded.bytes());
        assert.equal(model.firstSeq, recorded.states[0]?.seq);
        assert.equal(model.info.cut, 3);
        assertSame(model, recorded, world, false);
      }),
      { numRuns: 300 },
    );
  });

  it("says the same however its bytes are split", () => {
    fc.assert(
      fc.property(program, fc.array(fc.nat(400), { maxLength: 60 }), (steps, lengths) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        world.context(0).set("é😀\u2028", "ünï😀");
        const bytes = recorded.bytes();
        const whole = new RunModel();
        whole.append(bytes);
        const split = new RunModel();
        const reused = new Uint8Array(400);
        let at = 0;
        for (const length of [...lengths, bytes.length]) {
          // The same memory for each piece: nothing of it may be kept.
          const piece = bytes.subarray(at, at + length);
          const given = piece.length <= reused.length ? reused.subarray(0, piece.length) : piece;
          given.set(piece);
          split.append(given);
          reused.fill(0);
          at += piece.length;
          assert.equal(split.bytes, at);
        }
        split.finish();
        assert.deepEqual(split.damage, []);
        assert.equal(split.lastSeq, whole.lastSeq);
        for (let seq = 0; seq <= whole.lastSeq; seq++) {
          assert.deepEqual(split.row(seq), whole.row(seq));
          for (const { layer } of [...whole.agents(), ...whole.stores()]) {
            assert.deepEqual(modelView(split, layer, seq), modelView(whole, layer, seq));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("steps among an agent's events: its own, and those of merges of it", () => {
    const log = new RunLog();
    const recorded = new RecordedRun(log);
    const parent = new StateStore({ log, name: "shared" }); // 1
    const one = new AgentContext("one", parent); // 2
    const nested = new AgentContext("nested", one); // 3
    parent.set("a", 1, "setup"); // 4
    nested.set("a", 2); // 5
    void nested.mergeToParent(); // 6 planned, 7 written to one, 8 applied
    parent.set("b", 1, "setup"); // 9
    void one.mergeToParent(); // 10, 11, 12
    parent.set("c", 1, "setup"); // 13
    const model = modelOf(...recorded.lines);
    const steps = (layer: number | undefined): number[] => {
      const seqs: number[] = [];
      for (let seq = model.next(0, layer); seq !== undefined; seq = model.next(seq, layer)) seqs.push(seq);
      const back: number[] = [];
      for (let seq = model.previous(99, layer); seq !== undefined; seq = model.previous(seq, layer)) back.unshift(seq);
      assert.deepEqual(back, seqs);
      return seqs;
    };
    const [first, second] = model.agents();
    // A merge is one step: its end stands for what it did to each key.
    assert.deepEqual(steps(first?.layer), [2, 8, 10, 12]);
    assert.deepEqual(steps(second?.layer), [3, 5, 6, 8]);
    assert.deepEqual(steps(undefined), [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13]);
    assert.deepEqual([model.stepSeq(7), model.firstOfStep(8), model.previous(7), model.next(7)], [8, 7, 6, 9]);
    assert.deepEqual([model.stepSeq(6), model.firstOfStep(6), model.stepSeq(99)], [6, 6, 99]);
    assert.deepEqual(steps(99), []);
    assert.ok(model.belongsTo(7, second?.layer ?? 0) && !model.belongsTo(9, second?.layer ?? 0));
    assert.equal(model.kind(7), "state_changed");
    assert.equal(model.kind(0), "state_snapshot");
    assert.equal(model.layerName(1), "shared");
  });

  it("tells a key's history", () => {
    const log = new RunLog();
    const recorded = new RecordedRun(log);
    const parent = new StateStore({ log });
    const agent = new AgentContext("agent", parent);
    parent.set("a", 1, "setup");
    agent.set("a", 2);
    agent.set("a", 3);
    void agent.mergeToParent();
    parent.delete("a", "setup");
    agent.localState.delete("a");
    const model = modelOf(...recorded.lines);
    const told = (layer: number): unknown[] =>
      model.history(layer, "a").map(({ value, rev, actor }) => [value, rev, actor]);
    assert.deepEqual(told(1), [
      [1, 1, "setup"],
      [3, 2, "agent"],
      [undefined, 3, "setup"],
    ]);
    assert.deepEqual(told(2), [
      [2, 1, "agent"],
      [3, 2, "agent"],
      [undefined, 3, "agent"],
    ]);
    assert.deepEqual(
      model.history(1, "a").map(({ seq }) => model.row(seq)?.key),
      ["a", "a", "a"],
    );
    assert.deepEqual(model.history(1, "nothing"), []);
  });

  it("keeps its plan while nothing that it depends on changes", () => {
    const log = new RunLog();
    const recorded = new RecordedRun(log);
    const parent = new StateStore({ log });
    const agent = new AgentContext("agent", parent);
    agent.set("a", 2);
    const model = modelOf(...recorded.lines);
    const { layer = 0 } = model.agents()[0] ?? {};
    const plan = model.plan(layer, model.lastSeq);
    const grow = (change: () => void): void => {
      const from = recorded.lines.length;
      change();
      model.append(new TextEncoder().encode(recorded.lines.slice(from).join("")));
    };
    grow(() => agent.log("note", 1));
    assert.equal(model.plan(layer, model.lastSeq), plan);
    grow(() => parent.set("a", 7, "setup"));
    assert.deepEqual(model.plan(layer, model.lastSeq), agent.previewMerge());
    assert.deepEqual(model.plan(layer, model.lastSeq - 1), plan);
    assert.throws(() => model.plan(77, model.lastSeq), /no agent with the layer id 77/);
  });

  describe("knows its run", () => {
    it("from the header and run-level lines, in any order", () => {
      const lines = [
        event(1, "run_started"),
        event(2, "uncaught_error", { name: "TypeError", message: "x", stack: "at y", phase: "load" }),
        event(3, "run_waiting"),
      ];
      const ended = encodeNote("run_ended", { code: 3, signal: null }, 9);
      const model = modelOf(HEADER, SNAPSHOT, ...lines);
      const { info } = model;
      assert.equal(info.runId, "run-1");
      assert.equal(info.script, "/work/race.ts");
      assert.deepEqual(info.args, ["--fast"]);
      assert.equal(info.pid, 42);
      assert.equal(info.node?.source, "path");
      assert.equal(info.startedMs, Date.UTC(2026, 0, 2));
      assert.equal(info.waiting, true);
      assert.equal(info.ended, undefined);
      assert.deepEqual(info.errors, [{ name: "TypeError", message: "x", stack: "at y", phase: "load", seq: 2 }]);
      model.append(new TextEncoder().encode(ended));
      assert.deepEqual(info.ended, { code: 3, signal: null, atMs: 9 });
      assert.equal(info.waiting, false);
      assert.equal(model.eventCount, 3);
    });

    it("when only its end was written", () => {
      const model = finished(encodeNote("run_ended", { code: null, signal: "SIGKILL" }, 9));
      assert.deepEqual(model.info.ended, { code: null, signal: "SIGKILL", atMs: 9 });
      assert.deepEqual(model.damage, []);
      assert.equal(finished().info.ended, undefined);
    });

    it("passes over data of a wrong shape", () => {
      const model = finished(HEADER, SNAPSHOT, event(1, "uncaught_error", [1]), encodeNote("run_ended", "x", 1));
      assert.deepEqual(model.info.errors, [{ name: "Error", message: "", phase: "run", seq: 1 }]);
      assert.deepEqual(model.info.ended, { code: null, signal: null, atMs: 1 });
    });
  });

  describe("names damage by line", () => {
    const kept = (model: RunModel): string[] =>
      Array.from({ length: model.eventCount }, (_, index) => model.rowAt(index)?.key ?? "?");
    const cases: [string, readonly string[], string[], [number, RegExp][]][] = [
      ["a torn last line", [event(1, "a"), '{"kind":"b","seq":2,"da'], ["a"], [[4, /torn/]]],
      ["no newline at the end of a whole line", [event(1, "a"), event(2, "b").trimEnd()], ["a", "b"], []],
      ["a line that is not JSON", [event(1, "a"), "rubbish\n", event(2, "b")], ["a", "b"], [[4, /not JSON/]]],
      [
        "a repeat",
        [event(1, "a"), event(2, "b"), event(2, "b"), event(3, "c")],
        ["a", "b", "c"],
        [[5, /Event 2 is a repeat/]],
      ],
      [
        "a gap",
        [event(1, "a"), event(4, "d"), event(5, "e")],
        ["a", "d", "e"],
        [[4, /Events 2 to 3 are missing before event 4/]],
      ],
      ["a gap before the last event", [event(1, "a"), event(3, "c")], ["a", "c"], [[4, /Event 2 is missing/]]],
      ["one wild seq", [event(1, "a"), event(900, "x"), event(2, "b")], ["a", "b"], [[4, /Event 900 is out of order/]]],
      [
        "two gaps",
        [event(1, "a"), event(3, "c"), event(5, "e"), event(6, "f")],
        ["a", "c", "e", "f"],
        [
          [4, /Event 2 is missing/],
          [5, /Event 4 is missing/],
        ],
      ],
      [
        "a swap",
        [event(1, "a"), event(3, "c"), event(2, "b"), event(4, "d")],
        ["a", "b", "d"],
        [
          [4, /out of order/],
          [6, /Event 3 is missing/],
        ],
      ],
      ["a second snapshot", [event(1, "a"), SNAPSHOT, event(2, "b")], ["a", "b"], [[4, /snapshot after/]]],
      ["a second header", [event(1, "a"), HEADER, event(2, "b")], ["a", "b"], [[4, /second header/]]],
      ["empty lines and carriage returns", ["\n", "\r\n", event(1, "a").replace("\n", "\r\n")], ["a"], []],
    ];
    for (const [name, lines, events, damage] of cases) {
      it(name, () => {
        const model = finished(HEADER, SNAPSHOT, ...lines);
        assert.deepEqual(kept(model), events);
        assert.deepEqual(
          model.damage.map(({ line }) => line),
          damage.map(([line]) => line),
        );
        for (const [index, [, message]] of damage.entries()) assert.match(model.damage[index]?.message ?? "", message);
      });
    }

    it("bytes that are not UTF-8, on their own line alone", () => {
      const model = new RunModel();
      const text = new TextEncoder();
      const bad = new Uint8Array([...text.encode('{"kind":"x'), 0xff, ...text.encode('"}\n')]);
      model.append(
        new Uint8Array([...text.encode(HEADER + SNAPSHOT + event(1, "a")), ...bad, ...text.encode(event(2, "b"))]),
      );
      assert.deepEqual(kept(model), ["a", "b"]);
      assert.deepEqual(model.damage, [{ line: 4, message: "The line is not UTF-8 text." }]);
    });

    it("a missing header and snapshot", () => {
      const model = finished(event(5, "e"), event(6, "f"));
      assert.deepEqual(kept(model), ["e", "f"]);
      assert.equal(model.firstSeq, 4);
      assert.match(model.damage[0]?.message ?? "", /starts at event 5 without a state/);
    });

    it("a newer format", () => {
      const newer = HEADER.replace('"version":2', '"version":3');
      const model = finished(newer, SNAPSHOT, event(1, "a"));
      assert.deepEqual(kept(model), ["a"]);
      assert.match(model.damage[0]?.message ?? "", /format version 3, newer than 2/);
      assert.equal(model.info.runId, "run-1");
    });

    it("but not announced losses, which are counted", () => {
      const lost = encodeNote("events_lost", { count: 3 }, 0);
      const model = finished(HEADER, SNAPSHOT, event(1, "a"), lost, event(5, "e"));
      assert.deepEqual(kept(model), ["a", "e"]);
      assert.deepEqual(model.damage, []);
      assert.equal(model.info.cut, 3);
      assert.equal(model.row(3), undefined);
      assert.equal(model.previous(5), 1);
      assert.equal(model.next(1), 5);
      assert.equal(model.next(3), 5);
    });

    it("no more than a bounded list of it, counting all", () => {
      const model = modelOf(HEADER, SNAPSHOT, "x\n".repeat(5000));
      assert.equal(model.damage.length, 1000);
      assert.equal(model.damageCount, 5000);
    });

    it("whatever is done to a recording, without throwing", () => {
      const world = new World();
      const recorded = new RecordedRun(world.log);
      world.context(0).set("a", { b: [1] });
      void world.context(0).mergeToParent();
      world.store(0).restore({ a: 1, c: 2 }, "setup");
      const bytes = recorded.bytes();
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }),
          fc.nat(bytes.length),
          (flips, end) => {
            const damaged = bytes.slice(0, end);
            for (const [at, byte] of flips) if (at < end) damaged[at] = byte;
            const model = new RunModel();
            model.append(damaged);
            model.finish();
            for (const { layer } of [...model.agents(), ...model.stores()]) modelView(model, layer, model.lastSeq);
          },
        ),
        { numRuns: 2000 },
      );
    });
  });

  it("plans a key once that a held merge names twice", () => {
    const model = finished(
      HEADER,
      SNAPSHOT,
      event(1, "store_created", { layer: 1, name: "store" }),
      line({ kind: "agent_started", seq: 2, agent: "ann", data: { layer: 2, parent: 1 }, timestamp: TIME }),
      event(3, "state_changed", { layer: 2, changes: { a: 1 }, base: { layer: 1, rev: 0 } }),
      event(4, "merge_held", { layer: 2, into: 1, policy: "overwrite", whole: true, keys: ["a", "a"], skipped: [] }),
    );
    assert.deepEqual(model.damage, []);
    assert.deepEqual(
      model.heldPlan(4, 4).entries.map(({ key }) => key),
      ["a"],
    );
  });

  it("opens a log of another tool, counting its events", () => {
    const car = (kind: string, data: JsonValue): string =>
      line({ kind, action_id: "a1", proposal_id: "p1", data, timestamp: TIME });
    const model = finished(
      car("action_started", { agent: "lead" }),
      car("state_changed", { changes: { budget: 5 }, agent: "lead" }),
      car("state_snapshot", { budget: 5 }),
    );
    assert.deepEqual(model.damage, []);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((seq) => model.kind(seq)),
      ["store_created", "agent_started", "action_started", "state_changed", "state_snapshot"],
    );
    assert.equal(model.eventCount, 5);
    assert.deepEqual(model.row(3)?.value, { agent: "lead" });
    assert.equal(model.row(4)?.value, 5);
    assert.deepEqual({ ...model.extra(4) }, { action_id: "a1", proposal_id: "p1" });
  });

  it("takes a line of many megabytes, in pieces", () => {
    const long = "x".repeat(20 * 1024 * 1024);
    const bytes = new TextEncoder().encode(HEADER + SNAPSHOT + event(1, "big", long) + event(2, "b"));
    const model = new RunModel();
    for (let at = 0; at < bytes.length; at += 65_536) model.append(bytes.subarray(at, at + 65_536));
    assert.equal((model.row(1)?.value as string).length, long.length);
    assert.equal(model.lastSeq, 2);
  });

  it("tells of changes once an append, when there are lines", () => {
    const model = new RunModel();
    let calls = 0;
    const stop = model.onDidChange(() => calls++);
    const bytes = new TextEncoder().encode(HEADER + SNAPSHOT + event(1, "a"));
    model.append(bytes.subarray(0, 10));
    assert.equal(calls, 0);
    model.append(bytes.subarray(10));
    assert.equal(calls, 1);
    stop();
    model.append(new TextEncoder().encode(event(2, "b")));
    assert.equal(calls, 1);
  });
});
