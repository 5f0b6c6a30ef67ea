import assert from "node:assert/strict";
import { ageText, accessibleAge } from "../../../src/host/ui/ageText";
import { bytesText, accessibleBytes } from "../../../src/host/ui/bytesText";
import { recentRunOf, type ShownRun } from "../../../src/host/recentRuns/recentRun";
import { recentRunDetails, recentRunNode, workspaceLabel } from "../../../src/host/recentRuns/recentRunNode";
import { livenessOf, type ProcessFacts } from "../../../src/host/records/runLiveness";
import type { LiveRun, RunRecord, RunSummary } from "../../../src/host/records/runRecord";
import { EXITED, RACE, RECORDED, runOf } from "./raceRecording";

const NOW = Date.UTC(2026, 0, 2, 12);
const MINUTE = 60_000;
const HERE = 10;
const OTHER = 20;
const SUPERVISOR = 30;
const facts: ProcessFacts = {
  hostPid: HERE,
  isAlive: (pid) => pid === OTHER || pid === SUPERVISOR,
  machineStartMs: NOW - 600 * MINUTE,
};
const summary: RunSummary = {
  state: "ended",
  statusText: "exit code 0",
  code: 0,
  agents: 3,
  conflicts: 2,
  events: 40,
  damaged: 0,
  endedMs: NOW - MINUTE,
};
const live: LiveRun = { hostPid: 1, nodeText: "", nodeSource: "path", holdMerges: "never" };

function record(more: Partial<RunRecord> = {}): RunRecord {
  return {
    id: "r1",
    script: "/w/race.ts",
    title: "race.ts (2)",
    startedMs: NOW - 2 * MINUTE,
    recording: "race.ts.agentlog.jsonl",
    workspace: "file:///w",
    ...more,
  };
}

function told(more: Partial<RunRecord>, shown: readonly ShownRun[] = [], problem?: string) {
  const stored = { record: record(more), recording: "/runs/r1/race.ts.agentlog.jsonl", bytes: 12_000 };
  const run = recentRunOf(stored, shown, facts, problem);
  return { run, node: recentRunNode(run, { nowMs: NOW, locale: "en", workspace: "file:///w" }) };
}

function drawn(more: Partial<RunRecord>, shown?: readonly ShownRun[], problem?: string): string {
  const { node } = told(more, shown, problem);
  return `$(${node.icon}) ${node.label}  ${node.description}  [${node.contextValue}]`;
}

function shownRun(more: Partial<ShownRun> = {}): ShownRun {
  const { model, state } = runOf(RACE);
  const recording = { fsPath: "/runs/r1/race.ts.agentlog.jsonl" };
  return { id: "r1", state, model, recording, ...more };
}

describe("a row of Recent Runs", () => {
  it("tells the script, when it began, how it ended, agents, conflicts and size", () => {
    assert.equal(
      drawn({ summary }),
      "$(pass) race.ts  2 min ago · exit code 0 · 3 agents · 2 conflicts · 12 KB  [recentRun ended]",
    );
  });

  it("spells it out for a screen reader", () => {
    assert.equal(
      told({ summary, name: "before the fix" }).node.accessibleLabel,
      "Run before the fix, exit code 0, started 2 minutes ago, 3 agents, 2 conflicts, 12 kilobytes",
    );
  });

  it("has the icon that its outcome has in the Contexts tree", () => {
    const icon = (more: Partial<RunSummary>): string => told({ summary: { ...summary, ...more } }).node.icon;
    assert.deepEqual(
      [
        icon({}),
        icon({ code: 3, statusText: "exit code 3" }),
        icon({ problem: "It had an uncaught error." }),
        icon({ state: "failed" }),
        icon({ state: "endedUnexpectedly" }),
      ],
      ["pass", "error", "error", "error", "warning"],
    );
    const { code: _code, ...ended } = summary;
    assert.equal(told({ summary: { ...ended, signal: "SIGTERM" } }).node.icon, "debug-stop");
  });

  it("leaves out what there is none of, and names another workspace", () => {
    const none = { ...summary, agents: 0, conflicts: 0 };
    assert.equal(
      drawn({ summary: none, workspace: "file:///home/me/my%20agents" }),
      "$(pass) race.ts  2 min ago · exit code 0 · 12 KB · my agents  [recentRun ended]",
    );
    assert.match(drawn({ summary: { ...summary, agents: 1, conflicts: 1, damaged: 1 } }), /1 agent · 1 conflict · 1 d/);
    assert.equal(workspaceLabel(""), "no workspace");
    assert.equal(workspaceLabel("file:///w/team.code-workspace"), "team");
    assert.equal(workspaceLabel("file:///w/100%"), "100%");
  });

  it("tells the living from the ended, wherever they live", () => {
    assert.equal(
      drawn({ live }, [shownRun()]),
      "$(sync~spin) race.ts  2 min ago · running · 3 agents · 12 KB  [recentRun live]",
    );
    assert.match(
      drawn({ live: { ...live, hostPid: OTHER } }),
      /sync~spin.* running in another window .*recentRun live/,
    );
    assert.match(drawn({ live: { ...live, supervisorPid: SUPERVISOR } }), /sync~spin.* running, not connected /);
    assert.match(drawn({ live }), /loading~spin.* reading its recording .*recentRun ended/);
    assert.match(drawn({ live }, [], "EACCES"), /warning.* outcome not known .*recentRun ended/);
  });

  it("takes the end of a run on show from the run, and a recording beside it for no run", () => {
    const ended = shownRun({ state: EXITED });
    assert.match(drawn({ live }, [ended]), /pass.* exit code 0 · 3 agents .*recentRun ended/);
    const opened = shownRun({ id: "opened", state: RECORDED });
    assert.match(drawn({ live }, [opened]), /reading its recording/);
    assert.equal(told({ summary }, [opened]).run.shownAs, "opened");
    assert.equal(told({ summary }, [opened, ended]).run.shownAs, "r1");
    assert.equal(told({ summary }).run.shownAs, undefined);
  });

  it("shows text of scripts and users on one line, invisible characters spelled out", () => {
    assert.match(drawn({ summary, name: "a\nb\u202e" }), /a\\nb\\u202e/);
  });

  it("tells all facts in its tooltip", () => {
    const { run } = told({ summary: { ...summary, damaged: 1, problem: "race.ts had an uncaught error: x" } });
    const { heading, facts: told_ } = recentRunDetails(run, "en");
    assert.equal(heading, "race.ts");
    const texts = Object.fromEntries(told_.map(({ label, text }) => [label, text]));
    assert.deepEqual(Object.keys(texts), [
      ...["Status", "Problem", "Script", "Workspace", "Started", "Ended"],
      ...["Agents", "Conflicts", "Events", "Damaged lines", "Size", "On disk"],
    ]);
    assert.equal(texts["Script"], "/w/race.ts");
    assert.equal(texts["On disk"], "/runs/r1/race.ts.agentlog.jsonl");
  });
});

describe("whether a recorded run lives", () => {
  it("judges by the processes, and takes none of before the machine's start for one of now", () => {
    const judge = (more: Partial<LiveRun>, startedMs = NOW): string =>
      livenessOf(record({ live: { ...live, ...more }, startedMs }), facts);
    assert.equal(livenessOf(record({ summary }), facts), "exited");
    assert.equal(judge({ hostPid: OTHER }), "followed");
    assert.equal(judge({ hostPid: OTHER }, NOW - 601 * MINUTE), "exited");
    assert.equal(judge({ supervisorPid: SUPERVISOR }), "alone");
    assert.equal(judge({ supervisorPid: 31 }), "exited");
    // This very process does not follow it, else it were on show: the pid is an earlier host's.
    assert.equal(livenessOf(record({ live: { ...live, hostPid: HERE } }), { ...facts, isAlive: () => true }), "exited");
  });
});

describe("times and sizes in words", () => {
  it("count up from now to a date", () => {
    const HOUR = 60 * MINUTE;
    const DAY = 24 * HOUR;
    const ages = [-5, 0, 59_999, MINUTE, 119_999, HOUR - 1, HOUR, 23 * HOUR, DAY, 2 * DAY, 7 * DAY - 1, 7 * DAY];
    assert.deepEqual(
      ages.map((age) => ageText(NOW - age, NOW, "en")),
      [
        ...["just now", "just now", "just now", "1 min ago", "1 min ago", "59 min ago", "1 h ago", "23 h ago"],
        ...["1 day ago", "2 days ago", "6 days ago", "Dec 26, 2025"],
      ],
    );
    assert.deepEqual(
      ages.slice(3).map((age) => accessibleAge(NOW - age, NOW, "en")),
      [
        ...["1 minute ago", "1 minute ago", "59 minutes ago", "1 hour ago", "23 hours ago"],
        ...["1 day ago", "2 days ago", "6 days ago", "December 26, 2025"],
      ],
    );
  });

  it("round sizes to what a list needs", () => {
    const sizes = [0, 1, 1_023, 1_024, 1_536, 10_189, 12_000, 1_048_575, 1_048_576, 1024 ** 3 * 1.5, 1024 ** 5];
    assert.deepEqual(sizes.map(bytesText), [
      ...["0 B", "1 B", "1023 B", "1 KB", "1.5 KB", "10 KB", "12 KB", "1 MB", "1 MB", "1.5 GB", "1024 TB"],
    ]);
    assert.equal(accessibleBytes(12_000), "12 kilobytes");
  });
});
