/** Reports of runs of any size: they are drawn, they have a bounded length, and they say what they leave out. */

import * as assert from "node:assert/strict";
import { reportText, statesText } from "../../../src/cli/reportText";
import { drawTable } from "../../../src/cli/table";
import type { AgentReport, ReportRow, RunReport } from "../../../src/model/text/runReport";

/** More than what a call takes as arguments. */
const MANY = 200_000;
const EMPTY: RunReport = {
  run: "run-1",
  script: "/work/importer.mjs",
  events: 1,
  cut: 0,
  errors: [],
  stores: [],
  agents: [],
  findings: [],
  findingCount: 0,
  ignoredFindingCount: 0,
  damage: [],
};

function row(key: string, more: Partial<ReportRow> = {}): ReportRow {
  return { key, kind: "unchanged", conflict: false, pending: false, ...more };
}

function agent(name: string, more: Partial<AgentReport> = {}): AgentReport {
  const counts = { added: 0, modified: 0, deleted: 0, unchanged: 1, conflicts: 0, problems: 0, undecided: 0 };
  return { layer: 2, agent: name, parent: "parent", pending: false, counts, rows: [row("k")], ...more };
}

function lineCount(text: string): number {
  return text.split("\n").length;
}

describe("findings in reports", () => {
  it("say how many were ignored, and which keys keys() missed", () => {
    const findings = [
      {
        kind: "staleRead" as const,
        problem: false,
        key: "job",
        more: 2,
        keySet: true as const,
        agent: "worker#2",
        context: 3,
        into: "parent",
        event: 9,
        read: { event: 4 },
        theirs: { value: "1", agent: "worker#1", event: 7 },
      },
    ];
    const text = reportText({ ...EMPTY, findings, findingCount: 1, ignoredFindingCount: 3 });
    assert.match(text, /Findings: 1 finding, 0 problems, 3 more ignored\n/);
    assert.match(
      text,
      /stale read \(advice\) +keys\(\): job and 2 more +worker#2 +\(absent\), event 4 +1 by worker#1, event 7/,
    );
    assert.match(reportText({ ...EMPTY, ignoredFindingCount: 3 }), /Findings: none, 3 ignored\n/);
    assert.doesNotMatch(reportText(EMPTY), /Findings/);
  });
});

describe("the report on a terminal", () => {
  it("draws a table of more rows than a call takes arguments", () => {
    const rows = Array.from({ length: MANY }, (_, index) => [`doc:${index}`]);
    const lines = drawTable(["key"], rows).split("\n");
    assert.equal(lines.length, MANY + 2);
    assert.equal(lines[MANY], `  doc:${MANY - 1}`);
  });

  it("shows at most 200 keys of an agent, conflicts first, and says how many more there are", () => {
    const rows = Array.from({ length: MANY }, (_, index) => row(`doc:${index}`));
    rows[150_000] = row("changed", { kind: "modified" });
    rows[199_999] = row("contested", { conflict: true, kind: "modified" });
    const text = reportText({ ...EMPTY, agents: [agent("importer", { rows })] });
    assert.equal(lineCount(text), 206);
    assert.match(
      text,
      /doc:197 .*\n {2}changed .*\n {2}contested .*\n {2}… and 199800 more keys; --json prints all\.\n$/,
    );
  });

  it("shows at most 100 agents, those first that did not merge or failed", () => {
    const agents = Array.from({ length: MANY }, (_, index) => agent(`agent ${index}`));
    agents[180_000] = agent("late", { pending: true });
    agents[190_000] = agent("broken", { error: "Error: x" });
    const text = reportText({ ...EMPTY, agents });
    assert.match(text, /agent 97 → .*late → .*broken → .*\n… and 199900 more agents; --json prints all\.\n$/s);
    assert.ok(lineCount(text) < 1_000);
  });

  it("shows names, errors and states of any length in bounded space", () => {
    const long = "x".repeat(1_000_000);
    const errors = Array.from({ length: MANY }, () => ({ name: "Error", message: long }));
    const entries = Array.from({ length: MANY }, (_, index) => [`key ${index}`, index] as const);
    const written = entries.map(([key]) => ({ key, revision: 1, writer: long, event: 1 }));
    const report: RunReport = {
      ...EMPTY,
      errors,
      agents: [agent(long, { parent: long, error: long, state: [] })],
      stores: [{ layer: 1, store: long, entries, written }],
    };
    const text = reportText(report) + statesText(report);
    assert.match(text, /\n… and 199990 more errors; --json prints all\.\n/);
    assert.ok(text.length < 200_000, `${text.length} characters`);
  });
});
