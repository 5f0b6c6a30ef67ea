import assert from "node:assert/strict";
import { recentRunOf } from "../../../src/host/recentRuns/recentRun";
import type { RunRecord } from "../../../src/host/records/runRecord";
import { countRuns, type CountedRun } from "../../../src/host/runs/runCounts";
import { RACE, runOf } from "./raceRecording";

const run = (more: Partial<CountedRun> = {}): CountedRun => ({ isOver: false, state: "running", held: [], ...more });

describe("how many runs there are", () => {
  it("counts what is known to live, and what it waits for", () => {
    assert.deepEqual(
      countRuns([
        run(),
        run({ state: "waiting" }),
        run({ held: [1, 2] }),
        run({ thread: { phase: "held" } }),
        run({ isOver: true, state: "ended" }),
      ]),
      { live: 4, waiting: 1, paused: 1, restoring: 0, over: 1, held: 2 },
    );
  });

  it("does not say that a run lives which is only looked for after a reload", () => {
    const found = run({ isRestoring: true, state: "starting", held: [1] });
    assert.deepEqual(countRuns([found, found, run({ isRestoring: true, state: "waiting" })]), {
      ...{ live: 0, waiting: 0, paused: 0, restoring: 3, over: 0, held: 0 },
    });
  });

  it("nor does Recent Runs, where its end is noted already", () => {
    const { model } = runOf(RACE);
    const recording = "/runs/r1/r1.agentlog.jsonl";
    const summary = {
      state: "ended",
      statusText: "exit code 0",
      agents: 1,
      conflicts: 0,
      events: 1,
      damaged: 0,
    } as const;
    const record: RunRecord = {
      ...{ id: "r1", script: "/w/r1.ts", title: "r1.ts", startedMs: 0, recording: "r1.agentlog.jsonl", workspace: "" },
      summary,
    };
    const status = (isRestoring: boolean, noted: RunRecord): string => {
      const shown = {
        ...({
          id: "r1",
          origin: "started",
          isOver: false,
          isRestoring,
          state: "starting",
          problem: undefined,
        } as const),
        ...{ statusText: "reading its recording", model, recording: { fsPath: recording } },
      };
      const facts = { hostPid: 1, isAlive: () => false, machineStartMs: 0 };
      return recentRunOf({ record: noted, recording, bytes: 1 }, [shown], facts).status.type;
    };
    const { summary: _summary, ...unnoted } = record;
    assert.deepEqual([status(true, record), status(true, unnoted), status(false, record)], ["ended", "here", "here"]);
  });
});
