/** `agent-context run`: one headless run on the same runner as in the editor, its report, and how its merges are judged. */

import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { RunModel } from "../model/runModel";
import { runReport } from "../model/text/runReport";
import { RECORDING_SUFFIX } from "../recording/recording";
import { scriptProblem, supervise } from "../runner/supervisor/supervise";
import { readRecording } from "./readRecording";
import { makeRecording } from "./recordingFile";
import { reportText } from "./reportText";
import { keepSubRuns, subRunsIn, type SubRun } from "./subRuns";
import { harmless } from "./table";
import { UsageError, type Request } from "./usage";
import { exitCodeOf, judgeRun, judgeSubRun } from "./verdict";
import { verdictText } from "./verdictText";

type RunRequest = Extract<Request, { command: "run" }>;

/** What broke is to be told by its line, however fast the script is. */
const ALL_CALL_SITES = 1_000_000_000;

/** @returns the exit code. @throws UsageError for a script or file that cannot be used. */
export async function runScript(request: RunRequest): Promise<number> {
  const script = path.resolve(request.script);
  const problem = scriptProblem(script);
  if (problem !== undefined) throw new UsageError(problem);
  const runDir = mkdtempSync(path.join(tmpdir(), "agent-context-"));
  try {
    const recording =
      request.record === undefined ? path.join(runDir, `run${RECORDING_SUFFIX}`) : path.resolve(request.record);
    makeRecording(recording);
    const end = await supervise({
      spec: {
        runId: randomUUID(),
        script,
        runDir,
        recording,
        atEnd: "exit",
        nodeSource: "self",
        redact: { ...request.redact, salt: randomBytes(32).toString("base64url") },
        ...(request.asserted.length > 0 && { callSiteLimit: ALL_CALL_SITES }),
      },
      args: request.args,
      runtimeArgs: [],
      runnerFolder: __dirname,
    });
    if (end.problem !== undefined) throw new UsageError(end.problem);
    const model = await readRecording(recording, request.ignore);
    const subRuns = await subRunsIn(runDir, request.ignore);
    if (request.record !== undefined) keepSubRuns(runDir, recording);
    return tell(request, end.exitCode, model, subRuns);
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** Prints what came of the run. @returns the exit code: a script that failed says so itself. */
function tell({ asserted, json }: RunRequest, scriptCode: number, model: RunModel, subRuns: readonly SubRun[]): number {
  const judged =
    asserted.length === 0 ? [] : [judgeRun(model, asserted), ...subRuns.map((subRun) => judgeSubRun(subRun, asserted))];
  const exitCode = scriptCode === 0 ? exitCodeOf(judged) : scriptCode;
  const report = runReport(model);
  const subReports = subRuns.map((subRun) =>
    subRun.model === undefined ? { problem: subRun.problem } : runReport(subRun.model),
  );
  if (json) {
    const data = {
      ...report,
      ...(judged.length > 0 && { exitCode }),
      ...judged[0],
      subRuns: subReports.map((subReport, index) => ({ ...subReport, ...judged[index + 1] })),
    };
    process.stdout.write(JSON.stringify(data, null, 2) + "\n");
    return exitCode;
  }
  const reports = [report, ...subReports].map((each) =>
    "problem" in each ? `${harmless(each.problem)}\n` : reportText(each),
  );
  const verdicts = judged.map((each) => verdictText(each, process.cwd()));
  process.stderr.write("\n" + [...reports, ...verdicts].join("\n"));
  return exitCode;
}
