/** What breaks the assertions that a run's findings decide. */

import type { Finding, FindingKind } from "../findings/finding";
import type { RunModel } from "../runModel";
import { known, sidesOf } from "../text/moment";
import { ASSERTED_FINDINGS, type AssertionResult, type FindingViolation, type MergeNote } from "./violations";

/** Violations of one assertion that are named; of more, only the number is. */
const MAX_NAMED = 1_000;

/** @returns how the run fared by one assertion */
export function judgeFindings(model: RunModel, assertion: FindingViolation["assertion"]): AssertionResult {
  const asserted: readonly FindingKind[] = ASSERTED_FINDINGS[assertion];
  const { findings, totals } = model.found;
  const broken = findings.filter(({ kind }) => asserted.includes(kind));
  const violations = broken.slice(0, MAX_NAMED).map((finding) => violationOf(model, finding, assertion));
  const count = asserted.reduce((sum, kind) => sum + (totals.kinds.get(kind) ?? 0), 0);
  return { assertion, count, violations };
}

function violationOf(model: RunModel, finding: Finding, assertion: FindingViolation["assertion"]): FindingViolation {
  const { key, planned } = finding;
  return {
    assertion,
    key,
    ...known("more", finding.more),
    ...known("keySet", finding.keySet),
    agent: model.layerName(finding.agent),
    ...known("merge", planned === 0 ? undefined : mergeOf(model, finding)),
    ...sidesOf(model, finding),
  };
}

function mergeOf(model: RunModel, { agent: context, into, planned }: Finding): MergeNote {
  const { policy = "unknown" } = (model.row(planned)?.value ?? {}) as { readonly policy?: string };
  return {
    agent: model.layerName(context),
    context,
    into: model.layerName(into),
    intoLayer: into,
    planned,
    ...known("site", model.callSite(planned)),
    policy,
  };
}
