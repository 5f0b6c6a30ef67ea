/** Which scopes an agent was in at every event; knows nothing of states. */

import { Op, scopeOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";

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
  appendEvent(row: LogRow, event: number): void {
    const { op, layer } = row;
    if (op === Op.ScopeEntered) {
      const span = { id: scopeOf(row), entered: event, exited: -1 };
      const spans = this.byLayer.get(layer);
      if (spans === undefined) this.byLayer.set(layer, [span]);
      else spans.push(span);
      this.open.set(span.id, span);
    } else if (op === Op.ScopeExited) {
      const span = this.open.get(scopeOf(row));
      if (span === undefined) return;
      span.exited = event;
      this.open.delete(span.id);
    }
  }

  /** The scopes that an agent is in after an event, innermost first. */
  openAt(layer: number, event: number): readonly ScopeSpan[] {
    const spans = this.byLayer.get(layer) ?? [];
    return spans.filter(({ entered, exited }) => entered <= event && (exited === -1 || exited > event)).reverse();
  }
}
