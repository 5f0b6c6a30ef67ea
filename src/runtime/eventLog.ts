/**
 * The events of one thread: a bounded list in columns, the state that what was cut off folded into, and the sinks.
 * It holds plain data alone, so that it keeps no store and no context alive; what events mean is logState.ts's affair.
 */

import { CALL_SITES_KIND, CallSites } from "./callSites";
import { currentScope } from "./actorScope";
import { CoarseClock } from "./coarseClock";
import { takeFreshBytes } from "../core/frozenCopy";
import type { JsonValue } from "../core/jsonValue";
import { CollectedLayers, type LayerTraces } from "./collectedLayers";
import type { LogInspection } from "./logInspection";
import type { CallSite, GatePlace, LogSink, ThreadGate } from "../core/inspector";
import {
  ALL_OPS,
  bitsOf,
  bringsWord,
  EVENT_KINDS,
  isDirectChange,
  Op,
  OPS_BY_LINE,
  OPS_OF_KEY,
  recordOther,
  type EventAppender,
} from "../core/eventKinds";
import { newRow, type LogRow } from "../core/logRow";
import {
  applyRow,
  cloneState,
  emptyState,
  overwriteLocalEntry,
  overwriteStoreEntry,
  type ContextEntry,
  type ContextState,
  type LogState,
  type StoreEntry,
  type StoreState,
} from "../core/logState";

/** Events that a log keeps unless told otherwise, and the bytes of their values. */
export const DEFAULT_RETENTION = 100_000;
export const DEFAULT_RETENTION_BYTES = 128 * 1024 * 1024;

const CHUNK_BITS = 12;
const CHUNK_EVENTS = 1 << CHUNK_BITS;
/**
 * Words of an event: op, time and agent; key (which says the layer) or layer; rev; aux; aux2. A kind (of `Logged` and
 * `Other`) stands in aux2, which such events do not use.
 */
const STRIDE = 5;
const OP_BITS = 5;
const OP_MASK = (1 << OP_BITS) - 1;
const TIME_MASK = CHUNK_EVENTS - 1;
const AGENT_SHIFT = OP_BITS + CHUNK_BITS;
/** Stands for an agent whose number is too great for its bits: the chunk's own list has it. */
const AGENT_ASIDE = 2 ** (32 - AGENT_SHIFT) - 1;
/** Events by which the list may be too long while nobody looks: cutting off many at once is cheaper. */
const CUT_AT_ONCE = 512;

/** A bit for each event that may have a call site. */
const HAS_SITE = bitsOf(OPS_BY_LINE);
/** A bit for each event of one key of a layer. */
const OF_A_KEY = bitsOf(OPS_OF_KEY);
/** A bit for each event whose value is a copy that was made for it, or one that is kept elsewhere anyway. */
const OF_COPIES = bitsOf(ALL_OPS.filter((op) => EVENT_KINDS[op].copies));
/** The part of the bound in bytes by which the values may be over it while nobody looks. */
const BYTES_SLACK = 16;

interface Chunk {
  readonly words: Uint32Array;
  readonly values: (JsonValue | undefined)[];
  /** What the values of its events take beyond what earlier ones share with them, bytes; none while none takes anything. */
  weights: Float64Array | undefined;
  /** The times of its events, each once; an event's first word holds the index. */
  readonly times: number[];
  /** Agents by the place of the event, of which the first word has no room for. */
  readonly agents: Map<number, number>;
  /** Numbers of call sites; none while none are taken. */
  sites: Uint32Array | undefined;
  /** Layers of the scopes that events were done in, where those are not their own; none while there is none. */
  scopes: Uint32Array | undefined;
}

/** The event log of one thread. Event `seq` counts from 1; 0 is the empty beginning. */
export class EventLog implements EventAppender {
  #inspection: LogInspection | undefined;
  #gate: ThreadGate | undefined;
  #retention: number;
  #retentionBytes: number;
  /** What the values of the events that are kept take, and from where on the oldest are cut off at once. */
  #bytes = 0;
  #cutBeyondBytes = 0;
  readonly #base: LogState = emptyState();
  readonly #clock = new CoarseClock();
  readonly #chunks: Chunk[] = [];
  #spare: Chunk | undefined;
  /** The chunk that is written to, and its next free place. */
  #tail: Chunk | undefined;
  #at = CHUNK_EVENTS;
  /** seq of the first event of the first chunk, evicted ones included. */
  #chunksStart = 1;
  #lastSeq = 0;
  #timeMs = NaN;
  /** When the newest event is beyond this one, the oldest are cut off. */
  #cutBeyond = 0;
  /** Names of agents and kinds by number. */
  readonly #texts: string[] = [""];
  readonly #ids = new Map<string, number>();
  /** Of each agent id that was given, the layer of the first context that was given it. */
  readonly #agents = new Map<string, number>();
  /** Keys by number, and the layer of each. */
  readonly #keys: string[] = [""];
  readonly #keyLayers: number[] = [0];
  readonly #sinks: LogSink[] = [];
  readonly #row = newRow();
  readonly #evicted = newRow();
  /** Entries of the base state by the number of their key, so that folding a further write of one looks nothing up. */
  readonly #baseEntries: (StoreEntry | ContextEntry | undefined)[] = [];
  #baseLayer: StoreState | ContextState | undefined;
  #callSites: CallSites | undefined;
  readonly #collected = new CollectedLayers(() => this.#lastSeq);
  /** Numbers of keys of layers that are gone. */
  readonly #freeKeyIds: number[] = [];
  #layers = 0;
  #stores = 0;
  #scopes = 0;

  constructor(retention = DEFAULT_RETENTION, retentionBytes = DEFAULT_RETENTION_BYTES) {
    this.#retention = checkRetention(retention);
    this.#retentionBytes = checkBytes(retentionBytes);
    this.#settle();
  }

  /** How many events are kept; lowering it folds the oldest into {@link baseState} at once. */
  get retention(): number {
    return this.#retention;
  }
  set retention(events: number) {
    this.#retention = checkRetention(events);
    this.#settle();
  }

  /** How much memory the values of the events that are kept may take, bytes; the newest event is kept whatever it takes. */
  get retentionBytes(): number {
    return this.#retentionBytes;
  }
  set retentionBytes(bytes: number) {
    this.#retentionBytes = checkBytes(bytes);
    this.#settle();
  }

  /** The state that all events before {@link firstSeq} folded into. Read it, never change it. */
  get baseState(): LogState {
    return this.#settle();
  }
  /** seq of the oldest event that is kept; lastSeq + 1 when there is none. */
  get firstSeq(): number {
    return this.#settle().seq + 1;
  }
  /** seq of the newest event; 0 when there was none yet. */
  get lastSeq(): number {
    return this.#lastSeq;
  }
  /** Events that are no longer kept. */
  get cut(): number {
    return this.#settle().seq;
  }

  /** Events per second above which taking call sites pauses by itself; 0 = they are not taken. */
  get callSiteLimit(): number {
    return this.#callSites?.limit ?? 0;
  }

  /**
   * Takes the call sites of writes, reads and merges from now on. Where events come faster than `limitPerSecond` it
   * pauses, which an event tells; 0 = off. @throws RangeError when it is no whole number.
   */
  takeCallSites(limitPerSecond: number): void {
    if (!Number.isSafeInteger(limitPerSecond) || limitPerSecond < 0) {
      throw new RangeError(
        `The limit of call sites must be a whole number of events a second, 0 or more, not ${String(limitPerSecond)}.`,
      );
    }
    this.#callSites ??= new CallSites((change) => this.tellCallSites({ ...change }));
    this.#callSites.limit = limitPerSecond;
  }

  /** Appends the event that says whether call sites are taken from now on. */
  tellCallSites(change: { readonly [name: string]: JsonValue }): void {
    recordOther(this, CALL_SITES_KIND, Object.freeze(change));
  }

  /** The place that a row's `site` stands for. */
  callSite(site: number): CallSite | undefined {
    return this.#callSites?.get(site);
  }

  /**
   * Numbers a layer, from 1. Once it cannot be reached any more and its events are cut off, the log forgets it: what it
   * held is no part of {@link baseState} then.
   */
  addLayer(layer: object): LayerTraces {
    const traces = { layer: ++this.#layers, keyIds: [] };
    this.#collected.watch(layer, traces);
    return traces;
  }
  /** The layer of the first context with an agent id; that is this one's if there is none yet. */
  agentLayer(agentId: string, layer: number): number {
    const first = this.#agents.get(agentId);
    if (first === undefined) this.#agents.set(agentId, layer);
    return first ?? layer;
  }
  /** The next scope id, from 1. */
  nextScope(): number {
    return ++this.#scopes;
  }
  /** The next store's number, from 1. */
  nextStore(): number {
    return ++this.#stores;
  }

  /** The inspector that was there when the runtime was loaded, if any. */
  get inspection(): LogInspection | undefined {
    return this.#inspection;
  }

  /** From now on an inspector knows of this log's contexts and may hold its merges. */
  inspect(inspection: LogInspection): void {
    this.#inspection = inspection;
  }

  /** From now on a debugger may hold the script's thread wherever it {@link passGate passes}. */
  setGate(gate: ThreadGate): void {
    this.#gate = gate;
  }

  /** Every public call comes by here once it is complete, and a merge once it is planned: here the thread can be held. */
  passGate(place: GatePlace): void {
    this.#gate?.(place);
  }

  /** The number, from 1, that stands for a text in this log. */
  intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#texts.length;
      this.#texts.push(text);
      this.#ids.set(text, id);
    }
    return id;
  }

  /** A number for one layer's key, its own even where another layer has a key of that name. */
  numberKey(key: string, { keyIds, layer }: LayerTraces): number {
    const id = this.#freeKeyIds.pop() ?? this.#keys.length;
    this.#keys[id] = key;
    this.#keyLayers[id] = layer;
    keyIds.push(id);
    return id;
  }

  /** Takes in one event; it is called by the functions of eventKinds.ts that record, which say what its places hold. */
  append(
    op: Op,
    agent: number,
    layer: number,
    key: number,
    rev: number,
    value: JsonValue | undefined,
    aux: number,
    aux2: number,
  ): number {
    const timeMs = this.#clock.tick();
    let site = 0;
    if (this.#callSites !== undefined && ((HAS_SITE >>> op) & 1) === 1) {
      // It may append an event of its own, hence before all else.
      site = this.#callSites.capture(timeMs, this.append);
    }
    let at = this.#at;
    if (at === CHUNK_EVENTS) {
      this.#addChunk();
      at = 0;
    }
    const chunk = this.#tail as Chunk;
    if (timeMs !== this.#timeMs) {
      this.#timeMs = timeMs;
      chunk.times.push(timeMs);
    }
    const words = chunk.words;
    const from = at * STRIDE;
    let name = agent;
    if (agent >= AGENT_ASIDE) {
      chunk.agents.set(at, agent);
      name = AGENT_ASIDE;
    }
    words[from] = op | ((chunk.times.length - 1) << OP_BITS) | (name << AGENT_SHIFT);
    words[from + 1] = key === 0 || bringsWord(op) ? layer : key;
    // Deleting in a store what it never had: the key is the child's, and the store has no revision of it.
    words[from + 2] = op === Op.MergeDelete && this.#keyLayers[key] === aux ? layer : rev;
    words[from + 3] = aux;
    words[from + 4] = bringsWord(op) ? key : aux2;
    chunk.values[at] = value;
    if (typeof value === "string" || typeof value === "object") this.#weigh(chunk, at, op, value);
    if (site !== 0) (chunk.sites ??= new Uint32Array(CHUNK_EVENTS))[at] = site;
    if (this.#scopes !== 0 && ((HAS_SITE >>> op) & 1) === 1) {
      const scope = currentScope.getStore()?.layer;
      if (scope !== undefined && scope.layer !== layer && scope.log === this) {
        (chunk.scopes ??= new Uint32Array(CHUNK_EVENTS))[at] = scope.layer;
      }
    }
    this.#at = at + 1;
    const seq = ++this.#lastSeq;
    if (this.#sinks.length !== 0) this.#tell(chunk, at, seq);
    if (seq > this.#cutBeyond || this.#bytes > this.#cutBeyondBytes) this.#settle();
    return seq;
  }

  /** The events that are kept, oldest first, from `fromSeq` on. The row is one object, filled anew for each event. */
  *rows(fromSeq = this.firstSeq): Generator<LogRow, void, undefined> {
    const row = newRow();
    for (let seq = Math.max(fromSeq, this.firstSeq); seq <= this.#lastSeq; seq++) {
      // Events may be cut off while the caller looks at one.
      if (seq < this.firstSeq) seq = this.firstSeq;
      this.#read(seq, row);
      yield row;
    }
  }

  /** The state after the newest event, as a copy. */
  state(): LogState {
    const state = cloneState(this.baseState);
    for (const row of this.rows()) applyRow(state, row);
    return state;
  }

  /** From now on `sink` gets every event after the returned state's `seq`. A sink that throws is let go. */
  attach(sink: LogSink): LogState {
    const state = this.state();
    this.#sinks.push(sink);
    return state;
  }

  /** `sink` gets no more events. */
  detach(sink: LogSink): void {
    const index = this.#sinks.indexOf(sink);
    if (index !== -1) this.#sinks.splice(index, 1);
  }

  #addChunk(): void {
    this.#tail = this.#spare ?? {
      words: new Uint32Array(CHUNK_EVENTS * STRIDE),
      values: new Array<JsonValue | undefined>(CHUNK_EVENTS).fill(undefined),
      weights: undefined,
      times: [],
      agents: new Map(),
      sites: undefined,
      scopes: undefined,
    };
    this.#spare = undefined;
    this.#chunks.push(this.#tail);
    this.#at = 0;
    this.#timeMs = NaN;
  }

  #read(seq: number, row: LogRow): void {
    const index = seq - this.#chunksStart;
    this.#fill(this.#chunks[index >> CHUNK_BITS] as Chunk, index & (CHUNK_EVENTS - 1), seq, row);
  }

  #fill(chunk: Chunk, at: number, seq: number, row: LogRow): void {
    const { words } = chunk;
    const from = at * STRIDE;
    const first = words[from] as number;
    const subject = words[from + 1] as number;
    const op = (first & OP_MASK) as Op;
    row.seq = seq;
    row.op = op;
    row.timestampMs = chunk.times[(first >>> OP_BITS) & TIME_MASK] as number;
    row.agent = this.#agentOf(chunk, at, first);
    row.rev = words[from + 2] as number;
    row.value = chunk.values[at];
    row.aux = words[from + 3] as number;
    row.aux2 = words[from + 4] as number;
    row.site = chunk.sites === undefined ? 0 : (chunk.sites[at] as number);
    row.inScopeOf = chunk.scopes === undefined ? 0 : (chunk.scopes[at] as number);
    if (bringsWord(op)) {
      row.layer = subject;
      row.key = this.#texts[row.aux2];
      row.aux2 = 0;
    } else if (((OF_A_KEY >>> op) & 1) === 0) {
      row.layer = subject;
      row.key = undefined;
    } else {
      row.layer = this.#keyLayers[subject] as number;
      row.key = this.#keys[subject];
      if (op === Op.MergeDelete && row.layer === row.aux) {
        row.layer = row.rev;
        row.rev = 0;
      }
    }
  }

  #agentOf(chunk: Chunk, at: number, first: number): string | undefined {
    const agent = first >>> AGENT_SHIFT;
    return agent === 0 ? undefined : this.#texts[agent === AGENT_ASIDE ? (chunk.agents.get(at) as number) : agent];
  }

  #tell(chunk: Chunk, at: number, seq: number): void {
    this.#fill(chunk, at, seq, this.#row);
    for (let index = 0; index < this.#sinks.length; index++) {
      try {
        this.#sinks[index]?.append(this.#row);
      } catch {
        this.#sinks.splice(index--, 1);
      }
    }
  }

  /** Cuts off what is beyond the retention. @returns the state that it folded into. */
  #settle(): LogState {
    const base = this.#base;
    const last = Math.max(this.#lastSeq - this.#retention, this.#lastTooMany());
    while (base.seq < last) {
      const chunk = this.#chunks[0] as Chunk;
      const start = this.#chunksStart;
      const end = Math.min(last, start + CHUNK_EVENTS - 1);
      const first = base.seq + 1;
      for (let seq = first; seq <= end; seq++) this.#fold(chunk, seq - start, seq);
      chunk.values.fill(undefined, first - start, end - start + 1);
      this.#dropWeights(chunk, first - start, end - start);
      if (end - start === CHUNK_EVENTS - 1) {
        this.#chunks.shift();
        this.#chunksStart += CHUNK_EVENTS;
        chunk.times.length = 0;
        chunk.agents.clear();
        chunk.sites = undefined;
        chunk.scopes = undefined;
        chunk.weights = undefined;
        this.#spare = chunk;
        this.#forgetCollected();
      }
    }
    this.#cutBeyond = base.seq + this.#retention + slackOf(this.#retention);
    // A newest event that is too great by itself is no reason to look again before the next one.
    this.#cutBeyondBytes = Math.max(this.#retentionBytes, this.#bytes) + this.#retentionBytes / BYTES_SLACK;
    return base;
  }

  /** The newest event that must go for the rest to keep to the bound in bytes; 0 = none. */
  #lastTooMany(): number {
    let left = this.#bytes;
    let seq = this.#base.seq;
    if (left <= this.#retentionBytes) return 0;
    while (left > this.#retentionBytes && seq < this.#lastSeq - 1) {
      const index = ++seq - this.#chunksStart;
      left -= this.#chunks[index >> CHUNK_BITS]?.weights?.[index & (CHUNK_EVENTS - 1)] ?? 0;
    }
    return seq;
  }

  #weigh(chunk: Chunk, at: number, op: Op, value: JsonValue): void {
    const bytes = ((OF_COPIES >>> op) & 1) === 1 ? takeFreshBytes() : namesBytes(value);
    if (bytes === 0) return;
    (chunk.weights ??= new Float64Array(CHUNK_EVENTS))[at] = bytes;
    this.#bytes += bytes;
  }

  #dropWeights({ weights }: Chunk, from: number, to: number): void {
    if (weights === undefined) return;
    for (let at = from; at <= to; at++) this.#bytes -= weights[at] as number;
  }

  #forgetCollected(): void {
    const { seq, layers } = this.#base;
    for (let gone = this.#collected.next(seq); gone !== undefined; gone = this.#collected.next(seq)) {
      layers.delete(gone.layer);
      this.#baseLayer = undefined;
      for (const id of gone.keyIds) {
        this.#baseEntries[id] = undefined;
        this.#keys[id] = "";
        this.#freeKeyIds.push(id);
      }
    }
  }

  #fold(chunk: Chunk, at: number, seq: number): void {
    const { words } = chunk;
    const from = at * STRIDE;
    const first = words[from] as number;
    const op = (first & OP_MASK) as Op;
    const isWrite = isDirectChange(op);
    const keyId = words[from + 1] as number;
    // A further write of a key, by far the most frequent event, needs none of what makes folding slow.
    const entry = isWrite && words[from + 3] === 0 ? this.#baseEntries[keyId] : undefined;
    if (entry === undefined) {
      const row = this.#evicted;
      this.#fill(chunk, at, seq, row);
      applyRow(this.#base, row);
      row.value = undefined;
      if (isWrite) {
        this.#baseEntries[keyId] = this.#base.layers.get(row.layer)?.entries.get(row.key ?? "");
      }
      return;
    }
    const layerId = this.#keyLayers[keyId] as number;
    const rev = words[from + 2] as number;
    const actor = this.#agentOf(chunk, at, first);
    if (this.#baseLayer?.layer !== layerId) {
      this.#baseLayer = this.#base.layers.get(layerId);
    }
    const layer = this.#baseLayer as StoreState | ContextState;
    this.#base.seq = seq;
    if (layer.type === "store") {
      overwriteStoreEntry(layer, entry, chunk.values[at], rev, actor, 0, seq);
    } else {
      overwriteLocalEntry(layer, entry as ContextEntry, chunk.values[at], rev, actor, layer.agentLayer, seq);
    }
  }
}

/** What is told by a list of names, or by a few such lists, takes: facts of merges and the like, which are no copies. */
function namesBytes(value: JsonValue): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let bytes = TOLD_BYTES;
  for (const item of Object.values(value) as readonly JsonValue[]) bytes += TOLD_BYTES + namesBytes(item);
  return bytes;
}
/** About what a member of what is told takes, bytes. */
const TOLD_BYTES = 16;

/** How far behind cutting off may be. A log that keeps little, of great values perhaps, stays close to its bound. */
function slackOf(retention: number): number {
  return Math.min(CUT_AT_ONCE, retention >> 4);
}

function checkRetention(events: number): number {
  if (Number.isSafeInteger(events) && events >= 0) return events;
  throw new RangeError(`A log's retention must be a whole number of events, 0 or more, not ${String(events)}.`);
}

function checkBytes(bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new RangeError(`A log's retention in bytes must be a whole number, 0 or more, not ${String(bytes)}.`);
}
