/** Which run directories are of no run that can be listed, and may go; knows no editor. */

import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { decodeRunRecord } from "./runRecord";
import { livenessOf, processFacts } from "./runLiveness";
import { RECORD_FILE, REMOVING_MARK, type RunRecordStore } from "./runRecordStore";

/** A directory that something still happens in is no leftover yet. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1_000;

/**
 * The names of directories that nothing has happened in for a day and that hold no record, or a record and no
 * recording. A record that is whole but says what we do not understand is a newer version's, and stays.
 */
export async function leftoverRuns(records: RunRecordStore, nowMs = Date.now()): Promise<string[]> {
  const entries = await readdir(records.folder, { withFileTypes: true }).catch(() => []);
  const leftovers: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && (await isLeftover(records, entry.name, nowMs))) leftovers.push(entry.name);
  }
  return leftovers;
}

async function isLeftover(records: RunRecordStore, name: string, nowMs: number): Promise<boolean> {
  const directory = records.directory(name);
  const files = await readdir(directory).catch(() => undefined);
  if (files === undefined) return false;
  for (const file of [".", ...files]) {
    const { mtimeMs = nowMs } = (await stat(path.join(directory, file)).catch(() => undefined)) ?? {};
    if (nowMs - mtimeMs < LEFTOVER_AGE_MS) return false;
  }
  if (await records.isOpen(name)) return false;
  const text = await readFile(path.join(directory, RECORD_FILE), "utf8").catch(() => undefined);
  if (text === undefined) return !files.includes(RECORD_FILE);
  const record = decodeRunRecord(text);
  // A directory that carries another's name was on its way out, or is a copy.
  if (record !== undefined && record.id !== name) return name.startsWith(REMOVING_MARK);
  if (record === undefined) return !isJson(text);
  return !files.includes(record.recording) && livenessOf(record, processFacts()) === "exited";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
