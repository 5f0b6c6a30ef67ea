/** The newest merges of one key into one layer, as few as the question needs: who was the last to leave something else? */

import { jsonEqual, type JsonValue } from "../../core/jsonValue";

/** One key of a merge. */
export interface KeyMerge {
  readonly context: number;
  /** What it left there; undefined = absent. */
  readonly outcome: JsonValue | undefined;
  readonly seq: number;
}

/**
 * Answers for each new merge of a key, in a time that does not grow with their number, which was the newest before it by
 * another context and with another outcome.
 *
 * Five are enough. When the newest does not do, it is because of its context or because of its outcome; the newest that
 * differs in that one regard is kept, and where that one fails in the other regard, the newest that differs from both.
 */
export class RecentMerges<Merge extends KeyMerge> {
  private newest: Merge | undefined;
  private otherContext: Merge | undefined;
  private otherOutcome: Merge | undefined;
  /** Of another context than the newest, and another outcome than `#otherContext`. */
  private byContext: Merge | undefined;
  /** Of another outcome than the newest, and another context than `#otherOutcome`. */
  private byOutcome: Merge | undefined;

  /** The newest merge by another context that left something else. */
  rivalOf(context: number, outcome: JsonValue | undefined): Merge | undefined {
    const newest = this.newest;
    if (newest === undefined) return undefined;
    if (newest.context === context) {
      const other = this.otherContext;
      return other !== undefined && jsonEqual(other.outcome, outcome) ? this.byContext : other;
    }
    if (!jsonEqual(newest.outcome, outcome)) return newest;
    const other = this.otherOutcome;
    return other?.context === context ? this.byOutcome : other;
  }

  /** Takes in the next merge. */
  appendMerge(merge: Merge): void {
    const newest = this.newest;
    if (newest !== undefined) {
      const { context, outcome } = merge;
      const otherContext = newest.context === context ? this.otherContext : newest;
      const otherOutcome = jsonEqual(newest.outcome, outcome) ? this.otherOutcome : newest;
      const byContext = otherContext && this.rivalOf(context, otherContext.outcome);
      const byOutcome = otherOutcome && this.rivalOf(otherOutcome.context, outcome);
      this.otherContext = otherContext;
      this.otherOutcome = otherOutcome;
      this.byContext = byContext;
      this.byOutcome = byOutcome;
    }
    this.newest = merge;
  }
}
