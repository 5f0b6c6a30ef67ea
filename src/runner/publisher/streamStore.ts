/** The run's stream of bytes as long as anybody may want it: on disk, and in bounded memory while the disk fails. Knows lines only by their "\n". */

import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { encodeNote } from "../../recording/recording";

/** What is kept while the disk fails. */
export const MEMORY_BOUND_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 1_000;
const NEWLINE = 10;
const COUNTED_LINES = 2;

/** What a {@link StreamStore} depends on. */
export interface StreamStoreOptions {
  /** Absolute path; made anew with mode 0600. */
  readonly file: string;
  /** The disk cannot take bytes, from now on and until told otherwise; one sentence. */
  readonly failed: (message: string) => void;
  /** Lines found no room: what comes must not build on what they said. */
  readonly lostLines?: () => void;
  readonly memoryBoundBytes?: number;
}

/** Bytes 0 to `total`. The file always holds a beginning of them; what it lacks is in memory. */
export class StreamStore {
  private readonly fd: number | undefined;
  private onDisk = 0;
  private memory: Buffer[] = [];
  private memoryBytes = 0;
  private failing = false;
  private retryAtMs = 0;
  /** Lines that found no room since the last `events_lost`. */
  private lost = 0;
  /** The line that is under way is one of them. */
  private skipping = false;
  /** The newest bytes, so that a reader that keeps up needs no disk. */
  private recent: Buffer = Buffer.alloc(0);
  private lastByte = NEWLINE;
  /** Whole lines so far; only the first are counted. */
  lines = 0;
  /** What is to be the last line, until the line under way is whole; then "". */
  private lastLine: string | undefined;

  constructor(private readonly options: StreamStoreOptions) {
    try {
      this.fd = openSync(options.file, "w+", 0o600);
    } catch (error) {
      this.fail(error);
    }
  }

  /** How many bytes there are so far. */
  get total(): number {
    return this.onDisk + this.memoryBytes;
  }

  /** Whether everything is in the file. */
  get isOnDisk(): boolean {
    return this.fd !== undefined && !this.failing;
  }

  /** Takes the next bytes; they are copied. */
  append(bytes: Uint8Array): void {
    if (this.lastLine !== undefined) return this.appendLast(bytes);
    this.put(
      this.lost > 0 || this.skipping || this.memoryBytes + bytes.length > this.bound ? this.bounded(bytes) : bytes,
    );
  }

  /** @returns up to `most` bytes from `from` on, at least one unless `from` is the end; undefined when the disk refuses. */
  read(from: number, most: number): Buffer | undefined {
    const intoRecent = from - (this.total - this.recent.length);
    if (intoRecent >= 0) return this.recent.subarray(intoRecent, intoRecent + most);
    if (from < this.onDisk) {
      const bytes = Buffer.allocUnsafe(Math.min(most, this.onDisk - from));
      try {
        return bytes.subarray(0, readSync(this.fd!, bytes, 0, bytes.length, from));
      } catch {
        return undefined;
      }
    }
    let at = this.onDisk;
    for (const chunk of this.memory) {
      if (from < at + chunk.length) return chunk.subarray(from - at, from - at + most);
      at += chunk.length;
    }
    return Buffer.alloc(0);
  }

  /** Tries the disk again, whatever it said before. */
  retry(): void {
    if (!this.failing || this.fd === undefined) return;
    this.failing = false;
    const waiting = this.memory;
    this.memory = [];
    this.memoryBytes = 0;
    this.recent = Buffer.alloc(0);
    for (const chunk of waiting) this.put(chunk);
    if (this.lost > 0 && !this.skipping && !this.failing) this.put(this.lostLine());
  }

  /** Puts the count of lines that found no room into the stream, room or not: nothing will come after it. */
  tellLost(): void {
    if (this.lost > 0 && !this.skipping) this.put(this.lostLine());
  }

  /** Puts `line` behind the line that is under way. What comes after it is not taken any more. */
  end(line: string): void {
    if (this.lastLine !== undefined) return;
    this.lastLine = line;
    if (this.lastByte === NEWLINE && !this.skipping) this.putLast();
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
  }

  private get bound(): number {
    return this.options.memoryBoundBytes ?? MEMORY_BOUND_BYTES;
  }

  private appendLast(bytes: Uint8Array): void {
    if (this.lastLine === "") return;
    const end = bytes.indexOf(NEWLINE) + 1 || bytes.length;
    if (!this.skipping) this.put(bytes.subarray(0, end));
    if (bytes[end - 1] !== NEWLINE) return;
    if (this.skipping) this.lost++;
    this.skipping = false;
    this.putLast();
  }

  private putLast(): void {
    this.tellLost();
    this.put(Buffer.from(this.lastLine ?? "", "utf8"));
    this.lastLine = "";
  }

  private put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.failing && performance.now() >= this.retryAtMs) this.retry();
    const copy = Buffer.from(bytes);
    this.lastByte = copy[copy.length - 1]!;
    for (let at = copy.indexOf(NEWLINE); at >= 0 && this.lines < COUNTED_LINES; at = copy.indexOf(NEWLINE, at + 1)) {
      this.lines++;
    }
    let written = 0;
    if (!this.failing && this.fd !== undefined) {
      try {
        while (written < copy.length) {
          const count = writeSync(this.fd, copy, written, copy.length - written, this.onDisk);
          written += count;
          this.onDisk += count;
        }
      } catch (error) {
        this.fail(error);
      }
    }
    if (written < copy.length) {
      this.memory.push(copy.subarray(written));
      this.memoryBytes += copy.length - written;
    }
    this.recent = copy;
  }

  private fail(error: unknown): void {
    this.failing = true;
    this.retryAtMs = performance.now() + RETRY_MS;
    this.options.failed(`The recording ${this.options.file} cannot be written: ${(error as Error).message}.`);
  }

  /** What of `bytes` still has room, in whole lines; the rest is counted, and the count is put into the stream once there is room. */
  private bounded(bytes: Uint8Array): Uint8Array {
    let at = 0;
    const kept: Uint8Array[] = [];
    if (this.skipping) {
      at = bytes.indexOf(NEWLINE) + 1;
      if (at === 0) return bytes.subarray(0, 0);
      this.lost++;
      this.skipping = false;
    } else if (this.lastByte !== NEWLINE) {
      at = bytes.indexOf(NEWLINE) + 1 || bytes.length;
      kept.push(bytes.subarray(0, at));
    }
    const rest = bytes.subarray(at);
    if (rest.length > 0 && this.memoryBytes + rest.length <= this.bound) {
      if (this.lost > 0) kept.push(this.lostLine());
      kept.push(rest);
    } else if (rest.length > 0) {
      this.options.lostLines?.();
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, end + 1)) this.lost++;
      this.skipping = rest[rest.length - 1] !== NEWLINE;
    }
    return Buffer.concat(kept);
  }

  private lostLine(): Buffer {
    const line = encodeNote("events_lost", { count: this.lost }, Date.now());
    this.lost = 0;
    return Buffer.from(line, "utf8");
  }
}
