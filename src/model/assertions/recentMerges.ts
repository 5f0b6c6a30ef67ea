/** The newest merges of one key into one layer, as few as the question needs: who was the last to leave something else? */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";

/** One key of a merge. */
export interface KeyMerge {
  /** Whose it is: agents are told apart by their first contexts. */
  readonly agent: number;
  /** What it left there; undefined = absent. */
  readonly outcome: JsonValue | undefined;
  readonly seq: number;
}

/**
 * Answers for each new merge of a key, in a time that does not grow with their number, which was the newest before it by
 * another agent and with another outcome.
 *
 * Five are enough. When the newest does not do, it is because of its agent or because of its outcome; the newest that
 * differs in that one regard is kept, and where that one fails in the other regard, the newest that differs from both.
 */
export class RecentMerges<Merge extends KeyMerge> {
  private newest: Merge | undefined;
  private otherAgent: Merge | undefined;
  private otherOutcome: Merge | undefined;
  /** Of another agent than the newest, and another outcome than `otherAgent`. */
  private byAgent: Merge | undefined;
  /** Of another outcome than the newest, and another agent than `otherOutcome`. */
  private byOutcome: Merge | undefined;

  /** The newest merge by another agent that left something else. */
  rivalOf(agent: number, outcome: JsonValue | undefined): Merge | undefined {
    const newest = this.newest;
    if (newest === undefined) return undefined;
    if (newest.agent === agent) {
      const other = this.otherAgent;
      return other !== undefined && jsonEqual(other.outcome, outcome) ? this.byAgent : other;
    }
    if (!jsonEqual(newest.outcome, outcome)) return newest;
    const other = this.otherOutcome;
    return other?.agent === agent ? this.byOutcome : other;
  }

  /** Takes in the next merge. */
  appendMerge(merge: Merge): void {
    const newest = this.newest;
    if (newest !== undefined) {
      const { agent, outcome } = merge;
      const otherAgent = newest.agent === agent ? this.otherAgent : newest;
      const otherOutcome = jsonEqual(newest.outcome, outcome) ? this.otherOutcome : newest;
      const byAgent = otherAgent && this.rivalOf(agent, otherAgent.outcome);
      const byOutcome = otherOutcome && this.rivalOf(otherOutcome.agent, outcome);
      this.otherAgent = otherAgent;
      this.otherOutcome = otherOutcome;
      this.byAgent = byAgent;
      this.byOutcome = byOutcome;
    }
    this.newest = merge;
  }
}
