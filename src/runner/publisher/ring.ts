/** The bytes between the script's thread and the publisher's: one writer, one reader, a fixed size, no locks. It knows nothing of what the bytes are. */

/** Slots of the ring's Int32Array. Positions count bytes for ever, modulo 2³². */
const WRITTEN = 0;
/** Advanced only when the bytes before it are safe: on disk, or in memory because the disk failed. */
const TAKEN = 1;
const READER_SLEEPS = 2;
const CLOSED = 3;
/** 1 while the reader waits for the disk: a writer is then patient. */
const DISK_BUSY = 4;
/** Counts requests to empty the socket, and those answered. */
const SOCKET_ASKED = 5;
const SOCKET_DONE = 6;
/** Counts the times that bytes were taken and given up. */
const LOSSES = 7;
const SLOTS = 8;

/** 1 MB: what the script may be ahead of a slow disk. A power of two, because positions wrap. */
export const RING_BYTES = 1 << 20;
/** A reader that makes no progress for so long is gone; while it waits for the disk, for {@link DISK_PATIENCE_MS}. */
const PATIENCE_MS = 5_000;
const DISK_PATIENCE_MS = 60_000;

/** Newer than the library of types that we compile against; every supported Node has it. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(array: Int32Array, slot: number, seen: number): { readonly value: string | Promise<string> };
};

/** What crosses to the reader's thread. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

/** @param size a power of two. */
export function createRingMemory(size = RING_BYTES): RingMemory {
  return { control: new SharedArrayBuffer(SLOTS * 4), bytes: new SharedArrayBuffer(size) };
}

/** The script's end. Every method returns in bounded time; after the reader is gone they do nothing. */
export class RingWriter {
  private readonly control: Int32Array;
  private readonly bytes: Buffer;
  private readonly size: number;
  private written = 0;
  private readerExited = false;

  /** @param lost called once when the reader is gone. */
  constructor(
    memory: RingMemory,
    private readonly lost: () => void,
  ) {
    this.control = new Int32Array(memory.control);
    this.bytes = Buffer.from(memory.bytes);
    this.size = memory.bytes.byteLength;
  }

  /** Hands the text over as UTF-8; waits while the ring is full. */
  write(text: string): void {
    if (this.readerExited) return;
    const at = (this.written >>> 0) & (this.size - 1);
    const most = text.length * 3;
    if (most <= this.size - at && most <= this.free()) {
      this.advance(this.bytes.write(text, at, most, "utf8"));
      return;
    }
    this.writePieces(Buffer.from(text, "utf8"));
  }

  /** Waits until the reader has taken all bytes. @returns whether it has. */
  drain(): boolean {
    for (;;) {
      if (this.readerExited) return false;
      const taken = Atomics.load(this.control, TAKEN);
      if (taken === this.written) return true;
      this.waitFor(TAKEN, taken);
    }
  }

  /** Waits until the reader's socket has delivered everything or there is none. @returns false when `timeoutMs` was too short for that. */
  drainSocket(timeoutMs: number): boolean {
    if (this.readerExited) return false;
    const asked = Atomics.add(this.control, SOCKET_ASKED, 1) + 1;
    this.wake();
    const until = performance.now() + timeoutMs;
    for (;;) {
      const done = Atomics.load(this.control, SOCKET_DONE);
      const leftMs = until - performance.now();
      if (done === asked) return true;
      if (leftMs <= 0 || Atomics.load(this.control, CLOSED) === 1) return false;
      Atomics.wait(this.control, SOCKET_DONE, done, leftMs);
    }
  }

  /** How many times bytes that were taken found no room. */
  get losses(): number {
    return Atomics.load(this.control, LOSSES);
  }

  /** Whether no byte will be taken any more. */
  get isGone(): boolean {
    return this.readerExited || Atomics.load(this.control, CLOSED) === 1;
  }

  /** The reader is known to be gone. */
  abandon(): void {
    if (this.readerExited) return;
    this.readerExited = true;
    this.lost();
  }

  private writePieces(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const free = this.free();
      if (free === 0) {
        this.waitFor(TAKEN, Atomics.load(this.control, TAKEN));
        if (this.readerExited) return;
        continue;
      }
      const at = (this.written >>> 0) & (this.size - 1);
      const count = Math.min(free, this.size - at, bytes.length - from);
      this.bytes.set(bytes.subarray(from, from + count), at);
      from += count;
      this.advance(count);
    }
  }

  private free(): number {
    return this.size - ((this.written - Atomics.load(this.control, TAKEN)) >>> 0);
  }

  private advance(count: number): void {
    this.written = (this.written + count) | 0;
    Atomics.store(this.control, WRITTEN, this.written);
    if (Atomics.load(this.control, READER_SLEEPS) === 1) this.wake();
  }

  private wake(): void {
    Atomics.store(this.control, READER_SLEEPS, 0);
    Atomics.notify(this.control, READER_SLEEPS);
  }

  /** Waits until slot `slot` is no longer `seen`; gives the reader up when it makes no progress. */
  private waitFor(slot: number, seen: number): void {
    this.wake();
    for (let waitedMs = 0; ; waitedMs += 250) {
      if (Atomics.wait(this.control, slot, seen, 250) !== "timed-out") return;
      const patienceMs = Atomics.load(this.control, DISK_BUSY) === 1 ? DISK_PATIENCE_MS : PATIENCE_MS;
      if (Atomics.load(this.control, CLOSED) === 1 || waitedMs >= patienceMs) {
        return this.abandon();
      }
    }
  }
}

/** The publisher's end. */
export class RingReader {
  private readonly control: Int32Array;
  private readonly bytes: Buffer;
  private readonly size: number;
  private taken = 0;

  constructor(memory: RingMemory) {
    this.control = new Int32Array(memory.control);
    this.bytes = Buffer.from(memory.bytes);
    this.size = memory.bytes.byteLength;
  }

  /** The next bytes, as a view that is good until {@link release}; empty when there are none. */
  peek(): Buffer {
    const available = (Atomics.load(this.control, WRITTEN) - this.taken) >>> 0;
    const at = (this.taken >>> 0) & (this.size - 1);
    return this.bytes.subarray(at, at + Math.min(available, this.size - at));
  }

  /** Says that the first `count` bytes are safe; their room may be written again. */
  release(count: number): void {
    this.taken = (this.taken + count) | 0;
    Atomics.store(this.control, TAKEN, this.taken);
    Atomics.notify(this.control, TAKEN);
  }

  /** Resolves when there may be bytes or a request of the socket; keeps no thread alive. */
  async wakened(): Promise<void> {
    Atomics.store(this.control, READER_SLEEPS, 1);
    if (Atomics.load(this.control, WRITTEN) !== this.taken || this.socketAsked) {
      Atomics.store(this.control, READER_SLEEPS, 0);
      return;
    }
    await waitAsync(this.control, READER_SLEEPS, 1).value;
  }

  /** Says that the reader is about to wait for the disk, or no longer does. */
  set diskBusy(busy: boolean) {
    Atomics.store(this.control, DISK_BUSY, busy ? 1 : 0);
  }

  /** Whether the writer waits for the socket to be empty. */
  get socketAsked(): boolean {
    return Atomics.load(this.control, SOCKET_ASKED) !== Atomics.load(this.control, SOCKET_DONE);
  }

  /** Answers that. */
  socketEmpty(): void {
    Atomics.store(this.control, SOCKET_DONE, Atomics.load(this.control, SOCKET_ASKED));
    Atomics.notify(this.control, SOCKET_DONE);
  }

  /** Bytes that were taken found no room. */
  countLoss(): void {
    Atomics.add(this.control, LOSSES, 1);
  }

  /** No byte will be taken any more. */
  close(): void {
    Atomics.store(this.control, CLOSED, 1);
    Atomics.notify(this.control, TAKEN);
    Atomics.notify(this.control, SOCKET_DONE);
  }
}
