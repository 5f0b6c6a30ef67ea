/** `agent-context run`: one headless run of a script or command on the editor's runner, its report, and how its merges are judged. */

import { randomBytes, randomUUID } from "node:crypto";
import * as path from "node:path";
import type { RunModel } from "../model/runModel";
import { runReport, type RunReport } from "../model/text/runReport";
import type { LaunchSpec } from "../protocol/launch";
import { RECORDING_SUFFIX } from "../recording/recording";
import { scriptProblem, supervise, type SupervisedEnd, type Supervision } from "../runner/supervisor/supervise";
import { removeAtEnd } from "./atEnd";
import { programOf } from "./commandProgram";
import { failureText, RecordingError } from "./failures";
import { printError, printJson } from "./output";
import { readRecording } from "./readRecording";
import { makeRecording, subRunStart } from "./recordingFile";
import { endText, reportText } from "./reportText";
import { subRunFiles, subRunsBeside, type SubRun } from "./subRuns";
import { count, cut, harmless } from "./table";
import { makeRunFolder } from "./temporaryFolder";
import { UsageError, type Request, type RunTarget } from "./usage";
import { EXIT_INCOMPLETE, exitCodeOf, judgeRun, judgeSubRun } from "./verdict";
import { verdictTexts } from "./verdictText";

/** The claim on the recording is told anew so often. */
const TOUCH_MS = 60_000;
/** Children and threads whose reports are printed. */
const MAX_SUB_RUNS = 20;
/** Characters of a command that are printed. */
const MAX_COMMAND = 120;

type RunRequest = Extract<Request, { command: "run" }>;

/** What broke is to be told by its line, however fast the script is. */
const ALL_CALL_SITES = 1_000_000_000;

/** @returns the exit code. @throws UsageError for a script or file that cannot be used. */
export async function runTarget(request: RunRequest): Promise<number> {
  const { script, start } = prepare(request.target);
  const folder = request.record === undefined ? makeRunFolder(notice) : undefined;
  try {
    const recording =
      folder === undefined ? path.resolve(request.record ?? "") : path.join(folder.path, `run${RECORDING_SUFFIX}`);
    const claim = makeRecording(recording);
    // Until the report is made nobody else may write it.
    removeAtEnd(() => claim.release());
    setInterval(() => claim.touch(), TOUCH_MS).unref();
    const before = new Set(subRunFiles(recording));
    const runId = randomUUID();
    const end = await start({
      runId,
      script,
      runDir: path.dirname(recording),
      subRuns: subRunStart(recording),
      recording,
      lock: claim.file,
      atEnd: "exit",
      nodeSource: "self",
      redact: { ...request.redact, salt: randomBytes(32).toString("base64url") },
      ...(request.stopGraceMs !== undefined && { stopGraceMs: request.stopGraceMs }),
      ...(request.asserted.length > 0 && { callSiteLimit: ALL_CALL_SITES }),
    });
    try {
      if (end.problem !== undefined) notice(end.problem);
      const model = await readRecording(recording, request.ignore);
      if (model.info.runId !== runId) {
        throw new RecordingError(`${recording} is not the recording of this run any more.`);
      }
      return await tell(request, end.exitCode, model, await subRunsBeside(recording, runId, request.ignore, before));
    } catch (error) {
      // The script has ended as it did: no failure of ours may pass for one of its own, or hide it.
      notice(failureText(error));
      if (end.exitCode !== 0 || request.asserted.length === 0) return end.exitCode;
      return EXIT_INCOMPLETE;
    }
  } finally {
    folder?.remove();
  }
}

/** What is to be run, by the name that its recording has, and how. @throws UsageError when it cannot be run */
function prepare(target: RunTarget): {
  readonly script: string;
  /** @throws UsageError when its process cannot be started */
  readonly start: (spec: LaunchSpec) => Promise<SupervisedEnd>;
} {
  if (target.script === undefined) {
    const [script, ...args] = target.words;
    const command = programOf(target.words);
    return { script, start: (spec) => started({ spec, args, runtimeArgs: [], command, runnerFolder: __dirname }) };
  }
  const script = path.resolve(target.script);
  const problem = scriptProblem(script);
  if (problem !== undefined) throw new UsageError(problem);
  const { args, nodeArgs } = target;
  return { script, start: (spec) => started({ spec, args, runtimeArgs: nodeArgs, runnerFolder: __dirname }) };
}

async function started(supervision: Supervision): Promise<SupervisedEnd> {
  try {
    return await supervise(supervision);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function notice(text: string): void {
  void printError(`agent-context: ${text}\n`);
}

/** Prints what came of the run. @returns the exit code: a script that failed says so itself. */
async function tell(
  { asserted, json, target }: RunRequest,
  scriptCode: number,
  model: RunModel,
  subRuns: readonly SubRun[],
): Promise<number> {
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
    await printJson(data);
    return exitCode;
  }
  const shown = subReports.slice(0, MAX_SUB_RUNS);
  const reports = [
    target.script === undefined ? commandText(target.words, report, subReports.length) : reportText(report),
    ...shown.map((each) => ("problem" in each ? `${harmless(each.problem)}\n` : reportText(each))),
  ];
  const left = subReports.length - MAX_SUB_RUNS;
  if (left > 0) {
    reports.push(`… and ${count(left, "more child or thread", "more children and threads")}; --json prints all.\n`);
  }
  await printError("\n" + [...reports, ...verdictTexts(judged, process.cwd())].join("\n"));
  return exitCode;
}

/** A command does nothing that is recorded; its processes do. */
function commandText(words: readonly string[], report: RunReport, processes: number): string {
  const end = `${cut(harmless(words.join(" ")), MAX_COMMAND)}: ${endText(report.ended)}`;
  return processes === 0
    ? `${end}. No process of Node in it has loaded "agent-context", so there is nothing to report.\n`
    : `${end}, ${count(processes, "recorded process or thread", "recorded processes and threads")}, in the order of their starts\n`;
}
