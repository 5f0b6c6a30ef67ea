/**
 * The child processes that a script of ours starts: each leads a process group of its own, and whatever ends the
 * script (but SIGKILL) ends them, by their ids. It must not know what they are.
 */

import { spawn } from "node:child_process";

/**
 * Groups still alive, by the id of the process that leads them: one set a process, though every bundle of tests has a
 * copy of this file.
 *
 * @type {Set<number> & { watching?: boolean }}
 */
const groups = (globalThis[Symbol.for("agent-context.childGroups")] ??= new Set());

/**
 * Starts a process that does not outlive this one.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {import("node:child_process").ChildProcess}
 */
export function startChild(command, args, options = {}) {
  watchForTheEnd();
  // Windows has no process groups; there the child is ended alone.
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  const { pid } = child;
  if (pid !== undefined) {
    groups.add(pid);
    // The leader's exit may leave members of its group behind (a server's forked hosts): they end with it.
    child.once("exit", () => {
      signalGroup(pid, "SIGKILL");
      groups.delete(pid);
    });
  }
  return child;
}

/**
 * Ends a child and its group: asks first, and insists after the grace.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} [graceMs]
 * @returns {Promise<void>}
 */
export async function endChild(child, graceMs = 5_000) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const { pid } = child;
  await new Promise((resolve) => {
    const insist = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
    child.once("exit", () => {
      clearTimeout(insist);
      resolve(undefined);
    });
    signalGroup(pid, "SIGTERM");
  });
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions & { quiet?: boolean, timeoutMs?: number }} [options] `quiet` keeps
 *   the output for the error message instead of showing it; `timeoutMs` ends the command after that time.
 * @returns {Promise<string>} the output, where quiet
 * @throws when the command cannot be started or fails; with the ends of its output, where quiet
 */
export async function runCommand(command, args, { quiet = false, timeoutMs, ...options } = {}) {
  const child = startChild(command, args, { stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit", ...options });
  const text = [];
  child.stdout?.on("data", (chunk) => text.push(chunk));
  child.stderr?.on("data", (chunk) => text.push(chunk));
  const { code, how } = await whenEnded(child, timeoutMs);
  const output = Buffer.concat(text).toString("utf8");
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(" ")}: ${how}\n${shortened(output)}`.trim());
  }
  return output;
}

/**
 * Waits for the end of a child and of its output.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} [timeoutMs] ends it after that time
 * @returns {Promise<{ code: number | null, how: string }>} `how` says in words how it ended
 * @throws when it cannot be started
 */
export async function whenEnded(child, timeoutMs) {
  let timedOut = false;
  const limit =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void endChild(child);
        }, timeoutMs);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  }).finally(() => clearTimeout(limit));
  if (timedOut) return { code, how: `did not end within ${timeoutMs / 1000} s` };
  return { code, how: signal ? `was ended by ${signal}` : `exit code ${code}` };
}

/** The beginning and the end of a long output: the one tells the cause, the other the place. */
function shortened(output) {
  const lines = output.trim().split("\n");
  return (lines.length <= 30 ? lines : [...lines.slice(0, 15), "…", ...lines.slice(-15)]).join("\n");
}

function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // Gone already.
  }
}

function watchForTheEnd() {
  if (groups.watching) {
    return;
  }
  groups.watching = true;
  process.once("exit", () => {
    for (const pid of groups) {
      signalGroup(pid, "SIGKILL");
    }
  });
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ]) {
    process.once(signal, () => process.exit(128 + number));
  }
}
