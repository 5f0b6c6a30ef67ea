/** Which parts of events, snapshots and headers are masked, and as what: as values, names or texts. */

import { createRowEncoder, type RecordingHeader, type RowEncoder } from "../../recording/recording";
import { KIND_LINES } from "../../recording/kindLines";
import type { JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import type { ContextEntry, ContextState, LogState, StoreEntry, StoreState } from "../../core/logState";
import type { Redaction } from "./redaction";

/**
 * An encoder that masks each event before it becomes a line. What a value changed is told on masked values: those before had
 * their masks already, and what a shape hides stands in one text, which is a whole one for {@link mayExtend} says where it may not be.
 */
export function createMaskingEncoder(redaction: Redaction): RowEncoder {
  const encode = createRowEncoder((text) => mayExtend(text, redaction));
  const { forget, kept } = encode;
  const own = { forget, kept };
  if (!redaction.byShapeAlone) return Object.assign((row: LogRow) => encode(maskRow(row, redaction)), own);
  const masking = (row: LogRow): string => {
    // One look at the line is cheaper than one at each member of a value; a value without members is cheaper still.
    if (typeof row.value !== "object" || row.value === null) return encode(maskRow(row, redaction));
    const line = encode(row);
    return redaction.mayConcern(line === "" ? kept() : line) ? encode(maskRow(row, redaction)) : line;
  };
  return Object.assign(masking, own);
}

/** A secret may begin in what a text had before, and end in what it has more. */
function mayExtend(text: string, redaction: Redaction): boolean {
  return !redaction.byShapeAlone || !redaction.mayConcern(text);
}

/** The event as it may be told; the same object where nothing is to be masked. */
export function maskRow(row: LogRow, redaction: Redaction): LogRow {
  const agent = row.agent === undefined ? undefined : redaction.name(row.agent);
  // Kinds of our own events are no names of the script's.
  const key = row.key === undefined || row.op === Op.Other ? row.key : redaction.name(row.key);
  const value = row.value === undefined ? undefined : KIND_LINES[row.op].mask(row.value, redaction, row.key ?? "");
  return agent === row.agent && key === row.key && value === row.value ? row : { ...row, agent, key, value };
}

/** A state as it may be told. */
export function maskState(state: LogState, redaction: Redaction): LogState {
  const layers = new Map<number, StoreState | ContextState>();
  for (const [id, layer] of state.layers) {
    const name = redaction.name(layer.name);
    layers.set(
      id,
      layer.type === "store"
        ? {
            ...layer,
            name,
            ignore: layer.ignore.map((pattern) => redaction.name(pattern)),
            entries: maskEntries(layer.entries, redaction),
          }
        : {
            ...layer,
            name,
            agentId: layer.agentId === undefined ? undefined : redaction.name(layer.agentId),
            entries: maskEntries(layer.entries, redaction),
          },
    );
  }
  return { seq: state.seq, layers };
}

function maskEntries<Entry extends StoreEntry | ContextEntry>(
  entries: ReadonlyMap<string, Entry>,
  redaction: Redaction,
): Map<string, Entry> {
  const masked = new Map<string, Entry>();
  for (const [key, entry] of entries) {
    const value = (of: JsonValue | undefined): JsonValue | undefined =>
      of === undefined ? undefined : redaction.value(key, of);
    masked.set(redaction.name(key), {
      ...entry,
      value: value(entry.value),
      actor: entry.actor === undefined ? undefined : redaction.name(entry.actor),
      ...("baseValue" in entry && {
        baseValue: value(entry.baseValue),
        readValue: value(entry.readValue),
        seenValue: value(entry.seenValue),
      }),
    });
  }
  return masked;
}

/** A header as it may be told, with the facts of its masking. */
export function maskHeader(header: RecordingHeader, redaction: Redaction | undefined): RecordingHeader {
  if (redaction === undefined) return header;
  return {
    ...header,
    script: redaction.text(header.script),
    cwd: redaction.text(header.cwd),
    args: maskArguments(header.args, redaction),
    masked: redaction.facts,
  };
}

const ASSIGNMENT = /^-{0,2}([\w.-]+)=([^]*)$/;
const OPTION = /^-{1,2}([\w.-]+)$/;

/** `--password=…`, `password=…` and what follows `--password` are values under that name. */
function maskArguments(args: readonly string[], redaction: Redaction): readonly string[] {
  let isSecret = false;
  return args.map((arg) => {
    const [, name = "", value = ""] = ASSIGNMENT.exec(arg) ?? [];
    if (name !== "" && redaction.hides(name)) {
      isSecret = false;
      return value === "" ? arg : arg.slice(0, -value.length) + redaction.secret(value);
    }
    const option = OPTION.exec(arg)?.[1];
    const wasSecret = isSecret && option === undefined;
    isSecret = option !== undefined && redaction.hides(option);
    return wasSecret ? redaction.secret(arg) : redaction.text(arg);
  });
}
