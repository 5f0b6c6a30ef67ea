/**
 * The list of recorded runs of all windows: what is known of each now, summaries that nobody wrote, and when it is
 * tidied. It knows neither how the list is drawn nor what is done to its runs.
 */

import { pruneRuns } from "./pruning";
import { recentRunOf, type RecentRun, type ShownRun } from "./recentRun";
import { summarizeRecording } from "../runs/opened/recordingSummary";
import type { RetentionLimits } from "../records/retention";
import { processFacts } from "../records/runLiveness";
import type { RunRecordStore } from "../records/runRecordStore";

/** What the list is made of. */
export interface RecentRunsDeps {
  /** What this window shows. */
  readonly runs: { readonly all: readonly ShownRun[] };
  readonly records: RunRecordStore;
  readonly limits: () => RetentionLimits;
  /** The bundle of the thread that reads recordings. */
  readonly thread: string;
  readonly log: { info(text: string): void; warn(text: string): void };
}

/** See above. Nothing is remembered but why recordings could not be summed up: the directories are shared. */
export class RecentRuns {
  private readonly problems = new Map<string, string>();
  private work = Promise.resolve();
  private readonly abort = new AbortController();

  constructor(private readonly deps: RecentRunsDeps) {}

  /** All runs, newest first. */
  async list(): Promise<RecentRun[]> {
    const stored = await this.deps.records.list();
    const facts = processFacts();
    return stored.map((run) => recentRunOf(run, this.deps.runs.all, facts, this.problems.get(run.record.id)));
  }

  /** One of {@link list}; undefined when there is none. */
  async get(id: string): Promise<RecentRun | undefined> {
    const stored = await this.deps.records.stored(id);
    return stored && recentRunOf(stored, this.deps.runs.all, processFacts(), this.problems.get(id));
  }

  /** Sums up what ended while nobody followed it, one recording after another. */
  catchUp(): Promise<void> {
    return this.afterOthers(async () => {
      for (const run of await this.list()) {
        if (this.abort.signal.aborted) return;
        if (run.status.type === "unread" && run.status.problem === undefined) await this.sumUp(run);
      }
    });
  }

  /** Removes what is beyond the limits and what was left over. @returns the ids of the runs that it removed */
  async tidy(): Promise<readonly string[]> {
    let removed: readonly string[] = [];
    await this.afterOthers(async () => {
      const { runs, ...deps } = this.deps;
      removed = await pruneRuns({ ...deps, shown: () => runs.all });
    });
    return removed;
  }

  dispose(): void {
    this.abort.abort();
  }

  private async sumUp({ record, recording }: RecentRun): Promise<void> {
    const { records, log } = this.deps;
    try {
      const { signal } = this.abort;
      const summary = await summarizeRecording(recording, record, { thread: this.deps.thread, signal });
      if (summary === undefined) return;
      records.update(record.id, (now) => {
        // Another window may have found the run again, or have summed it up first.
        if (now.summary !== undefined || now.live?.hostPid !== record.live?.hostPid) return now;
        const { live: _live, ...rest } = now;
        return { ...rest, summary };
      });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.problems.set(record.id, text);
      log.warn(`The recording ${recording} could not be summed up: ${text}`);
    }
  }

  private afterOthers(action: () => Promise<void>): Promise<void> {
    const done = this.work.then(() => (this.abort.signal.aborted ? undefined : action()));
    this.work = done.catch(() => undefined);
    return done;
  }
}
