/** Recordings of very many events for tests, as a runner would write them. */

import { createRowEncoder, encodeHeader, encodeNote, encodeSnapshot } from "../../src/recording/recording";
import { newRow, Op } from "../../src/core/logRow";

const AGENTS = 20;
const KEYS = 500;
const START_MS = Date.UTC(2026, 0, 2);

/** How many events a recording of that many writes has. */
export function recordedLines(writes: number): number {
  return writes + AGENTS + 1;
}

/** The text of a recording of agents that write small objects in turn. */
export function longRecording(writes: number): string {
  const node = { version: "v22.0.0", execPath: "/usr/bin/node", source: "path" };
  const head = { run: "long", script: "/work/long.ts", cwd: "/work", args: [], pid: 1, node };
  const lines = [encodeHeader(head, START_MS), encodeSnapshot({ seq: 0, layers: new Map() }, 0, START_MS)];
  const encode = createRowEncoder();
  const row = newRow();
  const put = (values: Partial<typeof row>): void => {
    const seq = row.seq + 1;
    Object.assign(row, newRow(), values, { seq, timestampMs: START_MS + seq });
    lines.push(encode(row));
  };
  put({ op: Op.StoreCreated, layer: 1, value: "shared" });
  for (let agent = 0; agent < AGENTS; agent++) {
    put({ op: Op.AgentStarted, layer: agent + 2, agent: `agent_${agent}`, aux: 1 });
  }
  const revisions = new Array<number>(AGENTS).fill(0);
  const written = new Set<string>();
  for (let write = 0; write < writes; write++) {
    const agent = write % AGENTS;
    const rev = (revisions[agent] = (revisions[agent] ?? 0) + 1);
    const key = `key_${(write * 7) % KEYS}`;
    const value = { step: write, owner: `agent_${agent}`, note: "so far so good" };
    // The first local write of a key says on what it is based.
    const isFirst = !written.has(`${agent} ${key}`);
    if (isFirst) written.add(`${agent} ${key}`);
    put({ op: Op.Write, layer: agent + 2, agent: `agent_${agent}`, key, rev, value, ...(isFirst && { aux: 1 }) });
  }
  lines.push(encodeNote("run_ended", { code: 0, signal: null }, START_MS + writes));
  return lines.join("");
}
