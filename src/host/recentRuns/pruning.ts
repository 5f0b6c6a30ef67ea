/** The tidying of the run directories: what is beyond the limits and what was left over is removed, and told in the log. */

import { bytesText } from "../ui/bytesText";
import { leftoverRuns } from "../records/leftoverRuns";
import { isLive, recentRunOf, runName, shownRun, type RecentRun, type ShownRun } from "./recentRun";
import { surplusRuns, type RetentionLimits } from "../records/retention";
import { processFacts } from "../records/runLiveness";
import type { RunRecordStore } from "../records/runRecordStore";

/** What tidying needs. */
export interface PruningDeps {
  readonly records: RunRecordStore;
  /** Runs that this window shows now. */
  readonly shown: () => readonly ShownRun[];
  readonly limits: () => RetentionLimits;
  readonly log: { info(text: string): void; warn(text: string): void };
}

/**
 * Removes the oldest runs beyond a limit, but none that lives or is open in any window, and what was left over. Several
 * windows may do so at once. @returns the ids of the runs that it removed
 */
export async function pruneRuns({ records, shown, limits, log }: PruningDeps): Promise<string[]> {
  const removed: string[] = [];
  const facts = processFacts();
  const runs = (await records.list()).map((stored) => recentRunOf(stored, shown(), facts));
  const kept = await Promise.all(
    runs.map(async (run) => ({ run, ...keptFacts(run), inUse: await isInUse(records, run) })),
  );
  const { count, bytes } = limits();
  for (const { run, beyond } of surplusRuns(kept, { count, bytes })) {
    const { id, name } = run;
    // What was opened meanwhile stays: the list above is a moment old.
    if (shownRun(run.run.recording, shown()) !== undefined) continue;
    const why =
      beyond === "count" ? `more than ${count} runs were kept` : `the runs took more than ${bytesText(bytes)}`;
    await attempt(`the run ${name} (${id})`, log, async () => {
      if (!(await records.removeIfClosed(id))) return;
      removed.push(id);
      log.info(`Removed the run ${name} of ${new Date(run.startedMs).toISOString()} (${id}): ${why}.`);
    });
  }
  for (const name of await leftoverRuns(records)) {
    await attempt(`the directory ${name}`, log, async () => {
      if (!(await records.removeIfClosed(name))) return;
      log.info(`Removed the directory ${name}: it was left over, without a run's record and recording, for a day.`);
    });
  }
  return removed;
}

async function attempt(what: string, log: PruningDeps["log"], action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    log.warn(`Could not remove ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function keptFacts({ record, bytes }: RecentRun): { id: string; name: string; startedMs: number; bytes: number } {
  return { id: record.id, name: runName(record), startedMs: record.startedMs, bytes };
}

async function isInUse(records: RunRecordStore, run: RecentRun): Promise<boolean> {
  return run.shownAs !== undefined || isLive(run) || (await records.isOpen(run.record.id));
}
