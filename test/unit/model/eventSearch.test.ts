import assert from "node:assert/strict";
import fc from "fast-check";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { eventRow } from "../../../src/model/text/eventRow";
import { EventList, NO_FILTER } from "../../../src/model/text/eventList";
import { RunModel } from "../../../src/model/runModel";
import { shortText } from "../../../src/model/text/valueText";
import { exactJson, exactTextOf, parseExactJson } from "../../../src/core/exactNumber";
import type { JsonValue } from "../../../src/core/jsonValue";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { longRecording } from "../../harness/longRecording";
import { program, World } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";
import { storedModel } from "./storedModel";

/** A smaller case is not looked for: to make one from values that depend on each other takes minutes. */
const RUNS = { numRuns: 100, endOnFailure: true };
const LONG = "x".repeat(70_000);

function modelOf(bytes: Uint8Array): RunModel {
  const model = new RunModel();
  model.append(bytes);
  return model;
}

const found = (model: RunModel, text: string): number[] =>
  new EventList(model, { ...NO_FILTER, text }).rows(0, Infinity).map(({ seq }) => seq);

/** Everything that a row and its details say, and those of its parts, as plain texts; values must be shorter than the details' bounds. */
function textsOf(model: RunModel): { readonly seq: number; readonly texts: readonly string[] }[] {
  return new EventList(model).rows(0, Infinity).map(({ seq }) => {
    const texts: string[] = [];
    for (let part = model.firstOfStep(seq); part <= seq; part++) texts.push(...eventTexts(model, part));
    return { seq, texts };
  });
}

function eventTexts(model: RunModel, seq: number): readonly string[] {
  const row = model.row(seq);
  if (row === undefined) return [];
  const { kind, agent = "", summary } = eventRow(model, row);
  const { facts, line = "", change, data } = eventDetails(model, seq)!;
  const read = facts.find(({ label }) => label === "Value")?.text;
  const values = [change?.before, change?.after, data, read].filter((json) => json !== undefined);
  const members = Object.entries(model.extra(seq) ?? {}).flatMap(([name, value]) => [name, ...valueTexts(value)]);
  return [
    ...[kind, agent, summary, line, ...facts.map(({ text }) => text), ...members],
    ...values.flatMap((json) => [json, ...valueTexts(parseExactJson(json) as JsonValue)]),
  ];
}

function valueTexts(value: JsonValue): string[] {
  const inside =
    typeof value === "object" && value !== null && exactTextOf(value) === undefined
      ? Object.entries(value as object).flatMap(([name, item]) => [
          ...(Array.isArray(value) ? [] : [name]),
          ...valueTexts(item as JsonValue),
        ])
      : [];
  const layouts = [JSON.stringify(value), JSON.stringify(value, null, 2)].map(exactJson);
  return [...layouts, shortText(value, Infinity), ...(typeof value === "string" ? [value] : inside)];
}

/** What somebody may look for: pieces of what is there, and a few things that are seldom there. */
function pieces(all: ReturnType<typeof textsOf>): fc.Arbitrary<string> {
  const texts = all.flatMap(({ texts: of }) => of).filter((text) => text !== "");
  const piece = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 12 })).map(([text, at, length]) => {
    const from = texts[text % texts.length] ?? "a";
    return from.slice(at % from.length, (at % from.length) + length).toUpperCase();
  });
  return fc.oneof(
    { weight: 8, arbitrary: piece },
    fc.constantFrom("was", "null", "true", "1500", "7", "12345678901234567", '"', "\\", ": ", "zzz"),
  );
}

function searchIsNaive(model: RunModel, data: fc.GeneratorValue): void {
  const all = textsOf(model);
  if (all.length === 0) return;
  for (let round = 0; round < 6; round++) {
    const text = data(() => pieces(all)).replaceAll(/[\n\t]/g, "") || "a";
    const wanted = text.toLowerCase();
    const expected = all.filter(({ texts }) => texts.some((of) => of.toLowerCase().includes(wanted)));
    assert.deepEqual(
      found(model, text),
      expected.map(({ seq }) => seq),
      JSON.stringify(text),
    );
  }
}

describe("event search", function () {
  this.timeout(60_000);

  it("finds in runs of any program what a look at every event finds, wherever the values are", () => {
    fc.assert(
      fc.property(program, fc.gen(), (steps, data) => {
        const world = new World();
        const run = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        searchIsNaive(modelOf(run.bytes()), data);
        searchIsNaive(storedModel(run.bytes()), data);
      }),
      RUNS,
    );
  });

  it("finds in logs of other tools what a look at every event finds, however their JSON is written", () => {
    const value = fc.oneof(
      fc.constantFrom(
        '"caf\\u00e9 \\u004dOON"',
        '"a\\/b \\"quoted\\" c\\\\d"',
        "1.50e3",
        "0.0000001",
        "12345678901234567890",
        '"line\\nbreak"',
      ),
      fc.json({ maxDepth: 2 }),
    );
    const line = fc
      .tuple(fc.constantFrom("tool_call", "state_changed", "note"), value, value)
      .map(
        ([kind, one, other]) =>
          `{"kind":"${kind}","agent":"bo","data":{"changes":{"k\\u0065y":${one}},"said":${other}},"step":${other}}`,
      );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.gen(), (lines, data) => {
        const bytes = new TextEncoder().encode(lines.map((text) => text + "\n").join(""));
        searchIsNaive(modelOf(bytes), data);
        searchIsNaive(storedModel(bytes), data);
      }),
      RUNS,
    );
  });

  it("finds what stands beyond the bounds of rows and details, in every event that shows it", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log, name: "shared" }); // 1
    const agent = new AgentContext("scout", parent); // 2
    agent.set("report", { pad: LONG, text: "a Needle far back" }); // 3
    agent.log("thought", [LONG, "the needle again"]); // 4
    agent.set("report", "short"); // 5, which shows what was there before
    parent.set("given", { by: "setup" }, "setup"); // 6
    agent.get("given"); // 7
    agent.set("lines", 'it said "stop"\nand left'); // 8
    agent.set(`${"long ".repeat(20)}tail`, 1); // 9
    for (const model of [modelOf(run.bytes()), storedModel(run.bytes())]) {
      assert.deepEqual(found(model, "NEEDLE"), [3, 4, 5]);
      assert.deepEqual(found(model, "needle again"), [4]);
      assert.deepEqual(found(model, '"text": "a needle'), [3, 5], "as the details write it");
      assert.deepEqual(found(model, '"text":"a needle'), [3, 5], "as the recording writes it");
      assert.deepEqual(found(model, "short"), [5]);
      assert.deepEqual(found(model, '"by":'), [6, 7], "what was read");
      assert.deepEqual(found(model, 'said "stop"'), [8], "as it is");
      assert.deepEqual(found(model, 'said \\"stop\\"\\nand'), [8], "as it is written");
      assert.deepEqual(found(model, "long tail"), [9]);
      assert.deepEqual(found(model, "nowhere"), []);
    }
  });

  it("finds the line of the script", () => {
    const lines = [
      '{"kind":"store_created","seq":1,"site":1,"data":{"layer":1,"name":"shared"},"timestamp":"2026-01-02T00:00:00.000Z"}',
      '{"kind":"call_site","data":{"site":1,"file":"/work/race.ts","line":21,"column":7},"timestamp":"2026-01-02T00:00:00.000Z"}',
      '{"kind":"state_changed","seq":2,"site":1,"rev":1,"data":{"layer":1,"changes":{"a":1}},"timestamp":"2026-01-02T00:00:00.000Z"}',
    ];
    const model = modelOf(new TextEncoder().encode(lines.map((line) => line + "\n").join("")));
    assert.equal(eventDetails(model, 2)?.line, "/work/race.ts:21:7");
    assert.deepEqual(found(model, "Race.ts:21"), [2]);
  });

  it("comes to the same slice by slice, and does not go on for a slice at each row that is asked for", () => {
    const model = storedModel(new TextEncoder().encode(longRecording(3_000)), 100_000, 1_000);
    const filter = { ...NO_FILTER, text: "so far so good" };
    const whole = new EventList(model, filter);
    const sliced = new EventList(model, filter, 0);
    const first = sliced.rows(0, 1_000);
    assert.ok(sliced.looked < 100, String(sliced.looked));
    let before = sliced.looked;
    while (sliced.isBehind) {
      assert.ok(sliced.length <= whole.length);
      assert.ok(sliced.looked > before);
      before = sliced.looked;
    }
    assert.equal(whole.length, 3_000);
    assert.deepEqual(sliced.rows(0, 9_999), whole.rows(0, 9_999));
    assert.deepEqual(first, whole.rows(0, first.length), "what was found keeps its place");
  });
});
