/** The public form of one event; the words are those of recordings. */

import type { CallSite } from "./inspector";
import type { JsonValue } from "./jsonValue";
import { Op, type LogRow } from "./logRow";

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

/** @internal The words of events, in logs and recordings alike; `Logged` and `Other` events bring their own. */
export const KIND_OF_OP: Readonly<Partial<Record<Op, string>>> = {
  [Op.StoreCreated]: "store_created",
  [Op.AgentStarted]: "agent_started",
  [Op.AgentEnded]: "agent_ended",
  [Op.ScopeEntered]: "scope_entered",
  [Op.ScopeExited]: "scope_exited",
  [Op.Write]: "state_changed",
  [Op.Delete]: "state_changed",
  [Op.Revert]: "state_rollback",
  [Op.Discard]: "state_rollback",
  [Op.Read]: "state_read",
  [Op.KeysRead]: "keys_read",
  [Op.MergePlanned]: "merge_planned",
  [Op.MergeWrite]: "state_changed",
  [Op.MergeDelete]: "state_changed",
  [Op.MergeApplied]: "state_committed",
  [Op.MergeRefused]: "transaction_conflict",
  [Op.MergeHeld]: "merge_held",
  [Op.Restored]: "state_restored",
};

/** Makes a public event of a row, which may be reused afterwards, and of the place that its `site` stands for. */
export function toAgentEvent(row: LogRow, site: CallSite | undefined): AgentEvent {
  const kind = KIND_OF_OP[row.op];
  return Object.freeze({
    seq: row.seq,
    kind: kind ?? row.key ?? "",
    agent: row.agent,
    key: kind === undefined ? undefined : row.key,
    value: row.value,
    revision: row.op === Op.Read || row.op === Op.KeysRead ? row.aux2 : row.rev,
    timestamp: row.timestampMs,
    ...(site && { site }),
  });
}
