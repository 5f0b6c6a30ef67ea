/** The recordings of a run's children and threads: where they lie, and what of them can be read. */

import { copyFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import type { RunModel } from "../model/runModel";
import { RECORDING_SUFFIX } from "../recording/recording";
import { readRecording, RecordingError } from "./readRecording";
import { subRunStart } from "./recordingFile";

/** A sub-run's recording, or why it cannot be read. */
export type SubRun =
  | { readonly file: string; readonly model: RunModel }
  | { readonly file: string; readonly model: undefined; readonly problem: string };

/** Those in a run's own directory. */
export function subRunsIn(runDir: string, ignore: readonly string[]): Promise<readonly SubRun[]> {
  return readAll(
    namesIn(runDir, "sub-").map((name) => path.join(runDir, name)),
    ignore,
  );
}

/** Those beside a recording: as `run --record` keeps them, and as they lie in a run's own directory. */
export async function subRunsBeside(
  file: string,
  { info }: RunModel,
  ignore: readonly string[],
): Promise<readonly SubRun[]> {
  const folder = path.dirname(file);
  const ownName = path.basename(file);
  if (!ownName.endsWith(RECORDING_SUFFIX) || ownName.startsWith("sub-")) return [];
  const kept = namesIn(folder, subRunStart(ownName));
  const names = [...kept, ...namesIn(folder, "sub-")];
  const found = await readAll(
    names.map((name) => path.join(folder, name)),
    ignore,
  );
  // Another run may have been kept under the same name, or in the same folder.
  return found.filter(({ file: other, model }) =>
    model === undefined ? kept.includes(path.basename(other)) : model.info.runId === info.runId,
  );
}

/** `race.agentlog.jsonl` keeps its sub-runs as `race.sub-PID-THREAD.agentlog.jsonl`. */
export function keepSubRuns(runDir: string, recording: string): void {
  const start = subRunStart(recording);
  for (const name of namesIn(runDir, "sub-")) copyFileSync(path.join(runDir, name), start + name.slice("sub-".length));
}

function namesIn(folder: string, start: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(RECORDING_SUFFIX))
    .sort();
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
