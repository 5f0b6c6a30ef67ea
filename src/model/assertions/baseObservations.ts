/** When an agent saw what a merged key's base says: what came to the parent after that, the base knows nothing of. */

import { childOf, isMergedKey } from "../../core/eventKinds";
import type { RunModel } from "../runModel";

/**
 * Tells the event at which the base of a key was taken. Whoever looks at a layer sees all that was merged into it by
 * then, be it by its revision there, by a revision of the layer above to which it was merged on, or, for a deletion of
 * what was absent, by none; so it is the event that decides, for stores and nested contexts alike.
 */
export class BaseObservations {
  private readonly model: RunModel;
  /** By context and key, the events of its own merges so far: what was merged is the base from then on. */
  private readonly own = new Map<number, Map<string, number[]>>();

  constructor(model: RunModel) {
    this.model = model;
  }

  /** Takes in that a context has merged a key; in the order of events. */
  noteMerge(context: number, key: string, seq: number): void {
    let keys = this.own.get(context);
    if (keys === undefined) this.own.set(context, (keys = new Map<string, number[]>()));
    const seqs = keys.get(key);
    if (seqs === undefined) keys.set(key, [seq]);
    else seqs.push(seq);
  }

  /** The event at which the base was seen that a local key has after an event; 0 when it is older than the log. */
  seenBy(context: number, key: string, atSeq: number): number {
    // Each turn looks at an earlier event, so this ends in any log.
    for (let at = atSeq, layer = context; ;) {
      const entry = this.model.contextEntry(layer, key, at);
      if (entry === undefined || entry.local === 0) return 0;
      const since = entry.sinceSeq;
      const own = this.lastOwn(layer, key, at);
      if (own > since) return own;
      const child = this.childThatWasSeenBy(layer, key, since);
      if (child === undefined) {
        const before = this.model.contextEntry(layer, key, since - 1);
        return before === undefined || before.readLayer === 0 ? since : before.readSeq;
      }
      layer = child;
      at = since - 1;
    }
  }

  /** As {@link seenBy}, for a held merge: its base is that of its call, or what its agent has merged while it waited. */
  seenByHeld(context: number, key: string, hold: number, atSeq: number): number {
    const own = this.lastOwn(context, key, atSeq);
    return own > hold ? own : this.seenBy(context, key, hold);
  }

  /** The child whose merge made the key local at this event, when its base became the base. */
  private childThatWasSeenBy(layer: number, key: string, since: number): number | undefined {
    const row = this.model.row(since);
    if (row === undefined || !isMergedKey(row.op) || row.layer !== layer) return undefined;
    const entry = this.model.contextEntry(childOf(row), key, since - 1);
    const isBeyond = entry !== undefined && entry.local !== 0 && entry.baseLayer !== 0 && entry.baseLayer !== layer;
    return isBeyond ? childOf(row) : undefined;
  }

  /** The context's last merge of the key up to an event; 0 = none. */
  private lastOwn(context: number, key: string, atSeq: number): number {
    const seqs = this.own.get(context)?.get(key);
    if (seqs === undefined) return 0;
    let low = 0;
    let high = seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((seqs[middle] ?? 0) <= atSeq) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (seqs[low - 1] ?? 0);
  }
}
