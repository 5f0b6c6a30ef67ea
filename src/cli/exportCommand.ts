/** `agent-context export`: a recording in another format, or what is whole of it, written as it is read. */

import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, rmSync, statSync } from "node:fs";
import { rename } from "node:fs/promises";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isBeingRecorded } from "../disk/recordingClaim";
import { otlpTrace } from "../model/export/otlpExport";
import type { Damage } from "../recording/damage";
import { otherRunsText, type OtherRuns } from "../recording/otherRuns";
import { WholeLines } from "../recording/wholeLines";
import { removeAtEnd } from "./atEnd";
import { print, printError } from "./output";
import { RecordingError } from "./failures";
import { readRecording, unreadable } from "./readRecording";
import { harmless } from "./table";
import { UsageError, type Request } from "./usage";

/** Exported, but the recording is not whole. */
const EXIT_INCOMPLETE = 4;
/** Damaged places that are told by name. */
const MAX_TOLD = 10;

/** What is not whole of the recording that was exported. */
interface Shortfall {
  /** Lines that are not in the export. */
  readonly leftOut: number;
  readonly damage: readonly Damage[];
  readonly damageCount: number;
  readonly otherRuns: OtherRuns | undefined;
}

/** @returns the exit code. @throws RecordingError, UsageError when a file cannot be used; the output is as it was then. */
export async function exportRecording({
  file,
  format,
  output,
}: Extract<Request, { command: "export" }>): Promise<number> {
  const recording = path.resolve(file);
  const target = output === undefined ? undefined : path.resolve(output);
  if (target !== undefined) refuseTarget(target, recording);
  const shortfall = format === "otlp" ? await exportTrace(recording, target) : await exportLines(recording, target);
  if (shortfall.damageCount === 0 && shortfall.otherRuns === undefined) return 0;
  await printError(shortfallText(shortfall));
  return EXIT_INCOMPLETE;
}

async function exportTrace(recording: string, target: string | undefined): Promise<Shortfall> {
  const model = await readRecording(recording);
  await write(otlpTrace(model), target);
  // A line that is damaged is in no event; what else is wrong, no count tells.
  return { leftOut: 0, damage: model.damage, damageCount: model.damageCount, otherRuns: model.info.otherRuns };
}

async function exportLines(recording: string, target: string | undefined): Promise<Shortfall> {
  const lines = new WholeLines();
  await write(wholeLinesOf(recording, lines), target);
  return lines;
}

/** @throws RecordingError when the file cannot be read, or none of its lines is a recording's. */
async function* wholeLinesOf(recording: string, lines: WholeLines): AsyncGenerator<string, void, undefined> {
  try {
    if (statSync(recording).isDirectory()) throw new RecordingError(`${recording} is a folder, not a recording.`);
    for await (const chunk of createReadStream(recording)) {
      const text = lines.push(chunk as Uint8Array);
      // Until one is found, these are blank lines.
      if (lines.kept > 0) yield text;
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw unreadable(recording, error);
  }
  const rest = lines.finish();
  if (lines.kept === 0) {
    const [first] = lines.damage;
    throw new RecordingError(
      first === undefined
        ? `${recording} is empty.`
        : `${recording} is not a recording: line ${first.line}: ${first.message}`,
    );
  }
  yield rest;
}

/** Writes to standard output, or to a file that appears when it is whole. */
async function write(pieces: Iterable<string> | AsyncIterable<string>, target: string | undefined): Promise<void> {
  if (target === undefined) return print(pieces);
  const partial = `${target}.${randomBytes(6).toString("hex")}.partial`;
  const removed = removeAtEnd(() => rmSync(partial, { force: true }));
  try {
    await pipeline(
      Readable.from(pieces, { objectMode: true }),
      createWriteStream(partial, { flags: "wx", mode: 0o600 }),
    );
    await rename(partial, target);
  } catch (error) {
    if (error instanceof RecordingError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new UsageError(`${target} cannot be written: ${(error as Error).message}.`);
  } finally {
    removed();
  }
}

/** @throws UsageError for a folder, and for the recording itself by whatever name. */
function refuseTarget(target: string, recording: string): void {
  const existing = statSync(target, { throwIfNoEntry: false, bigint: true });
  if (existing === undefined) return;
  if (existing.isDirectory()) throw new UsageError(`${target} is a folder; name the file to write.`);
  const source = statSync(recording, { throwIfNoEntry: false, bigint: true });
  if (source !== undefined && source.dev === existing.dev && source.ino === existing.ino) {
    throw new UsageError(`${target} is the recording itself; it is not overwritten.`);
  }
  if (isBeingRecorded(target)) {
    throw new UsageError(`${target} is being recorded by a run; name another file.`);
  }
}

function shortfallText({ leftOut, damage, damageCount, otherRuns }: Shortfall): string {
  const others = otherRuns === undefined ? "" : `agent-context: ${otherRunsText(otherRuns)}\n`;
  if (damageCount === 0) return others;
  const lines =
    leftOut === 0 ? "" : leftOut === 1 ? "; 1 line of it was left out" : `; ${leftOut} lines of it were left out`;
  const told = damage.slice(0, MAX_TOLD).map(({ line, message }) => `  line ${line}: ${harmless(message)}\n`);
  const more = damageCount > told.length ? `  … and ${damageCount - told.length} more damaged places\n` : "";
  return `${others}agent-context: The recording is not whole${lines}:\n${told.join("")}${more}`;
}
