/** The public form of one event; the words are those of recordings. */

import type { CallSite } from "./inspector";
import type { JsonValue } from "./jsonValue";
import { EVENT_KINDS, revisionOf } from "./eventKinds";
import type { LogRow } from "./logRow";

/** One event of a log. */
export interface AgentEvent {
  /** Orders the events of one thread. */
  readonly seq: number;
  /** `state_changed`, `state_read`, `keys_read`, `state_committed`, … or the kind that a script logged. */
  readonly kind: string;
  /** The agent or actor; undefined for events of nobody. */
  readonly agent: string | undefined;
  /** The key, for events of one key. */
  readonly key: string | undefined;
  /** The value written, or the event's data; undefined = absent (a deletion, a read). */
  readonly value: JsonValue | undefined;
  /** The revision that a write gave, or that a read saw (of keys(): of the set of keys); 0 for other events. */
  readonly revision: number;
  /** Milliseconds since the epoch, coarse. */
  readonly timestamp: number;
  /**
   * The line that did it, as it ran, before any source map; there while `runLog().callSites` takes them. What a merge
   * writes has none: its line is that of the `merge_planned` event before it.
   */
  readonly site?: CallSite;
}

/** Makes a public event of a row, which may be reused afterwards, and of the place that its `site` stands for. */
export function toAgentEvent(row: LogRow, site: CallSite | undefined): AgentEvent {
  const kind = EVENT_KINDS[row.op].word;
  return Object.freeze({
    seq: row.seq,
    kind: kind ?? row.key ?? "",
    agent: row.agent,
    key: kind === undefined ? undefined : row.key,
    value: row.value,
    revision: revisionOf(row),
    timestamp: row.timestampMs,
    ...(site && { site }),
  });
}
