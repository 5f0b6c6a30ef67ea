/** `agent-context compare`: in what two recordings differ. */

import * as path from "node:path";
import { comparisonReport } from "../model/compare/comparisonReport";
import { comparisonSections } from "../model/compare/comparisonText";
import { compareRuns, type RunComparison } from "../model/compare/runComparison";
import type { RunModel } from "../model/runModel";
import { comparisonText } from "./comparisonText";
import { print, printJson } from "./output";
import { readRecording } from "./readRecording";
import type { Request } from "./usage";

/** They differ. Not 1, by which a command that failed ends: a failure must not pass for a difference. */
const EXIT_DIFFERENT = 3;

/** @returns the exit code. @throws RecordingError when a file cannot be used. */
export async function compareRecordings({
  files: [left, right],
  json,
}: Extract<Request, { command: "compare" }>): Promise<number> {
  const comparison = compared(await readRecording(path.resolve(left)), await readRecording(path.resolve(right)));
  const exitCode = comparison.same ? 0 : EXIT_DIFFERENT;
  if (json) await printJson({ exitCode, files: [left, right], ...comparisonReport(comparison) });
  else await print(comparisonText(comparisonSections(comparison, { left, right })));
  return exitCode;
}

/** A command line has nothing else to do meanwhile. */
function compared(left: RunModel, right: RunModel): RunComparison {
  const work = compareRuns(left, right);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
