/** Models whose values stay on disk, for tests: read as by another thread, over bytes that stand for the file. */

import type { LineSource } from "../../../src/recording/lineSource";
import { Pages, type PageStore } from "../../../src/model/storage/pages";
import { BatchReplay, BatchWriter } from "../../../src/recording/recordingBatch";
import { RecordingReader } from "../../../src/recording/recordingReader";
import { RunModel } from "../../../src/model/runModel";

/** Lines of bytes that stand for a file. */
export function linesOf(bytes: Uint8Array): LineSource {
  const decoder = new TextDecoder();
  return {
    lineAt: (offset) => {
      const end = bytes.indexOf(10, offset);
      return decoder.decode(bytes.subarray(offset, end === -1 ? bytes.length : end));
    },
  };
}

/** Pages that go as soon as they are full; there are many, for they are small. */
export function pagesOnDisk(): Pages {
  const kept: Uint8Array[] = [];
  const store: PageStore = {
    write: (bytes) => kept.push(bytes.slice()) - 1,
    read: (place, into) => into.set(kept[place] as Uint8Array),
  };
  return new Pages(store, 1, 2);
}

/** What a host does with a recording on disk, in one thread. @param sliceBytes how the bytes are split */
export function storedModel(bytes: Uint8Array, sliceBytes = 1_000, batchEvents = 7): RunModel {
  const model = new RunModel(linesOf(bytes));
  const writer = new BatchWriter(batchEvents);
  const reader = new RecordingReader(writer);
  const replay = new BatchReplay(model);
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    reader.append(bytes.subarray(at, at + sliceBytes));
    if (writer.isFull) replay.replay(structuredClone(writer.drain()));
  }
  reader.finish();
  replay.replay(structuredClone(writer.drain()));
  model.finish();
  return model;
}
