/** The state that a log of events folds into, and the fold itself: the one definition that retention, tests and models share. */

import { jsonEqual, type JsonObject, type JsonValue } from "./jsonValue";
import { Op, storeFacts, type LogRow } from "./logRow";

/** A key of a store, deleted ones (present: false) included. Plain data; values by reference. */
export interface StoreEntry {
  value: JsonValue | undefined; // undefined = deleted
  rev: number;
  actor: string | undefined;
  /** Whose work it is: see {@link ContextState.agentLayer}; 0 = a direct write, which is nobody's in particular. */
  agentLayer: number;
  seq: number;
}

/** What a context remembers of a key. */
export interface ContextEntry {
  /** 0 not local, 1 a local value, 2 a tombstone. */
  local: 0 | 1 | 2;
  value: JsonValue | undefined;
  /** Revision, writer and event of the last local change (a take-back included); rev 0 = never changed here. */
  rev: number;
  actor: string | undefined;
  /** Whose work it is: the agent's own, or that of a child that was merged. */
  agentLayer: number;
  seq: number;
  /** Written or deleted since it was last merged. */
  pending: boolean;
  /** The base of a local key: which layer at which revision (0,0 when not local), and its value (undefined = absent). */
  baseLayer: number;
  baseRev: number;
  baseValue: JsonValue | undefined;
  /** The last fall-through read (0,0 = never), the value read, and the event that first read it so (0 = not known). */
  readLayer: number;
  readRev: number;
  readValue: JsonValue | undefined;
  readSeq: number;
  /**
   * The newest read that the log has of it, one that the agent's own merged value answered included: which layer answered
   * with what, and the event (0 = none). It counts while it is newer than the context's `settledSeq`.
   */
  seenLayer: number;
  seenValue: JsonValue | undefined;
  seenSeq: number;
}

export interface StoreState {
  readonly type: "store";
  readonly layer: number;
  readonly name: string;
  /** Keys whose findings are silenced: see `StoreFacts`. */
  readonly ignore: readonly string[];
  revision: number;
  readonly entries: Map<string, StoreEntry>;
}

export interface ContextState {
  readonly type: "context";
  readonly layer: number;
  readonly name: string;
  /** The agent id that it was given. Agents are told apart by {@link agentLayer}, never by name. */
  readonly agentId: string | undefined;
  /** The layer of the first context of the same agent: its own unless another was given the same agent id before. */
  readonly agentLayer: number;
  readonly parent: number;
  revision: number;
  /** How many keys are pending. */
  pendingCount: number;
  /** The newest event that merged a pending key. */
  mergedSeq: number;
  /** The end of the last merge that merged a pending key and left none: what was read before it counts no more. */
  settledSeq: number;
  readonly entries: Map<string, ContextEntry>;
  /** Scopes entered and not yet left, by id. */
  scopes: Set<number>;
  ended: boolean;
}

export interface LogState {
  /** The event after which this is the state. */
  seq: number;
  readonly layers: Map<number, StoreState | ContextState>;
}

/** Which layer answers for a key, at which revision (0 = never written), with what (undefined = absent). */
export interface Version {
  readonly layer: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
  readonly actor: string | undefined;
  /** Whose work it is; 0 = a direct write, or nobody ever wrote it. */
  readonly agentLayer: number;
  readonly seq: number;
}

/** Contexts are many, and most are in no scope any more; nothing is ever added to this one. */
const NO_SCOPES = new Set<number>();

/** A log that has no events yet. */
export function emptyState(): LogState {
  return { seq: 0, layers: new Map() };
}

/** A key that a context knows nothing of. */
export function emptyContextEntry(): ContextEntry {
  return {
    local: 0,
    value: undefined,
    rev: 0,
    actor: undefined,
    agentLayer: 0,
    seq: 0,
    pending: false,
    baseLayer: 0,
    baseRev: 0,
    baseValue: undefined,
    readLayer: 0,
    readRev: 0,
    readValue: undefined,
    readSeq: 0,
    seenLayer: 0,
    seenValue: undefined,
    seenSeq: 0,
  };
}

/** What `get` of a key on a layer would return, and from where. An unknown layer answers as (0, 0). */
export function lookUp(state: LogState, layer: number, key: string): Version {
  let id = layer;
  for (;;) {
    const found = state.layers.get(id);
    if (found === undefined) return UNKNOWN;
    if (found.type === "store") {
      const entry = found.entries.get(key);
      return {
        layer: id,
        rev: entry?.rev ?? 0,
        value: entry?.value,
        actor: entry?.actor,
        agentLayer: entry?.agentLayer ?? 0,
        seq: entry?.seq ?? 0,
      };
    }
    const entry = found.entries.get(key);
    if (entry !== undefined && entry.local !== 0) {
      const { rev, value, actor, agentLayer, seq } = entry;
      return { layer: id, rev, value, actor, agentLayer, seq };
    }
    // Parents are older than their children; anything else is a damaged log, and would not end.
    if (found.parent >= id) return UNKNOWN;
    id = found.parent;
  }
}

const UNKNOWN: Version = { layer: 0, rev: 0, value: undefined, actor: undefined, agentLayer: 0, seq: 0 };

/** The layer that stands for the agent of a context: see {@link ContextState.agentLayer}. */
export function agentLayerOf(state: LogState, layer: number): number {
  const found = state.layers.get(layer);
  return found?.type === "context" ? found.agentLayer : layer;
}

/** A copy that shares nothing but the (frozen) values. */
export function cloneState(state: LogState): LogState {
  const layers = new Map<number, StoreState | ContextState>();
  for (const layer of state.layers.values()) {
    if (layer.type === "store") {
      const entries = new Map<string, StoreEntry>();
      for (const [key, entry] of layer.entries) entries.set(key, { ...entry });
      layers.set(layer.layer, { ...layer, entries });
    } else {
      const entries = new Map<string, ContextEntry>();
      for (const [key, entry] of layer.entries) entries.set(key, { ...entry });
      const scopes = layer.scopes.size === 0 ? NO_SCOPES : new Set(layer.scopes);
      layers.set(layer.layer, { ...layer, entries, scopes });
    }
  }
  return { seq: state.seq, layers };
}

/** Applies one event to a state, in place. Total: unknown layers and ops are ignored. */
export function applyRow(state: LogState, row: LogRow): void {
  state.seq = row.seq;
  switch (row.op) {
    case Op.StoreCreated:
      state.layers.set(row.layer, {
        type: "store",
        layer: row.layer,
        ...storeFacts(row.value),
        revision: 0,
        entries: new Map(),
      });
      return;
    case Op.AgentStarted:
      state.layers.set(row.layer, {
        type: "context",
        layer: row.layer,
        name: row.agent ?? "",
        agentId: typeof row.value === "string" ? row.value : undefined,
        agentLayer: row.aux2 === 0 ? row.layer : row.aux2,
        parent: row.aux,
        revision: 0,
        pendingCount: 0,
        mergedSeq: 0,
        settledSeq: 0,
        entries: new Map(),
        scopes: NO_SCOPES,
        ended: false,
      });
      return;
  }
  const layer = state.layers.get(row.layer);
  if (layer === undefined) return;
  if (layer.type === "store") applyToStore(state, layer, row);
  else applyToContext(state, layer, row);
}

function applyToStore(state: LogState, store: StoreState, row: LogRow): void {
  if (row.op === Op.Restored) return applyRestore(state, store, row);
  if (row.key === undefined) return;
  switch (row.op) {
    case Op.Write:
    case Op.Delete:
      return setStoreEntry(state, store, row.key, row.value, row.rev, row);
    case Op.MergeWrite:
    case Op.MergeDelete:
      // Deleting what is absent leaves the store as it is, revision included.
      if (row.op === Op.MergeWrite || store.entries.get(row.key)?.value !== undefined) {
        setStoreEntry(state, store, row.key, row.value, row.rev, row);
      }
      return applyToMerged(state, row.key, row);
  }
}

function setStoreEntry(
  state: LogState,
  store: StoreState,
  key: string,
  value: JsonValue | undefined,
  rev: number,
  row: LogRow,
): void {
  let entry = store.entries.get(key);
  if (entry === undefined) {
    store.entries.set(key, (entry = { value: undefined, rev: 0, actor: undefined, agentLayer: 0, seq: 0 }));
  }
  // A context's merge, or in a log of another tool its write.
  overwriteStoreEntry(store, entry, value, rev, row.agent, agentLayerOf(state, row.aux), row.seq);
}

/** A change of a store's key; undefined deletes it. */
export function overwriteStoreEntry(
  store: StoreState,
  entry: StoreEntry,
  value: JsonValue | undefined,
  rev: number,
  actor: string | undefined,
  agentLayer: number,
  seq: number,
): void {
  store.revision = rev;
  entry.value = value;
  entry.rev = rev;
  entry.actor = actor;
  entry.agentLayer = agentLayer;
  entry.seq = seq;
}

/** A change of a context's key that has its base already; undefined makes it a tombstone. */
export function overwriteLocalEntry(
  context: ContextState,
  entry: ContextEntry,
  value: JsonValue | undefined,
  rev: number,
  actor: string | undefined,
  agentLayer: number,
  seq: number,
): void {
  context.revision = rev;
  entry.local = value === undefined ? 2 : 1;
  entry.value = value;
  entry.rev = rev;
  entry.actor = actor;
  entry.agentLayer = agentLayer;
  entry.seq = seq;
  if (!entry.pending) context.pendingCount++;
  entry.pending = true;
}

function applyRestore(state: LogState, store: StoreState, row: LogRow): void {
  if (typeof row.value !== "object" || row.value === null || Array.isArray(row.value)) return;
  for (const [key, value] of restoreSteps(store.entries, row.value as JsonObject)) {
    setStoreEntry(state, store, key, value, store.revision + 1, row);
  }
}

/**
 * What restoring a state changes, in order: keys that it lacks are deleted, in the store's order; then keys that differ
 * are set, in the state's order. One revision each.
 */
export function restoreSteps(
  entries: ReadonlyMap<string, { readonly value: JsonValue | undefined }>,
  next: JsonObject,
): [key: string, value: JsonValue | undefined][] {
  const steps: [string, JsonValue | undefined][] = [];
  for (const [key, entry] of entries) {
    if (entry.value !== undefined && !Object.hasOwn(next, key)) steps.push([key, undefined]);
  }
  for (const key of Object.keys(next)) {
    if (!jsonEqual(entries.get(key)?.value, next[key])) steps.push([key, next[key]]);
  }
  return steps;
}

function applyToContext(state: LogState, context: ContextState, row: LogRow): void {
  switch (row.op) {
    case Op.ScopeEntered:
      if (context.scopes === NO_SCOPES) context.scopes = new Set();
      context.scopes.add(row.aux);
      context.ended = false;
      return;
    case Op.ScopeExited:
      if (context.scopes.delete(row.aux) && context.scopes.size === 0) context.scopes = NO_SCOPES;
      return;
    case Op.AgentEnded:
      context.ended = true;
      return;
    case Op.Discard:
      context.revision = row.rev;
      if (!Array.isArray(row.value)) return;
      for (const key of row.value as readonly JsonValue[]) {
        const entry = typeof key === "string" ? context.entries.get(key) : undefined;
        if (entry !== undefined) dropLocal(context, entry, row);
      }
      return;
    case Op.MergeApplied:
      if (context.pendingCount === 0 && context.mergedSeq > row.aux2) context.settledSeq = row.seq;
      return;
  }
  if (row.key === undefined) return;
  switch (row.op) {
    case Op.Write:
    case Op.Delete: {
      const { aux: layer, aux2: rev } = row;
      changeLocal(context, row.key, row, context.agentLayer, (before) => {
        if (layer === 0) return ownBase(state, context, row.key as string, before);
        if (before.readLayer === layer && before.readRev === rev) return { layer, rev, value: before.readValue };
        return { layer, rev, value: valueAt(state, layer, rev, row.key as string) };
      });
      return;
    }
    case Op.MergeWrite:
    case Op.MergeDelete: {
      const child = state.layers.get(row.aux);
      const observed = child?.type === "context" ? child.entries.get(row.key) : undefined;
      const entry = changeLocal(context, row.key, row, agentLayerOf(state, row.aux), (before) => {
        // What the child saw in this very overlay says nothing of the parent beyond.
        if (observed === undefined || observed.baseLayer === 0 || observed.baseLayer === context.layer) {
          return ownBase(state, context, row.key as string, before);
        }
        return { layer: observed.baseLayer, rev: observed.baseRev, value: observed.baseValue };
      });
      if (child?.type === "context" && observed !== undefined && passesRead(observed, child, context.layer)) {
        entry.seenLayer = observed.seenLayer;
        entry.seenValue = observed.seenValue;
        entry.seenSeq = row.seq;
      }
      return applyToMerged(state, row.key, row);
    }
    case Op.Revert: {
      context.revision = row.rev;
      const entry = context.entries.get(row.key);
      if (entry !== undefined) dropLocal(context, entry, row);
      return;
    }
    case Op.Read: {
      let entry = context.entries.get(row.key);
      const isOwn = row.aux === context.layer;
      if (entry === undefined) {
        if (isOwn) return;
        context.entries.set(row.key, (entry = emptyContextEntry()));
      }
      // Its own merged value says nothing of the parent. Read again, as it was: the first of such reads counts.
      if (!isOwn && (entry.readSeq === 0 || entry.readLayer !== row.aux || entry.readRev !== row.aux2)) {
        entry.readLayer = row.aux;
        entry.readRev = row.aux2;
        entry.readValue = valueAt(state, row.aux, row.aux2, row.key);
        entry.readSeq = row.seq;
      }
      entry.seenLayer = row.aux;
      entry.seenValue = isOwn ? entry.value : entry.readValue;
      entry.seenSeq = row.seq;
      return;
    }
  }
}

/** The base of a context's own first write: its last read, or else what its parent holds now. */
function ownBase(state: LogState, context: ContextState, key: string, entry: ContextEntry): Observed {
  if (entry.readLayer !== 0) return { layer: entry.readLayer, rev: entry.readRev, value: entry.readValue };
  return lookUp(state, context.parent, key);
}

type Observed = Pick<Version, "layer" | "rev" | "value">;

function changeLocal(
  context: ContextState,
  key: string,
  row: LogRow,
  agentLayer: number,
  baseOf: (before: ContextEntry) => Observed,
): ContextEntry {
  let entry = context.entries.get(key);
  if (entry === undefined || entry.local === 0) {
    const base = baseOf(entry ?? (entry = emptyContextEntry()));
    entry.baseLayer = base.layer;
    entry.baseRev = base.rev;
    entry.baseValue = base.value;
    // Local keys stand in the order of their first local writes.
    context.entries.delete(key);
    context.entries.set(key, entry);
  }
  overwriteLocalEntry(context, entry, row.value, row.rev, row.agent, agentLayer, row.seq);
  return entry;
}

/**
 * Whether what a child read of a key that it merges counts as read by the layer merged into: what that layer itself, or
 * the child's own merged value, had answered says nothing of what lies beyond.
 */
export function passesRead(
  { pending, seenLayer, seenSeq }: Pick<ContextEntry, "pending" | "seenLayer" | "seenSeq">,
  { layer, settledSeq }: Pick<ContextState, "layer" | "settledSeq">,
  into: number,
): boolean {
  return pending && seenSeq > settledSeq && seenLayer !== into && seenLayer !== layer;
}

function dropLocal(context: ContextState, entry: ContextEntry, row: LogRow): void {
  const { agentLayer } = context;
  if (entry.pending) context.pendingCount--;
  entry.local = 0;
  entry.value = undefined;
  entry.rev = row.rev;
  entry.actor = row.agent;
  entry.agentLayer = agentLayer;
  entry.seq = row.seq;
  entry.pending = false;
  entry.baseLayer = 0;
  entry.baseRev = 0;
  entry.baseValue = undefined;
}

/**
 * The child's side of a merged key: its base is what was just written, and it is no longer pending, unless (a held
 * merge) it has changed since what was merged.
 */
function applyToMerged(state: LogState, key: string, row: LogRow): void {
  const child = state.layers.get(row.aux);
  if (child?.type !== "context") return;
  const entry = child.entries.get(key);
  if (entry === undefined) return;
  if (entry.local === 0) return;
  entry.baseLayer = row.layer;
  entry.baseRev = row.rev;
  entry.baseValue = row.value;
  if (!entry.pending) return;
  child.mergedSeq = row.seq;
  if (row.aux2 !== 0) return;
  entry.pending = false;
  child.pendingCount--;
}

function valueAt(state: LogState, layer: number, rev: number, key: string): JsonValue | undefined {
  const found = state.layers.get(layer)?.entries.get(key);
  return found?.rev === rev ? found.value : undefined;
}
