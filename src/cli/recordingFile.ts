/** The file of a recording that is about to be made, wherever the user wants it. */

import { closeSync, openSync, readSync, truncateSync } from "node:fs";
import { RECORDING_SUFFIX } from "../recording/recording";
import { claimRecording, type RecordingClaim } from "../disk/recordingClaim";
import { UsageError } from "./usage";

/** @returns what the paths of sub-runs begin with that are kept beside a recording; process and thread follow. */
export function subRunStart(recording: string): string {
  return `${recording.slice(0, -RECORDING_SUFFIX.length)}.sub-`;
}

/**
 * Makes the file, empty, before anything runs: nothing runs if its recording cannot be kept. Until the claim is released, no
 * other run is recorded there.
 * @throws UsageError
 */
export function makeRecording(file: string): RecordingClaim {
  refuseOtherFile(file);
  try {
    // The folder may not be there, or the file not be ours to write.
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}.`);
  }
  try {
    const claim = claimRecording(file);
    truncateSync(file);
    return claim;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A recording is written anew; anything else of that name is not ours to overwrite. */
function refuseOtherFile(file: string): void {
  let fd;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new UsageError(`${file} cannot be used for the recording: ${(error as Error).message}.`);
  }
  try {
    const start = Buffer.alloc(64);
    const length = readSync(fd, start, 0, start.length, 0);
    if (length === 0 || start.toString("latin1").startsWith('{"kind":"recording_header"')) return;
  } catch {
    // A folder, for one; refused like any other file.
  } finally {
    closeSync(fd);
  }
  throw new UsageError(`${file} exists and is not a recording; it is not overwritten.`);
}
