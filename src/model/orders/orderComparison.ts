/** What is shown of the merges into one parent: looked at anew at each event, told only where it changed. */

import type { MergePolicy } from "../../core/choices";
import type { OrderDetails, OrdersFromWebview, OrdersToWebview } from "../../protocol/ordersMessages";
import { collectWrites, orderOutcome, type OrderOutcome, type WriteTable } from "./mergeOrder";
import { OrderArrangement, orderCandidates, type ArrangedCandidate, type OrderCandidate } from "./orderArrangement";
import { agentOutcomes, combinedResults, isSameTable, orderDetails, orderRows } from "./orderRows";
import type { RunModel } from "../runModel";

type Table = Extract<OrdersToWebview, { readonly type: "table" }>;
type Outcome = Extract<OrdersToWebview, { readonly type: "outcome" }>;
type Arrange = Extract<OrdersFromWebview, { readonly type: "arrange" }>;

/** What an outcome says of its surroundings, which this does not know. */
export type OutcomeHead = Pick<Outcome, "run" | "parentName" | "asOf" | "disabledReason" | "moved">;

/** The comparison of one parent's merges; the user's arrangement is kept here. */
export class OrderComparison {
  private readonly model: RunModel;
  private readonly parent: number;
  private readonly arrangement = new OrderArrangement();
  private policy: MergePolicy = "overwrite";
  private edit = 0;
  /** What was looked at last; what had happened by an event never changes. */
  private looked:
    { readonly atSeq: number; readonly candidates: readonly OrderCandidate[]; readonly ticked: string } | undefined;
  /** Candidates that were ever looked at, by id. */
  private readonly known = new Map<string, OrderCandidate>();
  private _arranged: readonly ArrangedCandidate[] = [];
  /** The ticked ones, by their numbers in the table. */
  private participants: readonly OrderCandidate[] = [];
  private _table: WriteTable = { participants: [], keys: [], sensitiveCount: 0 };
  private _tableId = 0;
  private rowOf: Map<string, number> | undefined;
  private _outcome: { readonly id: string; readonly order: readonly number[]; readonly said: OrderOutcome } | undefined;
  /** What is shown has been so from one event to the other. */
  private since = 0;
  private until = 0;

  /** @param parent the layer that is merged into */
  constructor(model: RunModel, parent: number) {
    this.model = model;
    this.parent = parent;
  }

  /** Names the table on show; another name, another table. */
  get tableId(): number {
    return this._tableId;
  }

  /** Everything that could be merged, in the order. */
  get arranged(): readonly ArrangedCandidate[] {
    return this._arranged;
  }

  /** Looks at the run after an event. */
  look(atSeq: number): void {
    const known = this.looked?.atSeq === atSeq ? this.looked.candidates : undefined;
    const candidates = known ?? orderCandidates(this.model, this.parent, atSeq);
    if (known === undefined) for (const candidate of candidates) this.known.set(candidate.id, candidate);
    this._arranged = this.arrangement.arrange(candidates);
    const isTicked = new Map(this._arranged.map((each) => [each.id, each.ticked]));
    // Not in the order, so that another order is no other table.
    this.participants = candidates.filter(({ id }) => isTicked.get(id));
    const ticked = JSON.stringify(this.participants.map(({ id }) => id));
    const isNew = known === undefined || this.looked?.ticked !== ticked;
    this.looked = { atSeq, candidates, ticked };
    if (!isNew) return;
    const table = collectWrites(this.participants);
    const isSame = this._tableId > 0 && isSameTable(table, this._table);
    this._table = table;
    this.until = atSeq;
    if (isSame) return;
    this._tableId++;
    this.rowOf = undefined;
    this._outcome = undefined;
    this.since = atSeq;
  }

  /** Takes the user's arrangement; look again after it. */
  applyArrangement({ edit, order, ticked, policy }: Arrange): void {
    this.edit = edit;
    this.policy = policy;
    this.arrangement.applyArrangement(this._arranged, order, ticked);
  }

  /** Says the same for outcomes that would be drawn the same. */
  get outcomeVersion(): string {
    const agents = this._arranged.map(({ id, keyCount, pending, ticked }) => [id, keyCount, pending, ticked]);
    return JSON.stringify([this._tableId, this.edit, this.policy, agents]);
  }

  /** The keys, as a message. */
  table(): Table {
    return {
      type: "table",
      tableId: this._tableId,
      agents: this.participants.map(({ id }) => id),
      rows: orderRows(this._table),
      sensitiveCount: this._table.sensitiveCount,
    };
  }

  /** What the order comes to, as a message. */
  outcome(head: OutcomeHead): Outcome {
    const { said } = this.said();
    const numbers = new Map(this.participants.map(({ id }, number) => [id, number]));
    const outcomes = agentOutcomes(said);
    return {
      type: "outcome",
      tableId: this._tableId,
      edit: this.edit,
      policy: this.policy,
      agents: this._arranged.map(({ id, name, hold, keyCount, pending, ticked }) => {
        const number = numbers.get(id);
        return {
          id,
          name,
          hold,
          keyCount,
          pending,
          ticked,
          outcome: number === undefined ? undefined : outcomes[number],
        };
      }),
      winners: said.winners,
      combined: combinedResults(this._table, said),
      ...head,
    };
  }

  /** All outcomes of a key; undefined when none of the ticked merges writes it. */
  details(key: string): OrderDetails | undefined {
    this.rowOf ??= new Map(this._table.keys.map(({ key: name }, row) => [name, row]));
    const row = this.rowOf.get(key);
    const { order, said } = this.said();
    return row === undefined
      ? undefined
      : orderDetails(this._table, said, row, order, this.participants, (seq) => this.model.row(seq)?.timestampMs);
  }

  /** What to ask the script for to merge these, in this order. */
  merges(ids: readonly string[]): readonly { readonly layer: number; readonly hold?: number }[] {
    return ids.flatMap((id) => {
      const candidate = this.known.get(id);
      if (candidate === undefined) return [];
      const { layer, hold } = candidate;
      return [hold === undefined ? { layer } : { layer, hold }];
    });
  }

  /** The newest event at which all was as it was shown at that event, as far as is known. */
  stillAt(shownAt: number): number {
    return shownAt >= this.since ? Math.max(shownAt, this.until) : shownAt;
  }

  private said(): { readonly order: readonly number[]; readonly said: OrderOutcome } {
    const numbers = new Map(this.participants.map(({ id }, number) => [id, number]));
    const order = this._arranged.flatMap(({ id }) => numbers.get(id) ?? []);
    const id = JSON.stringify([this.policy, order]);
    if (this._outcome?.id !== id) {
      this._outcome = { id, order, said: orderOutcome(this._table, order, this.policy) };
    }
    return this._outcome;
  }
}
