/** Recordings and logs of other tools whose lines say what they never should: opened, and looked at from everywhere. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { EventList, NO_FILTER } from "../../../src/model/text/eventList";
import { modelSummary } from "../../../src/model/text/recordingSummary";
import { RunModel } from "../../../src/model/runModel";
import { hostileValue } from "../../harness/hostileValues";
import { sized } from "../../harness/long";
import { HELD, recording } from "../host/raceRecording";
import { linesOf, storedModel } from "./storedModel";

const LINES = sized({ usual: 10_000, long: 1_000_000 });
const LINES_A_LOG = 100;
const SEED = 20_261;

type Json = { [name: string]: unknown };

function parsed(text: string): Json[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Json);
}

const journal = readFileSync(path.join(process.cwd(), "test", "fixtures", "car", "journal.jsonl"), "utf8");
const shapes = readFileSync(path.join(process.cwd(), "test", "fixtures", "car", "shapes.jsonl"), "utf8");

const sources = [
  { name: "a recording", lines: parsed(recording(HELD)) },
  { name: "a log of another tool", lines: [...parsed(journal), ...parsed(shapes)] },
];

/** One change of a line, by numbers that say where and what. */
interface Change {
  readonly line: number;
  readonly depth: number;
  readonly place: number;
  readonly how: "replace" | "remove" | "rename" | "add";
  readonly name: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  line: fc.nat(),
  depth: fc.nat(3),
  place: fc.nat(),
  how: fc.constantFrom("replace", "replace", "replace", "remove", "rename", "add"),
  name: fc.constantFrom(
    "__proto__",
    "constructor",
    "seq",
    "data",
    "kind",
    "agent",
    "layer",
    "key",
    "rev",
    "changes",
    "x",
  ),
  value: hostileValue,
});

/** The text of a line after a change; members named `__proto__` are written by hand, for an assignment would not. */
function changed(line: Json, { depth, place, how, name, value }: Change): string {
  const copy = structuredClone(line);
  let at: Json = copy;
  for (let level = 0; level < depth; level++) {
    const inner = Object.values(at).filter((member): member is Json => typeof member === "object" && member !== null);
    const next = inner[place % inner.length];
    if (next === undefined) break;
    at = next;
  }
  const names = Object.keys(at);
  const chosen = names[place % names.length] ?? "x";
  if (how === "remove") delete at[chosen];
  else if (how === "replace") at[chosen] = value;
  else {
    const moved = how === "rename" ? at[chosen] : value;
    if (how === "rename") delete at[chosen];
    Object.defineProperty(at, name, { value: moved, enumerable: true, configurable: true, writable: true });
  }
  return JSON.stringify(copy);
}

/** Everything that a view may ask of a model. */
function lookEverywhere(model: RunModel): void {
  const seqs = [model.firstSeq, ...Array.from({ length: model.eventCount }, (_, at) => model.rowAt(at)?.seq ?? 0)];
  const list = new EventList(model, NO_FILTER);
  for (const row of list.rows(0, list.length)) assert.equal(typeof row.summary, "string");
  for (const seq of [...seqs.filter((_, at) => at % 7 === 0), model.lastSeq]) {
    eventDetails(model, seq);
    for (const { layer } of model.stores(seq)) model.storeKeys(layer, seq);
    for (const { layer } of model.agents(seq)) {
      model.overlay(layer, seq);
      model.effective(layer, seq);
      model.plan(layer, seq);
      model.scopesAt(layer, seq);
    }
    for (const { id } of model.holds(seq)) model.heldPlan(id, seq);
  }
  assert.ok(JSON.stringify(modelSummary(model)).length < 5_000_000);
}

describe("hostile recordings", function () {
  this.timeout(sized({ usual: 120_000, long: 3_600_000 }));

  for (const { name, lines } of sources) {
    it(`never throw nor mislead, whatever the lines of ${name} say: ${LINES} lines`, () => {
      const log = fc.array(change, { minLength: 1, maxLength: LINES_A_LOG });
      let seen = 0;
      for (let part = 0; seen < LINES; part++) {
        const [changes] = fc.sample(log, { numRuns: 1, seed: SEED + part });
        const texts = lines.map((line) => JSON.stringify(line));
        for (const each of changes ?? []) {
          const at = each.line % lines.length;
          texts[at] = changed(lines[at] as Json, each);
        }
        seen += changes?.length ?? 0;
        const bytes = new TextEncoder().encode(texts.join("\n") + "\n");
        const models = [new RunModel(), new RunModel(linesOf(bytes), 2_000)];
        for (const model of models) {
          model.append(bytes);
          model.finish();
        }
        for (const model of [...models, storedModel(bytes)]) {
          lookEverywhere(model);
          assert.equal(model.eventCount, models[0]?.eventCount, `seed ${SEED + part}`);
          assert.equal(model.damageCount, models[0]?.damageCount, `seed ${SEED + part}`);
        }
        assert.equal(({} as Json)["x"], undefined);
        assert.equal(Object.prototype.constructor, Object);
      }
    });
  }
});
