/**
 * The writing of an export to disk: beside its place first, into its place when it is whole. Knows neither dialogs nor
 * VS Code.
 */

import { randomBytes } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import type { ExportFormat } from "../../model/export/exportFormat";
import { otlpTrace } from "../../model/export/otlpExport";
import type { Damage } from "../../recording/damage";
import { isBeingRecorded } from "../../disk/recordingClaim";
import { RecordingFile } from "../../disk/recordingFile";
import { RunModel } from "../../model/runModel";
import { WholeLines } from "../../recording/wholeLines";
import { HumanError, messageOf } from "../../base/humanError";

/** What is exported. */
export interface ExportSource {
  /** Absolute path of the recording. */
  readonly recording: string;
  /** The model of the recording, where there is one already. */
  readonly model?: RunModel;
}

/** How it is exported. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Absolute path of the file to write. */
  readonly target: string;
  readonly signal?: AbortSignal;
  /** Told which part is done, 0 to 1. */
  readonly progress?: (part: number) => void;
}

/** What an export holds. */
export interface Exported {
  /** The run was still going on: what it did later is not in it. */
  readonly snapshot: boolean;
  /** Lines of the recording that are not whole and so not in it. */
  readonly leftOut: number;
  readonly damage: readonly Damage[];
  readonly damageCount: number;
  /** Runs in the file besides the first, which are not in it. */
  readonly otherRuns: number;
}

const CHUNK_BYTES = 256 * 1024;
/** How much of the work it is to read a recording of which there is no model. */
const READ_PART = 0.5;

/**
 * Writes the export; an existing file is replaced, but for the recording itself.
 * @throws HumanError when a file cannot be used, and what `signal` was aborted with; nothing is left behind then.
 */
export async function writeExport(source: ExportSource, options: ExportOptions): Promise<Exported> {
  const { format, target, signal } = options;
  await refuseRecording(source.recording, target);
  const partial = `${target}.${randomBytes(6).toString("hex")}.partial`;
  const file = await open(partial, "wx", 0o600).catch((error: unknown) => {
    throw new HumanError(l10n.t("'{0}' cannot be written: {1}. Choose another place.", target, messageOf(error)));
  });
  try {
    let exported;
    try {
      exported = format === "otlp" ? await writeTrace(source, options, file) : await writeLines(source, options, file);
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    await rename(partial, target);
    return exported;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof HumanError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new HumanError(l10n.t("'{0}' could not be written: {1}.", target, messageOf(error)));
  }
}

async function writeLines(
  { recording, model }: ExportSource,
  { signal, progress }: ExportOptions,
  file: FileHandle,
): Promise<Exported> {
  const lines = new WholeLines();
  const snapshot = model !== undefined && !model.finished;
  // The bytes of a run that goes on are taken up to what its views show.
  await readChunks(recording, snapshot ? model.bytes : Infinity, signal, async (chunk, part) => {
    await file.writeFile(lines.push(chunk));
    progress?.(part);
  });
  await file.writeFile(lines.finish(snapshot));
  if (lines.kept === 0) throw noRecording(recording, lines.damage);
  const { leftOut, damage, damageCount, otherRuns } = lines;
  return { snapshot, leftOut, damage, damageCount, otherRuns: otherRuns?.count ?? 0 };
}

async function writeTrace(
  { recording, model: known }: ExportSource,
  options: ExportOptions,
  file: FileHandle,
): Promise<Exported> {
  if (known !== undefined) return writeSpans(recording, known, 0, options, file);
  let lines: RecordingFile;
  try {
    lines = new RecordingFile(recording);
  } catch (error) {
    throw unreadable(recording, error);
  }
  try {
    // Values stay on disk until they are written.
    const model = new RunModel(lines);
    await readChunks(recording, Infinity, options.signal, async (chunk, part) => {
      model.append(chunk);
      options.progress?.(part * READ_PART);
    });
    model.finish();
    return await writeSpans(recording, model, READ_PART, options, file);
  } finally {
    lines.close();
  }
}

async function writeSpans(
  recording: string,
  model: RunModel,
  readPart: number,
  { signal, progress }: ExportOptions,
  file: FileHandle,
): Promise<Exported> {
  if (model.eventCount === 0 && model.info.runId === "") throw noRecording(recording, model.damage);
  const snapshot = !model.finished;
  const told = progress && ((part: number): void => progress(readPart + part * (1 - readPart)));
  for (const piece of otlpTrace(model, told === undefined ? {} : { progress: told })) {
    signal?.throwIfAborted();
    if (piece === "") await setImmediate();
    else await file.writeFile(piece);
  }
  const { damage, damageCount, info } = model;
  return { snapshot, leftOut: 0, damage, damageCount, otherRuns: info.otherRuns?.count ?? 0 };
}

/** Hands on a file's bytes, at most so many, piece by piece, and which part of them that is. @throws HumanError */
async function readChunks(
  path: string,
  limit: number,
  signal: AbortSignal | undefined,
  take: (chunk: Uint8Array, part: number) => Promise<void>,
): Promise<void> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await file.stat();
    const total = Math.min(limit, size);
    for (let at = 0; at < limit;) {
      signal?.throwIfAborted();
      const length = Math.min(CHUNK_BYTES, limit - at);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      await take(buffer.subarray(0, bytesRead), total === 0 ? 1 : Math.min(1, at / total));
    }
  } finally {
    await file.close();
  }
}

/** @throws HumanError when both names are of one file, or a run is being recorded to the target. */
async function refuseRecording(recording: string, target: string): Promise<void> {
  const [source, existing] = await Promise.all(
    [recording, target].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  if (isBeingRecorded(target)) {
    throw new HumanError(l10n.t("A run is being recorded to '{0}'. Choose another place.", target));
  }
  if (source === undefined || existing === undefined) return;
  if (source.dev === existing.dev && source.ino === existing.ino) {
    throw new HumanError(
      l10n.t("'{0}' is the recording itself, which is not overwritten. Choose another place.", target),
    );
  }
}

function unreadable(path: string, error: unknown): HumanError {
  return new HumanError(l10n.t("The recording '{0}' cannot be read: {1}.", path, messageOf(error)));
}

function noRecording(recording: string, [first]: readonly Damage[]): HumanError {
  return new HumanError(
    first === undefined
      ? l10n.t("'{0}' is empty: there is nothing to export.", recording)
      : l10n.t("'{0}' is not a recording: line {1}: {2}", recording, first.line, first.message),
  );
}
