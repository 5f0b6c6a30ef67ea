/** What becomes of a run's record while the run is on show in this window: open mark, who follows it, and the summary at its end. */

import type { Run } from "./run";
import type { RunRegistry } from "./runRegistry";
import { isOutcome } from "./runState";
import type { RunRecord, RunSummary } from "../records/runRecord";
import type { RunRecordStore } from "../records/runRecordStore";

/**
 * Keeps the records of runs up to date from now on. The id of a run of a script is its record's; a recording that is
 * looked at is marked open too, so that nobody takes it away meanwhile. Disposing of it says that the window goes away:
 * the runs that it follows live on, and whoever comes next may take them up.
 */
export function keepRecords(runs: RunRegistry, records: RunRecordStore): { dispose(): void } {
  const idOf = (run: Run): string | undefined =>
    run.control !== undefined ? run.id : records.idOf(run.recording.fsPath);
  const mark = (run: Run, open: boolean): void => {
    const id = idOf(run);
    if (id !== undefined) records.markOpen(id, open);
  };
  const added = runs.onDidAdd((run) => {
    mark(run, true);
    if (run.control === undefined) return;
    records.update(run.id, (record) => ({ ...record, onShow: {} }));
    void run.over.then(() => {
      const summary = summaryOf(run);
      if (summary !== undefined) records.update(run.id, (record) => ended(record, summary));
    });
  });
  const removed = runs.onDidRemove((run) => {
    if (!runs.all.some((other) => idOf(other) === idOf(run))) mark(run, false);
    if (run.control !== undefined) records.update(run.id, ({ onShow: _onShow, ...record }) => record);
  });
  return {
    dispose() {
      added.dispose();
      removed.dispose();
      const leftMs = Date.now();
      for (const run of runs.all) {
        mark(run, false);
        if (run.control !== undefined) records.update(run.id, (record) => left(record, leftMs));
      }
    },
  };
}

/** What a list tells of a run that has ended; undefined while it has not, and of a recording that is looked at. */
export function summaryOf({ state, model }: Pick<Run, "state" | "model">): RunSummary | undefined {
  if (!isOutcome(state)) return undefined;
  const { kind, statusText, problem } = state;
  const { atMs: endedMs, code = null, signal = null } = model.info.ended ?? {};
  return {
    state: kind,
    statusText,
    ...(problem === undefined ? {} : { problem }),
    ...(code === null ? {} : { code }),
    ...(signal === null ? {} : { signal }),
    ...(endedMs === undefined ? {} : { endedMs }),
    agents: model.agents().length,
    conflicts: model.mergeTotals.conflicts,
    found: Object.fromEntries(model.found.totals.kinds),
    events: model.eventCount,
    damaged: model.damageCount,
  };
}

/** The record of a run that has ended so. */
export function ended({ live: _live, ...record }: RunRecord, summary: RunSummary): RunRecord {
  return { ...record, summary };
}

function left(record: RunRecord, leftMs: number): RunRecord {
  return { ...record, onShow: { leftMs }, ...(record.live && { live: { ...record.live, hostPid: 0 } }) };
}
