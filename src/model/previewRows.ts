/** Owns how a merge plan is shown: rows for the list, and the four sides of one key with the difference inside; knows no view. */

import type { JsonValue } from "../runtime/jsonValue";
import type { MergePlan, MergePlanEntry, PlanSide } from "../runtime/mergePlan";
import type { PreviewDetails, PreviewRow, PreviewSide } from "../protocol/previewMessages";
import { differenceRows } from "./difference";
import { prettyJson, shortText } from "./valueText";

/** The rows of a plan, in its order. */
export function previewRows(plan: MergePlan): readonly PreviewRow[] {
  return plan.entries.map(({ key, kind, conflict, parent, result }) => ({
    key,
    kind,
    conflict,
    parentText: oneLine(parent.value),
    resultText: oneLine(result),
  }));
}

/**
 * All that is known of one key of a plan.
 * @param timestampOf when an event happened, by seq; undefined for events that are no longer there
 */
export function previewDetails(
  entry: MergePlanEntry,
  timestampOf: (seq: number) => number | undefined,
): PreviewDetails {
  const { key, kind, conflict, base, parent, overlay, result } = entry;
  const side = ({ value, actor, revision, seq }: PlanSide): PreviewSide => ({
    ...jsonOf(value),
    actor,
    revision,
    seq,
    timestampMs: seq === undefined ? undefined : timestampOf(seq),
  });
  return {
    key,
    kind,
    conflict,
    base: side(base),
    parent: side(parent),
    overlay: side(overlay),
    // The result is nobody's yet: it gets a revision when the merge is done.
    result: { ...jsonOf(result), actor: undefined, revision: 0, seq: undefined, timestampMs: undefined },
    difference: parent.value === undefined || result === undefined ? [] : differenceRows(parent.value, result),
  };
}

function oneLine(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : shortText(value);
}

function jsonOf(value: JsonValue | undefined): { readonly json: string | undefined; readonly cut: boolean } {
  return value === undefined ? { json: undefined, cut: false } : prettyJson(value);
}
