import assert from "node:assert/strict";
import { likelyPair, olderFirst, runChoices, type ShownChoice } from "../../../src/host/compare/runChoices";
import type { RecentRun } from "../../../src/host/recentRuns/recentRun";
import { momentText } from "../../../src/host/ui/ageText";
import { RACE, runOf } from "./raceRecording";

const NOW = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const context = { nowMs: NOW, locale: "en" };

function recorded(id: string, script: string, minutesAgo: number, status?: RecentRun["status"]): RecentRun {
  const startedMs = NOW - minutesAgo * MINUTE;
  return {
    record: { id, script, title: id, startedMs, recording: `${id}.agentlog.jsonl`, workspace: "" },
    recording: `/runs/${id}/${id}.agentlog.jsonl`,
    bytes: 1,
    shownAs: undefined,
    status: status ?? {
      type: "ended",
      summary: { state: "ended", statusText: "exit code 0", agents: 1, conflicts: 0, events: 1, damaged: 0 },
    },
  };
}

function shown(id: string, script: string, recording: string): ShownChoice {
  const { model, state } = runOf(RACE);
  return { id, title: `${id}.ts`, state, model, script: { fsPath: script }, recording: { fsPath: recording } };
}

describe("what Compare Runs offers", () => {
  it("is the runs on show and the recorded ones, each once, with the time when it began", () => {
    const choices = runChoices(
      [shown("a", "/w/a.ts", "/runs/a/a.agentlog.jsonl")],
      [
        recorded("a", "/w/a.ts", 1),
        recorded("b", "/w/b.ts", 90),
        recorded("c", "/w/c.ts", 2, { type: "elsewhere", followed: true }),
      ],
      context,
    );
    assert.deepEqual(
      choices.map(({ label, description, run }) => `${label}: ${description}${run === undefined ? " (recorded)" : ""}`),
      [
        `a.ts: ${momentText(NOW - MINUTE, "en")} · 1 min ago · running`,
        `b.ts: ${momentText(NOW - 90 * MINUTE, "en")} · 1 h ago · exit code 0 (recorded)`,
      ],
    );
  });

  it("ticks the newest two of one script, be they on show or not", () => {
    const choice = (script: string, startedMs: number | undefined) => ({ script, startedMs });
    const [a1, b1, a2, b2] = [choice("a", 1), choice("b", 4), choice("a", 3), choice("b", 2)];
    assert.deepEqual(likelyPair([a1, b1, a2, b2]), [b1, b2]);
    assert.deepEqual(likelyPair([b1, a1, a2]), [a2, a1]);
    assert.deepEqual(likelyPair([b1, a2]), [b1, a2]);
    const [none, unknown] = [choice("", undefined), choice("", undefined)];
    assert.deepEqual(likelyPair([none, unknown, b1]), [none, unknown]);
  });

  it("puts the older one first", () => {
    const at = (startedMs: number | undefined) => ({ startedMs });
    const [one, two, unknown] = [at(1), at(2), at(undefined)];
    assert.deepEqual(olderFirst([one, two]), [one, two]);
    assert.deepEqual(olderFirst([two, one]), [one, two]);
    assert.deepEqual(olderFirst([unknown, two]), [two, unknown]);
  });
});
