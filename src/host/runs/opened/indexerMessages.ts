/** What the thread that reads a recording and the host tell each other. */

import type { RecordingBatch } from "../../../recording/recordingBatch";

/** What the thread starts with. */
export interface IndexerData {
  /** Absolute path. */
  readonly file: string;
}

/** From the thread. */
export type FromIndexer =
  /** The next of the recording, with how many bytes were read by then, and how many there are. */
  | { readonly type: "batch"; readonly batch: RecordingBatch; readonly bytes: number; readonly size: number }
  /** All is read. */
  | { readonly type: "end"; readonly bytes: number }
  /** The file cannot be read (any further). */
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/** To the thread: a batch was taken in, so another may be sent. */
export interface ToIndexer {
  readonly type: "taken";
}
