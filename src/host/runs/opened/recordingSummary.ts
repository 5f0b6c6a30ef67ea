/** The summary of a run that nobody followed to its end: what its recording says of it; knows no editor. */

import * as path from "node:path";
import { RunModel } from "../../../model/runModel";
import { outcomeOf } from "../runOutcome";
import { indexRecording } from "./indexRecording";
import { summaryOf } from "../keptRecord";
import { RecordingFile } from "../../../disk/recordingFile";
import type { RunRecord, RunSummary } from "../../records/runRecord";

/**
 * Sums a recording up, however large it is: another thread reads it, and its values stay on disk.
 * @param thread the bundle of that thread, absolute path
 * @returns undefined when it was aborted
 * @throws what the disk says
 */
export async function summarizeRecording(
  recording: string,
  record: RunRecord,
  { thread, signal }: { readonly thread: string; readonly signal: AbortSignal },
): Promise<RunSummary | undefined> {
  const file = new RecordingFile(recording);
  try {
    const model = new RunModel(file);
    const bytes = await indexRecording({ thread, file: recording, model, signal, progress: () => undefined });
    if (bytes === undefined) return undefined;
    model.finish();
    const state = outcomeOf({
      title: path.basename(record.script),
      ended: model.info.ended,
      errors: model.info.errors,
      stopped: false,
      launchError: undefined,
      nodeSource: record.live?.nodeSource ?? "path",
    });
    return summaryOf({ state, model });
  } finally {
    file.close();
  }
}
