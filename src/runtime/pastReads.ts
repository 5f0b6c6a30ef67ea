/** The reads of one context that a pending write may rest on though the agent has read their keys anew since. */

import type { LocalSlot } from "./localSlot";
import type { ReadNote } from "../core/planInput";

/** So many are kept before those are looked for that no write rests on. */
const FIRST_SWEEP = 1_024;

/** Empty as long as no agent reads a key, writes, and reads the changed key again. */
export class PastReads {
  /** Made when there is one: contexts are many. */
  #notes: ReadNote[] | undefined;
  #sweepAt = FIRST_SWEEP;

  /** The slot's read is followed by another one, at event `until`. */
  keepRead(key: string, slot: LocalSlot, until: number, slots: ReadonlyMap<string, LocalSlot>): void {
    const { readLayer: layer, readRev: rev, readValue: value, readSeq: seq } = slot;
    const notes = (this.#notes ??= []);
    notes.push({ key, layer, rev, value, seq, until });
    if (notes.length >= this.#sweepAt) this.#notes = this.#sweep(notes, slots);
  }

  clear(): void {
    if (this.#notes === undefined) return;
    this.#notes = undefined;
    this.#sweepAt = FIRST_SWEEP;
  }

  /** These, and of each key the last read. @param leftOut tells of such a read whether nobody need look at it. */
  withCurrent(
    slots: ReadonlyMap<string, LocalSlot>,
    leftOut: (key: string, slot: LocalSlot) => boolean,
  ): readonly ReadNote[] {
    const notes = [...(this.#notes ?? [])];
    for (const [key, slot] of slots) {
      const { readLayer: layer, readRev: rev, readValue: value, readSeq: seq } = slot;
      if (seq !== 0 && !leftOut(key, slot)) notes.push({ key, layer, rev, value, seq, until: Infinity });
    }
    return notes;
  }

  /** Keeps those between which and the next read some key got the value that is still to be merged. */
  #sweep(notes: ReadNote[], slots: ReadonlyMap<string, LocalSlot>): ReadNote[] {
    const writes: number[] = [];
    for (const slot of slots.values()) if (slot.pending) writes.push(slot.seq);
    writes.sort((one, other) => one - other);
    let at = 0;
    const kept = notes
      .sort((one, other) => one.seq - other.seq)
      .filter(({ seq, until }) => {
        while (at < writes.length && (writes[at] ?? 0) < seq) at++;
        return (writes[at] ?? Infinity) < until;
      });
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * kept.length);
    return kept;
  }
}
