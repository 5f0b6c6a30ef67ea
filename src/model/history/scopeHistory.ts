/** Which scopes an agent was in at every event; knows nothing of states. */

import { Op, type LogRow } from "../../core/logRow";

/** A scope of an agent; events are named by index. */
export interface ScopeSpan {
  readonly id: number;
  readonly entered: number;
  /** −1 while it lasts. */
  readonly exited: number;
}

/** The scopes of all agents of a run. */
export class ScopeHistory {
  private readonly byLayer = new Map<number, { id: number; entered: number; exited: number }[]>();
  private readonly open = new Map<number, { id: number; entered: number; exited: number }>();

  /** Takes in the event with this index. */
  appendEvent({ op, layer, aux }: LogRow, event: number): void {
    if (op === Op.ScopeEntered) {
      const span = { id: aux, entered: event, exited: -1 };
      const spans = this.byLayer.get(layer);
      if (spans === undefined) this.byLayer.set(layer, [span]);
      else spans.push(span);
      this.open.set(aux, span);
    } else if (op === Op.ScopeExited) {
      const span = this.open.get(aux);
      if (span === undefined) return;
      span.exited = event;
      this.open.delete(aux);
    }
  }

  /** The scopes that an agent is in after an event, innermost first. */
  openAt(layer: number, event: number): readonly ScopeSpan[] {
    const spans = this.byLayer.get(layer) ?? [];
    return spans.filter(({ entered, exited }) => entered <= event && (exited === -1 || exited > event)).reverse();
  }
}
