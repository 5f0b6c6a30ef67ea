/** One run of a script under the real supervisor, in a folder of its own, with its files written from the test. */

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { taskCommand } from "../../src/host/runs/taskCommand";
import { LAUNCH_VARIABLE, SECRET_VARIABLE, type LaunchSpec } from "../../src/protocol/launch";
import { distDir } from "../harness/paths";
import { thisNode, type NodeUnderTest } from "./nodes";

/** What to run. */
export interface RunOptions {
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>;
  /** One of them; the first by default. */
  readonly script?: string;
  readonly args?: readonly string[];
  readonly runtimeArgs?: readonly string[];
  readonly node?: NodeUnderTest;
  readonly env?: NodeJS.ProcessEnv;
  /** What the choice of Node adds to it; an Electron's makes the supervisor stand in the command line. */
  readonly nodeEnv?: Readonly<Record<string, string>>;
  readonly secret?: string;
  readonly stdin?: string;
  /** In a session of its own, which has no terminal, wherever the tests run. */
  readonly withoutTerminal?: boolean;
  readonly spec?: Partial<LaunchSpec>;
  /** Runs this program instead of the supervisor; gets the script and the arguments. */
  readonly command?: (folder: string, script: string) => readonly [string, ...string[]];
  /** Another build of the supervisor. */
  readonly supervisor?: (folder: string) => string;
  /** Called with the folder before the start. */
  readonly prepare?: (folder: string) => Promise<void> | void;
}

/** How a process ended, and what it said. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];
const running = new Set<ScriptRun>();

/** A run under way or ended. */
export class ScriptRun {
  stdout = "";
  stderr = "";
  readonly ended: Promise<RunEnd>;

  private constructor(
    readonly folder: string,
    readonly child: ChildProcess,
    readonly spec: LaunchSpec,
    stdin: string | undefined,
  ) {
    running.add(this);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin ?? "");
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        running.delete(this);
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  static async start(options: RunOptions): Promise<ScriptRun> {
    const folder = newFolder(options.files);
    await options.prepare?.(folder);
    const script = path.join(folder, options.script ?? Object.keys(options.files)[0] ?? "none");
    const runDir = path.join(folder, ".run");
    const spec: LaunchSpec = {
      runId: `run-${path.basename(folder)}`,
      script,
      runDir,
      recording: path.join(runDir, "main.agentlog.jsonl"),
      atEnd: "exit",
      nodeSource: "path",
      ...(options.secret !== undefined && { rendezvous: rendezvousOf(folder) }),
      ...options.spec,
    };
    const { execPath } = options.node ?? thisNode;
    const supervisor = options.supervisor?.(folder) ?? path.join(distDir, "runner/supervisor.cjs");
    const nodeOptions = options.env?.["NODE_OPTIONS"] ?? "";
    const { args: scriptArgs = [], runtimeArgs = [], nodeEnv = {} } = options;
    const task = taskCommand({
      node: { execPath, env: nodeEnv },
      ...{ supervisor, script, args: scriptArgs, runtimeArgs, nodeOptions },
    });
    const [file, ...args] = options.command?.(folder, script) ?? [task.file, ...task.args];
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: "",
      ...options.env,
      ...(options.command === undefined && task.env),
      [LAUNCH_VARIABLE]: JSON.stringify(spec),
      ...(options.secret !== undefined && { [SECRET_VARIABLE]: options.secret }),
    };
    if (options.command) delete env[LAUNCH_VARIABLE];
    return new ScriptRun(
      folder,
      spawn(file, args, { cwd: folder, env, detached: options.withoutTerminal === true }),
      spec,
      options.stdin,
    );
  }

  /** Whole lines of the recording so far, parsed. */
  get lines(): readonly Record<string, unknown>[] {
    return linesOf(this.spec.recording);
  }

  get recordingText(): string {
    return existsSync(this.spec.recording) ? readFileSync(this.spec.recording, "utf8") : "";
  }

  /** The pid of the script's own process, from the recording's header. */
  get scriptPid(): number | undefined {
    return (this.lines[0]?.["data"] as { pid?: number } | undefined)?.pid;
  }
}

/** Runs to the end. */
export async function runToEnd(options: RunOptions): Promise<RunEnd & { readonly run: ScriptRun }> {
  const run = await ScriptRun.start(options);
  return { ...(await run.ended), run };
}

/** Parsed lines of a recording; a torn last one is left out. */
export function linesOf(file: string): readonly Record<string, unknown>[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A new folder with these files in it. */
export function newFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "agent-context-test-")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** Where a run of this folder looks for the extension. */
export function rendezvousOf(folder: string): string {
  return path.join(folder, "rendezvous.json");
}

/** Ends what a failed test left running and removes all folders; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const run of [...running]) {
    // A later request leaves no grace; one that comes at once is the same one.
    const asking = setInterval(() => run.child.kill("SIGTERM"), 200);
    run.child.kill("SIGTERM");
    await run.ended.finally(() => clearInterval(asking));
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
