/** The state of one store and its recording in the log; must not know of scopes, or of what its callers promise. */

import type { LocalSlot } from "./localSlot";
import type { LayerTraces } from "./collectedLayers";
import type { EventLog } from "./eventLog";
import {
  recordMergedAbsence,
  recordMergedKey,
  recordRestored,
  recordStoreChange,
  recordStoreCreated,
} from "../core/eventKinds";
import { freezeRecord } from "../core/frozenCopy";
import { defineValue, type JsonObject, type JsonValue } from "../core/jsonValue";
import { restoreSteps } from "../core/logState";

/** The context whose change or merge it is, as an event names it, and who it was done by: its agent, or a user for it. */
export interface Author {
  readonly layer: number;
  readonly agentLayer: number;
  readonly actor: string;
  /** The actor as the log numbers it. */
  readonly actorId: number;
}

/** A key of a store, deleted ones (value undefined) included. */
export interface StoreSlot {
  readonly layer: number;
  /** The key's name as the log numbers it. */
  readonly keyId: number;
  value: JsonValue | undefined;
  rev: number;
  actor: string | undefined;
  /** Whose work it is; 0 = a direct write. */
  agentLayer: number;
  seq: number;
}

/** The core of a `StateStore`. Values that come in are frozen already. */
export class StoreLayer {
  readonly log: EventLog;
  readonly layer: number;
  readonly name: string;
  readonly slots = new Map<string, StoreSlot>();
  readonly #traces: LayerTraces;
  revision = 0;
  /** Grows with each key that appears or disappears. */
  keyRevision = 0;

  /** @param ignore keys whose findings are silenced, as patterns */
  constructor(
    log: EventLog,
    name: string | undefined,
    readonly ignore: readonly string[],
  ) {
    this.log = log;
    this.#traces = log.addLayer(this);
    this.layer = this.#traces.layer;
    const number = log.nextStore();
    this.name = name ?? (number === 1 ? "parent" : `parent ${number}`);
    const facts = ignore.length === 0 ? this.name : Object.freeze({ name: this.name, ignore });
    recordStoreCreated(log, this.layer, facts);
  }

  /** The layer that answers where nothing was ever written. */
  get root(): number {
    return this.layer;
  }

  lookUp(key: string): StoreSlot | undefined {
    return this.slots.get(key);
  }

  /** Adds the effective keys. */
  collectKeys(into: Set<string>): void {
    for (const [key, slot] of this.slots) if (slot.value !== undefined) into.add(key);
  }

  write(key: string, value: JsonValue | undefined, actor: string): void {
    const slot = this.#slot(key);
    this.#putValue(slot, value);
    slot.rev = ++this.revision;
    slot.actor = actor;
    slot.agentLayer = 0;
    slot.seq = recordStoreChange(this.log, this.log.intern(actor), slot);
  }

  /**
   * One key of a merge. `ofRev`: see `Op.MergeWrite`.
   * @returns the slot as it then is, or undefined when the key never was here and still is not.
   */
  takeMerged(
    key: string,
    value: JsonValue | undefined,
    from: LocalSlot,
    child: Author,
    ofRev: number,
  ): StoreSlot | undefined {
    let slot = this.slots.get(key);
    if (value === undefined && slot?.value === undefined) {
      // What never was here has no number here, and gets none for being deleted.
      const { keyId, rev } = slot ?? { keyId: from.keyId, rev: 0 };
      recordMergedAbsence(this.log, child, this.layer, keyId, rev, ofRev);
      return slot;
    }
    if (slot === undefined) slot = this.#slot(key);
    this.#putValue(slot, value);
    slot.rev = ++this.revision;
    slot.actor = child.actor;
    slot.agentLayer = child.agentLayer;
    slot.seq = recordMergedKey(this.log, child, slot, ofRev);
    return slot;
  }

  /** Whether the key's value, or which layer answers for it, may have changed after an event. */
  movedSince(key: string, seq: number): boolean {
    return (this.slots.get(key)?.seq ?? 0) > seq;
  }

  snapshot(): JsonObject {
    const snapshot = Object.create(null) as Record<string, JsonValue>;
    for (const [key, { value }] of this.slots) if (value !== undefined) defineValue(snapshot, key, value);
    return freezeRecord(snapshot);
  }

  restore(state: JsonObject, actor: string): void {
    const steps = restoreSteps(this.slots, state);
    const rev = this.revision + steps.length;
    const seq = recordRestored(this.log, this.log.intern(actor), this.layer, rev, state);
    for (const [key, value] of steps) {
      const slot = this.#slot(key);
      this.#putValue(slot, value);
      slot.rev = ++this.revision;
      slot.actor = actor;
      slot.agentLayer = 0;
      slot.seq = seq;
    }
  }

  #putValue(slot: StoreSlot, value: JsonValue | undefined): void {
    if ((slot.value === undefined) !== (value === undefined)) this.keyRevision++;
    slot.value = value;
  }

  #slot(key: string): StoreSlot {
    let slot = this.slots.get(key);
    if (slot === undefined) {
      slot = {
        layer: this.layer,
        keyId: this.log.numberKey(key, this.#traces),
        value: undefined,
        rev: 0,
        actor: undefined,
        agentLayer: 0,
        seq: 0,
      };
      this.slots.set(key, slot);
    }
    return slot;
  }
}
