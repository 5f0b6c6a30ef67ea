/**
 * The exclusive claim on the file of a recording that is being made: a lock file beside it says who records. What is left of
 * a command that was killed is taken over, once neither it nor its script is there any more.
 */

import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import * as path from "node:path";
import { HumanError } from "../base/humanError";
import { createLineDecoder } from "../recording/recording";
import { isHere, isThereWith, ownerHere, type Owner } from "./owner";

/** What the name of a lock file ends in, after the recording's own. */
const LOCK_SUFFIX = ".lock";
/** An owner of whom nobody can know here whether it lives touches its lock file, or writes its recording, more often than that. */
const SILENT_MS = 10 * 60_000;
/** Whoever takes a lock over is done in a moment. */
const TAKEOVER_MS = 10_000;
/** A longer header names no process. */
const HEADER_BYTES = 64 * 1024;

/** A claim that this process has. */
export interface RecordingClaim {
  /** The lock file, which goes with the claim. */
  readonly file: string;
  release(): void;
  /** Says that the process is there, to those who cannot see it. */
  touch(): void;
}

/**
 * Claims the file for this process, until it ends or the claim is released.
 * @throws HumanError when another run is being recorded there
 */
export function claimRecording(file: string): RecordingClaim {
  const target = realPathOf(file);
  const lock = target + LOCK_SUFFIX;
  for (let attempt = 0; ; attempt++) {
    if (tryToLock(lock)) break;
    const owner = ownerOf(target);
    if (owner !== "nobody") throw new HumanError(refusal(file, lock, owner));
    // Two may find out at once that nobody holds it: one of them takes it away.
    if (attempt > 100) throw new HumanError(refusal(file, lock, "unknown"));
    takeAway(target, lock);
  }
  return {
    file: lock,
    release: () => attemptTo(() => unlinkSync(lock)),
    touch: () => attemptTo(() => utimesSync(lock, new Date(), new Date())),
  };
}

/** Whether another run is being recorded to a file right now. */
export function isBeingRecorded(file: string): boolean {
  return ownerOf(realPathOf(file)) !== "nobody";
}

/** By one name, whatever links lead to it. */
function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = path.dirname(path.resolve(file));
    return path.join(attemptTo(() => realpathSync(folder)) ?? folder, path.basename(file));
  }
}

/** @returns false when somebody else has it. @throws HumanError when there can be no lock file */
function tryToLock(lock: string): boolean {
  const draft = `${lock}.${randomUUID()}`;
  try {
    writeFileSync(draft, JSON.stringify(ownerHere()), { flag: "wx", mode: 0o600 });
    try {
      // Made whole or not at all, by one alone.
      linkSync(draft, lock);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      // There are file systems without links.
      writeFileSync(lock, JSON.stringify(ownerHere()), { flag: "wx", mode: 0o600 });
    } finally {
      unlinkSync(draft);
    }
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw new HumanError(`${lock} cannot be written: ${(error as Error).message}.`);
  }
}

/** Removes the lock of nobody, but never one that somebody has made meanwhile. */
function takeAway(target: string, lock: string): void {
  const takeover = `${lock}.takeover`;
  try {
    closeSync(openSync(takeover, "wx", 0o600));
  } catch {
    const { mtimeMs = Date.now() } = statSync(takeover, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > TAKEOVER_MS) attemptTo(() => unlinkSync(takeover));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    return;
  }
  try {
    if (ownerOf(target) !== "nobody") return;
    const aside = `${lock}.${randomUUID()}`;
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch {
    // It is gone already.
  } finally {
    attemptTo(() => unlinkSync(takeover));
  }
}

/** Who records to a file: a process, somebody of whom no more is known, or nobody. */
function ownerOf(target: string): number | "unknown" | "nobody" {
  const lock = target + LOCK_SUFFIX;
  let owner: Owner;
  try {
    owner = JSON.parse(readFileSync(lock, "utf8")) as Owner;
    if (typeof owner.pid !== "number") throw new SyntaxError("no owner");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "nobody";
    return isSilent(lock, target) ? "nobody" : "unknown";
  }
  const here = isHere(owner);
  if (here === undefined) return isSilent(lock, target) ? "nobody" : "unknown";
  if (here) return owner.pid;
  // A script goes on when its command is killed.
  return scriptOf(target) ?? "nobody";
}

/** Whether nothing has happened there for a while. */
function isSilent(...files: readonly string[]): boolean {
  return files.every((file) => Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > SILENT_MS);
}

/** The script's process, as the recording's header names it, while it is there. */
function scriptOf(target: string): number | undefined {
  const header = attemptTo(() => {
    const fd = openSync(target, "r");
    try {
      const start = Buffer.alloc(HEADER_BYTES);
      const text = start.toString("utf8", 0, readSync(fd, start, 0, start.length, 0));
      const line = createLineDecoder()(text.slice(0, text.indexOf("\n")));
      return line.type === "header" ? line.header : undefined;
    } finally {
      closeSync(fd);
    }
  });
  // Its number may be another process's by now: the run's own carries the run's id.
  return header !== undefined && isThereWith(header.pid, header.run) ? header.pid : undefined;
}

function refusal(file: string, lock: string, owner: number | "unknown"): string {
  const by = owner === "unknown" ? "" : ` (process ${owner})`;
  const remedy =
    owner === "unknown"
      ? `name another file; if that run is over, remove ${lock}`
      : "wait for its end, or name another file";
  return `${file} is being recorded by another run${by}: ${remedy}.`;
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function attemptTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
