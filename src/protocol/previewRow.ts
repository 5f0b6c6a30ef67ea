/** One row of a merge preview as it travels to the webview. */

import type { MergeProblem } from "../core/mergeProblems";
import type { DecidedBy, MergeTake, PlanKind } from "../core/mergePlan";

/** One row of the list; values are asked for when a row is looked at (`wantDetails`). */
export interface PreviewRow {
  readonly key: string;
  readonly kind: PlanKind;
  readonly conflict: boolean;
  /** What the merge of the key loses; see `MergePlanEntry`. */
  readonly problem?: MergeProblem;
  /** What the result is taken from, and who decided; see `MergePlanEntry`. */
  readonly take: MergeTake;
  readonly by: DecidedBy;
  /** Whether the key is among those that Merge, Approve or Discard act on. */
  readonly ticked: boolean;
  /** Written after a read that is stale now. */
  readonly stale: boolean;
  /** A side's value is masked: the script alone knows it. */
  readonly masked: boolean;
  /** One-line, shortened texts of parent now and result, for the list; undefined = absent. */
  readonly parentText: string | undefined;
  readonly resultText: string | undefined;
}
