/** The judging of a run by its log, against what is asserted of its merges; knows no terminal. */

import { otherRunsText } from "../../recording/otherRuns";
import { Op } from "../../core/logRow";
import { ConflictJudge, OrderJudge } from "./mergeJudges";
import { recordedMerges } from "./recordedMerges";
import type { RunModel } from "../runModel";
import { judgeFindings } from "./findingJudge";
import type { ASSERTED_FINDINGS } from "./violations";
import { ASSERTIONS, type Assertion, type AssertionResult, type Judgement } from "./violations";

/**
 * Judges a run by its log. Conflicts are judged of merges that were applied or refused, the order of merges of applied
 * ones, for what was refused wrote nothing; the rest is what the run's findings say.
 */
export function judge(model: RunModel, asked: readonly Assertion[]): Judgement {
  const wanted = ASSERTIONS.filter((each) => asked.includes(each));
  const judges = wanted.filter(isOfMerges).map((each) => new JUDGES[each](model));
  let merges = 0;
  for (const merge of recordedMerges(model)) {
    merges++;
    for (const each of judges) each.judge(merge);
  }
  const ofMerges = new Map(judges.map((each): [Assertion, AssertionResult] => [each.assertion, resultOf(each)]));
  const assertions = wanted.map(
    (each) => ofMerges.get(each) ?? judgeFindings(model, each as keyof typeof ASSERTED_FINDINGS),
  );
  const incomplete = whatIsMissing(model);
  const broken = assertions.some(({ count }) => count > 0);
  return {
    verdict: broken ? "broken" : incomplete.length > 0 ? "incomplete" : "passed",
    incomplete,
    merges,
    ignoredCount: model.found.totals.ignoredCount,
    assertions,
  };
}

/** Why a recording cannot be judged as a whole; a sentence each. */
export function whatIsMissing(model: RunModel): readonly string[] {
  const { ended, cut, otherRuns } = model.info;
  const missing: string[] = [];
  if (otherRuns !== undefined) missing.push(otherRunsText(otherRuns));
  if (model.damageCount > 0) {
    const [first] = model.damage;
    const more = model.damageCount > 1 ? ` (${model.damageCount} damaged places in all)` : "";
    missing.push(`Line ${first?.line ?? 0}: ${first?.message ?? "damaged."}${more}`);
  }
  if (cut > 0) missing.push(`${cut} ${cut === 1 ? "event is" : "events are"} not in the recording.`);
  if (model.eventCount === 0) missing.push("No event was recorded.");
  // Nobody writes down the end of a child or thread: of it, only a torn line can be known.
  if (ended === undefined && !isSubRun(model)) missing.push("The end of the run is not recorded.");
  else if (ended?.detached === true) {
    missing.push("The command that recorded the run was killed, so what the script did afterwards is missing.");
  } else if (typeof ended?.signal === "string") {
    missing.push(`The script was ended by ${ended.signal}, so its last events may be missing.`);
  }
  return missing;
}

/** Whether it is a recording of a child process or thread of a script. */
function isSubRun(model: RunModel): boolean {
  const first = model.rowAt(0);
  const { value } = first ?? {};
  return first?.op === Op.Other && first.key === "run_started" && Object.hasOwn(Object(value) as object, "parentPid");
}

function isOfMerges(assertion: Assertion): assertion is keyof typeof JUDGES {
  return assertion in JUDGES;
}

function resultOf({ assertion, count, violations }: AssertionResult): AssertionResult {
  return { assertion, count, violations };
}

const JUDGES = {
  "no-conflicts": ConflictJudge,
  "no-order-sensitive-keys": OrderJudge,
} as const;
