/** `agent-context check`: what a recording's merges broke. */

import * as path from "node:path";
import { readRecording } from "./readRecording";
import { subRunsBeside } from "./subRuns";
import type { Request } from "./usage";
import { exitCodeOf, judgeRun, judgeSubRun } from "./verdict";
import { verdictText } from "./verdictText";

/** @returns the exit code. @throws RecordingError when the file cannot be used. */
export async function checkRecording({
  file,
  asserted,
  ignore,
  json,
}: Extract<Request, { command: "check" }>): Promise<number> {
  const recording = path.resolve(file);
  const model = await readRecording(recording, ignore);
  const judged = judgeRun(model, asserted);
  const subRuns = (await subRunsBeside(recording, model, ignore)).map((subRun) => ({
    file: subRun.file,
    ...judgeSubRun(subRun, asserted),
  }));
  const exitCode = exitCodeOf([judged, ...subRuns]);
  const text = json
    ? JSON.stringify({ exitCode, file: recording, ...judged, subRuns }, null, 2) + "\n"
    : [judged, ...subRuns].map((each) => verdictText(each, process.cwd())).join("\n");
  process.stdout.write(text);
  return exitCode;
}
