/** The pages of one model's index that are not in memory: in a file of its own that nobody else can open, and that is gone with it. */

import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { PageStore } from "../model/storage/pages";
import { messageOf } from "../base/humanError";

/** Made in a folder of temporary files when the first page comes. */
export class PageFile implements PageStore {
  private readonly folder: string;
  private readonly failed: (message: string) => void;
  private fd: number | undefined;
  /** Where it is still to be deleted: some systems refuse to while it is open. */
  private leftover: string | undefined;
  private length = 0;
  private isClosed = false;

  /** @param failed the disk refuses; one sentence. Whoever wrote is told by an error, too. */
  constructor(failed: (message: string) => void, folder = tmpdir()) {
    this.failed = failed;
    this.folder = folder;
  }

  write(bytes: Uint8Array): number {
    const place = this.length;
    try {
      const fd = this.open();
      for (let done = 0; done < bytes.length;) {
        done += writeSync(fd, bytes, done, bytes.length - done, place + done);
      }
    } catch (error) {
      this.failed(`The index of events stays in memory, for ${this.folder} cannot be written: ${messageOf(error)}`);
      throw error;
    }
    this.length += bytes.length;
    return place;
  }

  read(place: number, into: Uint8Array): void {
    const fd = this.open();
    for (let done = 0; done < into.length;) {
      const count = readSync(fd, into, done, into.length - done, place + done);
      if (count === 0) throw new Error("The run's index on disk is shorter than it was. Open its recording again.");
      done += count;
    }
  }

  dispose(): void {
    this.isClosed = true;
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    if (this.leftover !== undefined) remove(this.leftover);
  }

  private open(): number {
    // A view may look once more while its run is taken away.
    if (this.isClosed) throw new Error("The run was taken away. Open its recording to look at it again.");
    if (this.fd === undefined) {
      const file = path.join(this.folder, `agent-context-${randomUUID()}.index`);
      this.fd = openSync(file, "wx+", 0o600);
      if (!remove(file)) this.leftover = file;
    }
    return this.fd;
  }
}

function remove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}
