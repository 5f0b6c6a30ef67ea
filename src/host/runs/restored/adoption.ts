/** The decision what a window does with a run that it did not start; pure, so that every case can be tested. */

import type { RunRecord } from "../../records/runRecord";

/**
 * leave: not ours to touch · wait: another window has it, perhaps one that is about to be gone · follow: it lives and
 * nobody has it · show: it has ended, and was on show in the window that this one replaces · close: it ended while no
 * window was there; only its record is completed.
 */
export type Adoption = "leave" | "wait" | "follow" | "show" | "close";

/** What the decision rests on, besides the record. */
export interface AdoptionFacts {
  /** This window's, as records name it. */
  readonly workspace: string;
  /** This extension host. */
  readonly hostPid: number;
  readonly nowMs: number;
  /** Extension hosts that said they have it open; a killed one never took that back. */
  readonly openIn: readonly number[];
  /** Whether the run's own process is there; not any process of its number. */
  readonly isRunning: boolean;
  readonly isAlive: (pid: number) => boolean;
}

/** A window that comes back later than this is a new one: it starts without what was on show in the old one. */
const RELOAD_MS = 2 * 60_000;

/** Says what to do now; "wait" is worth asking again. */
export function adoptionOf(record: RunRecord, facts: AdoptionFacts): Adoption {
  const { workspace, hostPid, openIn, isRunning, isAlive } = facts;
  const isElsewhere = (pid: number): boolean => pid !== hostPid && isAlive(pid);
  if (record.workspace !== workspace) return "leave";
  if (record.live !== undefined) {
    if (isElsewhere(record.live.hostPid)) return "wait";
    if (isRunning) return "follow";
    return wasOnShow(record, facts) ? "show" : "close";
  }
  if (record.onShow === undefined) return "leave";
  if (openIn.some(isElsewhere)) return "wait";
  return wasOnShow(record, facts) ? "show" : "leave";
}

/** Its window crashed, or went away a moment ago. */
function wasOnShow({ onShow }: RunRecord, { nowMs, openIn }: AdoptionFacts): boolean {
  if (onShow === undefined) return false;
  return onShow.leftMs === undefined ? openIn.length > 0 : nowMs - onShow.leftMs < RELOAD_MS;
}

/** What stands in the command line or environment of a run's supervisor. */
export function marksOf({ script, id }: RunRecord): readonly string[] {
  return [script, id];
}
