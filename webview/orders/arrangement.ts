/** The order, ticks and policy as the user sees them, which may be ahead of what the extension has answered. */

import type { MergePolicy } from "../../src/core/choices";
import type { OrderAgent, OrdersFromWebview, OrdersToWebview } from "../../src/protocol/ordersMessages";

/** The message that brings an outcome. */
export type Outcome = Extract<OrdersToWebview, { readonly type: "outcome" }>;

/** Changed at once by the user, and by outcomes that answer the newest change. */
export class Arrangement {
  private edit = 0;
  private byId = new Map<string, OrderAgent>();
  private order: readonly string[] = [];
  private ticked = new Set<string>();
  policy: MergePolicy = "overwrite";

  constructor(
    private readonly post: (message: Extract<OrdersFromWebview, { readonly type: "arrange" }>) => void,
    private readonly changed: () => void,
  ) {}

  /** All merges, in the order that the user wants. */
  get agents(): readonly OrderAgent[] {
    return this.order.flatMap((id) => {
      const agent = this.byId.get(id);
      return agent === undefined ? [] : [{ ...agent, ticked: this.ticked.has(id) }];
    });
  }

  /** @returns false for an outcome that is of an older arrangement: the answer to the newest will follow. */
  take(outcome: Outcome): boolean {
    if (outcome.edit < this.edit) return false;
    this.edit = outcome.edit;
    this.byId = new Map(outcome.agents.map((agent) => [agent.id, agent]));
    this.order = outcome.agents.map(({ id }) => id);
    this.ticked = new Set(outcome.agents.flatMap(({ id, ticked }) => (ticked ? [id] : [])));
    this.policy = outcome.policy;
    return true;
  }

  /** Puts a merge at another place, counted without it. @returns whether that changes anything. */
  move(id: string, place: number): boolean {
    const rest = this.order.filter((each) => each !== id);
    const to = Math.min(rest.length, Math.max(0, place));
    if (rest.length === this.order.length || this.order[to] === id) return false;
    this.order = [...rest.slice(0, to), id, ...rest.slice(to)];
    this.send();
    return true;
  }

  toggle(id: string): void {
    if (!this.byId.has(id)) return;
    if (!this.ticked.delete(id)) this.ticked.add(id);
    this.send();
  }

  setPolicy(policy: MergePolicy): void {
    if (policy === this.policy) return;
    this.policy = policy;
    this.send();
  }

  private send(): void {
    const { order, policy } = this;
    this.post({ type: "arrange", edit: ++this.edit, order, ticked: order.filter((id) => this.ticked.has(id)), policy });
    this.changed();
  }
}
