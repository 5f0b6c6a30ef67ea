/** A small recording that tests of views draw: a lost update, written line by line. */

import type { TreeRun } from "../../../src/host/contexts/treeRun";
import type { Outcome } from "../../../src/host/runs/runOutcome";
import type { RunState } from "../../../src/host/runs/runState";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import type { MaskingFacts } from "../../../src/recording/redact";

/** A lost update, with a nested helper, a tombstone and an agent that fails. One line an event, as recordings have them. */
export const RACE: readonly object[] = [
  { kind: "store_created", data: { layer: 1, name: "parent" } },
  { kind: "state_changed", agent: "setup", rev: 1, data: { layer: 1, changes: { counter: 0 } } },
  { kind: "state_changed", agent: "setup", rev: 2, data: { layer: 1, changes: { draft: "old" } } },
  { kind: "agent_started", agent: "agent_a", data: { layer: 2, parent: 1 } },
  { kind: "agent_started", agent: "agent_b", data: { layer: 3, parent: 1 } },
  { kind: "state_read", agent: "agent_a", data: { layer: 2, key: "counter", from: 1, rev: 1 } },
  { kind: "state_read", agent: "agent_b", data: { layer: 3, key: "counter", from: 1, rev: 1 } },
  {
    kind: "state_changed",
    agent: "agent_a",
    rev: 1,
    data: { layer: 2, changes: { counter: 1 }, base: { layer: 1, rev: 1 } },
  },
  {
    kind: "state_changed",
    agent: "agent_b",
    rev: 1,
    data: { layer: 3, changes: { counter: 5 }, base: { layer: 1, rev: 1 } },
  },
  {
    kind: "state_changed",
    agent: "agent_b",
    rev: 2,
    data: { layer: 3, deleted: ["draft"], base: { layer: 1, rev: 2 } },
  },
  { kind: "agent_started", agent: "helper", data: { layer: 4, parent: 3 } },
  {
    kind: "state_changed",
    agent: "helper",
    rev: 1,
    data: { layer: 4, changes: { notes: { by: "helper", lines: ["<b>", "two"] } }, base: { layer: 1, rev: 0 } },
  },
  {
    kind: "merge_planned",
    agent: "agent_a",
    data: {
      layer: 2,
      into: 1,
      policy: "overwrite",
      whole: true,
      added: 0,
      modified: 1,
      deleted: 0,
      unchanged: 0,
      conflicts: [],
      conflictCount: 0,
    },
  },
  { kind: "state_changed", agent: "agent_a", rev: 3, data: { layer: 1, changes: { counter: 1 }, merge: 2 } },
  { kind: "state_committed", agent: "agent_a", data: { layer: 2, into: 1, planned: 13, keys: 1, skipped: [] } },
  { kind: "agent_ended", agent: "agent_b", data: { layer: 3, error: { name: "Error", message: "no tokens left" } } },
];

/** agent_b of that race lives on, and both its merges wait: of all its overlay, then of one key. Events 16 and 17. */
export const HELD: readonly object[] = [
  ...RACE.slice(0, -1),
  {
    kind: "merge_held",
    agent: "agent_b",
    data: {
      layer: 3,
      into: 1,
      reason: "conflict",
      policy: "overwrite",
      whole: true,
      keys: ["counter", "draft"],
      skipped: [],
    },
  },
  {
    kind: "merge_held",
    agent: "agent_b",
    data: {
      layer: 3,
      into: 1,
      reason: "always",
      policy: "auto",
      whole: false,
      keys: ["draft"],
      skipped: ["other"],
      exact: true,
    },
  },
];

/** How a run ended well. */
export const EXITED: Outcome = { kind: "ended", statusText: "exit code 0", problem: undefined };
/** A recording that is read to its end, where its run ended well. */
export const RECORDED: RunState = { kind: "recorded", reading: { kind: "read" }, end: EXITED };

/** The lines of events; with header and snapshot before them unless they go on after event `from`. */
export function recording(events: readonly object[], from = 0, masked?: MaskingFacts): string {
  const timestamp = "2026-01-02T03:04:05.678Z";
  const head = [
    {
      kind: "recording_header",
      data: {
        format: "agentlog",
        version: 1,
        run: "r1",
        script: "/w/race.ts",
        cwd: "/w",
        args: [],
        pid: 42,
        node: { version: "v22.0.0", execPath: "/usr/bin/node", source: "path" },
        ...(masked && { masked }),
      },
      timestamp,
    },
    { kind: "state_snapshot", seq: 0, data: { layers: [], cut: 0 }, timestamp },
  ];
  const lines = events.map((event, index) => ({ seq: from + index + 1, timestamp, ...event }));
  return [...(from === 0 ? head : []), ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A run whose model holds the events. */
export function runOf(events: readonly object[], more: Partial<TreeRun> = {}): TreeRun {
  const model = new RunModel();
  model.append(Buffer.from(recording(events)));
  return {
    id: "r1",
    title: "race.ts",
    script: { fsPath: "/w/race.ts" },
    model,
    cursor: new RunCursor(model),
    state: { kind: "running" },
    problem: undefined,
    nodeText: "Node 22.0.0 from the PATH",
    waitingFor: undefined,
    holds: { run: "never", agents: new Map() },
    held: model.holds(model.lastSeq),
    ...more,
  };
}
