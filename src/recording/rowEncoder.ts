/**
 * The writing of one event as one recording line; runs on the script's thread for every event, and so is built for speed:
 * the most frequent lines are written here at one go, the data of the others as kindLines.ts says.
 */

import { childOf, EVENT_KINDS, isMergedKey, Op, parentOf } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";
import { createTimeFormatter } from "../base/timestamp";
import { jsonOf, KIND_LINES } from "./kindLines";
import { OpenMerge } from "./mergeLine";
import { RecordedValues } from "./recordedValues";

/**
 * Turns an event into its recording line, with the "\n" at its end; into nothing where it is one of a merge that goes on, whose
 * end is the line of all. Must be given rows of one log, in their order; the newest may be given again, otherwise masked: what
 * came of it before is not built on then.
 */
export interface RowEncoder {
  (row: LogRow): string;
  /** The newest event as it will stand in the line of its merge; "" where it has a line of its own. */
  readonly kept: () => string;
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

  /** The merge whose events come; what it was is kept until something else does. */
  let merge: OpenMerge | undefined;
  let isMergeOver = false;

  const value = (row: LogRow, child: number): string => {
    const key = row.key ?? "";
    const value = row.value ?? null;
    if (typeof value === "number") return ',"changes":{' + quote(key) + ":" + value + "}";
    const { from, json } = values.write(row.seq, row.layer, key, value, child);
    if (from === 0) return ',"changes":{' + quote(key) + ":" + json + "}";
    return ',"from":' + from + ',"patch":{' + quote(key) + ":" + json + "}";
  };

  /** The data of a change of one key, without its end. */
  const change = (row: LogRow): string => {
    const isMerged = isMergedKey(row.op);
    const isWrite = row.op === Op.Write || row.op === Op.MergeWrite;
    return (
      '{"layer":' +
      row.layer +
      (isWrite ? value(row, isMerged ? childOf(row) : 0) : ',"deleted":[' + quote(row.key ?? "") + "]") +
      (isMerged
        ? ',"merge":' + row.aux + (row.aux2 === 0 ? "" : ',"mergedRev":' + row.aux2)
        : row.aux === 0
          ? ""
          : ',"base":{"layer":' + row.aux + ',"rev":' + row.aux2 + "}")
    );
  };

  /** An event as an object of the line of its merge. */
  const element = (row: LogRow): string =>
    (row.op === Op.Revert ? '{"layer":' + row.layer + (KIND_LINES[row.op].encode?.(row) ?? "") : change(row)) +
    ',"rev":' +
    row.rev +
    (row.agent === undefined ? "" : ',"agent":' + quote(row.agent)) +
    (row.site > 0 ? ',"site":' + row.site : "") +
    (row.inScopeOf > 0 ? ',"in_scope_of":' + row.inScopeOf : "") +
    "}";

  const keep = (into: OpenMerge, row: LogRow): void => {
    const isOfOverlay = into.take(row, values.knows(into.child), quote, () => element(row));
    if (isOfOverlay) values.pass(row.seq, row.layer, row.key ?? "", row.value, into.child);
  };

  const encode = (row: LogRow): string => {
    let broken = "";
    if (merge !== undefined) {
      if (merge.has(row)) {
        keep(merge, row);
        return "";
      }
      if (merge.isEnd(row)) isMergeOver = true;
      else if (row.seq !== merge.planned) {
        // A merge that something ended in its middle left what it did so far.
        const { events } = merge;
        merge = undefined;
        if (!isMergeOver) broken = events.map(line).join("");
      }
    }
    if (row.op === Op.MergePlanned) {
      merge = new OpenMerge(row);
      isMergeOver = false;
    }
    return broken === "" ? line(row) : broken + line(row);
  };

  const line = (row: LogRow): string => {
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
    switch (row.op) {
      case Op.Write:
      case Op.Delete:
      case Op.MergeWrite:
      case Op.MergeDelete:
        return '{"kind":"state_changed"' + head + change(row) + "}" + tail;
      case Op.Read:
        return (
          '{"kind":"state_read"' +
          head +
          '{"layer":' +
          row.layer +
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
        return (
          '{"kind":"keys_read"' +
          head +
          '{"layer":' +
          row.layer +
          ',"from":' +
          row.aux +
          ',"rev":' +
          row.aux2 +
          "}" +
          tail
        );
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
          '{"layer":' +
          row.layer +
          (KIND_LINES[row.op].encode?.(row) ?? "") +
          (row.op === Op.MergeApplied && merge !== undefined ? merge.members(row.agent, quote) : "") +
          "}" +
          tail
        );
    }
  };
  return Object.assign(encode, {
    kept: () => (merge === undefined || isMergeOver ? "" : merge.newest),
    forget: () => values.forget(),
  });
}
