/** The recordings of a run's children and threads: where they lie, and what of them can be read. */

import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import * as path from "node:path";
import type { RunModel } from "../model/runModel";
import { createLineDecoder, RECORDING_SUFFIX } from "../recording/recording";
import { RecordingError } from "./failures";
import { readRecording } from "./readRecording";
import { subRunStart } from "./recordingFile";

/** A sub-run's recording, or why it cannot be read. */
export type SubRun =
  | { readonly file: string; readonly model: RunModel }
  | { readonly file: string; readonly model: undefined; readonly problem: string };

/** A header that is longer is read with the rest of its recording. */
const HEADER_BYTES = 64 * 1024;

/**
 * Those beside a recording: `race.agentlog.jsonl` has them in `race.sub-PID-THREAD.agentlog.jsonl`, and in a directory of
 * its own in `sub-PID-THREAD.agentlog.jsonl`. In the order of their starts.
 * @param ignore keys whose findings are silenced, as patterns
 * @param others files that were there before the run, and are none of it where they cannot be read
 */
export async function subRunsBeside(
  file: string,
  runId: string,
  ignore: readonly string[],
  others: ReadonlySet<string> = new Set(),
): Promise<readonly SubRun[]> {
  const folder = path.dirname(file);
  const ownName = path.basename(file);
  if (!ownName.endsWith(RECORDING_SUFFIX) || ownName.startsWith("sub-")) return [];
  const kept = subRunFiles(file);
  const files = [...kept, ...namesIn(folder, "sub-").map((name) => path.join(folder, name))];
  const ofRun = files.filter((each) => [undefined, runId].includes(runOf(each)));
  const found = await readAll(ofRun, ignore);
  // Another run may have been kept under the same name, or in the same folder.
  return found
    .filter(({ file: other, model }) =>
      model === undefined ? kept.includes(other) && !others.has(other) : model.info.runId === runId,
    )
    .sort((one, other) => startOf(one) - startOf(other));
}

/** What cannot be read, or says no time, comes last. */
function startOf({ model }: SubRun): number {
  return model?.info.startedMs ?? Number.MAX_VALUE;
}

/** The files of a recording's sub-runs, and of others that were kept under its name. */
export function subRunFiles(recording: string): readonly string[] {
  const start = subRunStart(recording);
  const folder = path.dirname(start);
  return namesIn(folder, path.basename(start)).map((name) => path.join(folder, name));
}

function namesIn(folder: string, start: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(RECORDING_SUFFIX))
    .sort();
}

/** The run that a recording's header names; undefined where it cannot be told from the file's beginning. */
function runOf(file: string): string | undefined {
  try {
    const fd = openSync(file, "r");
    try {
      const start = Buffer.alloc(HEADER_BYTES);
      const bytes = start.subarray(0, readSync(fd, start, 0, start.length, 0));
      const end = bytes.indexOf(10);
      const line = end < 0 ? undefined : createLineDecoder()(bytes.toString("utf8", 0, end));
      return line?.type === "header" ? line.header.run : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

async function readAll(files: readonly string[], ignore: readonly string[]): Promise<readonly SubRun[]> {
  const found: SubRun[] = [];
  for (const file of files) {
    try {
      found.push({ file, model: await readRecording(file, ignore) });
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      found.push({ file, model: undefined, problem: error.message });
    }
  }
  return found;
}
