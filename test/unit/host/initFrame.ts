/** The first message of a runner, for tests that stand in for one. */

import { WIRE_VERSION } from "../../../src/protocol/wire";

/** The frame of a run's runner, with what `changes` says in place of what is right. */
export function initFrame(runId: string, changes: object = {}): string {
  return JSON.stringify({
    type: "init",
    version: WIRE_VERSION,
    runId,
    pid: 42,
    script: "/w/race.ts",
    cwd: "/w",
    args: [],
    node: { version: "20.0.0", execPath: "/usr/bin/node", source: "path" },
    recording: "/r/race.agentlog.jsonl",
    bytes: 0,
    ...changes,
  });
}
