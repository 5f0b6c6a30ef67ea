/** The file of a recording that is open: lines are read again from it, in blocks, of which the newest are kept. */

import { closeSync, openSync, readSync } from "node:fs";
import type { LineSource } from "../recording/lineSource";

const NEWLINE = 10;
const BLOCK_BYTES = 64 * 1024;
/** Blocks that are kept, the least recently used going first: 4 MB. */
const MAX_BLOCKS = 64;
/** A line that is longer than this is read past the blocks, so that it does not push all of them out. */
const LONG_LINE_BYTES = 4 * BLOCK_BYTES;

/** Stays open, so that the lines are there even when the file is removed or replaced by another. */
export class RecordingFile implements LineSource {
  private readonly fd: number;
  private readonly blocks = new Map<number, Buffer>();
  private closed = false;

  /** @param file its path, or its descriptor, which is closed with this @throws what the disk says */
  constructor(file: string | number) {
    this.fd = typeof file === "number" ? file : openSync(file, "r");
  }

  lineAt(offset: number): string | undefined {
    if (this.closed) return undefined;
    try {
      return this.shortLine(offset) ?? this.longLine(offset);
    } catch {
      // The disk is gone; the model says so in the value's place.
      return undefined;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.blocks.clear();
    closeSync(this.fd);
  }

  /** The line from blocks; undefined when it is too long for that. */
  private shortLine(offset: number): string | undefined {
    const pieces: Buffer[] = [];
    for (let at = offset; at - offset < LONG_LINE_BYTES;) {
      const number = Math.floor(at / BLOCK_BYTES);
      const block = this.block(number);
      const rest = block.subarray(at - number * BLOCK_BYTES);
      const end = rest.indexOf(NEWLINE);
      if (end >= 0) {
        if (pieces.length === 0) return rest.toString("utf8", 0, end);
        pieces.push(rest.subarray(0, end));
        return Buffer.concat(pieces).toString("utf8");
      }
      pieces.push(rest);
      // The last line of a recording may lack its end.
      if (block.length < BLOCK_BYTES) return Buffer.concat(pieces).toString("utf8");
      at += rest.length;
    }
    return undefined;
  }

  private longLine(offset: number): string {
    const pieces: Buffer[] = [];
    for (let at = offset, size = 1 << 20; ; size = Math.min(size * 2, 1 << 26)) {
      const piece = Buffer.allocUnsafe(size);
      const count = readSync(this.fd, piece, 0, size, at);
      const bytes = piece.subarray(0, count);
      const end = bytes.indexOf(NEWLINE);
      pieces.push(end < 0 ? bytes : bytes.subarray(0, end));
      if (end >= 0 || count === 0) return Buffer.concat(pieces).toString("utf8");
      at += count;
    }
  }

  private block(number: number): Buffer {
    let block = this.blocks.get(number);
    if (block === undefined) {
      const bytes = Buffer.allocUnsafe(BLOCK_BYTES);
      let filled = 0;
      while (filled < BLOCK_BYTES) {
        const count = readSync(this.fd, bytes, filled, BLOCK_BYTES - filled, number * BLOCK_BYTES + filled);
        if (count === 0) break;
        filled += count;
      }
      block = bytes.subarray(0, filled);
      const [oldest] = this.blocks.keys();
      if (this.blocks.size >= MAX_BLOCKS && oldest !== undefined) this.blocks.delete(oldest);
    } else this.blocks.delete(number);
    // A block that is not full is the file's end, which may yet grow.
    if (block.length === BLOCK_BYTES) this.blocks.set(number, block);
    return block;
  }
}
