/**
 * Where the options of runs are kept for a Restart after a reload. They hold environments, and so secrets: the file in
 * the run's directory is sealed by a key that the editor's own store of secrets has, and goes with the directory.
 */

import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { RunRecordStore } from "../../records/runRecordStore";
import { decodeRunOptions, type RunOptions } from "../../settings/runOptions";

/** The file's name inside the run's directory. */
export const OPTIONS_FILE = "options.sealed";
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** What of the editor's secrets is needed; see `RunSecrets`. */
export interface OptionsKey {
  /** @returns undefined when the editor keeps no secrets */
  optionsKey(bytes: number): Promise<Buffer | undefined>;
}

/** The options of runs, one file a run. */
export class KeptOptions {
  constructor(
    private readonly secrets: OptionsKey,
    private readonly records: Pick<RunRecordStore, "directory">,
    private readonly log: { warn(text: string): void },
  ) {}

  /** A run whose options cannot be kept runs all the same; after a reload its Restart has to ask. */
  async keep(runId: string, options: RunOptions): Promise<void> {
    try {
      const key = await this.secrets.optionsKey(KEY_BYTES);
      if (key === undefined) return;
      const nonce = randomBytes(NONCE_BYTES);
      // The id is sealed in: the options of one run do not open in the directory of another.
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(runId));
      const sealed = Buffer.concat([cipher.update(JSON.stringify(options), "utf8"), cipher.final()]);
      const file = this.file(runId);
      const temporary = `${file}.${randomUUID()}`;
      await writeFile(temporary, Buffer.concat([nonce, cipher.getAuthTag(), sealed]), { mode: 0o600 });
      await rename(temporary, file);
    } catch (error) {
      this.log.warn(`The options of a run could not be kept: ${textOf(error)}`);
    }
  }

  /** @returns undefined when they are not there, or were sealed by a key that the editor no longer has. */
  async read(runId: string): Promise<RunOptions | undefined> {
    try {
      const bytes = await readFile(this.file(runId));
      const key = await this.secrets.optionsKey(KEY_BYTES);
      if (key === undefined) return undefined;
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(runId))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
      return decodeRunOptions(text);
    } catch (error) {
      this.log.warn(`The options of a run could not be read: ${textOf(error)}`);
      return undefined;
    }
  }

  private file(runId: string): string {
    return path.join(this.records.directory(runId), OPTIONS_FILE);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
