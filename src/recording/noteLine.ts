/** The writing of lines that are no events of the script: what its publisher or supervisor adds. */

import type { JsonValue } from "../core/jsonValue";
import { createTimeFormatter } from "../base/timestamp";

/**
 * Writes such a line (`run_ended`, `events_lost`), with its "\n". It carries no seq, for only the script's thread gives
 * those out.
 */
export function encodeNote(kind: string, data: JsonValue, timestampMs: number): string {
  return JSON.stringify({ kind, data, timestamp: createTimeFormatter()(timestampMs) }) + "\n";
}
