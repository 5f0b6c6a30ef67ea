/** What a process has to do with its terminal: whether the terminal's keys reach it, and whether it is stopped. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How this process stands to the terminal that it was started from. */
export interface TerminalPlace {
  /** It has one, whatever its standard streams are. */
  readonly hasTerminal: boolean;
  /** What the terminal's keys send is sent to it, and to every other process of its group. */
  readonly isForeground: boolean;
}

/** Parses `/proc/PID/stat`; the command's name may hold spaces and parentheses. */
export function parseTerminalPlace(stat: string): TerminalPlace | undefined {
  // State, parent, group, session, terminal, the terminal's foreground group.
  const match = /^\d+ \(.*\) \S \d+ (\d+) \d+ (-?\d+) (-?\d+) /s.exec(stat);
  if (match === null) return undefined;
  const hasTerminal = Number(match[2]) !== 0;
  return { hasTerminal, isForeground: hasTerminal && match[1] === match[3] };
}

/** Looks anew each time: a shell moves its jobs to the foreground and back. */
export function terminalPlace(): TerminalPlace {
  // A console sends to everybody in it, and there is nothing else that could.
  if (process.platform === "win32") return { hasTerminal: true, isForeground: true };
  const found =
    process.platform === "linux"
      ? parseTerminalPlace(read(() => readFileSync("/proc/self/stat", "latin1")))
      : placeOf(read(() => ps("pgid=,tpgid=", process.pid)));
  if (found !== undefined) return found;
  const isTTY = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  return { hasTerminal: isTTY, isForeground: isTTY };
}

/** Whether job control has stopped the process, as Ctrl+Z does; a debugger's hold is none. */
export function isStopped(pid: number): boolean {
  if (process.platform === "win32") return false;
  return process.platform === "linux"
    ? /^\d+ \(.*\) T /s.test(read(() => readFileSync(`/proc/${pid}/stat`, "latin1")))
    : /^\s*T/.test(read(() => ps("state=", pid)));
}

function placeOf(text: string): TerminalPlace | undefined {
  const match = /^\s*(\d+)\s+(-?\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  // Without a terminal there is no foreground group: 0 or -1.
  const hasTerminal = Number(match[2]) > 0;
  return { hasTerminal, isForeground: hasTerminal && match[1] === match[2] };
}

function ps(columns: string, pid: number): string {
  return execFileSync("ps", ["-o", columns, "-p", String(pid)], { encoding: "utf8" });
}

function read(action: () => string): string {
  try {
    return action();
  } catch {
    return "";
  }
}
