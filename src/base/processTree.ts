/** How processes that we started are asked to end and are ended, with all their children; knows no runs. */

import { execFileSync } from "node:child_process";

/** @returns whether the process exists (also when it is another user's). */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false; // these name groups of processes, our own among them
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @returns the descendants of `pid` in `table`, deepest last. */
export function descendantsIn(
  table: readonly { readonly pid: number; readonly parent: number }[],
  pid: number,
): number[] {
  const found = [pid];
  for (const each of found) {
    for (const row of table) if (row.parent === each && !found.includes(row.pid)) found.push(row.pid);
  }
  return found.slice(1);
}

/** Parses what `ps -A -o pid=,ppid=` prints. */
export function parseProcessTable(text: string): { pid: number; parent: number }[] {
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, parent]) => ({
    pid: Number(pid),
    parent: Number(parent),
  }));
}

/**
 * Ends the descendants of `pid` at once, and `pid` itself when `itself` is set; synchronous, so that it works while the
 * editor shuts down. A process that is gone already is no error.
 */
export function endTree(pid: number, itself: boolean): void {
  if (process.platform === "win32") {
    // taskkill takes the whole tree or nothing; the supervisor's own report is lost with it.
    tryTo(() => execFileSync("taskkill", ["/PID", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }));
    return;
  }
  const table = tryTo(() => execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }));
  const victims = descendantsIn(parseProcessTable(table ?? ""), pid);
  if (itself) victims.unshift(pid);
  for (const victim of victims) tryTo(() => process.kill(victim, "SIGKILL"));
}

/**
 * Asks a supervisor to end its script: SIGTERM, which it passes on; a second one makes it end the tree at once. Where
 * signals do not exist the script's tree is ended, so that the supervisor still reports; its own when the script's pid
 * is not known.
 */
export function askToEnd(supervisor: number, script: number | undefined): void {
  if (process.platform === "win32") endTree(script ?? supervisor, true);
  else tryTo(() => process.kill(supervisor, "SIGTERM"));
}

/** Resolves to true once the process is gone, to false when it is still there after `timeoutMs`. */
export async function whenExited(pid: number, timeoutMs: number): Promise<boolean> {
  const untilMs = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > untilMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
