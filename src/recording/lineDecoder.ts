/**
 * The reading of one recording line. Total: whatever the text is, the answer is a line or a sentence that says
 * what is wrong with it; knows nothing of files, of other lines, or of what events mean.
 */

import { exactTextOf, parseExactJson } from "../core/exactNumber";
import type { JsonObject } from "../core/jsonValue";
import { newRow, Op, type LogRow } from "../core/logRow";
import type { LogState } from "../core/logState";
import { adoptJson } from "./adoptJson";
import { asCount, asRecord, asText, LineError } from "./checks";
import { decodeHeader, type DecodedHeader } from "./headerLine";
import { KINDS_BY_WORD } from "./kindLines";
import { readMerged, type MergedEvent } from "./mergeLine";
import { decodeSnapshot } from "./snapshotLine";
import { createTimeParser, readForeignTime } from "../base/timestamp";

/** What one line holds. */
export type DecodedLine =
  | ({ readonly type: "header" } & DecodedHeader)
  | { readonly type: "snapshot"; readonly state: LogState; readonly cut: number }
  | {
      readonly type: "row";
      /** With `seq` 0 where the line has none (a note of the publisher or supervisor, or a log of another tool). */
      readonly row: LogRow;
      /** Members that a row has no place for (`action_id`, `proposal_id`, …), kept as they are. */
      readonly extra: JsonObject | undefined;
      /** Events before it that its line holds, too. */
      readonly merged: readonly MergedEvent[];
    }
  /** One sentence. */
  | { readonly type: "damage"; readonly message: string };

/** Reads lines without their "\n". Values are deeply frozen. Keeps a small cache of times; never throws. */
export type LineDecoder = (text: string) => DecodedLine;

/** A parsed line before its members are checked. */
interface RawLine {
  kind: string;
  seq?: unknown;
  agent?: unknown;
  rev?: unknown;
  site?: unknown;
  in_scope_of?: unknown;
  data?: unknown;
  timestamp?: unknown;
  source?: unknown;
  layer?: unknown;
}

const NONE: readonly MergedEvent[] = [];

/** Members of a line that have a place in a row. */
const PLACED: ReadonlySet<string> = new Set([
  "kind",
  "seq",
  "agent",
  "rev",
  "data",
  "timestamp",
  "source",
  "layer",
  "site",
  "in_scope_of",
]);

/** Makes a decoder for the lines of one recording. */
export function createLineDecoder(): LineDecoder {
  const parseTime = createTimeParser();
  return (text) => {
    try {
      return decodeLine(text, parseTime);
    } catch (error) {
      return { type: "damage", message: sentence(error) };
    }
  };
}

function sentence(error: unknown): string {
  if (error instanceof LineError) return `The line cannot be used: ${error.message}.`;
  if (error instanceof SyntaxError) return "The line is not JSON; it is torn or was changed.";
  return `The line cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
}

function decodeLine(text: string, parseTime: (text: string) => number): DecodedLine {
  const parsed = parseExactJson(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new LineError("it is not a JSON object");
  }
  const line = parsed as RawLine;
  if (typeof line.kind !== "string") throw new LineError("it has no kind");
  const row = newRow();
  if (line.seq === undefined) {
    if (line.kind === "recording_header") return { type: "header", ...decodeHeader(line.data, line.timestamp) };
    return decodeForeign(line, row, parseTime);
  }
  row.seq = asCount(line.seq, "seq");
  if (typeof line.timestamp !== "string") throw new LineError("timestamp is not a string");
  row.timestampMs = parseTime(line.timestamp);
  if (row.timestampMs !== row.timestampMs) throw new LineError("timestamp is not an ISO 8601 time");
  let members = 4;
  if (line.agent !== undefined) {
    row.agent = asText(line.agent, "agent");
    members++;
  }
  if (line.rev !== undefined) {
    row.rev = asCount(line.rev, "rev");
    members++;
  }
  if (line.site !== undefined) {
    row.site = asCount(line.site, "site");
    members++;
  }
  if (line.in_scope_of !== undefined) {
    row.inScopeOf = asCount(line.in_scope_of, "in_scope_of");
    members++;
  }
  if (row.seq === 0 && line.kind !== "state_snapshot") throw new LineError("seq is 0, which no event has");
  if (line.source !== undefined) {
    members++;
    if (line.data === undefined) members--;
    row.key = line.kind;
    row.value = line.data === undefined ? undefined : adoptJson(line.data);
    if (line.source === "script") {
      row.op = Op.Logged;
      row.layer = line.layer === undefined ? 0 : asCount(line.layer, "layer");
      members++;
      return { type: "row", row, extra: unplaced(line, members), merged: NONE };
    }
    if (line.source === "other") return { type: "row", row, extra: unplaced(line, members), merged: NONE };
    throw new LineError(`source is neither "script" nor "other"`);
  }
  if (line.kind === "state_snapshot") return { type: "snapshot", ...decodeSnapshot(row.seq, line.data) };
  const merged = decodeData(line, row);
  if (line.data === undefined) members--;
  return { type: "row", row, extra: unplaced(line, members), merged };
}

/**
 * Fills in what the kind's data says; kinds without a meaning of their own stay `Other`.
 * @returns the events that the line holds besides
 */
function decodeData(line: RawLine, row: LogRow): readonly MergedEvent[] {
  const kind = KINDS_BY_WORD.get(line.kind);
  if (kind === undefined) {
    row.key = line.kind;
    row.value = line.data === undefined ? undefined : adoptJson(line.data);
    return NONE;
  }
  row.op = kind.op;
  const data = dataOf(line, row);
  kind.decode(data, row);
  return row.op === Op.MergeApplied ? readMerged(data, row) : NONE;
}

/** The data of a kind that speaks of a layer; takes the layer. */
function dataOf(line: RawLine, row: LogRow): Record<string, unknown> {
  const data = asRecord(line.data, "data");
  row.layer = asCount(data["layer"], "data.layer");
  return data;
}

/**
 * A line without seq keeps everything that it holds: only what can be placed for certain moves into the row. The unit of
 * a number is a guess, so a time that is one stays to be seen.
 */
function decodeForeign(line: RawLine, row: LogRow, parseTime: (text: string) => number): DecodedLine {
  const extra: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let extras = 0;
  const exactTime = exactTextOf(line.timestamp);
  const timestampMs = readForeignTime(exactTime === undefined ? line.timestamp : Number(exactTime), parseTime);
  if (!Number.isNaN(timestampMs)) row.timestampMs = timestampMs;
  for (const name of Object.keys(line)) {
    const value = (line as unknown as Record<string, unknown>)[name];
    if (name === "kind") row.key = line.kind;
    else if (name === "data") row.value = adoptJson(value);
    else if (name === "agent" && typeof value === "string") row.agent = value;
    else if (name !== "timestamp" || typeof value !== "string" || Number.isNaN(timestampMs)) {
      extra[name] = value;
      extras++;
    }
  }
  return { type: "row", row, extra: extras === 0 ? undefined : (adoptJson(extra) as JsonObject), merged: NONE };
}

/** The members that have no place, given how many are expected to have one. */
function unplaced(line: RawLine, expected: number): JsonObject | undefined {
  const names = Object.keys(line);
  if (names.length === expected) return undefined;
  const extra: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let extras = 0;
  for (const name of names) {
    if (PLACED.has(name)) continue;
    extra[name] = (line as unknown as Record<string, unknown>)[name];
    extras++;
  }
  return extras === 0 ? undefined : (adoptJson(extra) as JsonObject);
}
