/** The setting of how much of a run is kept in memory, and what it comes to. */

import { MEGABYTE } from "../ui/bytesText";
import { Settings } from "./settings";

/** With less of the index in memory every look would read the disk. */
const LEAST_INDEX_MEGABYTES = 8;

/** How much of a run is kept in memory, bytes. */
export interface MemoryBounds {
  /** Length of the newest recorded lines whose values are; 1 when none shall be. */
  readonly recentBytes: number;
  /** Of the index of events, those parts that were added or looked at lately. */
  readonly indexBytes: number;
}

export function readMemoryBounds(): MemoryBounds {
  const megabytes = new Settings().number("memory.megabytes");
  return {
    recentBytes: Math.max(1, Math.floor(megabytes * MEGABYTE)),
    indexBytes: Math.max(LEAST_INDEX_MEGABYTES, megabytes) * MEGABYTE,
  };
}
