/** One run of a script's process: start with inherited stdio, signals, end of the whole tree, the recording's last line. */

import { spawn } from "node:child_process";
import { accessSync, constants as fsConstants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { launchEnvironment, type LaunchSpec } from "../../protocol/launch";
import { maskHeader } from "../masking/maskedRows";
import { killTree } from "./processTable";
import { finishRecording, type ExitStatus } from "../publisher/recordingEnd";
import { Redaction } from "../masking/redaction";

/** How long a script that is asked to end may take. */
const GRACE_MS = 1_500;

/** One run. */
export interface Supervision {
  readonly spec: LaunchSpec;
  readonly secret?: string | undefined;
  readonly args: readonly string[];
  /** Options of Node itself. */
  readonly runtimeArgs: readonly string[];
  /** The folder of the runner's bundles. */
  readonly runnerFolder: string;
}

/** How the run ended, and the code that says so to whoever started it. */
export interface SupervisedEnd extends ExitStatus {
  readonly exitCode: number;
  /** Why the end could not be recorded, if so; one sentence. */
  readonly problem: string | undefined;
}

/** @returns why the script cannot be run, as one sentence, or undefined when it can. */
export function scriptProblem(script: string): string | undefined {
  try {
    if (!statSync(script).isFile()) return `${script} is not a file.`;
    accessSync(script, fsConstants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR"
      ? `There is no script ${script}.`
      : `${script} cannot be read (${code}).`;
  }
}

/** Runs the script to its end, recorded or not. @throws Error in one sentence when the process cannot be started. */
export async function supervise({
  spec,
  secret,
  args,
  runtimeArgs,
  runnerFolder,
}: Supervision): Promise<SupervisedEnd> {
  attempt(() => mkdirSync(spec.runDir, { recursive: true, mode: 0o700 }));
  attempt(() => mkdirSync(path.dirname(spec.recording), { recursive: true }));
  // The publisher says what is wrong with it, and goes on without.
  attempt(() => writeFileSync(spec.recording, "", { mode: 0o600 }));
  const preload = pathToFileURL(path.join(runnerFolder, "preload.mjs")).href;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...launchEnvironment({ ...spec, supervisorPid: process.pid }, secret),
  };
  // SIGINT from a terminal reaches the script by itself; this process must outlive it to report the end.
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {};
  const child = spawn(process.execPath, [...runtimeArgs, "--import", preload, spec.script, ...args], {
    stdio: "inherit",
    env,
  });
  let asked = false;
  let grace: NodeJS.Timeout | undefined;
  const killAll = (): void => killTree(child.pid ?? 0, spec.runId);
  const stop = (): void => {
    if (asked) return killAll();
    asked = true;
    child.kill("SIGTERM");
    grace = setTimeout(killAll, GRACE_MS);
  };
  handlers.SIGTERM = stop;
  handlers.SIGHUP = stop;
  handlers.SIGINT = () => void (process.stdin.isTTY || child.kill("SIGINT"));
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  try {
    const status = await new Promise<ExitStatus>((resolve, reject) => {
      child.on("error", (error) => {
        if (child.pid === undefined) reject(new Error(`${process.execPath} cannot be started: ${error.message}.`));
      });
      child.on("exit", (code, signal) => resolve({ code, signal }));
    });
    // Whoever asks for the end means all of it; a script that ends by itself may leave others running.
    if (asked) killAll();
    const header = {
      run: spec.runId,
      script: spec.script,
      cwd: process.cwd(),
      args,
      pid: child.pid ?? 0,
      node: { version: process.version, execPath: process.execPath, source: spec.nodeSource },
    };
    const problem = attempt(() =>
      finishRecording(spec.recording, maskHeader(header, Redaction.of(spec.redact)), status),
    );
    return { ...status, exitCode: exitCode(status), problem };
  } finally {
    clearTimeout(grace);
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  }
}

/** The code by which a shell would say the same: 128 + n for signal n. */
export function exitCode({ code, signal }: ExitStatus): number {
  return code ?? (signal === null ? 1 : 128 + (constants.signals[signal] ?? 0));
}

/** "exit code 3", "ended by SIGKILL". */
export function exitText({ code, signal }: ExitStatus): string {
  return signal === null ? `exit code ${code ?? "unknown"}` : `ended by ${signal}`;
}

/** @returns what went wrong, as one sentence. */
function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return `The recording cannot be written: ${(error as Error).message}.`;
  }
}
