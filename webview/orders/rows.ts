/** Which keys are shown and in what order, and what an order comes to for each of them; no drawing. */

import type { MergePolicy } from "../../src/core/choices";
import type { OrderRow, OrdersToWebview, OrderWriter } from "../../src/protocol/ordersMessages";
import type { Outcome } from "./arrangement";

/** The message that brings the keys. */
export type Table = Extract<OrdersToWebview, { readonly type: "table" }>;

/** What the order on show comes to for one key. */
export interface ShownRow {
  readonly row: OrderRow;
  /** The outcome depends on the order; told under "overwrite" alone. */
  readonly sensitive: boolean;
  /** Its place in the table's `agents`; −1 = none of the merges writes it. */
  readonly winner: number;
  /** One line; undefined = absent. */
  readonly resultText: string | undefined;
  /** The result is put together of both sides. */
  readonly combined: boolean;
  /** What the others would leave, in the order of the merges. */
  readonly others: readonly OrderWriter[];
  /** The last rearrangement gave it another result. */
  readonly changed: boolean;
}

/** The keys of one table; those that several merges contend for stand first. */
export class OrderRows {
  private readonly ranked: readonly number[];
  private readonly contestedCount: number;
  private lowerCaseKeys: readonly string[] | undefined;
  private combined = new Map<number, string | undefined>();
  private places: readonly number[] = [];
  private outcome: Outcome | undefined;
  private changes = new Set<number>();

  constructor(readonly table: Table) {
    const { rows } = table;
    const ranks = rows.map(rank);
    this.ranked = rows.map((_, index) => index).sort((one, other) => ranks[one]! - ranks[other]! || one - other);
    this.contestedCount = ranks.filter((each) => each < 2).length;
  }

  /** How many keys the last rearrangement gave another result. */
  get changedCount(): number {
    return this.changes.size;
  }

  /** How many keys are put together of both sides. */
  get combinedCount(): number {
    return this.combined.size;
  }

  /** How many keys "only contested" leaves. */
  contested(policy: MergePolicy): number {
    return policy === "overwrite" ? this.table.sensitiveCount : this.contestedCount;
  }

  /** Takes another outcome of this table. @param rearranged the user caused it: what differs is marked as changed */
  take(outcome: Outcome, rearranged: boolean): void {
    const before = this.outcome;
    const combined = new Map(outcome.combined.map(({ row, text }) => [row, text]));
    if (rearranged && before !== undefined) {
      this.changes = new Set();
      outcome.winners.forEach((winner, row) => {
        const then = this.result(row, before.winners[row] ?? -1, this.combined);
        const now = this.result(row, winner, combined);
        const isCut = now?.endsWith("…") === true && this.table.rows[row]!.sensitive;
        if (then !== now || (isCut && before.winners[row] !== winner)) this.changes.add(row);
      });
    }
    this.outcome = outcome;
    this.combined = combined;
    const order = new Map(outcome.agents.map(({ id }, place) => [id, place]));
    this.places = this.table.agents.map((id) => order.get(id) ?? 0);
  }

  /** @returns the places in the table of keys that have every word of the filter in them, whatever the case. */
  shown(filter: string, onlyContested: boolean): readonly number[] {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0 && !onlyContested) return this.ranked;
    const { rows } = this.table;
    const isOverwrite = this.outcome?.policy === "overwrite";
    const keys = words.length === 0 ? [] : (this.lowerCaseKeys ??= rows.map(({ key }) => key.toLowerCase()));
    return this.ranked.filter((index) => {
      if (onlyContested && rank(rows[index]!) > (isOverwrite ? 0 : 1)) return false;
      return words.every((word) => keys[index]!.includes(word));
    });
  }

  /** What a key comes to. */
  at(index: number): ShownRow {
    const row = this.table.rows[index]!;
    const winner = this.outcome?.winners[index] ?? -1;
    const own = row.writers.find(({ agent }) => agent === winner);
    const others = row.writers
      .filter((writer) => writer !== own)
      .sort((one, other) => this.places[one.agent]! - this.places[other.agent]!);
    return {
      row,
      sensitive: row.sensitive && this.outcome?.policy === "overwrite",
      winner,
      resultText: this.result(index, winner, this.combined),
      combined: this.combined.has(index),
      others,
      changed: this.changes.has(index),
    };
  }

  private result(index: number, winner: number, combined: ReadonlyMap<number, string | undefined>): string | undefined {
    if (combined.has(index)) return combined.get(index);
    const { parentText, writers } = this.table.rows[index]!;
    const own = writers.find(({ agent }) => agent === winner);
    return own === undefined ? parentText : own.text;
  }
}

/** 0 = depends on the order under "overwrite", 1 = several write it, 2 = one does. */
function rank({ sensitive, writers }: OrderRow): number {
  return sensitive ? 0 : writers.length > 1 ? 1 : 2;
}
