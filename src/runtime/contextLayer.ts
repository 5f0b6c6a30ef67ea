/**
 * One agent's overlay: local writes and tombstones, bases, reads, what merges move, and their recording in the
 * log. It must do exactly what the fold in logState.ts says that its events mean. Merges as a whole are contextMerge.ts's.
 */

import { userFor } from "../core/actor";
import { assertKey } from "../core/invalidValue";
import type { LayerTraces } from "./collectedLayers";
import type { EventLog } from "./eventLog";
import type { JsonValue } from "../core/jsonValue";
import {
  recordAgentStarted,
  recordDiscard,
  recordKeysRead,
  recordLocalChange,
  recordMergedKey,
  recordRead,
  recordRevert,
} from "../core/eventKinds";
import type { PlanInput, ReadNote } from "../core/planInput";
import { passesRead, type Version } from "../core/logState";
import { PastReads } from "./pastReads";
import type { Author, StoreLayer, StoreSlot } from "./storeLayer";
import { LocalSlot } from "./localSlot";

/** The core of an `AgentContext`. Values that come in are frozen already. */
export class ContextLayer {
  readonly log: EventLog;
  readonly layer: number;
  readonly root: number;
  readonly agentName: string;
  /** The name as the log numbers it. */
  readonly nameId: number;
  /** The agent, as who writes here and merges from here. */
  readonly author: Author;
  /** The layer of the first context of the same agent; agents are told apart by it, never by name. */
  readonly agentLayer: number;
  readonly parent: StoreLayer | ContextLayer;
  readonly slots = new Map<string, LocalSlot>();
  revision = 0;
  /** Keys that are local, and those of them that are pending. */
  localCount = 0;
  pendingCount = 0;
  /** How many scopes were entered and not yet left. */
  openScopes = 0;
  /** The newest event that merged a pending key. */
  mergedSeq = 0;
  /** The end of the last merge that merged a pending key and left none: what was read before it counts no more. */
  settledSeq = 0;
  /** Reads that were followed by a newer one of their key, while a pending write may rest on them. */
  readonly #pastReads = new PastReads();
  readonly #traces: LayerTraces;
  /** Whether others read through it: only then its keys are looked after. */
  #isParent = false;
  /** Grows with each key that appears or disappears by a change of this overlay. */
  #ownKeyRevision = 0;
  /** The key-set revision of the parent at the last recorded `keys()`; −1 = the next one is recorded whatever it is. */
  #keysRead = -1;
  /** The newest event that wrote a local key. */
  #wroteSeq = 0;
  /** The event that ended the last merge after which nothing was pending. */
  #endedSeq = 0;
  /** What was read again since, though it was as before; made when there is one: contexts are many. */
  #readAgain: Set<LocalSlot> | undefined;

  /** @param agentId contexts that are given the same are one agent; undefined = an agent of its own */
  constructor(
    agentName: string,
    parent: StoreLayer | ContextLayer,
    readonly agentId: string | undefined,
  ) {
    this.log = parent.log;
    this.parent = parent;
    this.root = parent.root;
    if (parent instanceof ContextLayer) parent.#isParent = true;
    this.agentName = agentName;
    this.nameId = this.log.intern(agentName);
    this.#traces = this.log.addLayer(this);
    this.layer = this.#traces.layer;
    this.agentLayer = agentId === undefined ? this.layer : this.log.agentLayer(agentId, this.layer);
    this.author = { layer: this.layer, agentLayer: this.agentLayer, actor: agentName, actorId: this.nameId };
    const first = this.agentLayer === this.layer ? 0 : this.agentLayer;
    recordAgentStarted(this.log, this.author, parent.layer, agentId, first);
    this.log.passGate("call");
  }

  /** The user, deciding for the agent. */
  get userAuthor(): Author {
    const actor = userFor(this.agentName);
    return { ...this.author, actor, actorId: this.log.intern(actor) };
  }

  get isPending(): boolean {
    return this.pendingCount > 0;
  }

  /**
   * The effective value. A read of what the agent has not written since its last merge is recorded, once for each revision
   * and once more after each merge: what the agent does next may rest on it.
   */
  read(key: string): JsonValue | undefined {
    const slot = this.slots.get(key);
    if (slot === undefined || slot.local === 0) return this.#readThrough(key, slot);
    if (!slot.pending && this.#readAgain?.has(slot) !== true) {
      this.#recordAgain(slot, this.layer, slot.rev, slot.value);
    }
    return slot.value;
  }

  /** What `read` would return and from where (undefined = the root, never written); records nothing. */
  lookUp(key: string): StoreSlot | LocalSlot | undefined {
    const slot = this.slots.get(key);
    if (slot !== undefined && slot.local !== 0) return slot;
    // Not by recursion, here and below: there may be more contexts on contexts than the stack holds calls.
    let { parent } = this;
    while (parent instanceof ContextLayer) {
      const above = parent.slots.get(key);
      if (above !== undefined && above.local !== 0) return above;
      ({ parent } = parent);
    }
    return parent.lookUp(key);
  }

  /** Grows with each key that appears or disappears here or below; what is deleted below a local value counts, too. */
  get keyRevision(): number {
    let revision = this.#ownKeyRevision;
    let { parent } = this;
    for (; parent instanceof ContextLayer; { parent } = parent) revision += parent.#ownKeyRevision;
    return revision + parent.keyRevision;
  }

  /**
   * The effective keys. Listing them is a read of the parent's set of keys, and is recorded as `read` is: once for each
   * revision of it, and once more after each merge and whatever else lets more of the parent show through.
   */
  readKeys(): string[] {
    const { keyRevision, layer } = this.parent;
    if (this.#keysRead !== keyRevision) {
      this.#keysRead = keyRevision;
      recordKeysRead(this.log, this.author, layer, keyRevision);
    }
    const keys = new Set<string>();
    this.collectKeys(keys);
    this.log.passGate("call");
    return [...keys];
  }

  /** Adds the effective keys and takes out those that are deleted here. */
  collectKeys(into: Set<string>): void {
    const contexts: ContextLayer[] = [this];
    let { parent } = this;
    for (; parent instanceof ContextLayer; { parent } = parent) contexts.push(parent);
    parent.collectKeys(into);
    for (const { slots } of contexts.reverse()) {
      for (const [key, slot] of slots) {
        if (slot.local === 1) into.add(key);
        else if (slot.local === 2) into.delete(key);
      }
    }
  }

  /** A local write, or with undefined a tombstone. */
  write(key: string, value: JsonValue | undefined, author: Author = this.author): void {
    let slot = this.slots.get(key);
    const isFirst = slot === undefined || slot.local === 0;
    if (slot === undefined || isFirst) {
      slot = this.#makeLocal(key, slot);
      this.#takeOwnBase(key, slot);
    }
    this.#putLocal(key, slot, value, author);
    this.#wroteSeq = slot.seq = recordLocalChange(this.log, author.actorId, slot, isFirst);
  }

  /** Takes a local write or tombstone back. @returns whether there was one. */
  revert(key: string): boolean {
    const slot = this.slots.get(key);
    if (slot === undefined || slot.local === 0) return false;
    const rev = ++this.revision;
    const seq = recordRevert(this.log, this.author, slot.keyId, rev);
    this.#dropLocal(key, slot, rev, seq);
    this.#noteNoLocals();
    return true;
  }

  /** Takes back all local changes, or those of these keys. */
  discard(only?: readonly string[]): void {
    const keys: string[] = [];
    const dropped: [string, LocalSlot][] = [];
    for (const key of only === undefined ? this.slots.keys() : new Set(only)) {
      const slot = this.slots.get(key);
      if (slot === undefined || slot.local === 0) continue;
      keys.push(key);
      dropped.push([key, slot]);
    }
    if (keys.length === 0) return;
    const rev = ++this.revision;
    const seq = recordDiscard(this.log, this.author, Object.freeze(keys), rev);
    for (const [key, slot] of dropped) this.#dropLocal(key, slot, rev, seq);
    this.#noteNoLocals();
  }

  /** What a plan of merging this overlay is made from, or of merging what was held of it. */
  planInput(held?: Pick<PlanInput, "locals" | "reads" | "settledSeq">): PlanInput {
    const unwritten = neverWritten(this.root);
    return {
      agent: this.agentName,
      agentLayer: this.agentLayer,
      context: this.layer,
      into: this.parent.layer,
      locals: held?.locals ?? this.locals(),
      reads: held?.reads ?? this.#movedReads(),
      settledSeq: held?.settledSeq ?? this.settledSeq,
      lookUp: (key) => this.parent.lookUp(key) ?? unwritten,
    };
  }

  /** The reads that a pending write may rest on, those included of what is as it was. */
  readNotes(): readonly ReadNote[] {
    return this.#pastReads.withCurrent(this.slots, (_key, slot) => slot.readSeq > this.#wroteSeq);
  }

  /**
   * Writes one key of a merge to the parent. The key's slot then names layer and revision of what is there now as its base,
   * unless the key is no longer local.
   * @param ofRev 0, or for a local change that is no longer the newest its revision: see `Op.MergeWrite`.
   * @returns what is there now; undefined when the key never was there and still is not.
   */
  passOn(
    key: string,
    slot: LocalSlot,
    value: JsonValue | undefined,
    ofRev: number,
    author: Author,
  ): StoreSlot | LocalSlot | undefined {
    const written = this.parent.takeMerged(key, value, slot, author, ofRev);
    if (written instanceof LocalSlot && passesRead(slot, this, written.layer)) {
      written.seenLayer = slot.seenLayer;
      written.seenValue = slot.seenValue;
      written.seenSeq = written.seq;
    }
    if (slot.local !== 0) {
      slot.baseLayer = this.parent.layer;
      slot.baseRev = written === undefined ? 0 : written.rev;
      slot.baseValue = value;
      if (slot.pending) this.mergedSeq = this.log.lastSeq;
      if (ofRev === 0) this.#noLongerPending(slot);
    }
    return written;
  }

  /** One key of a child's merge, written as this overlay's own. @returns the slot as it then is. */
  takeMerged(key: string, value: JsonValue | undefined, from: LocalSlot, child: Author, ofRev: number): LocalSlot {
    let slot = this.slots.get(key);
    if (slot === undefined || slot.local === 0) {
      slot = this.#makeLocal(key, slot);
      if (from.baseLayer === 0 || from.baseLayer === this.layer) {
        // What the child saw in this very overlay says nothing of the parent beyond.
        this.#takeOwnBase(key, slot);
      } else {
        slot.baseLayer = from.baseLayer;
        slot.baseRev = from.baseRev;
        slot.baseValue = from.baseValue;
      }
    }
    this.#putLocal(key, slot, value, child);
    this.#wroteSeq = slot.seq = recordMergedKey(this.log, child, slot, ofRev);
    return slot;
  }

  /**
   * A merge of this overlay has ended by this event. Unless something is still pending, which may rest on any read so far,
   * what is read from now on is read anew.
   * @param planned the event of its plan
   */
  noteMerged(seq: number, planned: number): void {
    this.#keysRead = -1;
    if (this.pendingCount > 0) return;
    if (this.mergedSeq > planned) this.settledSeq = seq;
    this.#endedSeq = seq;
    this.#readAgain = undefined;
  }

  /** Whether the effective value of a key, or which layer answers for it, may have changed after an event. */
  movedSince(key: string, seq: number): boolean {
    const slot = this.slots.get(key);
    if (slot !== undefined && slot.seq > seq) return true;
    if (slot !== undefined && slot.local !== 0) return false;
    let { parent } = this;
    for (; parent instanceof ContextLayer; { parent } = parent) {
      const above = parent.slots.get(key);
      if (above !== undefined && above.seq > seq) return true;
      if (above !== undefined && above.local !== 0) return false;
    }
    return parent.movedSince(key, seq);
  }

  /** The local keys, in the order of their first local writes. */
  locals(): Iterable<readonly [string, LocalSlot]> {
    // The map itself is walked several times as fast.
    return this.localCount === this.slots.size ? this.slots : this.#localsAmongSlots();
  }

  *#localsAmongSlots(): Generator<readonly [string, LocalSlot], void, undefined> {
    for (const entry of this.slots) if (entry[1].local !== 0) yield entry;
  }

  /** The reads without those of what is as it was, or after which nothing was written: most are, and merges are many. */
  #movedReads(): readonly ReadNote[] {
    if (this.pendingCount === 0) return [];
    return this.#pastReads.withCurrent(this.slots, (key, { readSeq, readLayer, readRev }) => {
      if (readSeq > this.#wroteSeq) return true;
      const now = this.parent.lookUp(key);
      return now === undefined ? readRev === 0 : now.rev === readRev && now.layer === readLayer;
    });
  }

  #readThrough(key: string, before: LocalSlot | undefined): JsonValue | undefined {
    const found = this.parent.lookUp(key);
    let layer = this.root;
    let rev = 0;
    let value: JsonValue | undefined;
    if (found !== undefined) {
      layer = found.layer;
      rev = found.rev;
      value = found.value;
    }
    let slot = before;
    if (slot === undefined) {
      assertKey(key);
      slot = this.#addSlot(key);
    } else if (slot.readLayer === layer && slot.readRev === rev) {
      if (slot.readSeq <= this.#endedSeq && this.#readAgain?.has(slot) !== true) {
        this.#recordAgain(slot, layer, rev, value);
      }
      return value;
    }
    const seq = recordRead(this.log, this.author, slot.keyId, layer, rev);
    if (slot.readSeq !== 0 && this.pendingCount > 0 && this.#wroteSeq > slot.readSeq) {
      this.#pastReads.keepRead(key, slot, seq, this.slots);
    }
    slot.readLayer = layer;
    slot.readRev = rev;
    slot.readValue = value;
    slot.readSeq = seq;
    slot.seenLayer = layer;
    slot.seenValue = value;
    slot.seenSeq = seq;
    this.log.passGate("call");
    return value;
  }

  /**
   * A read of what was read before the last merge, or of the agent's own merged value, which shadows what the parent holds by
   * now. What happens from now on may rest on it; nothing else changes.
   */
  #recordAgain(slot: LocalSlot, layer: number, rev: number, value: JsonValue | undefined): void {
    (this.#readAgain ??= new Set()).add(slot);
    slot.seenLayer = layer;
    slot.seenValue = value;
    slot.seenSeq = recordRead(this.log, this.author, slot.keyId, layer, rev);
    this.log.passGate("call");
  }

  #addSlot(key: string): LocalSlot {
    const slot = new LocalSlot(this.layer, this.log.numberKey(key, this.#traces));
    this.slots.set(key, slot);
    return slot;
  }

  #makeLocal(key: string, before: LocalSlot | undefined): LocalSlot {
    if (++this.localCount === 1) this.log.inspection?.keepContext(this);
    if (before === undefined) return this.#addSlot(key);
    // Local keys stand in the order of their first local writes.
    this.slots.delete(key);
    this.slots.set(key, before);
    return before;
  }

  /** What every local write does to its slot, once its base stands. */
  #putLocal(key: string, slot: LocalSlot, value: JsonValue | undefined, author: Author): void {
    if (this.#isParent && this.#shows(key, slot) !== (value !== undefined)) this.#ownKeyRevision++;
    slot.local = value === undefined ? 2 : 1;
    slot.value = value;
    slot.rev = ++this.revision;
    slot.actor = author.actor;
    slot.agentLayer = author.agentLayer;
    if (!slot.pending) {
      slot.pending = true;
      this.pendingCount++;
    }
  }

  /** The base of this agent's own first write: its last read, or else what the parent holds now. */
  #takeOwnBase(key: string, slot: LocalSlot): void {
    if (slot.readLayer !== 0) {
      slot.baseLayer = slot.readLayer;
      slot.baseRev = slot.readRev;
      slot.baseValue = slot.readValue;
      return;
    }
    const found = this.parent.lookUp(key);
    slot.baseLayer = found === undefined ? this.root : found.layer;
    slot.baseRev = found === undefined ? 0 : found.rev;
    slot.baseValue = found?.value;
  }

  #dropLocal(key: string, slot: LocalSlot, rev: number, seq: number): void {
    this.#keysRead = -1;
    const didShow = slot.local === 1;
    this.localCount--;
    this.#noLongerPending(slot);
    slot.local = 0;
    slot.value = undefined;
    slot.rev = rev;
    slot.actor = this.agentName;
    slot.agentLayer = this.agentLayer;
    slot.seq = seq;
    slot.baseLayer = 0;
    slot.baseRev = 0;
    slot.baseValue = undefined;
    if (this.#isParent && this.#shows(key, slot) !== didShow) this.#ownKeyRevision++;
  }

  /** Whether the key is there for whoever reads through this context. */
  #shows(key: string, slot: LocalSlot): boolean {
    return slot.local === 0 ? this.parent.lookUp(key)?.value !== undefined : slot.local === 1;
  }

  #noLongerPending(slot: LocalSlot): void {
    if (!slot.pending) return;
    slot.pending = false;
    if (--this.pendingCount === 0) this.#pastReads.clear();
  }

  #noteNoLocals(): void {
    if (this.localCount === 0) this.log.inspection?.releaseContext(this);
  }
}

function neverWritten(root: number): Version {
  return { layer: root, rev: 0, value: undefined, actor: undefined, agentLayer: 0, seq: 0 };
}
