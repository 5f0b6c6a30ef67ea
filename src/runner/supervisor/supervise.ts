/** One run of a script or command: start with inherited stdio, signals, end of the whole tree, the recording's last line. */

import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants as fsConstants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DEFAULT_STOP_GRACE_MS, launchEnvironment, type LaunchSpec } from "../../protocol/launch";
import { maskHeader } from "../masking/maskedRows";
import { nodeOptionsWith } from "./nodeOptions";
import { killTree, send, startedBy, treeOf, type ProcessRow } from "./processTable";
import { SignalRelay } from "./signalRelay";
import { StopRequests } from "./stopRequests";
import { beginRecording, finishRecording, type ExitStatus } from "../publisher/recordingEnd";
import { Redaction } from "../masking/redaction";

const isWindows = process.platform === "win32";
/** What is still there of a command that is to end is looked for so often. */
const LOOK_MS = 50;

/** One run. */
export interface Supervision {
  readonly spec: LaunchSpec;
  readonly secret?: string | undefined;
  readonly args: readonly string[];
  /** Options of Node itself, for a script. */
  readonly runtimeArgs: readonly string[];
  /** What to start instead of a script; the arguments stand in it. */
  readonly command?: Program;
  /** The folder of the runner's bundles. */
  readonly runnerFolder: string;
  /** Which signals ask for the end of the whole run; by default SIGTERM. A second SIGTERM means at once. */
  readonly stopSignals?: readonly NodeJS.Signals[];
}

/** What a process is started with. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are a command line of Windows, quoted already. */
  readonly isQuoted?: boolean;
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

/** Runs the script or command to its end, recorded or not. @throws Error in one sentence when the process cannot be started. */
export async function supervise({
  spec,
  secret,
  args,
  runtimeArgs,
  command,
  runnerFolder,
  stopSignals = ["SIGTERM"],
}: Supervision): Promise<SupervisedEnd> {
  attempt(() => mkdirSync(spec.runDir, { recursive: true, mode: 0o700 }));
  attempt(() => mkdirSync(path.dirname(spec.recording), { recursive: true }));
  // The publisher says what is wrong with it, and goes on without.
  attempt(() => writeFileSync(spec.recording, "", { mode: 0o600 }));
  const preload = pathToFileURL(path.join(runnerFolder, "preload.mjs")).href;
  const program = command ?? {
    file: process.execPath,
    args: [...runtimeArgs, "--import", preload, spec.script, ...args],
  };
  const launch: LaunchSpec = {
    ...spec,
    supervisorPid: process.pid,
    // None of a command's processes is the run's main one.
    ...(command !== undefined && { command: true, mainPid: process.pid }),
  };
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...nodeOptionsWith(path.join(runnerFolder, "bootstrap.cjs"), process.env["NODE_OPTIONS"]),
    ...launchEnvironment(launch, secret),
  };
  let child: ChildProcess | undefined;
  const scriptPid = (): number | undefined =>
    child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
  const requests = new StopRequests();
  let grace: NodeJS.Timeout | undefined;
  let started: readonly ProcessRow[] = [];
  let isOver = false;
  const killAll = (): void => {
    isOver = true;
    killTree(scriptPid(), spec.runId, started);
  };
  const stop = (signal: NodeJS.Signals): void => {
    const meaning = requests.meaningOf(signal);
    if (meaning === "same") return;
    if (meaning === "atOnce") return killAll();
    const pid = scriptPid();
    if (meaning === "first" && pid !== undefined) started = startedBy(pid);
    child?.kill(isWindows ? "SIGTERM" : signal);
    grace ??= setTimeout(killAll, spec.stopGraceMs ?? DEFAULT_STOP_GRACE_MS);
    requests.handled();
  };
  // Before the script is there: a signal must not end this process and leave the script.
  const relay = new SignalRelay({
    script: scriptPid,
    // There, only a console that closes sends one, and nothing can be sent but an end.
    handOn: (signal) => void (isWindows || stopSignals.includes(signal) ? stop(signal) : child?.kill(signal)),
  });
  try {
    const running = spawn(program.file, program.args, {
      stdio: "inherit",
      env,
      windowsVerbatimArguments: program.isQuoted === true,
    });
    child = running;
    const header = maskHeader(
      {
        run: spec.runId,
        script: spec.script,
        cwd: process.cwd(),
        args,
        pid: running.pid ?? 0,
        node: { version: process.version, execPath: process.execPath, source: spec.nodeSource },
      },
      Redaction.of(spec.redact),
    );
    // At once: whoever finds the recording of a command that was killed sees whether it still runs.
    if (command !== undefined) attempt(() => beginRecording(spec.recording, header));
    const status = await new Promise<ExitStatus>((resolve, reject) => {
      running.on("error", (error) => {
        if (running.pid === undefined) reject(new Error(`${program.file} cannot be started: ${error.message}.`));
      });
      running.on("exit", (code, signal) => resolve({ code, signal }));
    });
    // Whoever asks for the end means all of it; a script that ends by itself may leave others running.
    if (requests.any) {
      const find = (): readonly number[] => treeOf(undefined, spec.runId, started);
      if (command !== undefined) await endOfLeft(find, () => isOver);
      killAll();
    }
    const problem = attempt(() => finishRecording(spec.recording, header, status));
    return { ...status, exitCode: exitCode(status), problem };
  } finally {
    clearTimeout(grace);
    relay.dispose();
  }
}

/**
 * Programs that start others, a shell among them, may end and leave these unasked. They are asked, too, and have the time that is
 * left of the grace period.
 */
async function endOfLeft(find: () => readonly number[], isOver: () => boolean): Promise<void> {
  const asked = new Set<number>();
  for (;;) {
    const left = find();
    send(
      "SIGTERM",
      left.filter((pid) => !asked.has(pid)),
    );
    for (const pid of left) asked.add(pid);
    if (left.length === 0 || isOver()) return;
    await delay(LOOK_MS);
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
