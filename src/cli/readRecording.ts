/**
 * How a recording on disk becomes a model, a piece at a time. As in the editor, values stay on disk until somebody looks at
 * them, and so does what of the index is beyond a bound: a recording may be larger than memory.
 */

import { closeSync, createReadStream, fstatSync, openSync, unlinkSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import * as path from "node:path";
import { PageFile } from "../disk/pageFile";
import { RecordingFile } from "../disk/recordingFile";
import { RunModel } from "../model/runModel";
import { Pages } from "../model/storage/pages";
import { removeAtEnd } from "./atEnd";
import { RecordingError } from "./failures";
import { usableTemporaryFolder } from "./temporaryFolder";

/** How much of the index is kept in memory, bytes. */
const INDEX_BYTES = 32 * 1024 * 1024;

/**
 * @param ignore keys whose findings are silenced, as patterns
 * @throws RecordingError when it cannot be read or holds nothing of a recording.
 */
export async function readRecording(file: string, ignore: readonly string[] = []): Promise<RunModel> {
  let model;
  try {
    model = await read(file, ignore);
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw unreadable(file, error);
  }
  model.finish();
  if (model.bytes === 0) throw new RecordingError(`${file} is empty.`);
  if (model.eventCount === 0 && model.info.runId === "") {
    const [first] = model.damage;
    throw new RecordingError(`${file} is not a recording${first ? `: line ${first.line}: ${first.message}` : "."}`);
  }
  return model;
}

/** Why a file cannot be read, in one sentence. */
export function unreadable(file: string, error: unknown): RecordingError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new RecordingError(`There is no file ${file}.`);
  return new RecordingError(`${file} cannot be read: ${message}.`);
}

async function read(file: string, ignore: readonly string[]): Promise<RunModel> {
  const fd = openSync(file, "r");
  let copy: number | undefined;
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new RecordingError(`${file} is a folder, not a recording.`);
    // A pipe is read once: what it says is kept in a file of ours.
    if (!stat.isFile()) copy = tryTemporaryFile();
    const lines = stat.isFile() ? new RecordingFile(file) : copy === undefined ? undefined : new RecordingFile(copy);
    const pages = new PageFile(() => undefined, usableTemporaryFolder());
    removeAtEnd(() => pages.dispose());
    const model = new RunModel(lines, 0, new Pages(pages, INDEX_BYTES), ignore);
    for await (const chunk of createReadStream(file, { fd, autoClose: false })) {
      const bytes = chunk as Uint8Array;
      if (copy !== undefined) for (let done = 0; done < bytes.length;) done += writeSync(copy, bytes, done);
      model.append(bytes);
    }
    return model;
  } finally {
    closeSync(fd);
  }
}

/** A file that is gone with the command; undefined where there is no place for one, and memory has to do. */
function tryTemporaryFile(): number | undefined {
  const file = path.join(usableTemporaryFolder(), `agent-context-${randomUUID()}.jsonl`);
  try {
    const fd = openSync(file, "wx+", 0o600);
    const remove = removeAtEnd(() => unlinkSync(file));
    // Some systems refuse to while it is open.
    if (process.platform !== "win32") remove();
    return fd;
  } catch {
    return undefined;
  }
}
