/** Whether a recorded run still lives, judged by its record and the processes that there are; knows no runs on show. */

import { isAlive } from "../../base/processTree";
import { machineStartMs } from "./runRecordStore";
import type { RunRecord } from "./runRecord";

/** followed: another window shows it · alone: its process lives, and no window follows it · exited: it has ended. */
export type Liveness = "followed" | "alone" | "exited";

/** What the judgement rests on; replaced in tests. */
export interface ProcessFacts {
  readonly hostPid: number;
  readonly isAlive: (pid: number) => boolean;
  readonly machineStartMs: number;
}

/** The machine's processes now. */
export function processFacts(): ProcessFacts {
  return { hostPid: process.pid, isAlive, machineStartMs: machineStartMs() };
}

/** Of a run that this window does not show; pids of before the machine's start are others' now. */
export function livenessOf({ live, startedMs }: RunRecord, facts: ProcessFacts): Liveness {
  if (live === undefined || startedMs < facts.machineStartMs) return "exited";
  if (live.hostPid !== facts.hostPid && facts.isAlive(live.hostPid)) return "followed";
  return live.supervisorPid !== undefined && facts.isAlive(live.supervisorPid) ? "alone" : "exited";
}
