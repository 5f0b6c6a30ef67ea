/** The last line of a recording, written once the script's process is gone; and the first ones, if no process of it writes them. */

import { closeSync, fstatSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { encodeHeader, encodeNote, encodeSnapshot, type RecordingHeader } from "../../recording/recording";

const NEWLINE = 10;

/** How the script's process ended. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Writes the first lines of a recording into which nobody else writes. @throws what the disk says. */
export function beginRecording(file: string, header: RecordingHeader): void {
  const now = Date.now();
  const text = encodeHeader(header, now) + encodeSnapshot({ seq: 0, layers: new Map() }, 0, now);
  writeFileSync(file, text, { mode: 0o600 });
}

/** Appends `run_ended`, after completing what a killed process left torn. @throws what the disk says. */
export function finishRecording(file: string, header: RecordingHeader, { code, signal }: ExitStatus): void {
  const fd = openSync(file, "a+", 0o600);
  try {
    const now = Date.now();
    let text = "";
    const { size } = fstatSync(fd);
    if (size === 0) text += encodeHeader(header, now);
    else if (byteAt(fd, size - 1) !== NEWLINE) text += "\n";
    if (!hasTwoLines(fd, size)) text += encodeSnapshot({ seq: 0, layers: new Map() }, 0, now);
    const bytes = Buffer.from(text + encodeNote("run_ended", { code, signal }, now), "utf8");
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
  } finally {
    closeSync(fd);
  }
}

function byteAt(fd: number, position: number): number | undefined {
  const byte = Buffer.alloc(1);
  return readSync(fd, byte, 0, 1, position) === 1 ? byte[0] : undefined;
}

/** Whether a header and something of a second line are there. A snapshot may be long, but none is before the header's end. */
function hasTwoLines(fd: number, size: number): boolean {
  const chunk = Buffer.alloc(64 * 1024);
  for (let at = 0; at < size;) {
    const count = readSync(fd, chunk, 0, chunk.length, at);
    if (count === 0) return false;
    const end = chunk.subarray(0, count).indexOf(NEWLINE);
    if (end >= 0) return at + end + 1 < size;
    at += count;
  }
  return false;
}
