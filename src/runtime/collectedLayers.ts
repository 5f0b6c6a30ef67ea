/** Which layers nobody can reach any more, and when the log has no event of theirs left. It keeps no layer alive. */

/** What a log keeps of a layer beyond its events. */
export interface LayerTraces {
  readonly layer: number;
  /** The numbers of its keys; the layer adds to them. */
  readonly keyIds: number[];
}

/** One for all logs: V8 serves a single registry in each turn of the event loop, and there may be very many logs. */
const registry = new FinalizationRegistry<() => void>((note) => note());

/** The layers of one log that were collected, in the order in which that was noticed. */
export class CollectedLayers {
  #queue: { readonly traces: LayerTraces; readonly lastSeq: number }[] = [];
  /** How many of the queue were returned. */
  #taken = 0;
  readonly #lastSeq: () => number;

  /** @param lastSeq the newest event: later ones cannot be of a layer that is gone. */
  constructor(lastSeq: () => number) {
    this.#lastSeq = lastSeq;
  }

  watch(layer: object, traces: LayerTraces): void {
    registry.register(layer, () => this.#queue.push({ traces, lastSeq: this.#lastSeq() }));
  }

  /** The next layer that is gone and has no event after `seq`; each is returned once. */
  next(seq: number): LayerTraces | undefined {
    const first = this.#queue[this.#taken];
    if (first === undefined || first.lastSeq > seq) return undefined;
    // Taking the first out of a long array moves all others.
    if (++this.#taken * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    return first.traces;
  }
}
