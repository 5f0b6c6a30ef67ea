/** The writing of one event as one recording line; runs on the script's thread for every event, and so is built for speed. */

import { KIND_OF_OP } from "../core/agentEvent";
import type { JsonValue } from "../core/jsonValue";
import { Op, storeFacts, type LogRow } from "../core/logRow";
import { createTimeFormatter } from "../base/timestamp";

/** Turns an event into its recording line, with the "\n" at its end. Must be given rows of one log. */
export type RowEncoder = (row: LogRow) => string;

/** Kinds whose lines have a meaning of their own; an `Other` event of such a name is marked with `source: "other"`. */
export const RESERVED_KINDS: ReadonlySet<string> = new Set([
  ...Object.values(KIND_OF_OP),
  "recording_header",
  "state_snapshot",
]);

/** The kind word of an event, as its recording line says it; `key` is the event's key. */
export function kindWord(op: Op, key: string | undefined): string {
  return KIND_OF_OP[op] ?? key ?? "unknown";
}

/** Strings up to this length have their JSON remembered. */
const MAX_CACHED_LENGTH = 128;
const MAX_CACHED_STRINGS = 8_192;

/** Makes an encoder with its own caches (of key and agent names, and of the current time). */
export function createRowEncoder(): RowEncoder {
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

  return (row) => {
    if (row.timestampMs !== tailMs) {
      tailMs = row.timestampMs;
      tail = ',"timestamp":"' + formatTime(tailMs) + '"}\n';
    }
    const agent = row.agent === undefined ? "" : ',"agent":' + quote(row.agent);
    const rev = row.rev === 0 ? "" : ',"rev":' + row.rev;
    // Most recordings have none: the text of a line then is what it was before there were any.
    const site = row.site > 0 ? ',"site":' + row.site : "";
    const head = ',"seq":' + row.seq + site + agent + rev + ',"data":';
    const layer = '{"layer":' + row.layer;
    switch (row.op) {
      case Op.Write:
        return (
          '{"kind":"state_changed"' +
          head +
          layer +
          ',"changes":{' +
          quote(row.key ?? "") +
          ":" +
          toJson(row.value) +
          "}" +
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
          ',"changes":{' +
          quote(row.key ?? "") +
          ":" +
          toJson(row.value) +
          '},"merge":' +
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
          agent +
          rev +
          (row.value === undefined ? "" : ',"data":' + toJson(row.value)) +
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
          agent +
          rev +
          (row.value === undefined ? "" : ',"data":' + toJson(row.value)) +
          tail
        );
      case Op.StoreCreated:
        return '{"kind":"store_created"' + head + layer + storeMembers(row.value) + "}" + tail;
      case Op.AgentStarted:
        return '{"kind":"agent_started"' + head + layer + ',"parent":' + row.aux + agentIdentity(row) + "}" + tail;
      case Op.AgentEnded:
        return '{"kind":"agent_ended"' + head + layer + ',"error":' + toJson(row.value) + "}" + tail;
      case Op.ScopeEntered:
        return '{"kind":"scope_entered"' + head + layer + ',"scope":' + row.aux + ',"outer":' + row.aux2 + "}" + tail;
      case Op.ScopeExited:
        return (
          '{"kind":"scope_exited"' + head + layer + ',"scope":' + row.aux + ',"error":' + toJson(row.value) + "}" + tail
        );
      case Op.Revert:
        return '{"kind":"state_rollback"' + head + layer + ',"reverted":[' + quote(row.key ?? "") + "]}" + tail;
      case Op.Discard:
        return '{"kind":"state_rollback"' + head + layer + ',"discarded":' + toJson(row.value ?? []) + "}" + tail;
      case Op.MergeHeld:
        return '{"kind":"merge_held"' + head + layer + ',"into":' + row.aux + inner(row.value) + "}" + tail;
      case Op.MergePlanned:
        return '{"kind":"merge_planned"' + head + layer + ',"into":' + row.aux + inner(row.value) + "}" + tail;
      case Op.MergeApplied:
        return (
          '{"kind":"state_committed"' +
          head +
          layer +
          ',"into":' +
          row.aux +
          ',"planned":' +
          row.aux2 +
          inner(row.value) +
          "}" +
          tail
        );
      case Op.MergeRefused:
        return (
          '{"kind":"transaction_conflict"' +
          head +
          layer +
          ',"into":' +
          row.aux +
          ',"planned":' +
          row.aux2 +
          inner(row.value) +
          "}" +
          tail
        );
      case Op.Restored:
        return '{"kind":"state_restored"' + head + layer + ',"state":' + toJson(row.value ?? {}) + "}" + tail;
    }
  };
}

function toJson(value: JsonValue | undefined): string {
  if (typeof value === "number") return "" + value;
  return value === undefined ? "null" : JSON.stringify(value);
}

function storeMembers(value: JsonValue | undefined): string {
  const { name, ignore } = storeFacts(value);
  const findings = ignore.length === 0 ? "" : ',"findings":{"ignore":' + toJson(ignore) + "}";
  return ',"name":' + toJson(name) + findings;
}

/** The agent id, where one was given, and the first context with it, where this is another. */
function agentIdentity(row: LogRow): string {
  const id = row.value === undefined ? "" : ',"agent_id":' + toJson(row.value);
  return row.aux2 === 0 ? id : id + ',"same_as":' + row.aux2;
}

/** Which local change was merged, where it is not the newest. */
function mergedRevision(row: LogRow): string {
  return row.aux2 === 0 ? "" : ',"mergedRev":' + row.aux2;
}

/** The members of an object, to stand behind other members. */
function inner(value: JsonValue | undefined): string {
  const json = toJson(value);
  return json.length > 2 && json.startsWith("{") ? "," + json.slice(1, -1) : "";
}
