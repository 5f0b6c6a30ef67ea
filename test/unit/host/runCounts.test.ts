import assert from "node:assert/strict";
import { recentRunOf } from "../../../src/host/recentRuns/recentRun";
import type { RunRecord } from "../../../src/host/records/runRecord";
import { countRuns, type CountedRun } from "../../../src/host/runs/runCounts";
import type { RunState } from "../../../src/host/runs/runState";
import { EXITED, RACE, runOf } from "./raceRecording";

const run = (more: Partial<CountedRun> = {}): CountedRun => ({ state: { kind: "running" }, held: [], ...more });

describe("how many runs there are", () => {
  it("counts what is known to live, and what it waits for", () => {
    assert.deepEqual(
      countRuns([
        run(),
        run({ state: { kind: "waiting" } }),
        run({ held: [1, 2] }),
        run({ state: { kind: "running", pause: { at: 1 } } }),
        run({ state: EXITED }),
      ]),
      { live: 4, waiting: 1, paused: 1, restoring: 0, over: 1, held: 2 },
    );
  });

  it("does not say that a run lives which is only looked for after a reload", () => {
    const found = run({ state: { kind: "restoring", from: "recording" }, held: [1] });
    assert.deepEqual(countRuns([found, found, run({ state: { kind: "restoring", from: "process" } })]), {
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
    const status = (state: RunState, noted: RunRecord): string => {
      const shown = { id: "r1", state, model, recording: { fsPath: recording } };
      const facts = { hostPid: 1, isAlive: () => false, machineStartMs: 0 };
      return recentRunOf({ record: noted, recording, bytes: 1 }, [shown], facts).status.type;
    };
    const { summary: _summary, ...unnoted } = record;
    const restoring: RunState = { kind: "restoring", from: "recording" };
    assert.deepEqual(
      [status(restoring, record), status(restoring, unnoted), status({ kind: "starting" }, record)],
      ["ended", "here", "here"],
    );
  });
});
