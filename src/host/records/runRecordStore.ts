/**
 * The run directories on disk: which runs were recorded, what is noted of each, and who has one open. Several
 * windows share them, so nothing is remembered here but what this window has open; it knows no editor and no model.
 */

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { uptime } from "node:os";
import * as path from "node:path";
import { isAlive } from "../../base/processTree";
import { decodeRunRecord, type LiveRun, type RunRecord } from "./runRecord";

/** The record's file name inside the run's directory. */
export const RECORD_FILE = "run.json";
/** Names of marker files: `open-<pid of the extension host>`. */
const OPEN_MARK = "open-";
/** Beside the run directories; written at each change, so that watching one folder is enough to hear of all. */
const CHANGE_MARK = "changed";
/** What a directory is called while it is being removed. */
export const REMOVING_MARK = "removing-";

/** A record with what the disk says of its recording. */
export interface StoredRun {
  readonly record: RunRecord;
  /** Absolute path of the recording. */
  readonly recording: string;
  /** Bytes of the whole run directory: the recording, and those of sub-runs. */
  readonly bytes: number;
}

/** The folder that holds one directory for each run. Records are small: they are read and written as a whole. */
export class RunRecordStore {
  /** What this window has open: a mark with its pid and no entry here is of an earlier process with the same pid. */
  private readonly marked = new Set<string>();

  /** @param folder absolute path of the folder of run directories; made where missing. */
  constructor(
    readonly folder: string,
    private readonly hostPid = process.pid,
  ) {}

  /** The directory of a run. */
  directory(id: string): string {
    return path.join(this.folder, id);
  }

  /** Absolute path of a run's recording. */
  recordingOf({ id, recording }: RunRecord): string {
    return path.join(this.directory(id), recording);
  }

  /** The file in which a run's runner finds the port of whoever follows it. */
  rendezvousOf(id: string): string {
    return path.join(this.directory(id), "rendezvous.json");
  }

  /** Whose recording, or sub-run's recording, a file is; undefined for a file that is none of ours. */
  idOf(file: string): string | undefined {
    const directory = path.dirname(path.resolve(file));
    return path.dirname(directory) === path.resolve(this.folder) ? path.basename(directory) : undefined;
  }

  /** Makes the run's directory (mode 0700) and its record. @throws what the disk says */
  async create(record: RunRecord): Promise<void> {
    await mkdir(this.directory(record.id), { recursive: true, mode: 0o700 });
    this.write(record);
  }

  /** @returns undefined when there is no such run, or its record cannot be read. */
  read(id: string): RunRecord | undefined {
    try {
      return decodeRunRecord(readFileSync(path.join(this.directory(id), RECORD_FILE), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Changes a record; synchronous, so that it also works while the editor shuts down. @returns what it is now */
  update(id: string, change: (record: RunRecord) => RunRecord): RunRecord | undefined {
    const record = this.read(id);
    if (record === undefined) return undefined;
    const changed = change(record);
    this.write(changed);
    return changed;
  }

  /** Changes what is noted of a run that lives; nothing of one that has ended. */
  noteLive(id: string, change: Partial<LiveRun>): void {
    this.update(id, (record) => (record.live ? { ...record, live: { ...record.live, ...change } } : record));
  }

  /** Whether there is no run directory at all, readable or not. */
  async isEmpty(): Promise<boolean> {
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    return !entries.some((entry) => entry.isDirectory());
  }

  /** All runs that were recorded, newest first. Directories without a readable record and recording are passed over. */
  async list(): Promise<StoredRun[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const found = await Promise.all(names.map((name) => this.stored(name)));
    return found.filter((run) => run !== undefined).sort((a, b) => b.record.startedMs - a.record.startedMs);
  }

  /** One of {@link list}. */
  async stored(id: string): Promise<StoredRun | undefined> {
    const directory = this.directory(id);
    const text = await readFile(path.join(directory, RECORD_FILE), "utf8").catch(() => undefined);
    const record = text === undefined ? undefined : decodeRunRecord(text);
    if (record === undefined || record.id !== id) return undefined;
    const recording = path.join(directory, record.recording);
    const files = await readdir(directory).catch((): string[] => []);
    if (!files.includes(record.recording)) return undefined;
    const sizes = await Promise.all(files.map((file) => sizeOf(path.join(directory, file))));
    return { record, recording, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  /** Removes a run's directory with all that is in it. */
  async remove(id: string): Promise<void> {
    await rm(this.directory(id), { recursive: true, force: true, maxRetries: 3 });
    this.announce();
  }

  /**
   * Removes a run that no living window has open; `exceptHere` leaves this window's own mark out of account. The
   * directory is renamed first: a window that marks it in the same moment is either seen, or finds it gone.
   * @returns whether it was removed; false also when another window did so at the same time.
   */
  async removeIfClosed(id: string, exceptHere = false): Promise<boolean> {
    if ((await this.holders(id)).some((pid) => !exceptHere || pid !== this.hostPid)) return false;
    const doomed = REMOVING_MARK + id;
    try {
      await rename(this.directory(id), this.directory(doomed));
    } catch {
      // Gone already, or in use where files in use cannot be moved.
      return false;
    }
    if ((await this.holders(doomed, id)).some((pid) => !exceptHere || pid !== this.hostPid)) {
      await rename(this.directory(doomed), this.directory(id));
      return false;
    }
    await this.remove(doomed);
    return true;
  }

  /** Calls `onChange` when a run came or went or its record changed, in whichever window; often, and sometimes for nothing. */
  watch(onChange: () => void): { dispose(): void } {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const watcher = watch(this.folder, { persistent: false }, onChange);
      // A folder that can no longer be watched is looked at now and then all the same.
      watcher.on("error", () => watcher.close());
      return { dispose: () => watcher.close() };
    } catch {
      return { dispose: () => undefined };
    }
  }

  /** Says to all windows that this one has the run open, or no longer has. */
  markOpen(id: string, open: boolean): void {
    if (open) this.marked.add(id);
    else this.marked.delete(id);
    const file = path.join(this.directory(id), OPEN_MARK + this.hostPid);
    try {
      if (open) writeFileSync(file, "", { mode: 0o600 });
      else rmSync(file, { force: true });
    } catch {
      // The directory is gone: nothing is left to be kept.
    }
  }

  /** Whether a living window, this one included, has the run open. */
  async isOpen(id: string): Promise<boolean> {
    return (await this.holders(id)).length > 0;
  }

  /** The extension hosts that said they have the run open; those that were killed never took it back. */
  async openMarks(id: string): Promise<readonly number[]> {
    const files = await readdir(this.directory(id)).catch((): string[] => []);
    return files
      .filter((file) => file.startsWith(OPEN_MARK))
      .map((file) => Number(file.slice(OPEN_MARK.length)))
      .filter((pid) => Number.isSafeInteger(pid) && pid > 0);
  }

  /** Takes away the marks of extension hosts that are gone. */
  async clearMarks(id: string): Promise<void> {
    for (const pid of await this.openMarks(id)) {
      if (!isAlive(pid)) await rm(path.join(this.directory(id), OPEN_MARK + pid), { force: true });
    }
  }

  /**
   * Makes this window the one that follows a live run, if nobody else has become it since its record was read.
   * @param seenHostPid `live.hostPid` as it was read
   * @returns false when another window has it, or is about to
   */
  claim(id: string, seenHostPid: number): boolean {
    const file = path.join(this.directory(id), "claim");
    try {
      writeFileSync(file, String(this.hostPid), { flag: "wx", mode: 0o600 });
    } catch {
      // Whoever died over its claim does not keep the run from everybody else; the next try has it.
      if (!isAlive(Number(readText(file)) || -1)) rmSync(file, { force: true });
      return false;
    }
    try {
      const record = this.read(id);
      if (record?.live?.hostPid !== seenHostPid) return false;
      this.write({ ...record, live: { ...record.live, hostPid: this.hostPid } });
      return true;
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Whether another window, and a living one, has the run open. */
  async isOpenElsewhere(id: string): Promise<boolean> {
    return (await this.holders(id)).some((pid) => pid !== this.hostPid);
  }

  /** The extension hosts that have the run open and live. @param name of its directory */
  private async holders(name: string, id = name): Promise<number[]> {
    const found: number[] = [];
    for (const pid of await this.openMarks(name)) {
      if (pid === this.hostPid) {
        if (this.marked.has(id)) found.push(pid);
      } else if (isAlive(pid)) {
        const mark = path.join(this.directory(name), OPEN_MARK + pid);
        const { mtimeMs = 0 } = (await stat(mark).catch(() => undefined)) ?? {};
        if (mtimeMs >= machineStartMs()) found.push(pid);
      }
    }
    return found;
  }

  private write(record: RunRecord): void {
    const file = path.join(this.directory(record.id), RECORD_FILE);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${randomUUID()}`;
    writeFileSync(temporary, JSON.stringify(record, null, 2) + "\n", { mode: 0o600 });
    renameSync(temporary, file);
    this.announce();
  }

  private announce(): void {
    try {
      // Some content, for a file that stays as it is need not be told of.
      writeFileSync(path.join(this.folder, CHANGE_MARK), `${this.hostPid} ${Date.now()}\n`, { mode: 0o600 });
    } catch {
      // Lists that are on show are a little late then.
    }
  }
}

/** Clocks are set while a machine starts; process ids of before it are those of others now. */
const CLOCK_SLACK_MS = 120_000;

/** When the machine started, or a little earlier: what was noted before then is of processes that are gone. */
export function machineStartMs(): number {
  return Date.now() - uptime() * 1_000 - CLOCK_SLACK_MS;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
