/** Owns `agent-context run`: one headless run on the same runner as in the editor, and its report. */

import { randomUUID } from "node:crypto";
import { closeSync, copyFileSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runReport, type RunReport } from "../model/runReport";
import { RECORDING_SUFFIX } from "../protocol/recording";
import { scriptProblem, supervise } from "../runner/supervise";
import { readRecording } from "./readRecording";
import { reportText } from "./reportText";
import { UsageError, type Request } from "./usage";

/** @returns the exit code. @throws UsageError for a script or file that cannot be used. */
export async function runScript(request: Extract<Request, { command: "run" }>): Promise<number> {
  const script = path.resolve(request.script);
  const problem = scriptProblem(script);
  if (problem !== undefined) throw new UsageError(problem);
  const runDir = mkdtempSync(path.join(tmpdir(), "agent-context-"));
  try {
    const recording =
      request.record === undefined ? path.join(runDir, `run${RECORDING_SUFFIX}`) : path.resolve(request.record);
    refuseOtherFile(recording);
    makeRecording(recording);
    const end = await supervise({
      spec: { runId: randomUUID(), script, runDir, recording, atEnd: "exit", nodeSource: "self" },
      args: request.args,
      runtimeArgs: [],
      runnerFolder: __dirname,
    });
    if (end.problem !== undefined) throw new UsageError(end.problem);
    const report = runReport(await readRecording(recording));
    const subRuns = await readSubRuns(runDir);
    if (request.json) process.stdout.write(JSON.stringify({ ...report, subRuns }, null, 2) + "\n");
    else process.stderr.write("\n" + [report, ...subRuns].map(reportText).join("\n"));
    if (request.record !== undefined) keepSubRuns(runDir, recording);
    return end.exitCode;
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** Reports of the script's children and threads that used contexts too. */
async function readSubRuns(runDir: string): Promise<readonly RunReport[]> {
  const reports: RunReport[] = [];
  for (const name of subRunFiles(runDir)) reports.push(runReport(await readRecording(path.join(runDir, name))));
  return reports;
}

/** `race.agentlog.jsonl` keeps its sub-runs as `race.sub-PID-THREAD.agentlog.jsonl`. */
function keepSubRuns(runDir: string, recording: string): void {
  const base = recording.slice(0, -RECORDING_SUFFIX.length);
  for (const name of subRunFiles(runDir)) copyFileSync(path.join(runDir, name), `${base}.${name}`);
}

function subRunFiles(runDir: string): readonly string[] {
  return readdirSync(runDir)
    .filter((name) => name.startsWith("sub-") && name.endsWith(RECORDING_SUFFIX))
    .sort();
}

/** Nothing runs if its recording cannot be kept. */
function makeRecording(file: string): void {
  try {
    closeSync(openSync(file, "w", 0o600));
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}.`);
  }
}

/** A recording is written anew; anything else of that name is not ours to overwrite. */
function refuseOtherFile(file: string): void {
  let fd;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new UsageError(`${file} cannot be used for the recording: ${(error as Error).message}.`);
  }
  try {
    const start = Buffer.alloc(64);
    const length = readSync(fd, start, 0, start.length, 0);
    if (length === 0 || start.toString("latin1").startsWith('{"kind":"recording_header"')) return;
  } catch {
    // A folder, for one; refused like any other file.
  } finally {
    closeSync(fd);
  }
  throw new UsageError(`${file} exists and is no recording; it is not overwritten.`);
}
