/** Which merges of one parent there are to compare, and the order and ticks that a user gave them; knows no view. */

import type { OrderParticipant } from "./mergeOrder";
import type { RunModel } from "../runModel";

/** A merge that could take its place in the order. */
export interface OrderCandidate extends OrderParticipant {
  /** Stays the same while it can be merged. */
  readonly id: string;
  readonly keyCount: number;
  /** It has something that was not merged yet; ticked unless the user says otherwise. */
  readonly pending: boolean;
}

/** A candidate in its place. */
export interface ArrangedCandidate extends OrderCandidate {
  readonly ticked: boolean;
}

type Model = Pick<RunModel, "agents" | "holds" | "planInput" | "heldPlanInput">;

/**
 * All that could be merged into a parent at that event: held merges, oldest first, then the agents with local keys, in
 * the order in which they were made. An agent whose pending changes are all held does not stand there a second time.
 */
export function orderCandidates(model: Model, parent: number, atSeq: number): readonly OrderCandidate[] {
  const found: OrderCandidate[] = [];
  /** Of the agents with held merges: which revision of which key is held. */
  const held = new Map<number, Set<string>>();
  for (const { id, layer, agent, into } of model.holds(atSeq)) {
    if (into !== parent) continue;
    const input = model.heldPlanInput(id, atSeq);
    const locals = [...input.locals];
    let changes = held.get(layer);
    if (changes === undefined) held.set(layer, (changes = new Set()));
    for (const [key, { rev }] of locals) changes.add(`${rev} ${key}`);
    const candidate = { layer, hold: id, name: agent, input: { ...input, locals } };
    found.push({ ...candidate, id: `hold ${id}`, keyCount: locals.length, pending: true });
  }
  for (const { layer, label: name, parent: into } of model.agents(atSeq)) {
    if (into !== parent) continue;
    const input = model.planInput(layer, atSeq);
    const locals = [...input.locals];
    const heldOfIt = held.get(layer);
    const pending = locals.some(([key, change]) => change.pending && heldOfIt?.has(`${change.rev} ${key}`) !== true);
    if (locals.length === 0 || (heldOfIt !== undefined && !pending)) continue;
    const candidate = { layer, name, input: { ...input, locals } };
    found.push({ ...candidate, id: `agent ${layer}`, keyCount: locals.length, pending });
  }
  return found;
}

/** The parents of a run that at least two merges could go into, with how many, and how many of them are pending. */
export function orderParents(
  model: Model,
  atSeq: number,
): readonly { readonly layer: number; readonly candidates: number; readonly pending: number }[] {
  const parents = new Set(model.agents(atSeq).map(({ parent }) => parent));
  return Array.from(parents, (layer) => {
    const candidates = orderCandidates(model, layer, atSeq);
    return { layer, candidates: candidates.length, pending: candidates.filter(({ pending }) => pending).length };
  }).filter(({ candidates }) => candidates >= 2);
}

/** The user's order and ticks; they hold while candidates come and go, and come back with them. */
export class OrderArrangement {
  private order: string[] = [];
  /** Only what the user decided; else what is pending is ticked. */
  private readonly ticks = new Map<string, boolean>();

  /** Puts candidates in their places; those that are new come last. */
  arrange(candidates: readonly OrderCandidate[]): readonly ArrangedCandidate[] {
    const known = new Set(this.order);
    for (const { id } of candidates) if (!known.has(id)) this.order.push(id);
    const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
    return this.order.flatMap((id) => {
      const candidate = byId.get(id);
      return candidate === undefined ? [] : [{ ...candidate, ticked: this.ticks.get(id) ?? candidate.pending }];
    });
  }

  /**
   * Takes over what the user arranged.
   * @param shown what the user saw; a tick that was changed there is remembered
   */
  applyArrangement(
    shown: readonly Pick<ArrangedCandidate, "id" | "ticked">[],
    order: readonly string[],
    ticked: readonly string[],
  ): void {
    const wanted = new Set(ticked);
    for (const each of shown) if (wanted.has(each.id) !== each.ticked) this.ticks.set(each.id, wanted.has(each.id));
    // Those that the user did not see keep their places in between.
    const known = new Set(this.order);
    const moved = [...new Set(order)].filter((id) => known.has(id));
    const movedSet = new Set(moved);
    let next = 0;
    this.order = this.order.map((id) => (movedSet.has(id) ? (moved[next++] ?? id) : id));
  }
}
