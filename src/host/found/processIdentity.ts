/** Owns how a process is told from another one that was given its number; knows no runs. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isAlive } from "../processTree";

/**
 * @param marks texts that the process's command line must hold, all of them
 * @returns false also where it can not be told (Windows): a number alone is no proof.
 */
export function isProcess(pid: number, marks: readonly string[]): boolean {
  if (!isAlive(pid)) return false;
  const line = commandLineOf(pid);
  return line !== undefined && marks.every((mark) => line.includes(mark));
}

function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === "win32") return undefined;
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}
