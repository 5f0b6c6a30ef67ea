/** How a merge plan is shown: rows for the list, and the four sides of one key with the difference inside; knows no view. */

import type { JsonValue } from "../../core/jsonValue";
import type { MergePlan, MergePlanEntry, PlanSide } from "../../core/mergePlan";
import { hasMask } from "../../recording/mask";
import type { PreviewDetails, PreviewSide, PreviewStaleRead } from "../../protocol/previewMessages";
import type { PreviewRow } from "../../protocol/previewRow";
import { differenceRows } from "./difference";
import { prettyJson, shortText } from "./valueText";

/** What a plan does not say itself: times, lines, and what the user has decided. */
export interface PlanContext {
  /** When an event happened, by seq; undefined for events that are no longer there. */
  timestampOf(seq: number): number | undefined;
  /** Where the script did an event, for showing; undefined where it is not known. */
  siteOf(seq: number): string | undefined;
  isTicked(key: string): boolean;
  /** Whether values of this run are masked: only then do masks stand for what the script alone knows. */
  readonly masking?: boolean;
  /** Who wrote a version of a key in a layer, and in which event; undefined where it is not known. */
  writerOf(
    key: string,
    layer: number,
    revision: number,
  ): { readonly actor: string | undefined; readonly seq: number } | undefined;
  /** The writer of a value as people are told it, and whether it is the merging agent itself. */
  tellWriter(side: { readonly actor: string | undefined; readonly seq: number | undefined }): {
    readonly actor: string | undefined;
    readonly own: boolean;
  };
}

/** Stale reads that are shown at most. */
const MAX_STALE_READS = 100;
/** Characters of a value that is edited in place at most. */
const MAX_EDIT_LENGTH = 100_000;

/** The rows of a plan, in its order, or of these keys among them. */
export function previewRows(
  plan: MergePlan,
  { isTicked, masking = false }: Pick<PlanContext, "isTicked" | "masking">,
  only?: ReadonlySet<string>,
): readonly PreviewRow[] {
  const stale = new Set<string>();
  for (const { dependents } of plan.staleReads) for (const { key } of dependents) stale.add(key);
  const rows: PreviewRow[] = [];
  for (const entry of plan.entries) {
    const { key, kind, conflict, problem, take, by, parent, result } = entry;
    if (only !== undefined && !only.has(key)) continue;
    rows.push({
      key,
      kind,
      conflict,
      ...(problem !== undefined && { problem }),
      take,
      by,
      ticked: isTicked(key),
      stale: stale.has(key),
      masked: masking && isMaskedEntry(entry),
      parentText: oneLine(parent.value),
      resultText: oneLine(result),
    });
  }
  return rows;
}

/** Whether a mask stands in what base, parent or overlay hold of a key: the script alone knows the value. */
export function isMaskedEntry({ base, parent, overlay }: MergePlanEntry): boolean {
  return hasMask(base.value) || hasMask(parent.value) || hasMask(overlay.value);
}

/** All that is known of one key of a plan. */
export function previewDetails(plan: MergePlan, entry: MergePlanEntry, context: PlanContext): PreviewDetails {
  const { key, kind, conflict, take, by, problem, base, parent, overlay, result } = entry;
  const side = (from: PlanSide): PreviewSide => {
    const { value, revision, layer } = from;
    // A plan names the writers of what is there now; that of an older base is looked up.
    const known = from.seq !== undefined || revision === 0 ? from : context.writerOf(key, layer, revision);
    const { actor, seq } = known ?? from;
    return {
      ...jsonOf(value),
      ...context.tellWriter({ actor, seq }),
      revision,
      seq,
      timestampMs: seq === undefined ? undefined : context.timestampOf(seq),
      site: seq === undefined ? undefined : context.siteOf(seq),
    };
  };
  const edited = result === undefined ? "" : prettyJson(result, MAX_EDIT_LENGTH);
  return {
    key,
    kind,
    conflict,
    take,
    by,
    problem,
    base: side(base),
    parent: side(parent),
    overlay: side(overlay),
    // The result is nobody's yet: it gets a revision when the merge is done.
    result: {
      ...jsonOf(result),
      actor: undefined,
      own: false,
      revision: 0,
      seq: undefined,
      timestampMs: undefined,
      site: undefined,
    },
    masked: context.masking === true && isMaskedEntry(entry),
    editText: edited === "" ? "" : edited.cut ? undefined : edited.json,
    staleReads: previewStaleReads(plan, context, key),
    difference: parent.value === undefined || result === undefined ? [] : differenceRows(parent.value, result),
  };
}

/** The stale reads of a plan, or those that one key's write may rest on. */
export function previewStaleReads(
  plan: MergePlan,
  { siteOf, tellWriter }: Pick<PlanContext, "siteOf" | "tellWriter">,
  dependent?: string,
): readonly PreviewStaleRead[] {
  const concerned = plan.staleReads.filter(
    ({ dependents }) => dependent === undefined || dependents.some(({ key }) => key === dependent),
  );
  return concerned.slice(0, MAX_STALE_READS).map(({ key, read, now, dependents, dependentCount }) => ({
    key,
    read: { seq: read.seq, revision: read.revision, text: oneLine(read.value), site: siteOf(read.seq) },
    now: {
      seq: now.seq,
      revision: now.revision,
      actor: tellWriter(now).actor,
      text: oneLine(now.value),
      site: now.seq === undefined ? undefined : siteOf(now.seq),
    },
    dependents,
    dependentCount,
  }));
}

function oneLine(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : shortText(value);
}

function jsonOf(value: JsonValue | undefined): { readonly json: string | undefined; readonly cut: boolean } {
  return value === undefined ? { json: undefined, cut: false } : prettyJson(value);
}
