/** The reading of a recording on disk into a model: another thread reads, this one takes in, batch by batch. Knows no editor. */

import { Worker } from "node:worker_threads";
import { BatchReplay } from "../../../recording/recordingBatch";
import type { RunModel } from "../../../model/runModel";
import type { FromIndexer, IndexerData, ToIndexer } from "./indexerMessages";

/** How far the reading has come. */
export interface IndexProgress {
  readonly bytes: number;
  readonly size: number;
}

/** What reading needs. */
export interface IndexOptions {
  /** The thread's bundle, absolute path. */
  readonly thread: string;
  /** The recording, absolute path. */
  readonly file: string;
  /** Must read values from disk (see `LineSource`); gets nothing but what the thread tells. */
  readonly model: RunModel;
  readonly progress: (progress: IndexProgress) => void;
  /** Ends the reading; the model keeps what it has. */
  readonly signal: AbortSignal;
}

/** The file cannot be read; `code` is the system's, "" where there is none. */
export class IndexError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * Resolves with how many bytes there were, or undefined when it was aborted.
 * @throws IndexError when the file cannot be read, or not to its end
 */
export function indexRecording({ thread, file, model, progress, signal }: IndexOptions): Promise<number | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  const data: IndexerData = { file };
  const worker = new Worker(thread, { workerData: data, env: {}, execArgv: [], name: "agent-context indexer" });
  const replay = new BatchReplay(model);
  return new Promise<number | undefined>((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    worker.on("message", (message: FromIndexer) => {
      if (signal.aborted) return;
      switch (message.type) {
        case "batch":
          try {
            replay.replay(message.batch);
          } catch (error) {
            return reject(error instanceof Error ? error : new Error(String(error)));
          }
          model.changed();
          progress(message);
          worker.postMessage({ type: "taken" } satisfies ToIndexer);
          return undefined;
        case "end":
          return resolve(message.bytes);
        case "failed":
          return reject(new IndexError(message.message, message.code));
      }
    });
    worker.on("error", (error) => reject(new IndexError(error.message, "")));
    worker.on("exit", () => reject(new IndexError("The thread that reads recordings is gone.", "")));
  }).finally(() => void worker.terminate());
}
