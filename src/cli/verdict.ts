/** What comes of judging a run together with its sub-runs: the exit code, and the reports as data. */

import { judge } from "../model/assertions/assertions";
import type { RunModel } from "../model/runModel";
import type { Assertion, Judgement } from "../model/assertions/violations";
import type { SubRun } from "./subRuns";

/** An assertion broke. */
const EXIT_BROKEN = 3;
/** None broke in what is there, but the recording is not whole. */
export const EXIT_INCOMPLETE = 4;

/** A judged recording. */
export interface JudgedRun extends Judgement {
  readonly run: string;
  readonly script: string;
}

/** Judges one recording by itself. */
export function judgeRun(model: RunModel, asserted: readonly Assertion[]): JudgedRun {
  return { run: model.info.runId, script: model.info.script, ...judge(model, asserted) };
}

/** As {@link judgeRun}; of what cannot be read nothing is known. */
export function judgeSubRun(subRun: SubRun, asserted: readonly Assertion[]): JudgedRun {
  if (subRun.model !== undefined) return judgeRun(subRun.model, asserted);
  const assertions = asserted.map((assertion) => ({ assertion, count: 0, violations: [] }));
  return {
    run: "",
    script: "",
    verdict: "incomplete",
    incomplete: [subRun.problem],
    merges: 0,
    ignoredCount: 0,
    assertions,
  };
}

/** The code that says how all of them fared. */
export function exitCodeOf(judged: readonly Judgement[]): number {
  if (judged.some(({ verdict }) => verdict === "broken")) return EXIT_BROKEN;
  return judged.some(({ verdict }) => verdict === "incomplete") ? EXIT_INCOMPLETE : 0;
}
