/** Which recorded runs are kept, by count and size, and the words for it; knows neither disk nor settings. */

import * as l10n from "@vscode/l10n";
import { bytesText } from "../ui/bytesText";

/** How much is kept; 0 = without limit. */
export interface RetentionLimits {
  readonly count: number;
  readonly bytes: number;
}

/** What the decision needs of a run. */
export interface KeptRun {
  readonly id: string;
  readonly startedMs: number;
  readonly bytes: number;
  /** It lives, or is open in a window: it stays, whatever the limits. */
  readonly inUse: boolean;
}

/** A run that is to go, and which limit it is beyond. */
export interface Surplus<R extends KeptRun = KeptRun> {
  readonly run: R;
  readonly beyond: "count" | "size";
}

/**
 * The runs beyond a limit, oldest first. Runs in use and the newest run of all stay and count; of the others the newest
 * stay, as far as the limits reach, and none that is older than one which had to go.
 */
export function surplusRuns<R extends KeptRun>(runs: readonly R[], limits: RetentionLimits): Surplus<R>[] {
  const newestFirst = [...runs].sort((a, b) => b.startedMs - a.startedMs || (a.id < b.id ? 1 : -1));
  const stays = (run: R): boolean => run.inUse || run === newestFirst[0];
  const staying = newestFirst.filter(stays);
  let count = staying.length;
  let bytes = staying.reduce((sum, run) => sum + run.bytes, 0);
  let beyond: Surplus["beyond"] | undefined;
  const surplus: Surplus<R>[] = [];
  for (const run of newestFirst) {
    if (stays(run)) continue;
    if (beyond === undefined) {
      count += 1;
      bytes += run.bytes;
      if (limits.count > 0 && count > limits.count) beyond = "count";
      else if (limits.bytes > 0 && bytes > limits.bytes) beyond = "size";
    }
    if (beyond !== undefined) surplus.push({ run, beyond });
  }
  return surplus.reverse();
}

/** What is kept, in a few words that stand beside a list's title. */
export function retentionText({ count, bytes }: RetentionLimits): string {
  if (count === 1) return l10n.t("keeps 1 run");
  if (count > 0 && bytes > 0) return l10n.t("keeps {0} runs, up to {1}", count, bytesText(bytes));
  if (count > 0) return l10n.t("keeps {0} runs", count);
  return bytes > 0 ? l10n.t("keeps up to {0}", bytesText(bytes)) : l10n.t("keeps all runs");
}
