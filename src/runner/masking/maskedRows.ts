/** Which parts of events, snapshots and headers are masked, and as what: as values, names or texts. */

import type { RecordingHeader, RowEncoder } from "../../recording/recording";
import type { JsonObject, JsonValue } from "../../core/jsonValue";
import { Op, storeFacts, type HeldMergeData, type LogRow, type MergeSummary } from "../../core/logRow";
import type { ContextEntry, ContextState, LogState, StoreEntry, StoreState } from "../../core/logState";
import type { Redaction } from "./redaction";

/** An encoder that masks each event before it becomes a line. */
export function createMaskingEncoder(encode: RowEncoder, redaction: Redaction): RowEncoder {
  if (!redaction.byShapeAlone) return (row) => encode(maskRow(row, redaction));
  return (row) => {
    // One look at the line is cheaper than one at each member of a value; a value without members is cheaper still.
    if (typeof row.value !== "object" || row.value === null) return encode(maskRow(row, redaction));
    const line = encode(row);
    return redaction.mayConcern(line) ? encode(maskRow(row, redaction)) : line;
  };
}

/** The event as it may be told; the same object where nothing is to be masked. */
export function maskRow(row: LogRow, redaction: Redaction): LogRow {
  const agent = row.agent === undefined ? undefined : redaction.name(row.agent);
  // Kinds of our own events are no names of the script's.
  const key = row.key === undefined || row.op === Op.Other ? row.key : redaction.name(row.key);
  const value = row.value === undefined ? undefined : maskData(row, row.value, redaction);
  return agent === row.agent && key === row.key && value === row.value ? row : { ...row, agent, key, value };
}

function maskData({ op, key = "" }: LogRow, value: JsonValue, redaction: Redaction): JsonValue {
  const names = (list: readonly string[]): readonly string[] => list.map((name) => redaction.name(name));
  switch (op) {
    case Op.Write:
    case Op.MergeWrite:
      return redaction.value(key, value);
    case Op.Restored:
      return redaction.state(value as JsonObject);
    case Op.Logged:
      return redaction.logged(key, value);
    case Op.AgentStarted:
      return redaction.name(value as string);
    case Op.StoreCreated: {
      if (typeof value === "string") return redaction.name(value);
      const { name, ignore } = storeFacts(value);
      return { name: redaction.name(name), ignore: names(ignore) };
    }
    case Op.Discard:
      return names(value as readonly string[]);
    case Op.MergePlanned: {
      const summary = value as unknown as MergeSummary;
      const staleReads = summary.staleReads.map((read) => ({
        ...read,
        key: redaction.name(read.key),
        ...(read.actor === undefined ? {} : { actor: redaction.name(read.actor) }),
        keys: names(read.keys),
      }));
      const problems = summary.problems?.map(({ key: of, kind }) => ({ key: redaction.name(of), kind }));
      return { ...summary, conflicts: names(summary.conflicts), ...(problems && { problems }), staleReads };
    }
    case Op.MergeHeld: {
      const held = value as unknown as HeldMergeData;
      const choices = held.choices.map((choice) => ({
        ...choice,
        key: redaction.name(choice.key),
        ...(choice.value === undefined ? {} : { value: redaction.value(choice.key, choice.value) }),
      }));
      return { ...held, keys: names(held.keys), skipped: names(held.skipped), choices };
    }
    case Op.MergeApplied: {
      const applied = value as unknown as { readonly skipped: readonly string[] };
      return { ...applied, skipped: names(applied.skipped) };
    }
    case Op.MergeRefused: {
      const { name, message, keys, ...rest } = value as unknown as {
        readonly name: string;
        readonly message: string;
        readonly keys: readonly string[];
      };
      return { name: redaction.text(name), message: redaction.message(message, keys), keys: names(keys), ...rest };
    }
    default:
      return redaction.texts(value);
  }
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
