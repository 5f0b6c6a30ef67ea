/**
 * How a window finds the runs again that it showed before it was reloaded or crashed: it reads their records, and
 * takes up what lives and nobody follows. What to do with each is decided in adoption.ts.
 */

import * as vscode from "vscode";
import { DisposableStore } from "../../../base/disposableStore";
import { readMemoryBounds } from "../../settings/memorySettings";
import type { RunRegistry } from "../runRegistry";
import { isAlive } from "../../../base/processTree";
import { ended, summaryOf } from "../keptRecord";
import type { RunRecord } from "../../records/runRecord";
import type { RunRecordStore } from "../../records/runRecordStore";
import type { RunListener } from "../runListener";
import { LiveRun } from "../liveRun";
import { uniqueTitle } from "../uniqueTitle";
import { workspaceName } from "../workspaceName";
import { adoptionOf, type Adoption } from "./adoption";
import { RestoredProcess } from "./restoredProcess";
import { isProcess } from "./processIdentity";
import type { RunSecrets } from "./runSecrets";

/** Nothing is read before the editor has had a moment for itself. */
const IDLE_MS = 200;
/** The window that this one replaces may need so long to be gone; until then this one asks often. */
const EAGER_MS = 30_000;
const EAGER_INTERVAL_MS = 300;
const PATIENT_INTERVAL_MS = 10_000;
/** Later, a run that nobody follows may belong to another window that is just being reloaded. */
const PATIENCE_MS = 60_000;

/** What is needed to take up runs. */
export interface RestoredRunsOptions {
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly listener: RunListener;
  readonly secrets: RunSecrets;
  readonly log: vscode.LogOutputChannel;
}

/** Looks once, and goes on asking about the runs that another window still has. */
export class RestoredRuns implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;

  constructor(private readonly options: RestoredRunsOptions) {
    this.look().catch((error: unknown) => options.log.error(`Runs could not be looked for: ${textOf(error)}`));
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.store.dispose();
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
          const session = await this.take(record, adoption);
          if (session === undefined) continue;
          // A long recording does not keep the other runs from being shown.
          (adoption === "close" ? this.close(session) : this.takeUp(session)).catch((error: unknown) =>
            this.options.log.error(`${record.title} could not be taken up: ${textOf(error)}`),
          );
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

  /** @returns undefined when another window was first */
  private async take(record: RunRecord, adoption: Exclude<Adoption, "leave" | "wait">): Promise<LiveRun | undefined> {
    const { records, runs, secrets, log } = this.options;
    const { id, live, summary } = record;
    if (live !== undefined && !records.claim(id, live.hostPid)) return undefined;
    await records.clearMarks(id);
    if (this.isDisposed) return undefined;
    const isFollowed = adoption === "follow";
    const session = new LiveRun({
      id,
      title: uniqueTitle(record.title, new Set(runs.all.map((run) => run.title))),
      script: vscode.Uri.file(record.script),
      recording: records.recordingOf(record),
      node: { text: live?.nodeText ?? "", source: live?.nodeSource ?? "path" },
      holdMerges: live?.holdMerges ?? "never",
      task: new RestoredProcess({ pid: live?.supervisorPid, marks: marksOf(record) }),
      log,
      memory: readMemoryBounds(),
      restored: { lives: isFollowed, detached: live?.detached === true, summary },
      detachNoted: () => records.noteLive(id, { detached: true }),
    });
    log.info(`${session.title}: found, ${adoption}`);
    void session.over.then(() => secrets.forget(id));
    if (adoption === "close") this.store.add(session);
    else runs.add(session);
    return session;
  }

  private takeUp(session: LiveRun): Promise<void> {
    const { records, secrets, listener } = this.options;
    const { id } = session;
    return session.takeUp(async () => {
      const secret = await secrets.read(id);
      if (secret === undefined || this.isDisposed) return false;
      const rendezvous = records.rendezvousOf(id);
      const awaited = await listener.expect({ runId: id, secret, rendezvous, receiver: session });
      void session.over.then(() => awaited.dispose());
      return true;
    });
  }

  private async close(session: LiveRun): Promise<void> {
    await this.takeUp(session);
    await session.over;
    const summary = summaryOf(session);
    if (summary !== undefined) {
      this.options.records.update(session.id, ({ onShow: _onShow, ...record }) => ended(record, summary));
    }
    session.dispose();
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

/** What stands in the command line or environment of a run's supervisor. */
function marksOf({ script, id }: RunRecord): readonly string[] {
  return [script, id];
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
