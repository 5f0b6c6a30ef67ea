/** The public face of a thread's event log. */

import { toAgentEvent, type AgentEvent } from "../core/agentEvent";
import { EventLog } from "./eventLog";

/** @internal The log behind its face. */
export let eventLogOf: (log: RunLog) => EventLog;

/**
 * The events of all stores and contexts that belong to one log. There is one for each thread ({@link runLog}); making
 * others is for tests that want to be alone.
 */
export class RunLog {
  readonly #log: EventLog;

  static {
    eventLogOf = (log) => log.#log;
  }

  /**
   * @param options.retention how many events are kept; default 100,000
   * @param options.retentionBytes how much memory their values may take; default 128 MB
   * @throws RangeError when one is no whole number.
   */
  constructor(options: { readonly retention?: number | undefined; readonly retentionBytes?: number | undefined } = {}) {
    this.#log = new EventLog(options.retention, options.retentionBytes);
  }

  /** How many events are kept, for all agents together. Lowering it cuts at once. @throws RangeError when set to no whole number. */
  get retention(): number {
    return this.#log.retention;
  }
  set retention(events: number) {
    this.#log.retention = events;
  }
  /**
   * How much memory the values of the events that are kept may take, in bytes, about; what a value shares with the one
   * before counts once. The newest event is kept whatever it takes. Lowering it cuts at once. @throws RangeError when set
   * to no whole number.
   */
  get retentionBytes(): number {
    return this.#log.retentionBytes;
  }
  set retentionBytes(bytes: number) {
    this.#log.retentionBytes = bytes;
  }
  /**
   * Whether events tell the line that did them ({@link AgentEvent.site}), which costs each a few microseconds: the number
   * of events a second above which that pauses by itself until they come slower again. Default 0, off. An event
   * `call_sites` tells each change. @throws RangeError when set to no whole number.
   */
  get callSites(): number {
    return this.#log.callSiteLimit;
  }
  set callSites(limitPerSecond: number) {
    this.#log.takeCallSites(limitPerSecond);
    this.#log.tellCallSites({ on: limitPerSecond > 0, limit: limitPerSecond });
  }
  /** `seq` of the oldest event kept; one more than {@link lastSeq} when there is none. */
  get firstSeq(): number {
    return this.#log.firstSeq;
  }
  /** `seq` of the newest event; 0 when there was none yet. */
  get lastSeq(): number {
    return this.#log.lastSeq;
  }
  /** How many events are no longer kept. */
  get cut(): number {
    return this.#log.cut;
  }
  /** The events that are kept, oldest first. */
  *[Symbol.iterator](): Generator<AgentEvent, void, undefined> {
    for (const row of this.#log.rows()) yield toAgentEvent(row, this.#log.callSite(row.site));
  }
}

const threadLog = new RunLog();

/** The log of this thread, which stores use unless they are given another. */
export function runLog(): RunLog {
  return threadLog;
}
