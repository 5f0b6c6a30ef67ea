/** The tidying of the run directories after a start. */

import type * as vscode from "vscode";
import type { RecentRuns } from "../recentRuns/recentRuns";
import type { RunRecordStore } from "../records/runRecordStore";

/** After activation the editor has other things to do first. */
const FIRST_TIDY_MS = 5_000;

/** Tidies once, and sums up what ended while nobody followed it; loads nothing where no run left anything. */
export function tidyLater(
  records: RunRecordStore,
  load: () => Promise<RecentRuns>,
  failed: (error: unknown) => void,
): vscode.Disposable {
  const tidy = async (): Promise<void> => {
    if (await records.isEmpty()) return;
    const recent = await load();
    await Promise.all([recent.tidy(), recent.catchUp()]);
  };
  const timer = setTimeout(() => void tidy().catch(failed), FIRST_TIDY_MS);
  return { dispose: () => clearTimeout(timer) };
}
