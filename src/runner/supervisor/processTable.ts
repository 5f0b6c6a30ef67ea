/** How the processes that a script started are found and ended; knows nothing of runs but their id. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process and the one that started it, or that it was handed to. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
}

/** Descendants of `root`, without itself. */
export function descendants(table: readonly ProcessRow[], root: number): readonly number[] {
  const found = [root];
  for (const pid of found) {
    for (const row of table) if (row.parent === pid && !found.includes(row.pid)) found.push(row.pid);
  }
  return found.slice(1);
}

/** Parses `/proc/PID/stat`; the command's name may hold spaces and parentheses. */
export function parseStat(text: string): ProcessRow | undefined {
  const match = /^(\d+) \(.*\) \S (\d+) /s.exec(text);
  return match ? { pid: Number(match[1]), parent: Number(match[2]) } : undefined;
}

/** Parses what `ps -A -o pid=,ppid=` prints. */
export function parsePs(text: string): readonly ProcessRow[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)/gm)].map(([, pid, parent]) => ({
    pid: Number(pid),
    parent: Number(parent),
  }));
}

/**
 * Ends `root`, whatever it started, and (on Linux) whatever carries `mark` in its environment: a process that was
 * left by its parent has no other tie to the run. Never this process.
 */
export function killTree(root: number, mark: string): void {
  if (process.platform === "win32") {
    attempt(() => execFileSync("taskkill", ["/PID", String(root), "/T", "/F"], { stdio: "ignore", windowsHide: true }));
    return;
  }
  const isLinux = process.platform === "linux";
  // What forks while it is being looked for is found by looking again.
  for (let round = 0; round < 5; round++) {
    const pids = isLinux ? numericNames("/proc") : [];
    const table = isLinux
      ? pids.flatMap((pid) => parseStat(attempt(() => readFileSync(`/proc/${pid}/stat`, "latin1")) ?? "") ?? [])
      : parsePs(attempt(() => execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })) ?? "");
    const marked = pids.filter((pid) => attempt(() => readFileSync(`/proc/${pid}/environ`, "latin1"))?.includes(mark));
    const victims = new Set([root, ...descendants(table, root), ...marked]);
    victims.delete(process.pid);
    const ended = [...victims].filter((pid) => attempt(() => process.kill(pid, "SIGKILL")));
    if (ended.length === 0) return;
  }
}

function numericNames(folder: string): readonly number[] {
  return (attempt(() => readdirSync(folder)) ?? []).map(Number).filter((pid) => pid > 0);
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
