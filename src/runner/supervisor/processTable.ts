/** How the processes that a script started are found and ended; knows nothing of runs but their id. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process and the one that started it, or that it was handed to. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** When it started, as the system says it: of two processes that had one number, one pair tells them apart. */
  readonly started: string;
}

/** Descendants of `root`, without itself. */
export function descendants(table: readonly Pick<ProcessRow, "pid" | "parent">[], root: number): readonly number[] {
  const found = [root];
  for (const pid of found) {
    for (const row of table) if (row.parent === pid && !found.includes(row.pid)) found.push(row.pid);
  }
  return found.slice(1);
}

/** Parses `/proc/PID/stat`; the command's name may hold spaces and parentheses. @returns undefined for one that has ended. */
export function parseStat(text: string): ProcessRow | undefined {
  const match = /^(\d+) \(.*\) [^ZX] (\d+) (?:\S+ ){17}(\d+) /s.exec(text);
  return match ? { pid: Number(match[1]), parent: Number(match[2]), started: match[3]! } : undefined;
}

/** Parses what `ps -A -o pid=,ppid=,lstart=` prints. */
export function parsePs(text: string): readonly ProcessRow[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(\S.*?)\s*$/gm)].map(([, pid, parent, started]) => ({
    pid: Number(pid),
    parent: Number(parent),
    started: started!,
  }));
}

/**
 * What `root` has started so far: once it is gone, nothing tells whose they are. Empty where the system ends a tree by
 * itself.
 */
export function startedBy(root: number): readonly ProcessRow[] {
  if (process.platform === "win32") return [];
  const table = readTable();
  const pids = new Set(descendants(table, root));
  return table.filter(({ pid }) => pids.has(pid));
}

/**
 * Ends `root`, whatever it started, what `known` names and started, and (on Linux) whatever carries `mark` in its
 * environment: a process that was left by its parent has no other tie to the run. Never this process.
 *
 * @param root undefined once it is gone: its number may be another's
 */
export function killTree(root: number | undefined, mark: string, known: readonly ProcessRow[] = []): void {
  if (process.platform === "win32") {
    if (root === undefined) return;
    attempt(() => execFileSync("taskkill", ["/PID", String(root), "/T", "/F"], { stdio: "ignore", windowsHide: true }));
    return;
  }
  // What forks while it is being looked for is found by looking again.
  for (let round = 0; round < 5; round++) {
    if (send("SIGKILL", treeOf(root, mark, known)).length === 0) return;
  }
}

/** The processes that {@link killTree} would end. Empty where the system ends a tree by itself. */
export function treeOf(root: number | undefined, mark: string, known: readonly ProcessRow[]): readonly number[] {
  if (process.platform === "win32") return [];
  const table = readTable();
  const left = known.filter((row) => table.some(({ pid, started }) => pid === row.pid && started === row.started));
  const roots = [...(root === undefined ? [] : [root]), ...left.map(({ pid }) => pid)];
  const marked =
    process.platform === "linux"
      ? table.flatMap(({ pid }) =>
          attempt(() => readFileSync(`/proc/${pid}/environ`, "latin1"))?.includes(mark) === true ? [pid] : [],
        )
      : [];
  const found = new Set([...roots.flatMap((pid) => [pid, ...descendants(table, pid)]), ...marked]);
  found.delete(process.pid);
  return [...found];
}

/** @returns those that there still were */
export function send(signal: NodeJS.Signals, pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => attempt(() => process.kill(pid, signal)));
}

/** All processes that can be seen; not for Windows. */
function readTable(): readonly ProcessRow[] {
  if (process.platform !== "linux") {
    // The months and days of another language would still be the same text twice.
    return parsePs(attempt(() => execFileSync("ps", ["-A", "-o", "pid=,ppid=,lstart="], { encoding: "utf8" })) ?? "");
  }
  const pids = (attempt(() => readdirSync("/proc")) ?? []).map(Number).filter((pid) => pid > 0);
  return pids.flatMap((pid) => parseStat(attempt(() => readFileSync(`/proc/${pid}/stat`, "latin1")) ?? "") ?? []);
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
