/** The writing and reading of the `state_snapshot` line: a whole {@link LogState} as JSON; keys travel in arrays, so that no name is special. */

import type { JsonValue } from "../core/jsonValue";
import type { ContextEntry, ContextState, LogState, StoreEntry, StoreState } from "../core/logState";
import { asCount, asRecord, asText, asTexts, LineError } from "./checks";
import { adoptJson } from "./adoptJson";
import { createTimeFormatter } from "../base/timestamp";

/**
 * A store's key: key, revision, writer (null = not known), event, and the value unless the key is deleted.
 * Written as an array because a state may hold very many of them.
 */
type StoreEntryLine = [string, number, string | null, number, JsonValue?];
/** Layer and revision that answered, and the value unless the key was absent. */
type ObservationLine = [number, number, JsonValue?];
interface ContextEntryLine {
  key: string;
  local?: "value" | "tombstone";
  value?: JsonValue;
  rev?: number;
  actor?: string;
  /** Left out where it is {@link usualAgentLayer}. */
  agentLayer?: number;
  seq?: number;
  pending?: true;
  base?: ObservationLine;
  read?: ObservationLine;
  readSeq?: number;
  /** As an observation, with the event in place of the revision. */
  seen?: ObservationLine;
}

/** Writes the state after event `state.seq` as a line with its "\n"; `cut` = events before it that are not kept. */
export function encodeSnapshot(state: LogState, cut: number, timestampMs: number): string {
  const layers: string[] = [];
  for (const layer of state.layers.values()) {
    const entries: string[] = [];
    if (layer.type === "store") {
      for (const [key, entry] of layer.entries) entries.push(JSON.stringify(storeEntryLine(key, entry)));
      const { type, layer: id, name, ignore, revision } = layer;
      const silenced = ignore.length === 0 ? {} : { findings: { ignore } };
      const head = { type, layer: id, name, ...silenced, revision, ...agentLayersOf(layer) };
      entries.unshift(JSON.stringify(head).slice(0, -1));
    } else {
      for (const [key, entry] of layer.entries) entries.push(JSON.stringify(contextEntryLine(key, entry, layer)));
      const { type, layer: id, name, agentId, agentLayer, parent, revision, mergedSeq, settledSeq, ended } = layer;
      const identity = { agentId, ...(agentLayer !== id && { agentLayer }) };
      const merges = mergedSeq === 0 ? {} : { mergedSeq, settledSeq };
      const head = {
        type,
        layer: id,
        name,
        ...identity,
        parent,
        revision,
        ...merges,
        ended,
        scopes: [...layer.scopes],
      };
      entries.unshift(JSON.stringify(head).slice(0, -1));
    }
    const [head, ...rest] = entries;
    layers.push(`${head ?? "{"},"entries":[${rest.join(",")}]}`);
  }
  const timestamp = createTimeFormatter()(timestampMs);
  return `{"kind":"state_snapshot","seq":${state.seq},"data":{"layers":[${layers.join(",")}],"cut":${cut}},"timestamp":"${timestamp}"}\n`;
}

/** Reads the `data` of a snapshot line. @throws LineError naming the part that is not as it must be. */
export function decodeSnapshot(seq: number, data: unknown): { state: LogState; cut: number } {
  const { layers, cut } = asRecord(data, "data");
  if (!Array.isArray(layers)) throw new LineError("data.layers is not a list");
  const state: LogState = { seq, layers: new Map() };
  for (const [index, line] of layers.entries()) {
    const layer = decodeLayer(line, `data.layers[${index}]`);
    state.layers.set(layer.layer, layer);
  }
  return { state, cut: cut === undefined ? 0 : asCount(cut, "data.cut") };
}

function storeEntryLine(key: string, entry: StoreEntry): StoreEntryLine {
  const line: StoreEntryLine = [key, entry.rev, entry.actor ?? null, entry.seq];
  if (entry.value !== undefined) line.push(entry.value);
  return line;
}

/** Whose work the entries of a store are, in their order; nothing where all are direct writes. */
function agentLayersOf({ entries }: StoreState): { readonly agentLayers?: readonly number[] } {
  const agentLayers = Array.from(entries.values(), ({ agentLayer }) => agentLayer);
  return agentLayers.every((layer) => layer === 0) ? {} : { agentLayers };
}

/**
 * Whose work an entry of a context is that does not say it. Recordings of versions before agent ids name the writer alone:
 * what a child merged is of an agent that is not known.
 */
function usualAgentLayer(
  { rev, actor }: { readonly rev?: unknown; readonly actor?: unknown },
  of: ContextState,
): number {
  return rev !== undefined && rev !== 0 && actor === of.name ? of.agentLayer : 0;
}

function contextEntryLine(key: string, entry: ContextEntry, context: ContextState): ContextEntryLine {
  const line: ContextEntryLine = { key };
  if (entry.local !== 0) line.local = entry.local === 1 ? "value" : "tombstone";
  if (entry.value !== undefined) line.value = entry.value;
  if (entry.rev !== 0) line.rev = entry.rev;
  if (entry.actor !== undefined) line.actor = entry.actor;
  if (entry.agentLayer !== usualAgentLayer(entry, context)) line.agentLayer = entry.agentLayer;
  if (entry.seq !== 0) line.seq = entry.seq;
  if (entry.pending) line.pending = true;
  if (entry.baseLayer !== 0) line.base = observationLine(entry.baseLayer, entry.baseRev, entry.baseValue);
  if (entry.readLayer !== 0) line.read = observationLine(entry.readLayer, entry.readRev, entry.readValue);
  if (entry.readSeq !== 0) line.readSeq = entry.readSeq;
  if (entry.seenSeq !== 0) line.seen = observationLine(entry.seenLayer, entry.seenSeq, entry.seenValue);
  return line;
}

function observationLine(layer: number, rev: number, value: JsonValue | undefined): ObservationLine {
  return value === undefined ? [layer, rev] : [layer, rev, value];
}

function decodeLayer(line: unknown, where: string): StoreState | ContextState {
  const {
    type,
    layer,
    name,
    agentId,
    agentLayer,
    agentLayers,
    findings,
    parent,
    revision,
    mergedSeq,
    settledSeq,
    ...rest
  } = asRecord(line, where);
  const { ended, scopes, entries } = rest;
  if (!Array.isArray(entries)) throw new LineError(`${where}.entries is not a list`);
  const shared = {
    layer: asCount(layer, `${where}.layer`),
    name: asText(name, `${where}.name`),
    revision: asCount(revision, `${where}.revision`),
  };
  if (type === "store") {
    const ignore =
      findings === undefined
        ? []
        : asTexts(asRecord(findings, `${where}.findings`)["ignore"], `${where}.findings.ignore`);
    const store: StoreState = { type, ...shared, ignore, entries: new Map() };
    // Recordings of versions before agent ids tell nothing of them.
    const writers: readonly unknown[] = Array.isArray(agentLayers) ? agentLayers : [];
    for (const [index, entry] of entries.entries()) {
      const [key, decoded] = decodeStoreEntry(entry, `${where}.entries[${index}]`);
      decoded.agentLayer = asCount(writers[index] ?? 0, `${where}.agentLayers[${index}]`);
      store.entries.set(key, decoded);
    }
    return store;
  }
  if (type !== "context") throw new LineError(`${where}.type is neither "store" nor "context"`);
  if (!Array.isArray(scopes)) throw new LineError(`${where}.scopes is not a list`);
  const context: ContextState = {
    type,
    ...shared,
    agentId: agentId === undefined ? undefined : asText(agentId, `${where}.agentId`),
    agentLayer: agentLayer === undefined ? shared.layer : asCount(agentLayer, `${where}.agentLayer`),
    parent: asCount(parent, `${where}.parent`),
    pendingCount: 0,
    mergedSeq: mergedSeq === undefined ? 0 : asCount(mergedSeq, `${where}.mergedSeq`),
    settledSeq: settledSeq === undefined ? 0 : asCount(settledSeq, `${where}.settledSeq`),
    ended: ended === true,
    scopes: new Set(scopes.map((scope) => asCount(scope, `${where}.scopes`))),
    entries: new Map(),
  };
  for (const [index, entry] of entries.entries()) {
    const [key, decoded] = decodeContextEntry(entry, `${where}.entries[${index}]`, context);
    context.entries.set(key, decoded);
    if (decoded.pending) context.pendingCount++;
  }
  return context;
}

function decodeStoreEntry(line: unknown, where: string): [string, StoreEntry] {
  if (!Array.isArray(line) || line.length < 4 || line.length > 5) throw new LineError(`${where} is not a key's entry`);
  const [key, rev, actor, seq, value] = line as unknown[];
  return [
    asText(key, `${where}[0]`),
    {
      value: line.length === 5 ? adoptJson(value) : undefined,
      rev: asCount(rev, `${where}[1]`),
      actor: actor === null ? undefined : asText(actor, `${where}[2]`),
      agentLayer: 0,
      seq: asCount(seq, `${where}[3]`),
    },
  ];
}

function decodeContextEntry(line: unknown, where: string, context: ContextState): [string, ContextEntry] {
  const fields = asRecord(line, where);
  const { key, local, value, rev, actor, agentLayer, seq, pending, base, read, readSeq, seen } = fields;
  if (local !== undefined && local !== "value" && local !== "tombstone") {
    throw new LineError(`${where}.local is unknown`);
  }
  const [baseLayer, baseRev, baseValue] = decodeObservation(base, `${where}.base`);
  const [readLayer, readRev, readValue] = decodeObservation(read, `${where}.read`);
  const [seenLayer, seenSeq, seenValue] = decodeObservation(seen, `${where}.seen`);
  return [
    asText(key, `${where}.key`),
    {
      local: local === undefined ? 0 : local === "value" ? 1 : 2,
      value: value === undefined ? undefined : adoptJson(value),
      rev: rev === undefined ? 0 : asCount(rev, `${where}.rev`),
      actor: actor === undefined ? undefined : asText(actor, `${where}.actor`),
      agentLayer:
        agentLayer === undefined
          ? usualAgentLayer({ rev, actor }, context)
          : asCount(agentLayer, `${where}.agentLayer`),
      seq: seq === undefined ? 0 : asCount(seq, `${where}.seq`),
      pending: pending === true,
      baseLayer,
      baseRev,
      baseValue,
      readLayer,
      readRev,
      readValue,
      readSeq: readSeq === undefined ? 0 : asCount(readSeq, `${where}.readSeq`),
      seenLayer,
      seenValue,
      seenSeq,
    },
  ];
}

function decodeObservation(line: unknown, where: string): [number, number, JsonValue | undefined] {
  if (line === undefined) return [0, 0, undefined];
  if (!Array.isArray(line) || line.length < 2 || line.length > 3) throw new LineError(`${where} is not an observation`);
  const [layer, rev, value] = line as unknown[];
  return [asCount(layer, `${where}[0]`), asCount(rev, `${where}[1]`), line.length === 3 ? adoptJson(value) : undefined];
}
