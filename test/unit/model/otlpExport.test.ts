import assert from "node:assert/strict";
import * as official from "@opentelemetry/semantic-conventions/incubating";
import fc from "fast-check";
import { otlpSpanId, otlpTraceId } from "../../../src/model/export/otlpIds";
import { otlpTrace } from "../../../src/model/export/otlpExport";
import { RunModel } from "../../../src/model/runModel";
import { encodeNote } from "../../../src/recording/recording";
import { AgentContext, RunLog, StateStore, TaskScope, type JsonValue } from "../../../src/runtime/index";
import { HELD, RACE, recording } from "../host/raceRecording";
import { program, World } from "../runtime/programs";
import { attribute, readTrace, type Span, type Trace } from "./otlpSchema";
import { HEADER, RecordedRun } from "./recordedRun";

const encoder = new TextEncoder();
const START = Date.UTC(2026, 0, 2);

function modelOf(text: string): RunModel {
  const model = new RunModel();
  model.append(encoder.encode(text));
  model.finish();
  return model;
}

function traceOf(model: RunModel, requestLength?: number): Trace {
  return readTrace([...otlpTrace(model, requestLength === undefined ? {} : { requestLength })].join(""));
}

/** Spans as an indented outline, a line each with its events. */
function draw({ spans }: Trace, parent?: string, indent = ""): string {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map((span) => {
      const events = span.events.map(({ attributes, name }) => `${num(attributes, "seq")} ${name}`).join(", ");
      const failed = span.status === undefined ? "" : ` FAILED ${span.status.message}`;
      const inside = draw({ spans, lines: [], resource: [] }, span.spanId, indent + "  ");
      return `${indent}${span.name}${failed}${events === "" ? "" : `: ${events}`}\n${inside}`;
    })
    .join("");
}

function num(attributes: Span["attributes"], name: string): string {
  return String(attribute(attributes, `agent_context.${name}`));
}

function spanNamed({ spans }: Trace, name: string): Span {
  const found = spans.find((span) => span.name === name);
  assert.ok(found, name);
  return found;
}

/** Lines of events at times of their own, in milliseconds after the start. */
function timed(...events: readonly (readonly [number, object])[]): string {
  const lines = events.map(([ms, event], index) =>
    JSON.stringify({ seq: index + 1, timestamp: new Date(START + ms).toISOString(), ...event }),
  );
  return recording([]) + lines.map((line) => line + "\n").join("");
}

describe("OpenTelemetry export", () => {
  it("tells a race as spans of the run, of agents and of agents inside of agents", () => {
    const trace = traceOf(modelOf(recording(RACE) + encodeNote("run_ended", { code: 7, signal: null }, START)));
    assert.equal(
      draw(trace),
      `race.ts FAILED exit code 7: 1 store_created, 2 state_changed, 3 state_changed
  agent_a: 4 agent_started, 6 state_read, 8 state_changed, 13 merge_planned, 14 state_changed, 15 state_committed
  agent_b FAILED Error: no tokens left: 5 agent_started, 7 state_read, 9 state_changed, 10 state_changed, 16 agent_ended
    helper: 11 agent_started, 12 state_changed
`,
    );
    const [write, , , , merged] = spanNamed(trace, "agent_a").events.slice(2);
    assert.deepEqual(
      write?.attributes.map(({ key }) => [key, attribute(write.attributes, key)]),
      [
        ["agent_context.seq", 8],
        ["agent_context.agent", "agent_a"],
        ["agent_context.layer.id", 2],
        ["agent_context.layer.name", "agent_a"],
        ["agent_context.operation", "set"],
        ["agent_context.key", "counter"],
        ["agent_context.revision", 1],
        ["agent_context.base.layer", "parent"],
        ["agent_context.base.revision", 1],
        ["agent_context.value", "1"],
      ],
    );
    assert.equal(merged, undefined);
    const [planned, applied] = spanNamed(trace, "agent_a").events.filter(({ name }) => /merge|commit/.test(name));
    assert.deepEqual(
      ["policy", "modified", "conflict_count", "into"].map((name) => num(planned!.attributes, `merge.${name}`)),
      ["overwrite", "1", "0", "parent"],
    );
    assert.deepEqual(
      [num(applied!.attributes, "merge.key_count"), num(applied!.attributes, "merge.planned_seq")],
      ["1", "13"],
    );
    assert.equal(
      attribute(spanNamed(trace, "agent_b").events.at(-1)!.attributes, "exception.message"),
      "no tokens left",
    );
  });

  it("tells held merges with their keys and reasons", () => {
    const held = spanNamed(traceOf(modelOf(recording(HELD))), "agent_b").events.filter(
      ({ name }) => name === "merge_held",
    );
    const facts = held.map(({ attributes }) =>
      ["reason", "policy", "exact", "key_count", "keys"].map((name) => num(attributes, `merge.${name}`)),
    );
    assert.deepEqual(facts[1], ["always", "auto", "true", "1", "draft"]);
    assert.equal(facts.length, 2);
    assert.deepEqual(attribute(held[1]!.attributes, "agent_context.merge.skipped"), ["other"]);
  });

  it("says of the process what it knows, in OpenTelemetry's own names", () => {
    const { resource } = traceOf(modelOf(HEADER));
    assert.deepEqual(Object.fromEntries(resource.map(({ key }) => [key, attribute(resource, key)])), {
      "service.name": "race.ts",
      "service.instance.id": "run-1",
      "process.pid": 42,
      "process.working_directory": "/work",
      "process.executable.path": "/usr/bin/node",
      "process.runtime.name": "nodejs",
      "process.runtime.version": "22.0.0",
      "process.command": "/work/race.ts",
      "process.command_args": ["/usr/bin/node", "/work/race.ts", "--fast"],
    });
    const names = new Set<unknown>(Object.values(official));
    for (const { key } of resource) assert.ok(names.has(key), key);
  });

  it("puts events on the innermost open scope of their agent, and scopes into the one around them", () => {
    const log = new RunLog();
    const store = new StateStore({ log });
    const run = new RecordedRun(log);
    const outer = new AgentContext("outer", store);
    const inner = new AgentContext("inner", store);
    TaskScope.run(outer, () => {
      outer.set("a", 1);
      TaskScope.run(outer, () => void outer.set("b", 2));
      TaskScope.run(inner, () => void inner.set("c", 3));
      outer.set("d", 4);
    });
    assert.throws(() =>
      TaskScope.run(inner, () => {
        throw new TypeError("no");
      }),
    );
    void outer.mergeToParent();
    const trace = traceOf(modelOf(new TextDecoder().decode(run.bytes())));
    assert.equal(
      draw(trace).replace(/\d+ /g, ""),
      `race.ts
  outer: agent_started, agent_ended, merge_planned, state_changed, state_changed, state_changed, state_committed
    outer scope: scope_entered, state_changed, state_changed, scope_exited
      outer scope: scope_entered, state_changed, scope_exited
      inner scope: scope_entered, state_changed, scope_exited
  inner FAILED TypeError: no: agent_started, agent_ended, agent_ended
    inner scope FAILED TypeError: no: scope_entered, scope_exited
`,
    );
  });

  it("survives clocks that jump, run backwards or are not known, and never ends a span before its start", () => {
    const write = { kind: "state_changed", agent: "a", rev: 1, data: { layer: 2, changes: { k: 1 } } };
    const model = modelOf(
      timed(
        [1_000, { kind: "store_created", data: { layer: 1, name: "parent" } }],
        [2_000, { kind: "agent_started", agent: "a", data: { layer: 2, parent: 1 } }],
        [-5_000, write],
        [9e14, { ...write, rev: 2 }],
        [-START - 5, { ...write, rev: 3 }],
        [0, { kind: "agent_ended", agent: "a", data: { layer: 2, error: null } }],
      ),
    );
    assert.equal(model.damageCount, 0);
    const agent = spanNamed(traceOf(model), "a");
    const after = (time: string): number => Number(BigInt(time) / 1_000_000n - BigInt(START));
    assert.deepEqual([agent.startTimeUnixNano, agent.endTimeUnixNano].map(after), [2_000, 2_000]);
    // A time that no 64-bit number of nanoseconds holds is not known: the event is told at that of the one before it.
    assert.deepEqual(
      agent.events.map(({ timeUnixNano }) => after(timeUnixNano)),
      [2_000, -5_000, -5_000, -5_000, 0],
    );
  });

  it("cuts long texts and says so, and replaces what UTF-8 cannot hold", () => {
    const changes = (value: JsonValue, key = "k"): object => ({
      kind: "state_changed",
      agent: "\ud800me",
      rev: 1,
      data: { layer: 1, changes: { [key]: value } },
    });
    const events = [
      { kind: "store_created", data: { layer: 1, name: "parent" } },
      changes("x".repeat(5_000)),
      changes(["y".repeat(4_000), { deep: "z".repeat(4_000) }], "key".repeat(2_000)),
      changes("\udc00 \u0000 ✓"),
      { ...changes(1), action_id: "a1", proposal_id: { n: 1 } },
    ];
    const [, long, deep, odd, extra] = traceOf(modelOf(recording(events))).spans[0]!.events;
    const value = (event: Span["events"][number] | undefined): string => num(event!.attributes, "value");
    assert.equal(value(long).length, 4_096);
    assert.equal(num(long!.attributes, "value.truncated"), "true");
    assert.equal(value(deep).length, 4_096);
    assert.equal(num(deep!.attributes, "key.truncated"), "true");
    assert.equal(JSON.parse(value(odd)), "\udc00 \u0000 ✓");
    assert.equal(num(odd!.attributes, "value.truncated"), "undefined");
    assert.equal(num(odd!.attributes, "agent"), "\ufffdme");
    assert.deepEqual(
      [num(extra!.attributes, "extra.action_id"), num(extra!.attributes, "extra.proposal_id")],
      ["a1", '{"n":1}'],
    );
  });

  it("opens the logs of other tools: no header, no seqs, no times", () => {
    const lines = [
      { kind: "action_started", action_id: "a1", data: { agent: "planner" } },
      { kind: "state_changed", data: { changes: { a: 1, b: 2 } }, timestamp: "2026-01-02T00:00:00+00:00" },
    ];
    const { spans, resource } = traceOf(modelOf(lines.map((line) => JSON.stringify(line) + "\n").join("")));
    assert.equal(attribute(resource, "service.name"), "agent-context");
    const names = spans.flatMap(({ events }) => events.map(({ name }) => name));
    assert.deepEqual(names.sort(), [
      "action_started",
      "agent_started",
      "state_changed",
      "state_changed",
      "store_created",
    ]);
  });

  it("exports what was there when it was asked, whatever comes in while it is written", () => {
    const model = new RunModel();
    model.append(encoder.encode(recording(RACE.slice(0, 8))));
    const before = [...otlpTrace(model)].join("");
    const pieces = otlpTrace(model);
    model.append(encoder.encode(recording(RACE.slice(8), 8)));
    model.append(encoder.encode(encodeNote("run_ended", { code: 1, signal: null }, START)));
    assert.equal([...pieces].join(""), before);
    assert.equal(attribute(readTrace(before).spans[0]!.attributes, "agent_context.span.open"), true);
  });

  it("begins a new line before a request grows too long, and goes on with a long span in children of it", () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      kind: "state_changed",
      agent: "agent_a",
      rev: index + 2,
      data: { layer: 2, changes: { counter: index } },
    }));
    const model = modelOf(recording([...RACE, ...many]));
    const whole = traceOf(model);
    assert.equal(whole.lines.length, 1);
    const cut = traceOf(model, 20_000);
    assert.ok(cut.lines.length > 5, `${cut.lines.length}`);
    for (const line of cut.lines) assert.ok(line.length < 22_000, `${line.length}`);
    const [agent] = cut.spans.filter(({ name }) => name === "agent_a");
    const parts = cut.spans.filter(({ parentSpanId, name }) => parentSpanId === agent?.spanId && name === "agent_a");
    assert.ok(parts.length > 5);
    assert.deepEqual(
      [agent!, ...parts].flatMap(({ events }) => events),
      spanNamed(whole, "agent_a").events,
    );
    assert.deepEqual(
      parts.map(({ attributes }) => num(attributes, "part")),
      parts.map((_, index) => `${index + 2}`),
    );
  });

  it("gives the same ids again, those of a UUID as they are, and no two places the same", () => {
    const id = "0190b5f2-7c1a-7000-8000-0123456789AB";
    assert.equal(otlpTraceId(id), "0190b5f27c1a700080000123456789ab");
    assert.match(otlpTraceId("00000000-0000-0000-0000-000000000000"), /[^0]/);
    assert.notEqual(otlpTraceId("run-1"), otlpTraceId("run-2"));
    const ids = new Set<string>();
    for (let scope = 0; scope < 100_000; scope++) ids.add(otlpSpanId(id, `scope ${scope} at ${scope * 3}`));
    assert.equal(ids.size, 100_000);
    const text = (): string => [...otlpTrace(modelOf(recording(RACE)))].join("");
    assert.equal(text(), text());
  });

  it("property: whatever programs did, it is a trace by the schema that holds each event once", () => {
    fc.assert(
      fc.property(program, fc.option(fc.integer({ min: 200, max: 20_000 }), { nil: undefined }), (steps, length) => {
        const world = new World();
        const run = new RecordedRun(world.log);
        for (const step of steps) {
          try {
            world.run(step);
          } catch {
            // A program may ask for what is refused; the log says so.
          }
        }
        const model = modelOf(new TextDecoder().decode(run.bytes()));
        const { spans, lines } = traceOf(model, length);
        if (length === undefined) assert.equal(lines.length, 1);
        const events = spans.flatMap((span) => span.events);
        assert.deepEqual(
          events.map(({ attributes }) => attribute(attributes, "agent_context.seq") as number).sort((a, b) => a - b),
          run.rows.map(({ seq }) => seq),
        );
        for (const { name, attributes } of events) {
          const seq = attribute(attributes, "agent_context.seq") as number;
          assert.equal(name, model.kind(seq));
          assert.equal(attribute(attributes, "agent_context.agent"), model.row(seq)?.agent);
        }
        const agents = spans.filter((span) => num(span.attributes, "span") === "agent");
        assert.deepEqual(
          agents.map(({ name }) => name),
          model.agents().map(({ name }) => name),
        );
      }),
      { numRuns: 150 },
    );
  });
});
