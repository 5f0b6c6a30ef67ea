import assert from "node:assert/strict";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { nextStop, previousStop, type FoundStop, type StopSearch } from "../../../src/model/stopSearch";
import { EXCEPTION_FILTERS, type EventBreakpoint, type StopPlace } from "../../../src/breakpoints/breakpoint";
import { compileBreakpoint, type BreakpointMatcher } from "../../../src/breakpoints/breakpointMatch";
import { ThreadGate } from "../../../src/runner/script/threadGate";
import type { ToGate, ToPublisher } from "../../../src/runner/publisher/publisherMessages";
import { cloneState } from "../../../src/core/logState";
import type { JsonValue } from "../../../src/core/jsonValue";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { readBreakpoint } from "../../../src/breakpoints/breakpointText";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { inspected } from "../runtime/inspected";
import { program, World, type Step } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";
import { storedModel } from "./storedModel";

const who = fc.oneof(
  fc.constant({}),
  fc.record({ agent: fc.constantFrom("agent 0", "agent 1", "writer", "nobody") }),
  fc.record({ agent: fc.constantFrom("writer", "agent 0"), ordinal: fc.integer({ min: 1, max: 3 }) }),
);
const target = fc.constantFrom(
  ...["a", "b", "c", "10", "__proto__", "a.p", "b[0]", '"c"', "a.p.q"],
  ...["a[id=1]", "b[id=x]", 'c[id="x"].p', 'a[id="1"]', "b[0].p", "10[p=1]"],
);
const where = fc.option(fc.constantFrom("parent" as const, "overlay" as const), { nil: undefined });
const kinds = [
  "state_changed",
  "state_read",
  "agent_started",
  "merge_applied",
  "note",
  "scope_exited",
  "state_restored",
];

/** Random places of all sorts but lines, which programs of this process have none of. */
const place: fc.Arbitrary<StopPlace> = fc
  .oneof(
    fc.record({ on: fc.constant("write" as const), key: target, who, in: where }),
    fc.record({ on: fc.constant("read" as const), key: target, who }),
    fc.record({ on: fc.constant("merge" as const), key: fc.option(target, { nil: undefined }), who }),
    fc.record({ on: fc.constant("kind" as const), kind: fc.constantFrom(...kinds), who }),
    fc.record({ on: fc.constant("exception" as const), filter: fc.constantFrom(...EXCEPTION_FILTERS) }),
  )
  .map((made) => ("who" in made ? { ...made, ...made.who, who: undefined } : made))
  .map((made) => JSON.parse(JSON.stringify(made)) as StopPlace);

const CONDITIONS = [
  "value == 1",
  "before != value",
  'agent == "agent 0"',
  "value.p == 2 || value.length > 1",
  "seq % 2 == 0",
];
const breakpoints: fc.Arbitrary<readonly EventBreakpoint[]> = fc
  .array(
    fc.tuple(
      place,
      fc.option(fc.constantFrom(...CONDITIONS), { nil: undefined }),
      fc.option(fc.constantFrom("2", ">= 2", "% 3"), { nil: undefined }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(([at, condition, hits], index) => ({
      id: index + 1,
      place: at,
      ...(condition !== undefined && { condition }),
      ...(hits !== undefined && { hits }),
    })),
  );

function recorded(steps: readonly Step[]): RecordedRun {
  const world = new World();
  const run = new RecordedRun(world.log);
  for (const step of steps) world.run(step);
  return run;
}

/** What the gate of a script's thread stops at, when every call records one event. */
function liveStops(run: RecordedRun, all: readonly EventBreakpoint[]): FoundStop[] {
  const model = new RunModel();
  model.append(run.bytes());
  const stops: FoundStop[] = [];
  const { port1, port2 } = new MessageChannel();
  let arm: (message: ToGate) => void = () => undefined;
  const gate = new ThreadGate({
    runtime: { setGate() {} } as never,
    port: {
      postMessage(message: ToPublisher) {
        if (message.type !== "threadState" || message.stop === null) return;
        stops.push({ seq: message.stop.seq, breakpoints: message.stop.breakpoints });
      },
    } as MessagePort,
    debug: {
      port: Object.assign(port1, {
        on(name: string, listener: (message: ToGate) => void) {
          if (name === "message") arm = listener;
          return port1;
        },
      }),
      mail: new SharedArrayBuffer(4),
    },
    state: cloneState(run.states[0]!),
    siteOf: () => undefined,
    serve() {},
    // It stops, and goes on at once.
    isPublisherExited: () => true,
  });
  arm({ name: "arm", breakpoints: all });
  for (const row of run.rows) {
    gate.note(row);
    // A call does all that a merge does.
    if (model.stepSeq(row.seq) === row.seq) gate.pass("call");
  }
  port1.close();
  port2.close();
  return stops;
}

function result(search: StopSearch): FoundStop | undefined {
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

function forward(model: RunModel, matchers: readonly BreakpointMatcher[], from: number): FoundStop[] {
  const stops: FoundStop[] = [];
  for (let seq = from; ;) {
    const found = result(nextStop(model, matchers, seq));
    if (found === undefined) return stops;
    stops.push(found);
    ({ seq } = found);
  }
}

function backward(model: RunModel, matchers: readonly BreakpointMatcher[]): FoundStop[] {
  const stops: FoundStop[] = [];
  for (let seq = model.lastSeq + 1; ;) {
    const found = result(previousStop(model, matchers, seq));
    if (found === undefined) return stops.reverse();
    stops.push(found);
    ({ seq } = found);
  }
}

describe("the search for stops", () => {
  it("finds those of one of several agents of a name, and of an agent that is really named so", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log });
    for (const name of ["worker", "worker#2", "worker", "worker"]) new AgentContext(name, parent).set("a", name.length);
    parent.set("a", 0, "worker");
    const model = new RunModel();
    model.append(run.bytes());
    const stopsAt = (text: string): number[] => {
      const all = [{ id: 1, place: readBreakpoint(text) }];
      const found = forward(model, [compileBreakpoint(all[0]!)], 0);
      assert.deepEqual(found, liveStops(run, all));
      return found.map(({ seq }) => model.row(seq)!.layer);
    };
    assert.deepEqual(stopsAt("write a @worker"), [2, 4, 5, 1]);
    assert.deepEqual(stopsAt("write a @worker#1"), [2]);
    assert.deepEqual(stopsAt("write a @worker#2"), [4]);
    assert.deepEqual(stopsAt('write a @"worker#2"'), [3]);
    assert.deepEqual(stopsAt("write a @worker#4"), []);
    assert.deepEqual(stopsAt("agent_started @worker#3"), [5]);
    assert.deepEqual(
      model.agents().map(({ label, layer }) => [label, model.layerName(layer)]),
      ["worker#1", '"worker#2"', "worker#2", "worker#3"].map((label) => [label, label]),
    );
  });

  it("takes what a user decided for an agent for that agent's", () => {
    const { log, runtime } = inspected();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log });
    const layers = ["worker", "worker"].map((name) => {
      const agent = new AgentContext(name, parent);
      agent.set("a", 1);
      return contextLayerOf(agent)?.layer ?? NaN;
    });
    for (const layer of layers) runtime.merge(layer, { choices: new Map([["a", { value: layer }]]) });
    const model = new RunModel();
    model.append(run.bytes());
    const stops = (text: string): (string | undefined)[] =>
      forward(model, [compileBreakpoint({ id: 1, place: readBreakpoint(text) })], 0).map(({ seq }) =>
        model.actorOf(model.row(seq)!),
      );
    // The decision and the merge of it are one step.
    const inTurn = (label: string): string[] => [label, `you, for ${label}`];
    assert.deepEqual(stops("write a @worker#2"), inTurn("worker#2"));
    assert.deepEqual(stops("write a @worker").sort(), [...inTurn("worker#1"), ...inTurn("worker#2")].sort());
    assert.equal(model.writerOf(model.effectiveValue(1, "a", model.lastSeq)), "you, for worker#2");
  });

  it("finds, forward and backward, in memory and on disk, what holds a live thread", () => {
    fc.assert(
      fc.property(program, breakpoints, (steps, all) => {
        const run = recorded(steps);
        const live = liveStops(run, all);
        const matchers = all.map((breakpoint) => compileBreakpoint(breakpoint));
        const inMemory = new RunModel();
        inMemory.append(run.bytes());
        inMemory.finish();
        for (const model of [inMemory, storedModel(run.bytes())]) {
          assert.deepEqual(forward(model, matchers, 0), live);
          assert.deepEqual(backward(model, matchers), live);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("counts a hit once for two breakpoints that look for the same", () => {
    const set = { do: "set", context: 0, key: "a" } as const;
    const run = recorded([1, 2, 3].map((value) => ({ ...set, value })));
    const all = [1, 2].map((id) => ({ id, place: readBreakpoint("write a"), hits: ">= 2" }));
    const model = new RunModel();
    model.append(run.bytes());
    const matchers = all.map((breakpoint) => compileBreakpoint(breakpoint));
    const found = forward(model, matchers, 0);
    assert.deepEqual(
      found.map(({ breakpoints }) => breakpoints),
      [
        [1, 2],
        [1, 2],
      ],
    );
    assert.deepEqual(liveStops(run, all), found);
  });

  it("stops where an item is changed, wherever it stands, and not where it only moves", () => {
    const [a, b, c] = ["a", "b", 3].map((id): JsonValue => ({ id, n: 0 })) as [JsonValue, JsonValue, JsonValue];
    const values: [JsonValue, stopsAt: string][] = [
      [[a, b, c], "b 3 place"],
      [[b, a, c], "place"],
      [[a, c, b], "place"],
      [[{ id: "a", n: 1 }, c, b], ""],
      [[c, { id: "b", n: 1 }], "b place"],
      [[c], "b place"],
      [[a, { id: 3, n: 1 }], "3 place"],
      // Which of two is meant, nobody can tell.
      [[a, { id: 3, n: 1 }, b, b], ""],
      [[b, { id: 3, n: 1 }], "b"],
      [[b, { id: "3", n: 1 }], "3 place"],
      [{ id: "b" }, "b 3 place"],
    ];
    const run = recorded(values.map(([value]): Step => ({ do: "storeSet", store: 0, key: "a", value })));
    const model = new RunModel();
    model.append(run.bytes());
    const [first] = forward(model, [compileBreakpoint({ id: 1, place: { on: "write", key: "a" } })], 0);
    for (const [name, key] of [
      ["b", "a[id=b]"],
      ["b", 'a[id="b"].n'],
      ["3", "a[id=3]"],
      ["place", "a[1]"],
    ] as const) {
      const stops = forward(model, [compileBreakpoint({ id: 1, place: { on: "write", key } })], 0);
      const expected = values.flatMap(([, stopsAt], index) => (stopsAt.split(" ").includes(name) ? [index] : []));
      assert.deepEqual(
        stops.map(({ seq }) => seq - (first?.seq ?? 0)),
        expected,
        key,
      );
    }
  });

  it("stops at merges that lose something, conflict or not, held or planned", () => {
    const merge = { keys: undefined, policy: "overwrite", choices: [] } as const;
    const run = recorded([
      { do: "newContext", parent: 0 },
      { do: "read", context: 0, key: "a" },
      { do: "read", context: 1, key: "a" },
      { do: "set", context: 0, key: "a", value: 1 },
      { do: "set", context: 1, key: "a", value: 1 },
      { do: "merge", context: 0, ...merge },
      { do: "setHolds", mode: "onProblem" },
      { do: "merge", context: 1, ...merge },
      { do: "release" },
      { do: "set", context: 0, key: "b", value: 1 },
      { do: "setHolds", mode: "never" },
      { do: "merge", context: 0, ...merge },
      { do: "set", context: 1, key: "b", value: 2 },
      { do: "merge", context: 1, ...merge, only: "pending" },
    ]);
    const all: EventBreakpoint[] = [{ id: 1, place: { on: "exception", filter: "problem" } }];
    const live = liveStops(run, all);
    const matchers = all.map((breakpoint) => compileBreakpoint(breakpoint));
    const model = new RunModel();
    model.append(run.bytes());
    assert.deepEqual(
      live.map(({ seq }) => model.kind(seq)),
      ["merge_held", "merge_planned"],
    );
    assert.deepEqual(forward(model, matchers, 0), live);
  });

  it("rests while it looks for what is not there, and counts what it looked at", () => {
    const steps = Array.from({ length: 1_500 }, (): Step => ({ do: "storeSet", store: 0, key: "a", value: 1 }));
    const run = recorded(steps);
    const model = new RunModel();
    model.append(run.bytes());
    const matchers = [compileBreakpoint({ id: 1, place: { on: "write", key: "never" } })];
    for (const search of [nextStop(model, matchers, 0), previousStop(model, matchers, model.lastSeq + 1)]) {
      let looked = 0;
      let rests = 0;
      for (let step = search.next(); ; step = search.next()) {
        if (step.done === true) {
          assert.equal(step.value, undefined);
          break;
        }
        looked += step.value;
        rests++;
      }
      assert.ok(rests > 3);
      assert.ok(looked <= model.eventCount && looked > model.eventCount - 300, `${looked} of ${model.eventCount}`);
    }
  });
});
