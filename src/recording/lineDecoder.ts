/**
 * The reading of one recording line. Total: whatever the text is, the answer is a line or a sentence that says
 * what is wrong with it; knows nothing of files, of other lines, or of what events mean.
 */

import { exactTextOf, parseExactJson } from "../core/exactNumber";
import type { JsonObject, JsonValue } from "../core/jsonValue";
import { newRow, Op, type LogRow } from "../core/logRow";
import type { LogState } from "../core/logState";
import { adoptJson } from "./adoptJson";
import { asCount, asRecord, asText, asTexts, LineError } from "./checks";
import { decodeHeader, type DecodedHeader } from "./headerLine";
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
  data?: unknown;
  timestamp?: unknown;
  source?: unknown;
  layer?: unknown;
}

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
      return { type: "row", row, extra: unplaced(line, members) };
    }
    if (line.source === "other") return { type: "row", row, extra: unplaced(line, members) };
    throw new LineError(`source is neither "script" nor "other"`);
  }
  if (line.kind === "state_snapshot") return { type: "snapshot", ...decodeSnapshot(row.seq, line.data) };
  decodeData(line, row);
  if (line.data === undefined) members--;
  return { type: "row", row, extra: unplaced(line, members) };
}

/** Fills in what the kind's data says; kinds without a meaning of their own stay `Other`. */
function decodeData(line: RawLine, row: LogRow): void {
  switch (line.kind) {
    case "state_changed":
      return decodeChange(dataOf(line, row), row);
    case "state_read": {
      const data = dataOf(line, row);
      row.op = Op.Read;
      row.key = asText(data["key"], "data.key");
      row.aux = asCount(data["from"], "data.from");
      row.aux2 = asCount(data["rev"], "data.rev");
      return;
    }
    case "keys_read": {
      const data = dataOf(line, row);
      row.op = Op.KeysRead;
      row.aux = asCount(data["from"], "data.from");
      row.aux2 = asCount(data["rev"], "data.rev");
      return;
    }
    case "state_rollback": {
      const data = dataOf(line, row);
      if (data["reverted"] !== undefined) {
        row.op = Op.Revert;
        row.key = onlyKey(asTexts(data["reverted"], "data.reverted"), "data.reverted");
      } else {
        row.op = Op.Discard;
        row.value = asTexts(data["discarded"], "data.discarded");
      }
      return;
    }
    case "store_created": {
      const { name, findings } = dataOf(line, row);
      row.op = Op.StoreCreated;
      row.value = asText(name, "data.name");
      if (findings === undefined) return;
      const ignore = asTexts(asRecord(findings, "data.findings")["ignore"], "data.findings.ignore");
      row.value = Object.freeze({ name: row.value, ignore });
      return;
    }
    case "agent_started": {
      const { parent, agent_id: agentId, same_as: first } = dataOf(line, row);
      row.op = Op.AgentStarted;
      row.aux = asCount(parent, "data.parent");
      asText(row.agent, "agent");
      if (agentId !== undefined) row.value = asText(agentId, "data.agent_id");
      if (first !== undefined) row.aux2 = asCount(first, "data.same_as");
      return;
    }
    case "agent_ended":
      row.op = Op.AgentEnded;
      row.value = errorOf(dataOf(line, row)["error"]);
      return;
    case "scope_entered": {
      const data = dataOf(line, row);
      row.op = Op.ScopeEntered;
      row.aux = asCount(data["scope"], "data.scope");
      row.aux2 = asCount(data["outer"], "data.outer");
      return;
    }
    case "scope_exited": {
      const data = dataOf(line, row);
      row.op = Op.ScopeExited;
      row.aux = asCount(data["scope"], "data.scope");
      row.value = errorOf(data["error"]);
      return;
    }
    case "merge_planned": {
      const { layer: _layer, into, ...summary } = dataOf(line, row);
      row.op = Op.MergePlanned;
      row.aux = asCount(into, "data.into");
      for (const name of ["added", "modified", "deleted", "unchanged", "conflictCount"]) {
        asCount(summary[name], `data.${name}`);
      }
      asText(summary["policy"], "data.policy");
      if (typeof summary["whole"] !== "boolean") throw new LineError("data.whole is not a boolean");
      asTexts(summary["conflicts"], "data.conflicts");
      checkProblems(summary["problems"]);
      if (summary["problemCount"] !== undefined) asCount(summary["problemCount"], "data.problemCount");
      row.value = adoptJson(summary);
      return;
    }
    case "merge_held": {
      const { layer: _layer, into, ...held } = dataOf(line, row);
      row.op = Op.MergeHeld;
      row.aux = asCount(into, "data.into");
      asText(held["policy"], "data.policy");
      if (typeof held["whole"] !== "boolean") throw new LineError("data.whole is not a boolean");
      asTexts(held["keys"], "data.keys");
      asTexts(held["skipped"], "data.skipped");
      checkChoices(held["choices"]);
      row.value = adoptJson(held);
      return;
    }
    case "state_committed":
    case "transaction_conflict": {
      const { layer: _layer, into, planned, ...rest } = dataOf(line, row);
      row.aux = asCount(into, "data.into");
      row.aux2 = asCount(planned, "data.planned");
      if (line.kind === "state_committed") {
        row.op = Op.MergeApplied;
        asCount(rest["keys"], "data.keys");
        asTexts(rest["skipped"], "data.skipped");
      } else {
        row.op = Op.MergeRefused;
        asText(rest["name"], "data.name");
        asText(rest["message"], "data.message");
        asTexts(rest["keys"], "data.keys");
      }
      row.value = adoptJson(rest);
      return;
    }
    case "state_restored":
      row.op = Op.Restored;
      row.value = adoptJson(asRecord(dataOf(line, row)["state"], "data.state"));
      return;
    default:
      row.key = line.kind;
      row.value = line.data === undefined ? undefined : adoptJson(line.data);
  }
}

function decodeChange(data: Record<string, unknown>, row: LogRow): void {
  const { changes, deleted, merge, mergedRev, base } = data;
  if (changes !== undefined) {
    const record = asRecord(changes, "data.changes");
    row.op = Op.Write;
    row.key = onlyKey(Object.keys(record), "data.changes");
    row.value = adoptJson(record[row.key]);
  } else {
    row.op = Op.Delete;
    row.key = onlyKey(asTexts(deleted, "data.deleted"), "data.deleted");
  }
  if (merge !== undefined) {
    row.op = row.op === Op.Write ? Op.MergeWrite : Op.MergeDelete;
    row.aux = asCount(merge, "data.merge");
    if (mergedRev !== undefined) row.aux2 = asCount(mergedRev, "data.mergedRev");
  } else if (base !== undefined) {
    const { layer, rev } = asRecord(base, "data.base");
    row.aux = asCount(layer, "data.base.layer");
    row.aux2 = asCount(rev, "data.base.rev");
  }
}

/** @throws LineError unless these are the choices of a held merge, or there are none. */
function checkChoices(choices: unknown): void {
  if (choices === undefined) return;
  if (!Array.isArray(choices)) throw new LineError("data.choices is not a list");
  for (const choice of choices as unknown[]) {
    const { key, take } = asRecord(choice, "a choice of data.choices");
    asText(key, "the key of a choice");
    if (take !== undefined && take !== "overlay" && take !== "parent") {
      throw new LineError('a choice takes neither "overlay" nor "parent"');
    }
  }
}

/** @throws LineError unless these are keys with what a merge of each loses, or there are none. */
function checkProblems(problems: unknown): void {
  if (problems === undefined) return;
  if (!Array.isArray(problems)) throw new LineError("data.problems is not a list");
  for (const problem of problems as unknown[]) {
    const { key, kind } = asRecord(problem, "a problem of data.problems");
    asText(key, "the key of a problem");
    asText(kind, "the kind of a problem");
  }
}

/** The data of a kind that speaks of a layer; takes the layer. */
function dataOf(line: RawLine, row: LogRow): Record<string, unknown> {
  const data = asRecord(line.data, "data");
  row.layer = asCount(data["layer"], "data.layer");
  return data;
}

function onlyKey(keys: readonly string[], where: string): string {
  const [key] = keys;
  if (key === undefined || keys.length !== 1) throw new LineError(`${where} holds ${keys.length} keys and not one`);
  return key;
}

function errorOf(value: unknown): JsonValue {
  if (value === null) return null;
  const { name, message, stack } = asRecord(value, "data.error");
  asText(name, "data.error.name");
  asText(message, "data.error.message");
  if (stack !== undefined) asText(stack, "data.error.stack");
  return adoptJson(value);
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
  return { type: "row", row, extra: extras === 0 ? undefined : (adoptJson(extra) as JsonObject) };
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
