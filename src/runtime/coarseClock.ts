/** The time that events carry: read once a burst of work and every few events, because asking costs more than logging. */

/** Events between two readings while the script does not yield. */
const EVENTS_PER_READING = 256;

const settled = Promise.resolve();

/** Exact at the first event after the script awaited or its event loop turned; `seq`, not this, orders events. */
export class CoarseClock {
  #nowMs = 0;
  #left = 0;
  #watching = false;

  /** @returns milliseconds since the epoch for the next event. */
  tick(): number {
    if (--this.#left < 0) this.#read();
    return this.#nowMs;
  }

  #read(): void {
    this.#nowMs = Date.now();
    this.#left = EVENTS_PER_READING - 1;
    if (this.#watching) return;
    this.#watching = true;
    // A microtask and not an immediate: callbacks of I/O run before immediates do, after a wait of any length.
    void settled.then(() => {
      this.#watching = false;
      this.#left = 0;
    });
  }
}
