/** How a window takes up a run that it showed before it was reloaded or crashed, or closes one that ended meanwhile. */

import * as vscode from "vscode";
import { DisposableStore } from "../../../base/disposableStore";
import { readMemoryBounds } from "../../settings/memorySettings";
import type { RunRegistry } from "../runRegistry";
import { ended, summaryOf } from "../keptRecord";
import type { RunRecord } from "../../records/runRecord";
import type { RunRecordStore } from "../../records/runRecordStore";
import type { RunListener } from "../runListener";
import { DEFAULT_STOP_GRACE_MS } from "../../../protocol/launch";
import { LiveRun } from "../liveRun";
import { uniqueTitle } from "../uniqueTitle";
import { marksOf, type Adoption } from "./adoption";
import { RestoredProcess } from "./restoredProcess";
import type { RunSecrets } from "./runSecrets";
import { stackOf } from "../../../base/humanError";

/** What is needed to take up runs. */
export interface RunAdopterOptions {
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly listener: Pick<RunListener, "expect">;
  readonly secrets: RunSecrets;
  readonly log: vscode.LogOutputChannel;
}

/** Adopts runs. Disposing of it ends what it closes; what it took up lives on. */
export class RunAdopter implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private isDisposed = false;

  constructor(private readonly options: RunAdopterOptions) {}

  /** Resolves once the run is shown, or is another window's. What its recording holds comes later: a long one does not keep others waiting. */
  async adopt(record: RunRecord, adoption: Exclude<Adoption, "leave" | "wait">): Promise<void> {
    const session = await this.claimRun(record, adoption);
    if (session === undefined) return;
    (adoption === "close" ? this.close(session) : this.takeUp(session)).catch((error: unknown) =>
      this.options.log.error(`${record.title} could not be taken up: ${stackOf(error)}`),
    );
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
  }

  /** @returns undefined when another window was first */
  private async claimRun(
    record: RunRecord,
    adoption: Exclude<Adoption, "leave" | "wait">,
  ): Promise<LiveRun | undefined> {
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
      stopGraceMs: live?.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
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
}
