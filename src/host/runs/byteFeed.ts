/**
 * How a run's bytes reach its model without blocking the thread: in order, in slices, with pauses for everything
 * else, and with a brake for the sender. Knows nothing of what the bytes are.
 */

const SLICE_BYTES = 64 * 1024;
/** A turn of the event loop is given back after so long. */
const TURN_MS = 8;
const BRAKE_BYTES = 16 * 1024 * 1024;
const RELEASE_BYTES = 4 * 1024 * 1024;

/** Where the bytes go. */
export interface ByteFeedOptions {
  readonly append: (bytes: Uint8Array) => void;
  /** True: stop sending; false: go on. */
  readonly brake?: (on: boolean) => void;
  /** `append` threw; the feed goes on with the next slice. */
  readonly failed: (error: unknown) => void;
}

/** A queue of bytes on their way into one model. */
export class ByteFeed {
  private readonly queue: Uint8Array[] = [];
  private head = 0;
  private queuedBytes = 0;
  private scheduled = false;
  private braked = false;
  private waiters: (() => void)[] = [];

  constructor(private readonly options: ByteFeedOptions) {}

  /** Bytes taken in but not handed to `append` yet. */
  get pendingBytes(): number {
    return this.queuedBytes;
  }

  /** Takes `bytes` over; the caller must not change them afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) this.queue.push(bytes.subarray(at, at + SLICE_BYTES));
    this.queuedBytes += bytes.byteLength;
    if (!this.braked && this.queuedBytes > BRAKE_BYTES) this.setBrake(true);
    this.schedule();
  }

  /** Resolves when all that was pushed has been handed on. */
  idle(): Promise<void> {
    if (this.queuedBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.turn();
    });
  }

  private turn(): void {
    const untilMs = performance.now() + TURN_MS;
    while (this.head < this.queue.length && performance.now() < untilMs) {
      const slice = this.queue[this.head++] as Uint8Array;
      this.queuedBytes -= slice.byteLength;
      try {
        this.options.append(slice);
      } catch (error) {
        this.options.failed(error);
      }
    }
    if (this.head === this.queue.length || this.head > 1024) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    if (this.braked && this.queuedBytes < RELEASE_BYTES) this.setBrake(false);
    if (this.queue.length > 0) return this.schedule();
    for (const waiter of this.waiters.splice(0)) waiter();
    return undefined;
  }

  private setBrake(on: boolean): void {
    this.braked = on;
    this.options.brake?.(on);
  }
}
