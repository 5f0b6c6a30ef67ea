/** `agent-context check`: what a recording's merges broke. */

import * as path from "node:path";
import { print, printJson } from "./output";
import { readRecording } from "./readRecording";
import { subRunsBeside } from "./subRuns";
import type { Request } from "./usage";
import { exitCodeOf, judgeRun, judgeSubRun } from "./verdict";
import { verdictTexts } from "./verdictText";

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
  const subRuns = (await subRunsBeside(recording, model.info.runId, ignore)).map((subRun) => ({
    file: subRun.file,
    ...judgeSubRun(subRun, asserted),
  }));
  const exitCode = exitCodeOf([judged, ...subRuns]);
  if (json) await printJson({ exitCode, file: recording, ...judged, subRuns });
  else await print(verdictTexts([judged, ...subRuns], process.cwd()).join("\n"));
  return exitCode;
}
