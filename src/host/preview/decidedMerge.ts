/** What Merge, Approve and Discard do, wherever they are asked for: what the user has decided of the keys counts. */

import { controlOf, type Merged, type Run } from "../runs/run";
import { confirmDiscard } from "./mergeActions";
import type { MergeDrafts } from "./mergeDrafts";
import type { ShownPlan } from "./previewPlan";

/** Merges or approves a plan: its ticked keys, by the choices made, unless one of them has moved. Rejects as `Run.merge` does. */
export async function mergeAsDecided(drafts: MergeDrafts, run: Run, shown: ShownPlan): Promise<Merged> {
  const { plan, seq, subject } = shown;
  const draft = drafts.of(run, subject);
  const merge = draft.mergeOf(plan, seq);
  // What was decided of a held merge is over with it: kept, a diff editor goes on to show what was approved.
  if (subject.hold !== undefined) return controlOf(run).approve(subject.hold, merge);
  const choices = draft.choicesOf(plan);
  const merged = await controlOf(run).merge(subject.layer, merge);
  draft.settle(choices);
  return merged;
}

/** What the user agreed to discard; without `keys` the whole overlay. */
export interface AgreedDiscard {
  readonly keys?: readonly string[];
}

/** Asks before a plan's ticked keys are discarded. @returns undefined when the user thinks better of it */
export async function agreeToDiscard(
  drafts: MergeDrafts,
  run: Run,
  { plan, subject }: ShownPlan,
): Promise<AgreedDiscard | undefined> {
  const { layer } = subject;
  const keys = drafts.of(run, subject).keysOf(plan);
  if (!(await confirmDiscard(run, layer, keys))) return undefined;
  if (keys !== undefined) return { keys };
  // What the script wrote while the question was open was not asked about.
  const asked = new Set(plan.entries.map(({ key }) => key));
  const isMore = run.model.overlay(layer, run.model.lastSeq).some(({ key }) => !asked.has(key));
  return isMore ? { keys: [...asked] } : {};
}

/** Discards that. */
export async function discardAsAgreed(
  drafts: MergeDrafts,
  run: Run,
  { plan, subject }: ShownPlan,
  { keys }: AgreedDiscard,
): Promise<void> {
  const draft = drafts.of(run, subject);
  const choices = draft.choicesOf(plan);
  await controlOf(run).discard(subject.layer, keys);
  draft.settle(choices);
}
