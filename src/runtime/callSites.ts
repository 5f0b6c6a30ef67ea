/**
 * Where in the script events were caused: takes the place off the stack, numbers each place once, and pauses by
 * itself while events come too fast. It knows nothing of what events mean.
 */

import type { CallSite } from "../core/inspector";

/** Places that are numbered; what is called from further ones has number 0. */
const MAX_SITES = 100_000;
/** What records it, the core that asks for it, a public method, the script: all that there is above a write. Each further frame costs. */
const FEW_FRAMES = 4;
const MANY_FRAMES = 32;
const WINDOW_MS = 1000;
/** Above any column: makes one number of line and column. */
const COLUMNS = 0x1000000;

/** What happened to the taking of call sites: the data of a `call_sites` event. */
export interface CallSitesChange {
  readonly on: boolean;
  /** How fast events came when it paused; absent when it was switched. */
  readonly perSecond?: number;
  readonly limit: number;
}

/** The kind of the event that says so. */
export const CALL_SITES_KIND = "call_sites";

// A script may put another class in the global's place; the stack is V8's affair, which knows this one alone.
const BuiltInError = Error;
const { captureStackTrace } = Error;
const structured = (_error: unknown, frames: NodeJS.CallSite[]): NodeJS.CallSite[] => frames;

/** The call sites of one log. */
export class CallSites {
  readonly #report: (change: CallSitesChange) => void;
  readonly #ownFile: string | null;
  readonly #sites: CallSite[] = [];
  readonly #numbers = new Map<string, Map<number, number>>();
  #limit = 0;
  #isPaused = false;
  #windowStartMs = NaN;
  #lastMs = NaN;
  #count = 0;

  /** @param report called when it pauses, and when it goes on. */
  constructor(report: (change: CallSitesChange) => void) {
    this.#report = report;
    this.#ownFile = takeFrames(takeFrames, FEW_FRAMES)?.[0]?.getFileName() ?? null;
  }

  /** Events per second above which it pauses; 0 = off. */
  get limit(): number {
    return this.#limit;
  }
  set limit(perSecond: number) {
    this.#limit = perSecond;
    this.#isPaused = false;
    this.#windowStartMs = NaN;
  }

  /** The place of a number; undefined for 0. */
  get(site: number): CallSite | undefined {
    return this.#sites[site - 1];
  }

  /**
   * Counts an event, and takes the place in the script that caused it.
   * @param above the runtime's function that was called last; what it called is not looked at.
   * @returns the place's number, from 1; 0 when it is not known, or not taken now. Never throws.
   */
  capture(nowMs: number, above: (...args: never[]) => unknown): number {
    if (this.#limit === 0) return 0;
    this.#measure(nowMs);
    if (this.#isPaused) return 0;
    try {
      return this.#find(above, FEW_FRAMES) ?? this.#find(above, MANY_FRAMES) ?? 0;
    } catch {
      // The stack belongs to the script, which may have made of it what it likes.
      return 0;
    }
  }

  #measure(nowMs: number): void {
    const elapsedMs = nowMs - this.#windowStartMs;
    const quietMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (elapsedMs >= 0 && elapsedMs < WINDOW_MS) {
      this.#count++;
      if (!this.#isPaused && this.#count > this.#limit) this.#pause(nowMs, elapsedMs);
      return;
    }
    // A clock that was set back tells nothing.
    const isCalm = !(elapsedMs >= 0) || quietMs >= WINDOW_MS || (this.#count * WINDOW_MS) / elapsedMs <= this.#limit;
    this.#windowStartMs = nowMs;
    this.#count = 1;
    if (!this.#isPaused || !isCalm) return;
    this.#isPaused = false;
    this.#report({ on: true, limit: this.#limit });
  }

  #pause(nowMs: number, elapsedMs: number): void {
    const perSecond = Math.round((this.#count * WINDOW_MS) / Math.max(1, elapsedMs));
    this.#isPaused = true;
    this.#windowStartMs = nowMs;
    this.#count = 0;
    this.#report({ on: false, perSecond, limit: this.#limit });
  }

  /** @returns undefined when more frames might show the script. */
  #find(above: (...args: never[]) => unknown, limit: number): number | undefined {
    const frames = takeFrames(above, limit);
    if (frames === undefined) return 0;
    for (const frame of frames) {
      const file = frame.getFileName();
      // Built-in functions that call back (`forEach`) have no file; code of `eval` has none either, but its caller does.
      if (typeof file !== "string" || file === "" || file === this.#ownFile || file.startsWith("node:")) continue;
      return this.#number(file, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0);
    }
    return frames.length < limit ? 0 : undefined;
  }

  #number(file: string, line: number, column: number): number {
    let places = this.#numbers.get(file);
    if (places === undefined) {
      places = new Map();
      this.#numbers.set(file, places);
    }
    const place = line * COLUMNS + column;
    let site = places.get(place);
    if (site === undefined) {
      if (this.#sites.length >= MAX_SITES) return 0;
      site = this.#sites.push(Object.freeze({ file, line, column }));
      places.set(place, site);
    }
    return site;
  }
}

/**
 * The frames below a function, as objects: formatting a stack, with source maps above all, would cost a hundred times more.
 * Leaves `Error` as it was. @returns undefined where the script does not let it be changed.
 */
function takeFrames(above: (...args: never[]) => unknown, limit: number): readonly NodeJS.CallSite[] | undefined {
  const hadPrepare = Object.hasOwn(BuiltInError, "prepareStackTrace");
  const { stackTraceLimit, prepareStackTrace } = BuiltInError;
  const holder: { stack?: unknown } = {};
  try {
    BuiltInError.prepareStackTrace = structured;
    BuiltInError.stackTraceLimit = limit;
    captureStackTrace(holder, above);
    const { stack } = holder;
    return Array.isArray(stack) ? (stack as NodeJS.CallSite[]) : undefined;
  } catch {
    return undefined;
  } finally {
    // Each for itself: neither throws, whatever the script made of them.
    if (hadPrepare) Reflect.set(BuiltInError, "prepareStackTrace", prepareStackTrace);
    else Reflect.deleteProperty(BuiltInError, "prepareStackTrace");
    if ((stackTraceLimit as number | undefined) === undefined) Reflect.deleteProperty(BuiltInError, "stackTraceLimit");
    else Reflect.set(BuiltInError, "stackTraceLimit", stackTraceLimit);
  }
}
