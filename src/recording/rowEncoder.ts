/**
 * The writing of one event as one recording line; runs on the script's thread for every event, and so is built for speed:
 * the most frequent lines are written here at one go, the data of the others as kindLines.ts says.
 */

import { childOf, EVENT_KINDS, Op, parentOf } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";
import { createTimeFormatter } from "../base/timestamp";
import { jsonOf, KIND_LINES } from "./kindLines";
import { RecordedValues } from "./recordedValues";

/**
 * Turns an event into its recording line, with the "\n" at its end. Must be given rows of one log, in their order; the newest
 * may be given again, otherwise masked: what came of it before is not built on then.
 */
export interface RowEncoder {
  (row: LogRow): string;
  /** Lines may have been lost: those that come do not build on what they said. */
  readonly forget: () => void;
}

/** Kinds whose lines have a meaning of their own; an `Other` event of such a name is marked with `source: "other"`. */
export const RESERVED_KINDS: ReadonlySet<string> = new Set([
  ...Object.values(EVENT_KINDS).flatMap(({ word }) => word ?? []),
  "recording_header",
  "state_snapshot",
]);

/** The kind word of an event, as its recording line says it; `key` is the event's key. */
export function kindWord(op: Op, key: string | undefined): string {
  return EVENT_KINDS[op].word ?? key ?? "unknown";
}

/** Strings up to this length have their JSON remembered. */
const MAX_CACHED_LENGTH = 128;
const MAX_CACHED_STRINGS = 8_192;

/**
 * Makes an encoder with its own caches (of key and agent names, and of the current time).
 * @param mayExtend whether a text may be written as what it has more than the one before
 */
export function createRowEncoder(mayExtend: (text: string) => boolean = () => true): RowEncoder {
  const values = new RecordedValues(mayExtend);
  const cache = new Map<string, string>();
  const quote = (text: string): string => {
    let json = cache.get(text);
    if (json !== undefined) return json;
    json = JSON.stringify(text);
    if (text.length <= MAX_CACHED_LENGTH) {
      if (cache.size >= MAX_CACHED_STRINGS) cache.clear();
      cache.set(text, json);
    }
    return json;
  };
  const formatTime = createTimeFormatter();
  let tailMs = NaN;
  let tail = "";

  const change = (row: LogRow, child: number): string => {
    const key = row.key ?? "";
    const value = row.value ?? null;
    if (typeof value === "number") return ',"changes":{' + quote(key) + ":" + value + "}";
    const { from, json } = values.write(row.seq, row.layer, key, value, child);
    if (from === 0) return ',"changes":{' + quote(key) + ":" + json + "}";
    return ',"from":' + from + ',"patch":{' + quote(key) + ":" + json + "}";
  };

  const encode = (row: LogRow): string => {
    if (row.timestampMs !== tailMs) {
      tailMs = row.timestampMs;
      tail = ',"timestamp":"' + formatTime(tailMs) + '"}\n';
    }
    const agent = row.agent === undefined ? "" : ',"agent":' + quote(row.agent);
    const rev = row.rev === 0 ? "" : ',"rev":' + row.rev;
    // Most recordings have none: the text of a line then is what it was before there were any.
    const site = row.site > 0 ? ',"site":' + row.site : "";
    const scope = row.inScopeOf > 0 ? ',"in_scope_of":' + row.inScopeOf : "";
    const head = ',"seq":' + row.seq + site + scope + agent + rev + ',"data":';
    const layer = '{"layer":' + row.layer;
    switch (row.op) {
      case Op.Write:
        return (
          '{"kind":"state_changed"' +
          head +
          layer +
          change(row, 0) +
          (row.aux === 0 ? "}" : ',"base":{"layer":' + row.aux + ',"rev":' + row.aux2 + "}}") +
          tail
        );
      case Op.Delete:
        return (
          '{"kind":"state_changed"' +
          head +
          layer +
          ',"deleted":[' +
          quote(row.key ?? "") +
          "]" +
          (row.aux === 0 ? "}" : ',"base":{"layer":' + row.aux + ',"rev":' + row.aux2 + "}}") +
          tail
        );
      case Op.MergeWrite:
        return (
          '{"kind":"state_changed"' +
          head +
          layer +
          change(row, childOf(row)) +
          ',"merge":' +
          row.aux +
          mergedRevision(row) +
          "}" +
          tail
        );
      case Op.MergeDelete:
        return (
          '{"kind":"state_changed"' +
          head +
          layer +
          ',"deleted":[' +
          quote(row.key ?? "") +
          '],"merge":' +
          row.aux +
          mergedRevision(row) +
          "}" +
          tail
        );
      case Op.Read:
        return (
          '{"kind":"state_read"' +
          head +
          layer +
          ',"key":' +
          quote(row.key ?? "") +
          ',"from":' +
          row.aux +
          ',"rev":' +
          row.aux2 +
          "}" +
          tail
        );
      case Op.KeysRead:
        return '{"kind":"keys_read"' + head + layer + ',"from":' + row.aux + ',"rev":' + row.aux2 + "}" + tail;
      case Op.Logged:
        return (
          '{"kind":' +
          quote(row.key ?? "") +
          ',"source":"script","layer":' +
          row.layer +
          ',"seq":' +
          row.seq +
          site +
          scope +
          agent +
          rev +
          (row.value === undefined ? "" : ',"data":' + jsonOf(row.value)) +
          tail
        );
      case Op.Other:
        return (
          '{"kind":' +
          quote(row.key ?? "") +
          (RESERVED_KINDS.has(row.key ?? "") ? ',"source":"other"' : "") +
          ',"seq":' +
          row.seq +
          site +
          scope +
          agent +
          rev +
          (row.value === undefined ? "" : ',"data":' + jsonOf(row.value)) +
          tail
        );
      default:
        if (row.op === Op.AgentStarted) values.begin(row.layer, parentOf(row));
        return (
          '{"kind":"' +
          kindWord(row.op, row.key) +
          '"' +
          head +
          layer +
          (KIND_LINES[row.op].encode?.(row) ?? "") +
          "}" +
          tail
        );
    }
  };
  return Object.assign(encode, { forget: () => values.forget() });
}

/** Which local change was merged, where it is not the newest. */
function mergedRevision(row: LogRow): string {
  return row.aux2 === 0 ? "" : ',"mergedRev":' + row.aux2;
}
