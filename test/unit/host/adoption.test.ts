/** Which runs a window takes up that it did not start: decided over records and facts alone. */

import * as assert from "node:assert/strict";
import { adoptionOf, type AdoptionFacts } from "../../../src/host/runs/restored/adoption";
import type { RunRecord } from "../../../src/host/records/runRecord";

const NOW = 1_000_000_000;
const ME = 10;
const OTHER = 11;
const GONE = 12;

const LIVE: RunRecord = {
  id: "run",
  script: "/w/race.ts",
  title: "race.ts",
  startedMs: NOW - 60_000,
  recording: "race.ts.agentlog.jsonl",
  workspace: "file:///w",
  onShow: {},
  live: { hostPid: GONE, supervisorPid: 99, nodeText: "", nodeSource: "path", holdMerges: "never" },
};

function ended(onShow?: RunRecord["onShow"]): RunRecord {
  const { live: _live, onShow: _onShow, ...rest } = LIVE;
  const summary = {
    state: "ended",
    statusText: "exit code 0",
    agents: 1,
    conflicts: 0,
    events: 3,
    damaged: 0,
  } as const;
  return { ...rest, summary, ...(onShow && { onShow }) };
}

const decide = (record: RunRecord, facts: Partial<AdoptionFacts> = {}): string =>
  adoptionOf(record, {
    workspace: "file:///w",
    hostPid: ME,
    nowMs: NOW,
    openIn: [GONE],
    isRunning: true,
    isAlive: (pid) => pid === ME || pid === OTHER,
    ...facts,
  });
const followedBy = (hostPid: number): RunRecord => ({ ...LIVE, live: { ...LIVE.live!, hostPid } });

describe("the adoption of runs", () => {
  it("follows a live run whose extension host is gone, was let go of in order, or is this one restarted", () => {
    for (const hostPid of [GONE, 0, ME]) assert.equal(decide(followedBy(hostPid)), "follow");
  });

  it("never takes a run from a living window, of the same workspace or not", () => {
    assert.equal(decide(followedBy(OTHER)), "wait");
    assert.equal(decide(followedBy(OTHER), { isRunning: false }), "wait");
    assert.equal(decide(followedBy(OTHER), { workspace: "file:///elsewhere" }), "leave");
  });

  it("leaves runs of other workspaces alone, whoever is gone", () => {
    assert.equal(decide(LIVE, { workspace: "" }), "leave");
    assert.equal(decide(LIVE, { workspace: "file:///elsewhere", isRunning: false }), "leave");
  });

  it("shows a run that ended during the reload or crash of the window that showed it", () => {
    assert.equal(decide(LIVE, { isRunning: false }), "show");
    assert.equal(decide({ ...LIVE, onShow: { leftMs: NOW - 8_000 } }, { isRunning: false, openIn: [] }), "show");
  });

  it("only completes the record of a run that ended after its window was closed for good, or that nobody showed", () => {
    const closed = { ...LIVE, onShow: { leftMs: NOW - 3_600_000 } };
    assert.equal(decide(closed, { isRunning: false, openIn: [] }), "close");
    const { onShow: _onShow, ...unseen } = LIVE;
    assert.equal(decide(unseen, { isRunning: false, openIn: [] }), "close");
  });

  it("shows ended runs again that were on show, not those that were removed or belong to a window that was closed", () => {
    assert.equal(decide(ended({ leftMs: NOW - 8_000 }), { openIn: [] }), "show");
    assert.equal(decide(ended({})), "show");
    assert.equal(decide(ended({ leftMs: NOW - 3_600_000 }), { openIn: [] }), "leave");
    assert.equal(decide(ended()), "leave");
  });

  it("leaves ended runs to the living window that shows them", () => {
    assert.equal(decide(ended({}), { openIn: [OTHER] }), "wait");
    assert.equal(decide(ended({}), { openIn: [GONE, OTHER] }), "wait");
  });
});
