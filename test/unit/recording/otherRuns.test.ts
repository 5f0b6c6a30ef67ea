/** Files that hold more than one run: the first is read as if it were alone, and how many there are besides is known. */

import assert from "node:assert/strict";
import { judge } from "../../../src/model/assertions/assertions";
import { RunModel } from "../../../src/model/runModel";
import { runReport } from "../../../src/model/text/runReport";
import { reportText } from "../../../src/cli/reportText";
import { WholeLines } from "../../../src/recording/wholeLines";
import { RACE, recording } from "../host/raceRecording";
import { storedModel } from "../model/storedModel";

const FIRST = recording(RACE);
const SECOND = FIRST.replace('"r1"', '"r2"').replaceAll("agent_a", "eve");
const [HEADER = ""] = FIRST.split(/(?<=\n)/);
const FOREIGN = '{"kind":"state_changed","data":{"changes":{"a":1}},"timestamp":"2024-05-01T10:00:00.000Z"}\n';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string): RunModel {
  const model = new RunModel();
  model.append(bytesOf(text));
  model.finish();
  return model;
}

function factsOf(model: RunModel): unknown {
  const { run, agents, stores, events, damage } = runReport(model);
  return JSON.parse(JSON.stringify({ run, agents, stores, events, damage }));
}

describe("a file with more than one run", () => {
  const alone = factsOf(read(FIRST));
  const lineCount = FIRST.split("\n").length - 1;

  for (const [name, text, count, line, damage] of [
    ["two", FIRST + SECOND, 1, lineCount + 1, 0],
    ["three, with a torn end", FIRST + SECOND + SECOND + '{"kind":"run_', 2, lineCount + 1, 0],
    ["a run and what is no recording", FIRST + SECOND + "x\n\n\u0000\n", 1, lineCount + 1, 0],
    ["the same run twice", FIRST + FIRST, 1, lineCount + 1, 1],
    ["one with other line ends", FIRST + SECOND.replace("\n", "\r\n"), 1, lineCount + 1, 0],
  ] as const) {
    it(`is read as its first: ${name}`, () => {
      for (const model of [read(text), storedModel(bytesOf(text))]) {
        assert.deepEqual(model.info.otherRuns, { count, line });
        assert.equal(model.damageCount, damage);
        assert.deepEqual({ ...(factsOf(model) as object), damage: [] }, alone);
      }
      const lines = new WholeLines();
      assert.equal(lines.push(bytesOf(text)) + lines.finish(), FIRST);
      assert.deepEqual(lines.otherRuns, { count, line });
    });
  }

  it("is that of another tool, or of a run whose header is lost, when that comes first", () => {
    const foreign = read(FOREIGN + FIRST);
    assert.deepEqual([foreign.info.otherRuns, foreign.eventCount, foreign.info.runId], [{ count: 1, line: 2 }, 2, ""]);
    const beheaded = read(FIRST.slice(HEADER.length) + SECOND);
    assert.deepEqual([beheaded.info.otherRuns?.count, beheaded.info.runId], [1, ""]);
    assert.equal(beheaded.eventCount, RACE.length);
  });

  it("is none where a header only stands twice or late", () => {
    const twice = FIRST.replace("\n", "\n" + HEADER);
    const [, snapshot = "", event = ""] = FIRST.split(/(?<=\n)/);
    const late = [snapshot, event, HEADER, ...FIRST.split(/(?<=\n)/).slice(3)].join("");
    for (const text of [twice, late]) {
      const model = read(text);
      assert.deepEqual([model.info.otherRuns, model.damageCount, model.info.runId], [undefined, 1, "r1"]);
      assert.equal(model.eventCount, RACE.length);
    }
  });

  it("says so in reports, and cannot be judged as a whole", () => {
    const model = read(FIRST + SECOND + SECOND);
    const said = `2 more runs are in the file and are left out: line ${lineCount + 1} begins another. Split the file there to look at it.`;
    assert.equal(reportText(runReport(model)).split("\n")[1], said);
    assert.ok(judge(model, ["no-conflicts"]).incomplete.includes(said));
    assert.equal(runReport(read(FIRST)).otherRuns, undefined);
  });
});
