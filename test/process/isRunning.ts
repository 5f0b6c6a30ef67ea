/** Whether a process runs. */

import { readFileSync } from "node:fs";
import { isAlive } from "../../src/base/processTree";

/** A process that nobody has waited for yet is there, but runs no more. */
export function isRunning(pid: number): boolean {
  try {
    return isAlive(pid) && (process.platform !== "linux" || !/^\d+ \(.*\) Z/s.test(statOf(pid)));
  } catch {
    return false;
  }
}

function statOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "latin1");
}
