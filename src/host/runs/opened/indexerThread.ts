/** The thread that reads a recording from disk: lines, their order and their damage are made out here, off the host's event loop. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { BatchWriter } from "../../../recording/recordingBatch";
import { RecordingReader } from "../../../recording/recordingReader";
import type { FromIndexer, IndexerData } from "./indexerMessages";

const CHUNK_BYTES = 1024 * 1024;
/** Bytes that are read into lines between two looks at how full the batch is: some hundred lines. */
const SLICE_BYTES = 32 * 1024;
/** Few enough for the host to take in without delaying what else it has to do. */
const BATCH_EVENTS = 2_048;
/** Batches that may be under way: one is taken in while the next is made. */
const MAX_UNDER_WAY = 2;

const { file } = workerData as IndexerData;
const port = parentPort!;
let underWay = 0;
let wake: (() => void) | undefined;
port.on("message", () => {
  underWay--;
  wake?.();
});

void main()
  .catch((error: NodeJS.ErrnoException) => post({ type: "failed", code: error.code ?? "", message: error.message }))
  .finally(() => port.close());

async function main(): Promise<void> {
  const fd = openSync(file, "r");
  try {
    const writer = new BatchWriter(BATCH_EVENTS);
    const reader = new RecordingReader(writer);
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const send = async (): Promise<void> => {
      if (writer.length === 0) return;
      while (underWay >= MAX_UNDER_WAY) await new Promise<void>((resolve) => (wake = resolve));
      underWay++;
      const batch = writer.drain();
      const message: FromIndexer = { type: "batch", batch, bytes: reader.bytes, size: fstatSync(fd).size };
      port.postMessage(message, [batch.numbers.buffer, batch.times.buffer]);
    };
    for (;;) {
      const count = readSync(fd, chunk, 0, CHUNK_BYTES, reader.bytes);
      if (count === 0) break;
      for (let at = 0; at < count; at += SLICE_BYTES) {
        reader.append(chunk.subarray(at, Math.min(at + SLICE_BYTES, count)));
        if (writer.isFull) await send();
      }
      // A file of few, long lines is told of too.
      await send();
    }
    reader.finish();
    await send();
    post({ type: "end", bytes: reader.bytes });
  } finally {
    closeSync(fd);
  }
}

function post(message: FromIndexer): void {
  port.postMessage(message);
}
