/** The folder of a run that keeps no recording: where it is made, and how those that were left behind are found. */

import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { removeAtEnd } from "./atEnd";
import { isHere, ownerHere, type Owner } from "../disk/owner";
import { UsageError } from "./usage";

const PREFIX = "agent-context-";
/** Says in a run's folder who makes use of it. */
const OWNER_FILE = "owner.json";
/** A folder in which something still happens is no leftover: the script may have outlived the command. */
const LEFTOVER_AGE_MS = 10 * 60 * 1_000;
/** Where temporary files go when the folder that the environment names cannot be used. */
const OTHER_FOLDERS: readonly string[] = process.platform === "win32" ? [] : ["/tmp", "/var/tmp"];

/** A folder of a run. */
export interface RunFolder {
  readonly path: string;
  /** Removes it; else it goes when the command ends. */
  readonly remove: () => void;
}

/**
 * Makes a folder that nobody else may read.
 * @param notice told, in one sentence, when it is not where the environment says
 * @throws UsageError when there is no place for one
 */
export function makeTemporaryFolder(notice: (message: string) => void): string {
  const wanted = tmpdir();
  let problem = "";
  for (const folder of [wanted, ...OTHER_FOLDERS]) {
    try {
      const made = mkdtempSync(path.join(folder, PREFIX));
      if (problem !== "") notice(`${problem}; ${folder} is used instead.`);
      return made;
    } catch (error) {
      problem ||= `${named(wanted)} cannot be used for temporary files (${(error as NodeJS.ErrnoException).code})`;
    }
  }
  throw new UsageError(`${problem}. Set ${VARIABLES.join(" or ")} to a folder that you can write to.`);
}

/** The first folder that takes a file; the one that the environment names when none does. */
export function usableTemporaryFolder(): string {
  const wanted = tmpdir();
  return [wanted, ...OTHER_FOLDERS].find(isWritable) ?? wanted;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** As {@link makeTemporaryFolder}, for as long as the command runs; takes away what commands that crashed have left. */
export function makeRunFolder(notice: (message: string) => void): RunFolder {
  const made = makeTemporaryFolder(notice);
  const remove = removeAtEnd(() => rmSync(made, { recursive: true, force: true }));
  try {
    removeLeftovers(path.dirname(made));
    writeFileSync(path.join(made, OWNER_FILE), JSON.stringify(ownerHere()), { mode: 0o600 });
  } catch {
    // It is only not found when this command crashes.
  }
  return { path: made, remove };
}

/** What the environment calls the folder. */
const VARIABLES: readonly string[] = process.platform === "win32" ? ["TEMP", "TMP"] : ["TMPDIR"];

/** "TMPDIR=/gone", or the folder where no variable names it. */
function named(folder: string): string {
  // As `os.tmpdir` looks for it.
  const name = ["TMPDIR", "TMP", "TEMP"].find((each) => process.env[each]?.startsWith(folder));
  return name === undefined ? folder : `${name}=${folder}`;
}

function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const leftover = path.join(folder, name);
    try {
      const owner = JSON.parse(readFileSync(path.join(leftover, OWNER_FILE), "utf8")) as Owner;
      if (isHere(owner) !== false) continue;
      if (Date.now() - newestIn(leftover) > LEFTOVER_AGE_MS) rmSync(leftover, { recursive: true, force: true });
    } catch {
      // Somebody else's, or one that keeps its recording.
    }
  }
}

function newestIn(folder: string): number {
  return readdirSync(folder).reduce((newest, name) => {
    return Math.max(newest, statSync(path.join(folder, name)).mtimeMs);
  }, 0);
}
