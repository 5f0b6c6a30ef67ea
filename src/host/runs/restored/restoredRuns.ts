/**
 * How a window finds the runs again that it showed before it was reloaded or crashed: it reads their records, and has
 * those adopted that nobody follows. What to do with each is decided in adoption.ts; how, in runAdopter.ts, which is
 * loaded only where there is one.
 */

import type * as vscode from "vscode";
import type { RunRegistry } from "../runRegistry";
import { isAlive } from "../../../base/processTree";
import type { RunRecord } from "../../records/runRecord";
import type { RunRecordStore } from "../../records/runRecordStore";
import { workspaceName } from "../workspaceName";
import { adoptionOf, marksOf, type Adoption } from "./adoption";
import { isProcess } from "./processIdentity";
import { stackOf } from "../../../base/humanError";

/** Nothing is read before the editor has had a moment for itself. */
const IDLE_MS = 200;
/** The window that this one replaces may need so long to be gone; until then this one asks often. */
const EAGER_MS = 30_000;
const EAGER_INTERVAL_MS = 300;
const PATIENT_INTERVAL_MS = 10_000;
/** Later, a run that nobody follows may belong to another window that is just being reloaded. */
const PATIENCE_MS = 60_000;

/** What finding runs needs. */
export interface RestoredRunsOptions {
  readonly runs: Pick<RunRegistry, "get">;
  readonly records: RunRecordStore;
  /** Takes a run up, or closes it; resolves once the run is shown, or is another window's. */
  readonly adopt: (record: RunRecord, adoption: Exclude<Adoption, "leave" | "wait">) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

/** Looks once, and goes on asking about the runs that another window still has. */
export class RestoredRuns implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;

  constructor(private readonly options: RestoredRunsOptions) {
    this.look().catch((error: unknown) => options.log.error(`Runs could not be looked for: ${stackOf(error)}`));
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    await this.pause(IDLE_MS);
    const beganMs = performance.now();
    const stored = await this.options.records.list();
    // The newest comes last, and so to the top.
    const waiting = new Set(stored.map(({ record }) => record.id).reverse());
    const orphanedMs = new Map<string, number>();
    while (waiting.size > 0 && !this.isDisposed) {
      const eager = performance.now() - beganMs < EAGER_MS;
      for (const id of waiting) {
        const record = this.options.records.read(id);
        const adoption = record === undefined || this.isDisposed ? "leave" : await this.adoptionOf(record);
        if (record === undefined || adoption === "leave") waiting.delete(id);
        else if (adoption === "wait") {
          orphanedMs.delete(id);
          // Whose run has ended needs nobody.
          if (!eager && record.live === undefined) waiting.delete(id);
        } else {
          const sinceMs = orphanedMs.get(id) ?? performance.now();
          orphanedMs.set(id, sinceMs);
          if (!eager && performance.now() - sinceMs < PATIENCE_MS) continue;
          waiting.delete(id);
          await this.options.adopt(record, adoption);
        }
      }
      if (waiting.size > 0) await this.pause(eager ? EAGER_INTERVAL_MS : PATIENT_INTERVAL_MS);
    }
  }

  private async adoptionOf(record: RunRecord): Promise<Adoption> {
    const { records, runs } = this.options;
    if (runs.get(record.id) !== undefined) return "leave";
    const { live } = record;
    return adoptionOf(record, {
      workspace: workspaceName(),
      hostPid: process.pid,
      nowMs: Date.now(),
      openIn: await records.openMarks(record.id),
      isRunning: live !== undefined && isRunning(record),
      isAlive,
    });
  }

  private pause(ms: number): Promise<void> {
    // Once this is disposed of, the promise stays open, and nothing goes on.
    return new Promise((resolve) => (this.timer = setTimeout(resolve, ms)));
  }
}

/** A pid that was never told says nothing: such a run lives if its script dials in. */
function isRunning(record: RunRecord): boolean {
  const pid = record.live?.supervisorPid;
  if (pid === undefined) return true;
  return process.platform === "win32" ? isAlive(pid) : isProcess(pid, marksOf(record));
}
