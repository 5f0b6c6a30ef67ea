/** Holds the words of blame to the log: who wrote what, when, on which line, and why a line is not known. */

import assert from "node:assert/strict";
import { keyHistory, LISTED_WRITES, writtenLayer, type HistoryRun } from "../../../src/host/blame/keyHistory";
import { plainLabel } from "../../../src/host/ui/plainLabel";
import { blameText, gapSentence, madeText, makerText, siteText } from "../../../src/host/blame/siteText";
import type { Blame } from "../../../src/model/history/callSites";
import { runNodes } from "../../../src/host/contexts/runNodes";
import { encodeNote } from "../../../src/recording/recording";
import { RACE, recording, runOf } from "./raceRecording";

type Gap = Exclude<Blame, { type: "line" }>;

const NOTES = [
  { site: 1, file: "/w/race.ts", line: 21, column: 3 },
  { site: 2, file: "/w/agents/writer.ts", line: 7, column: 5 },
  { site: 3, file: "/elsewhere/deep/down/tool.ts", line: 1, column: 1 },
  { site: 4, command: true },
];
const [STORE, AGENT_A, AGENT_B, HELPER] = [1, 2, 3, 4];

/** The race with lines: agent_a writes and merges in race.ts, agent_b writes by a helper file, and so on. */
function blamed(more: readonly object[] = []): ReturnType<typeof runOf> {
  const sites: Readonly<Record<number, number>> = { 2: 1, 8: 1, 9: 2, 10: 3, 12: 4, 13: 2 };
  const rows = [...RACE, ...more].map((row, index) => ({
    ...row,
    ...(sites[index + 1] && { site: sites[index + 1] }),
  }));
  const run = runOf([]);
  const notes = NOTES.map((note) => encodeNote("call_site", note, 0)).join("");
  // Without header and snapshot: the run has them.
  const events = recording(rows).split("\n").slice(2).join("\n");
  run.model.append(Buffer.from(notes + events));
  assert.deepEqual(run.model.damage, []);
  return run;
}

function lines(run: HistoryRun, layer: number, key: string): string[] {
  return keyHistory(run, layer, key).entries.map(({ value, description, detail, when, hasLine }) =>
    [value, description, detail.replace(/\d\d:\d\d:05/, "hh:mm:05"), when, hasLine ? "line" : "no line"].join(" | "),
  );
}

describe("blame in words", () => {
  it("names a line by its file, relative to the script's folder", () => {
    const run = blamed();
    assert.equal(siteText(run, 8), "race.ts:21");
    assert.equal(siteText(run, 9), "agents/writer.ts:7");
    assert.equal(siteText(run, 10), "../elsewhere/deep/down/tool.ts:1");
    assert.equal(siteText(run, 14), "agents/writer.ts:7", "what a merge wrote: the line that merged");
    assert.equal(makerText(run, 14), "race.ts:21", "the line that made what a merge wrote");
    assert.equal(madeText(run, 14), "race.ts:21, merged at agents/writer.ts:7");
    assert.equal(madeText(run, 2), "race.ts:21");
    assert.equal(siteText(run, 12), undefined);
    assert.equal(blameText(run, 12), "none (a command of the editor)");
    assert.equal(blameText(run, 3), "not recorded (off)");
  });

  it("says of each reason why a line is not known, and what to do", () => {
    const gaps: readonly Gap[] = [
      { type: "off" },
      { type: "paused", above: 20_000 },
      { type: "command" },
      { type: "unknown" },
      { type: "noLine" },
      { type: "notKept" },
    ];
    const texts = gaps.map((gap) => gapSentence(gap, 7));
    assert.equal(new Set(texts).size, gaps.length);
    assert.match(texts[0] ?? "", /agentContext\.callSiteLimit/);
    assert.match(texts[1] ?? "", /20000 events a second.*agentContext\.callSiteLimit/);
  });

  it("lists a key's writes, newest first, around the event on show", () => {
    const run = blamed();
    assert.deepEqual(lines(run, STORE, "counter"), [
      "1 | revision 3 · agent_a | event 14, merged · hh:mm:05.678 · race.ts:21, merged at agents/writer.ts:7 | shown | line",
      "0 | revision 1 · setup | event 2 · hh:mm:05.678 · race.ts:21 | earlier | line",
    ]);
    run.cursor.moveTo(2);
    assert.deepEqual(
      keyHistory(run, STORE, "counter").entries.map(({ when }) => when),
      ["later", "shown"],
    );
    run.cursor.moveTo(1);
    assert.deepEqual(
      keyHistory(run, STORE, "counter").entries.map(({ when }) => when),
      ["later", "later"],
    );
    assert.deepEqual(lines(run, AGENT_B, "draft"), [
      "absent | revision 2 · agent_b | event 10 · hh:mm:05.678 · ../elsewhere/deep/down/tool.ts:1 | later | line",
    ]);
    assert.deepEqual(lines(run, HELPER, "notes"), [
      '{"by":"helper", "lines":["<b>", "two"]} | revision 1 · helper | event 12 · hh:mm:05.678 · line: none (a command of the editor) | later | no line',
    ]);
  });

  it("tells the history of the state that a key shows through from, where the agent never wrote it", () => {
    const run = blamed();
    assert.equal(writtenLayer(run, AGENT_A, "draft"), STORE);
    assert.equal(writtenLayer(run, HELPER, "draft"), AGENT_B);
    assert.equal(writtenLayer(run, AGENT_B, "counter"), AGENT_B);
    const history = keyHistory(run, AGENT_A, "draft");
    assert.equal(history.owner, "parent");
    assert.deepEqual(keyHistory(run, AGENT_A, "nothing").entries, []);
  });

  it("says how much of a long history is not listed", () => {
    const many = Array.from({ length: LISTED_WRITES + 7 }, (_, index) => ({
      kind: "state_changed",
      agent: "busy",
      rev: 10 + index,
      data: { layer: STORE, changes: { busy: index } },
    }));
    const { entries, older } = keyHistory(blamed(many), STORE, "busy");
    assert.equal(entries.length, LISTED_WRITES);
    assert.equal(older, 7);
    assert.equal(entries[0]?.value, String(LISTED_WRITES + 6));
  });

  it("keeps icons' syntax in values plain text", () => {
    assert.equal(
      plainLabel("cost $(trash) $5 $(sync~spin) $() \\$(x)"),
      "cost \\$(trash) $5 \\$(sync~spin) $() \\\\$(x)",
    );
  });

  it("stands in the tree's tooltips", () => {
    const run = blamed();
    const [race] = runNodes([run]);
    const agent = race?.children().find(({ label }) => label === "agent_b");
    const overlay = agent?.children().find(({ label }) => label === "Overlay");
    const counter = overlay?.children().find(({ label }) => label === "counter");
    const facts = counter?.details().facts.map(({ label, text }) => `${label}: ${text}`) ?? [];
    assert.ok(facts.includes("Line: agents/writer.ts:7"), facts.join("\n"));
    assert.ok(
      facts.some((fact) => /^Parent written by: agent_a, event 14 at .*, race\.ts:21$/.test(fact)),
      facts.join("\n"),
    );
  });
});
