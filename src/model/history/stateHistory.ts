/**
 * The states of a run at every event: each key remembers its versions, so that looking at the past costs what is
 * looked at. What an event does to the state is decided by the runtime's own fold alone; this file records its outcome.
 */

import { isObject, type JsonValue } from "../../core/jsonValue";
import {
  answeredByOf,
  childOf,
  EVENT_KINDS,
  isDirectChange,
  isMergedKey,
  Op,
  seenRevisionOf,
  writerLayerOf,
} from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import {
  applyRow,
  type ContextEntry,
  type ContextState,
  type LogState,
  type StoreEntry,
  type Version,
} from "../../core/logState";
import type { PlanSide } from "../../core/mergePlan";
import type { ReadNote } from "../../core/planInput";
import type { EventColumns } from "../storage/eventColumns";
import { IntTable } from "../storage/intTable";
import {
  contextKey,
  emptyContext,
  storeChain,
  type ContextHistory,
  type ContextKeyHistory,
  type LayerHistory,
  type StoreHistory,
} from "./layerHistory";
import type { Pages } from "../storage/pages";
import type { SeqIndex } from "../storage/seqIndex";
import { isSameValue, isStored, storedValue, type StoredValue } from "../storage/storedValue";
import { emptyChain, VersionTable } from "./versionTable";

/** The event index that stands for the snapshot. */
const SNAPSHOT = -1;
/** Low bits of a local version's first number: 0-1 local, 2 pending; above them 1 + its last change. */
const FLAG_BITS = 3;
const LOCAL = 3;
const PENDING = 4;

/** Where the values of events are of which only stand-ins are here. */
interface Stored {
  /** Reads it if need be; undefined when it cannot be read any more. */
  value(event: number): JsonValue | undefined;
  /** undefined when it would have to be read. */
  peek(event: number): JsonValue | undefined;
}

/** The members of entries, changes, reads and sides that are values. */
const VALUES = ["value", "baseValue", "readValue", "seenValue"] as const;

/** A base or read that no event holds. */
interface Observation {
  readonly layer: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
  /** The event of a read; 0 where it is not known or it is none. */
  readonly seq?: number;
}

/** The newest read of a key: which layer answered with what, and the event. */
type Seen = Pick<ContextEntry, "seenLayer" | "seenValue" | "seenSeq">;

/** What a local version changed to where its event does not say it. */
interface Change {
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  readonly agentLayer: number;
  readonly seq: number;
}

/** The layers of a run at every event. Events are named by index; −1 is the snapshot. */
export class StateHistory {
  readonly layers = new Map<number, LayerHistory>();
  private readonly columns: EventColumns;
  private readonly seqs: SeqIndex;
  private readonly memory: Pages;
  private readonly stored: Stored;
  /** The state after the newest event. */
  private _live: LogState = { seq: 0, layers: new Map() };
  /** Versions of stores' keys, and of contexts' reads. Their event says the rest, unless an exception is kept. */
  private readonly plain: VersionTable;
  private readonly storeExceptions = new Map<number, StoreEntry>();
  private readonly readExceptions = new Map<number, Observation>();
  private readonly seenExceptions = new Map<number, Seen>();
  /** Versions of contexts' local keys: flags and change, base. */
  private readonly local: VersionTable;
  /** Changes that no event holds, by −1 − index. */
  private readonly _changes: Change[] = [];
  /** Bases that no event holds, by number from 1: layer, revision, 1 + the event that holds the value on disk. Other values stand beside it. */
  private readonly bases: IntTable;
  private readonly baseValues = new Map<number, JsonValue>();

  constructor(columns: EventColumns, seqs: SeqIndex, memory: Pages, stored: Stored) {
    this.memory = memory;
    this.plain = new VersionTable(0, memory);
    this.local = new VersionTable(2, memory);
    this.bases = new IntTable(3, memory);
    this.columns = columns;
    this.seqs = seqs;
    this.stored = stored;
    this.bases.add(0);
  }

  /** The state after the newest event; read it, never change it. Of values on disk it holds stand-ins. */
  get live(): LogState {
    return this._live;
  }

  /** What the child of a merge has for the key of an event of it; a stand-in where that is on disk, undefined where it is not known. */
  overlayValue(row: LogRow): JsonValue | undefined {
    const child = this._live.layers.get(childOf(row));
    return child?.type === "context" && row.key !== undefined ? child.entries.get(row.key)?.value : undefined;
  }

  /** The value itself, where a stand-in may be. */
  resolve(value: JsonValue | undefined): JsonValue | undefined {
    return isStored(value) ? this.read(value) : value;
  }

  /** Begins with a state; only before the first event. */
  start(state: LogState): void {
    this._live = state;
    this.layers.clear();
    for (const layer of state.layers.values()) {
      if (layer.type === "store") {
        const store = this.addStore(layer.layer, layer.name, SNAPSHOT);
        for (const key of layer.entries.keys()) this.recordStoreKey(store, key, undefined, SNAPSHOT);
      } else {
        const context = this.addContext(layer, SNAPSHOT);
        context.settledSeq = layer.settledSeq;
        if (layer.ended) context.ends.push({ event: SNAPSHOT, ended: true, error: undefined });
        for (const key of layer.entries.keys()) this.recordContextKey(context, key, undefined, SNAPSHOT);
      }
    }
  }

  /** Takes in the event that was just added to the columns as `event`. */
  apply(row: LogRow, event: number): void {
    const begins = row.op === Op.StoreCreated || row.op === Op.AgentStarted;
    // A layer begins once; in a damaged log a second beginning must not undo what is known of the first.
    if (begins && this.layers.has(row.layer)) return;
    if (row.op === Op.Restored) this.restore(row, event);
    else applyRow(this._live, row);
    if (begins) return this.recordLayer(row, event);
    const layer = this.layers.get(row.layer);
    if (layer?.type === "context") layer.events.push(event);
    const { keys } = EVENT_KINDS[row.op];
    if (keys === undefined) this.recordMilestones(layer, row, event);
    else if (keys === "one") this.recordKey(layer, row.key, row, event);
    else this.recordKeys(layer, keys, row, event);
    if (isMergedKey(row.op)) {
      const child = this.layers.get(childOf(row));
      if (child?.type === "context") child.events.push(event);
      this.recordKey(child, row.key, row, event);
    } else if (isDirectChange(row.op) && layer?.type === "store") {
      const writer = this.layers.get(writerLayerOf(row));
      if (writer?.type === "context") writer.events.push(event);
    }
  }

  /** What an event of no key changes of a context as a whole. */
  private recordMilestones(layer: LayerHistory | undefined, row: LogRow, event: number): void {
    const live = this._live.layers.get(row.layer);
    if (layer?.type !== "context" || live?.type !== "context") return;
    if (live.settledSeq === row.seq) layer.settles.push(event);
    if ((layer.ends.at(-1)?.ended ?? false) === live.ended && row.op !== Op.AgentEnded) return;
    layer.ends.push({ event, ended: live.ended, error: live.ended ? errorMessage(row.value) : undefined });
  }

  private recordKeys(layer: LayerHistory | undefined, keys: "listed" | "all", row: LogRow, event: number): void {
    const live = this._live.layers.get(row.layer);
    if (layer === undefined || live === undefined) return;
    const found =
      keys === "all" ? live.entries.keys() : Array.isArray(row.value) ? (row.value as readonly JsonValue[]) : [];
    for (const key of found) if (typeof key === "string") this.recordKey(layer, key, row, event);
  }

  /** A store's key as it was after an event; undefined = the store never had it. */
  storeEntry(layer: number, key: string, event: number): StoreEntry | undefined {
    const store = this.layers.get(layer);
    return store?.type === "store" ? this.loadable(this._storeEntry(store, key, event)) : undefined;
  }

  /** Whether a store has a key after an event; cheaper than its value. */
  hasKey(store: StoreHistory, key: string, event: number): boolean {
    return this._storeEntry(store, key, event)?.value !== undefined;
  }

  /** A context's key as it was after an event; undefined = the context neither changed nor read it. */
  contextEntry(layer: number, key: string, event: number): ContextEntry | undefined {
    const context = this.layers.get(layer);
    const history = context?.type === "context" ? context.keys.get(key) : undefined;
    return history === undefined ? undefined : this.loadable(this.contextVersion(history, event));
  }

  /** seq of the event, up to this one, that settled what the context had read before it; 0 = none. */
  settledSeq({ settles, settledSeq }: ContextHistory, event: number): number {
    const count = settles.countUpTo(event);
    return count === 0 ? settledSeq : this.seqs.seqAt(settles.at(count - 1));
  }

  /** The event at which a key of a context that is local after an event became so; −1 also when it is not. */
  localSince(layer: number, key: string, event: number): number {
    const context = this.layers.get(layer);
    const history = context?.type === "context" ? context.keys.get(key) : undefined;
    if (history === undefined || this.locality(history, event) === 0) return SNAPSHOT;
    return this.plain.event(this.plain.find(history.entered, event));
  }

  /** What a layer answers for a key after an event: its own value or tombstone, else what shows through. */
  answer(layer: number, key: string, event: number): PlanSide {
    const { layer: answered, value, rev: revision, actor, seq } = this.find(layer, key, event);
    return this.loadable({ value, layer: answered, revision, actor, seq: seq === 0 ? undefined : seq });
  }

  /** As {@link answer}, with whose work it is. */
  version(layer: number, key: string, event: number): Version {
    return this.loadable(this.find(layer, key, event));
  }

  private find(layer: number, key: string, event: number): Version {
    for (let at = this.layers.get(layer); at !== undefined; at = this.parentOf(at)) {
      if (at.type === "store") return versionOf(at.layer, this._storeEntry(at, key, event));
      const history = at.keys.get(key);
      if (history === undefined || this.locality(history, event) === 0) continue;
      return versionOf(at.layer, this.contextVersion(history, event));
    }
    return versionOf(0, undefined);
  }

  /** Whether a layer answers a key with a value after an event; cheaper than the value. */
  isPresent(layer: number, key: string, event: number): boolean {
    for (let at = this.layers.get(layer); at !== undefined; at = this.parentOf(at)) {
      if (at.type === "store") return this.hasKey(at, key, event);
      const history = at.keys.get(key);
      const locality = history === undefined ? 0 : this.locality(history, event);
      if (locality !== 0) return locality === 1;
    }
    return false;
  }

  /** The layer that a context reads through to; undefined for stores, and where a damaged log makes no sense. */
  parentOf(layer: LayerHistory): LayerHistory | undefined {
    return layer.type === "context" && layer.parent < layer.layer ? this.layers.get(layer.parent) : undefined;
  }

  /** The local keys of a context after an event, in the order of their first local writes. */
  localKeys(context: ContextHistory, event: number): { readonly key: string; readonly entry: ContextEntry }[] {
    const found: { readonly key: string; readonly entry: ContextEntry; readonly since: number }[] = [];
    for (const [key, history] of context.keys) {
      if (this.locality(history, event) === 0) continue;
      const entry = this.loadable(this.contextVersion(history, event));
      const since = this.plain.event(this.plain.find(history.entered, event));
      if (entry !== undefined) found.push({ key, entry, since });
    }
    // Keys of the snapshot share one event and already stand in its order.
    return found.sort((one, other) => one.since - other.since);
  }

  /** The newest event up to this one after which a merge of the context may be planned differently than before. */
  newestChange(context: ContextHistory, event: number): number {
    let newest: number = context.changed;
    for (let above = this.parentOf(context); above !== undefined; above = this.parentOf(above)) {
      newest = Math.max(newest, above.changed);
    }
    return Math.min(newest, event);
  }

  /** Whether a key of a context is local after an event: 0 no, 1 a value, 2 a tombstone. Cheaper than its entry. */
  locality(history: ContextKeyHistory, event: number): 0 | 1 | 2 {
    const version = this.local.find(history.local, event);
    return version === -1 ? 0 : ((this.local.a(version) & LOCAL) as 0 | 1 | 2);
  }

  /** The changes of a key, oldest first: every one that the log still holds, and what the snapshot knew. */
  changes(layer: number, key: string): { readonly event: number; readonly entry: Change }[] {
    return this.changesOf(layer, key).map(({ event, entry }) => ({ event, entry: this.loadable(entry) }));
  }

  private changesOf(layer: number, key: string): { readonly event: number; readonly entry: Change }[] {
    const history = this.layers.get(layer);
    const found: { readonly event: number; readonly entry: Change }[] = [];
    if (history?.type === "store") {
      for (let version = history.keys.get(key)?.newest ?? -1; version !== -1; version = this.plain.previous(version)) {
        found.push({ event: this.plain.event(version), entry: this.storeVersion(version) });
      }
    } else if (history?.type === "context") {
      let last = 0;
      let version = history.keys.get(key)?.local.newest ?? -1;
      for (; version !== -1; version = this.local.previous(version)) {
        const number = this.local.a(version) >> FLAG_BITS;
        if (number === last || number === 0) continue;
        // A later version that only lost its pending mark names the same change: the older one is where it happened.
        last = number;
        found.push({ event: number > 0 ? number - 1 : SNAPSHOT, entry: this.change(number) });
      }
    }
    return found.reverse();
  }

  /** Reads of a context up to an event, of each key from the last one back to the first that is older than event `back`. */
  *reads(layer: number, event: number, back: number): Generator<ReadNote, void, undefined> {
    const context = this.layers.get(layer);
    if (context?.type !== "context") return;
    for (const [key, history] of context.keys) {
      let until = Infinity;
      let version = this.plain.find(history.read, event);
      for (; version !== -1; version = this.plain.previous(version)) {
        const { layer: answered, rev, value, seq = 0 } = this.readVersion(version);
        if (seq !== 0) yield this.loadable({ key, layer: answered, rev, value, seq, until });
        if (seq < back) break;
        until = seq;
      }
    }
  }

  /** An entry whose values are read or made when they are looked at; the entry itself where they are in memory. */
  private loadable<Entry extends object | undefined>(entry: Entry): Entry {
    if (entry === undefined) return entry;
    let loadable: Entry | undefined;
    for (const name of VALUES) {
      const value = (entry as { readonly [Name in (typeof VALUES)[number]]?: unknown })[name];
      if (!isStored(value)) continue;
      loadable ??= { ...entry };
      const known = this.stored.peek(value.event);
      if (known !== undefined) (loadable as Record<string, unknown>)[name] = partOf(known, value.key);
      else Object.defineProperty(loadable, name, { get: () => this.read(value), enumerable: true });
    }
    return loadable ?? entry;
  }

  private _storeEntry(store: StoreHistory, key: string, event: number): StoreEntry | undefined {
    const chain = store.keys.get(key);
    const version = chain === undefined ? -1 : this.plain.find(chain, event);
    return version === -1 ? undefined : this.storeVersion(version);
  }

  private read({ event, key }: StoredValue): JsonValue | undefined {
    const value = this.stored.value(event);
    return value === undefined ? undefined : partOf(value, key);
  }

  /** Restoring a state compares values: those of the store are in memory meanwhile. What it sets stays in the event's line. */
  private restore(row: LogRow, event: number): void {
    const live = this._live.layers.get(row.layer);
    if (live?.type !== "store") return applyRow(this._live, row);
    const standIns = new Map<string, { readonly value: JsonValue | undefined; readonly seq: number }>();
    for (const [key, entry] of live.entries) {
      if (!isStored(entry.value)) continue;
      standIns.set(key, { value: entry.value, seq: entry.seq });
      entry.value = this.resolve(entry.value);
    }
    applyRow(this._live, row);
    const isOnDisk = this.columns.offset(event) !== undefined;
    for (const [key, entry] of live.entries) {
      const before = standIns.get(key);
      if (before?.seq === entry.seq) entry.value = before.value;
      else if (isOnDisk && entry.seq === row.seq && entry.value !== undefined) entry.value = storedValue(event, key);
    }
  }

  private addStore(layer: number, name: string, created: number): StoreHistory {
    const store: StoreHistory = { type: "store", layer, name, created, changed: created, keys: new Map() };
    this.layers.set(layer, store);
    return store;
  }

  private addContext(live: ContextState, created: number): ContextHistory {
    const context = emptyContext(live, created, this.memory);
    this.layers.set(live.layer, context);
    return context;
  }

  /** A layer exists when the fold says so. */
  private recordLayer(row: LogRow, event: number): void {
    if (this.layers.has(row.layer)) return;
    const live = this._live.layers.get(row.layer);
    if (live?.type === "store") this.addStore(row.layer, live.name, event);
    else if (live?.type === "context") {
      this.addContext(live, event).events.push(event);
    }
  }

  private recordKey(layer: LayerHistory | undefined, key: string | undefined, row: LogRow, event: number): void {
    if (layer === undefined || key === undefined) return;
    if (layer.type === "store") this.recordStoreKey(layer, key, row, event);
    else this.recordContextKey(layer, key, row, event);
  }

  private recordStoreKey(store: StoreHistory, key: string, row: LogRow | undefined, event: number): void {
    const live = this._live.layers.get(store.layer);
    const entry = live?.type === "store" ? live.entries.get(key) : undefined;
    if (entry === undefined) return;
    const chain = storeChain(store, key);
    const { value, rev, actor, agentLayer, seq } = entry;
    if (
      row !== undefined &&
      EVENT_KINDS[row.op].keys === "one" &&
      isSameValue(value, row.value) &&
      rev === row.rev &&
      actor === row.agent &&
      seq === row.seq
    ) {
      this.plain.appendVersion(chain, event);
      store.changed = event;
      return;
    }
    const last = chain.newest === -1 ? undefined : this.storeVersion(chain.newest);
    if (last !== undefined && last.rev === rev && last.actor === actor && last.seq === seq) {
      if (isSameValue(last.value, value)) return;
    }
    this.storeExceptions.set(this.plain.appendVersion(chain, event), { value, rev, actor, agentLayer, seq });
    store.changed = event;
  }

  private storeVersion(version: number): StoreEntry {
    const exception = this.storeExceptions.get(version);
    if (exception !== undefined) return exception;
    return this.writtenBy(this.plain.event(version));
  }

  private recordContextKey(context: ContextHistory, key: string, row: LogRow | undefined, event: number): void {
    const live = this._live.layers.get(context.layer);
    const entry = live?.type === "context" ? live.entries.get(key) : undefined;
    if (entry === undefined) return;
    const history = contextKey(context, key);
    this.recordRead(history, entry, row, event);
    this.recordSeen(history, entry, row, event);
    const newest = history.local.newest;
    const change = this.changeNumber(history, entry, row, event);
    const base = this.baseNumber(history, entry, row, event);
    const flags = (change << FLAG_BITS) | (entry.pending ? PENDING : 0) | entry.local;
    const before = newest === -1 ? 0 : this.local.a(newest);
    if (flags === before && base === history.base) return;
    context.changed = event;
    history.change = change;
    history.base = base;
    if (entry.local !== 0 && (before & LOCAL) === 0) this.plain.appendVersion(history.entered, event);
    this.local.appendVersion(history.local, event, flags, base);
    if (((flags ^ before) & PENDING) === 0) return;
    const wasPending = context.pendingCount > 0;
    context.pendingCount += entry.pending ? 1 : -1;
    if (context.pendingCount > 0 !== wasPending) context.pendingFlips.toggleLast(event);
  }

  private recordRead(history: ContextKeyHistory, entry: ContextEntry, row: LogRow | undefined, event: number): void {
    const last = history.read.newest === -1 ? NOTHING : this.readVersion(history.read.newest);
    const { readLayer, readRev, readValue, readSeq } = entry;
    if (last.layer === readLayer && last.rev === readRev && (last.seq ?? 0) === readSeq) {
      if (isSameValue(last.value, readValue)) return;
    }
    const version = this.plain.appendVersion(history.read, event);
    if (row !== undefined && row.op === Op.Read && answeredByOf(row) === readLayer && seenRevisionOf(row) === readRev) {
      this.columns.setValue(event, readValue);
    } else {
      this.readExceptions.set(version, { layer: readLayer, rev: readRev, value: readValue, seq: readSeq });
    }
  }

  private recordSeen(history: ContextKeyHistory, entry: ContextEntry, row: LogRow | undefined, event: number): void {
    const { seenLayer, seenValue, seenSeq } = entry;
    const last = this.seen(history, event);
    if (last.seenSeq === seenSeq && last.seenLayer === seenLayer && isSameValue(last.seenValue, seenValue)) return;
    const version = this.plain.appendVersion((history.seen ??= emptyChain()), event);
    if (row !== undefined && row.op === Op.Read && row.seq === seenSeq && answeredByOf(row) === seenLayer) {
      this.columns.setValue(event, seenValue);
    } else this.seenExceptions.set(version, { seenLayer, seenValue, seenSeq });
  }

  private seen({ seen }: ContextKeyHistory, event: number): Seen {
    const version = seen === undefined ? -1 : this.plain.find(seen, event);
    if (version === -1) return UNSEEN;
    const exception = this.seenExceptions.get(version);
    if (exception !== undefined) return exception;
    const at = this.plain.event(version);
    return {
      seenLayer: answeredByOf(this.columns.fields(at)),
      seenValue: this.columns.value(at),
      seenSeq: this.seqs.seqAt(at),
    };
  }

  private readVersion(version: number): Observation {
    const exception = this.readExceptions.get(version);
    if (exception !== undefined) return exception;
    return this.observedBy(this.plain.event(version));
  }

  /** What a read saw, or what a merge wrote. */
  private observedBy(event: number): Observation {
    const columns = this.columns;
    const value = columns.value(event);
    const fields = columns.fields(event);
    return columns.op(event) === Op.Read
      ? { layer: answeredByOf(fields), rev: seenRevisionOf(fields), value, seq: this.seqs.seqAt(event) }
      : { layer: columns.layer(event), rev: columns.rev(event), value };
  }

  /** 0 = never changed; n > 0 = by event n − 1; n < 0 = kept apart. */
  private changeNumber(
    history: ContextKeyHistory,
    entry: ContextEntry,
    row: LogRow | undefined,
    event: number,
  ): number {
    const { value, rev, actor, agentLayer, seq } = entry;
    if (
      row !== undefined &&
      seq === row.seq &&
      rev === row.rev &&
      actor === row.agent &&
      isSameValue(value, row.value)
    ) {
      if (row.op !== Op.Discard && row.op !== Op.Read) return event + 1;
    }
    const last = this.change(history.change);
    if (isSameValue(last.value, value) && last.rev === rev && last.actor === actor && last.seq === seq) {
      return history.change;
    }
    this._changes.push({ value, rev, actor, agentLayer, seq });
    return -this._changes.length;
  }

  private change(number: number): Change {
    if (number < 0) return this._changes[-1 - number] ?? UNCHANGED;
    if (number === 0) return UNCHANGED;
    return this.writtenBy(number - 1);
  }

  /** A version that is just what its event says. */
  private writtenBy(event: number): Change {
    const columns = this.columns;
    return {
      value: columns.value(event),
      rev: columns.rev(event),
      actor: columns.agent(event),
      agentLayer: this.authorOf(event),
      seq: this.seqs.seqAt(event),
    };
  }

  /** Whose work what an event wrote is: as the fold says it. */
  private authorOf(event: number): number {
    const op = this.columns.op(event);
    const layer = this.layers.get(this.columns.layer(event));
    if (!isMergedKey(op) && layer?.type === "context") return layer.agentLayer;
    const fields = this.columns.fields(event);
    const author = isMergedKey(op) ? childOf(fields) : writerLayerOf(fields);
    const context = this.layers.get(author);
    return context?.type === "context" ? context.agentLayer : author;
  }

  /** 0 = none; n > 0 = kept apart; n < 0 = observed by event −1 − n. */
  private baseNumber(history: ContextKeyHistory, entry: ContextEntry, row: LogRow | undefined, event: number): number {
    const { baseLayer: layer, baseRev: rev, baseValue: value } = entry;
    if (layer === 0) return 0;
    if (sameObservation(this.base(history.base), layer, rev, value)) return history.base;
    if (row !== undefined && isMergedKey(row.op)) {
      if (row.layer === layer && row.rev === rev && isSameValue(row.value, value)) return -1 - event;
    }
    const read = history.read.newest;
    if (read !== -1 && !this.readExceptions.has(read) && sameObservation(this.readVersion(read), layer, rev, value)) {
      return -1 - this.plain.event(read);
    }
    const holder = isStored(value) && value.key === undefined ? 1 + value.event : 0;
    const number = this.bases.add(layer, rev, holder);
    if (value !== undefined && holder === 0) this.baseValues.set(number, value);
    return number;
  }

  private base(number: number): Observation {
    if (number < 0) return this.observedBy(-1 - number);
    const holder = this.bases.get(number, 2);
    const value = holder === 0 ? this.baseValues.get(number) : storedValue(holder - 1);
    return { layer: this.bases.get(number, 0), rev: this.bases.get(number, 1), value };
  }

  private contextVersion(history: ContextKeyHistory, event: number): ContextEntry | undefined {
    const version = this.local.find(history.local, event);
    const readVersion = this.plain.find(history.read, event);
    const seen = this.seen(history, event);
    if (version === -1 && readVersion === -1 && seen === UNSEEN) return undefined;
    const flags = version === -1 ? 0 : this.local.a(version);
    const change = this.change(flags >> FLAG_BITS);
    const base = version === -1 ? NOTHING : this.base(this.local.b(version));
    const read = readVersion === -1 ? NOTHING : this.readVersion(readVersion);
    return {
      local: (flags & LOCAL) as 0 | 1 | 2,
      value: change.value,
      rev: change.rev,
      actor: change.actor,
      agentLayer: change.agentLayer,
      seq: change.seq,
      pending: (flags & PENDING) !== 0,
      baseLayer: base.layer,
      baseRev: base.rev,
      baseValue: base.value,
      readLayer: read.layer,
      readRev: read.rev,
      readValue: read.value,
      readSeq: read.seq ?? 0,
      ...seen,
    };
  }
}

function versionOf(layer: number, entry: Change = UNCHANGED): Version {
  const { value, rev, actor, agentLayer, seq } = entry;
  return { layer, rev, value, actor, agentLayer, seq };
}

/** Of a state, what it has for a key; what could not be read says so itself. */
function partOf(value: JsonValue, key: string | undefined): JsonValue | undefined {
  if (key === undefined || !isObject(value)) return value;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

const UNCHANGED: Change = { value: undefined, rev: 0, actor: undefined, agentLayer: 0, seq: 0 };
const UNSEEN: Seen = { seenLayer: 0, seenValue: undefined, seenSeq: 0 };
const NOTHING: Observation = { layer: 0, rev: 0, value: undefined };

function sameObservation(one: Observation, layer: number, rev: number, value: JsonValue | undefined): boolean {
  return one.layer === layer && one.rev === rev && isSameValue(one.value, value);
}

function errorMessage(error: JsonValue | undefined): string | undefined {
  if (typeof error !== "object" || error === null || Array.isArray(error)) return undefined;
  const { name, message } = error as Record<string, JsonValue>;
  return `${typeof name === "string" ? name : "Error"}: ${typeof message === "string" ? message : ""}`;
}
