/** How a process is told from another one that was given its number; knows no runs. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isAlive } from "../../../base/processTree";

/**
 * @param marks texts that the process's command line or environment must hold, all of them
 * @returns false also where it cannot be told (Windows): a number alone is no proof.
 */
export function isProcess(pid: number, marks: readonly string[]): boolean {
  if (!isAlive(pid)) return false;
  const text = startTextOf(pid);
  return text !== undefined && marks.every((mark) => text.includes(mark));
}

/** The command line and the environment that it was started with. */
function startTextOf(pid: number): string | undefined {
  try {
    if (process.platform === "win32") return undefined;
    if (process.platform === "linux") {
      return ["cmdline", "environ"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8")).join("\0");
    }
    return execFileSync("ps", ["-E", "-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}
