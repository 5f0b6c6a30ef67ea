/** How a recording on disk becomes a model, a piece at a time. */

import { createReadStream, statSync } from "node:fs";
import { RunModel } from "../model/runModel";

/** A file that cannot be used; the message is one sentence. */
export class RecordingError extends Error {}

/**
 * @param ignore keys whose findings are silenced, as patterns
 * @throws RecordingError when it cannot be read or holds nothing of a recording.
 */
export async function readRecording(file: string, ignore: readonly string[] = []): Promise<RunModel> {
  const model = new RunModel(undefined, 0, undefined, ignore);
  try {
    if (statSync(file).isDirectory()) throw new RecordingError(`${file} is a folder, not a recording.`);
    for await (const chunk of createReadStream(file)) model.append(chunk as Uint8Array);
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RecordingError(code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`);
  }
  model.finish();
  if (model.bytes === 0) throw new RecordingError(`${file} is empty.`);
  if (model.eventCount === 0 && model.info.runId === "") {
    const [first] = model.damage;
    throw new RecordingError(`${file} is not a recording${first ? `: line ${first.line}: ${first.message}` : "."}`);
  }
  return model;
}
