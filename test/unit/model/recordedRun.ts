/** The recording of programs on the real runtime, for the tests of models; knows nothing of what models say. */

import { createRowEncoder, encodeHeader, encodeSnapshot } from "../../../src/recording/recording";
import type { LogRow } from "../../../src/core/logRow";
import { applyRow, cloneState, type LogState } from "../../../src/core/logState";
import { eventLogOf, type RunLog } from "../../../src/runtime/runLog";

/** The header of recordings that tests make. */
export const HEADER = encodeHeader(
  {
    run: "run-1",
    script: "/work/race.ts",
    cwd: "/work",
    args: ["--fast"],
    pid: 42,
    node: { version: "v22.0.0", execPath: "/usr/bin/node", source: "path" },
  },
  Date.UTC(2026, 0, 2),
);

/** A recording of all that a log records from now on, and the fold of it at each event. */
export class RecordedRun {
  /** The recording's lines so far, each with its "\n". */
  readonly lines: string[];
  readonly rows: LogRow[] = [];
  /** The state that it starts from, and after each event. */
  readonly states: LogState[];

  constructor(log: RunLog, cut = 0) {
    const encode = createRowEncoder();
    const start = eventLogOf(log).attach({
      append: (row) => {
        const line = encode(row);
        if (line !== "") this.lines.push(line);
        this.rows.push({ ...row });
        const state = cloneState(this.states.at(-1) ?? start);
        applyRow(state, row);
        this.states.push(state);
      },
    });
    this.states = [cloneState(start)];
    this.lines = [HEADER, encodeSnapshot(start, cut, 0)];
  }

  /** The recording with a line for each event, those of merges included, as format 1 has them. */
  get linesApart(): readonly string[] {
    return [...this.lines.slice(0, 2), ...this.rows.map((row) => createRowEncoder()(row))];
  }

  /** The recording as bytes. */
  bytes(): Uint8Array {
    return new TextEncoder().encode(this.lines.join(""));
  }
}
