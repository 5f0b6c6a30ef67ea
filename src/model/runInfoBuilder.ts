/** The gathering of a run's facts out of its header and run-level lines; knows nothing of state. */

import { membersOf } from "../core/jsonValue";
import type { LogRow } from "../core/logRow";
import { lostCount } from "../recording/lostCount";
import type { RecordingHeader } from "../recording/recording";
import type { RunError, RunInfo } from "./runInfo";

/** A {@link RunInfo} under construction. Takes lines in any order; what a line does not say stays unknown. */
export class RunInfoBuilder {
  readonly info: { -readonly [Name in keyof RunInfo]: RunInfo[Name] } = {
    runId: "",
    script: "",
    cwd: "",
    args: [],
    pid: undefined,
    node: undefined,
    startedMs: undefined,
    ended: undefined,
    waiting: false,
    errors: [],
    cut: 0,
    otherRuns: undefined,
    masked: undefined,
  };

  takeHeader(header: RecordingHeader, timestampMs: number): void {
    const { info } = this;
    info.runId = header.run;
    info.script = header.script;
    info.cwd = header.cwd;
    info.args = header.args;
    info.pid = header.pid;
    info.node = header.node;
    info.masked = header.masked;
    if (!Number.isNaN(timestampMs)) info.startedMs = timestampMs;
  }

  takeOtherRun(line: number): void {
    const { otherRuns } = this.info;
    this.info.otherRuns = { line: otherRuns?.line ?? line, count: (otherRuns?.count ?? 0) + 1 };
  }

  /** Takes an `Other` row, an event or not. Data of a wrong shape is passed over: the line itself is still shown. */
  takeNote(row: LogRow): void {
    const { info } = this;
    const data = membersOf(row.value);
    switch (row.key) {
      case "run_started":
        info.startedMs ??= row.timestampMs;
        info.waiting = false;
        return;
      case "run_waiting":
        info.waiting = true;
        return;
      case "uncaught_error": {
        const { name, message, stack, phase } = data;
        const error: RunError = {
          name: typeof name === "string" ? name : "Error",
          message: typeof message === "string" ? message : "",
          ...(typeof stack === "string" ? { stack } : {}),
          phase: phase === "load" ? "load" : "run",
          seq: row.seq,
        };
        info.errors = [...info.errors, error];
        return;
      }
      case "run_ended": {
        const { code, signal, detached } = data;
        info.ended = {
          code: typeof code === "number" ? code : null,
          signal: typeof signal === "string" ? signal : null,
          ...(detached === true && { detached }),
          atMs: row.timestampMs,
        };
        info.waiting = false;
        return;
      }
      case "events_lost":
        info.cut += lostCount(row);
        return;
      default:
    }
  }
}
