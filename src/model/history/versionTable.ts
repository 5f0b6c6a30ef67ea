/** The versions of many keys in one table: each key's versions are a chain from newest to oldest, found by event in O(log n). */

import { IntTable } from "../storage/intTable";
import type { Pages } from "../storage/pages";

/** Every so many versions of a chain one is marked, so that a long chain need not be walked. */
const MARK_EVERY = 32;

/** The versions of one key: where its chain begins. */
export interface VersionChain {
  /** Index of the newest version; −1 = none. */
  newest: number;
  count: number;
  /** Each `MARK_EVERY`th version, oldest first; undefined while the chain is short. */
  marks: number[] | undefined;
}

/** A chain with no versions. */
export function emptyChain(): VersionChain {
  return { newest: -1, count: 0, marks: undefined };
}

/** Versions with their event (−1 = the snapshot) and two more numbers of the user's. */
export class VersionTable {
  private readonly rows: IntTable;

  /** @param extras how many numbers of its own a version has: 0 or 2. */
  constructor(extras: 0 | 2, memory?: Pages) {
    this.rows = new IntTable(2 + extras, memory);
  }

  /** Appends a version to a chain; `event` must not be less than that of the chain's newest. @returns the version. */
  appendVersion(chain: VersionChain, event: number, a = 0, b = 0): number {
    const version = this.rows.add(event, chain.newest, a, b);
    chain.newest = version;
    if (++chain.count % MARK_EVERY === 0) (chain.marks ??= []).push(version);
    return version;
  }

  /** The version of the chain that holds after `event`; −1 = none. */
  find(chain: VersionChain, event: number): number {
    let version = chain.newest;
    const { marks } = chain;
    if (marks !== undefined && version !== -1 && this.event(version) > event) {
      // The oldest mark that is too new is at most MARK_EVERY steps above the answer.
      let low = 0;
      let high = marks.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.event(marks[middle] ?? 0) > event) high = middle;
        else low = middle + 1;
      }
      version = marks[low] ?? version;
    }
    while (version !== -1 && this.event(version) > event) version = this.previous(version);
    return version;
  }

  event(version: number): number {
    return this.rows.get(version, 0);
  }

  /** The version before it in its chain; −1 = none. */
  previous(version: number): number {
    return this.rows.get(version, 1);
  }

  a(version: number): number {
    return this.rows.get(version, 2);
  }

  b(version: number): number {
    return this.rows.get(version, 3);
  }
}
