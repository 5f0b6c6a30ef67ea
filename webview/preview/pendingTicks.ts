/** Ticks that the extension has not answered: it drops what speaks of an older plan, and a click must not be lost to that. */

import type { PreviewRow } from "../../src/protocol/previewRow";

/** A tick as it was asked for; without keys it means all of the plan. */
export interface PendingTick {
  readonly keys: ReadonlySet<string> | undefined;
  readonly ticked: boolean;
}

/** The ticks on their way, oldest first. */
export class PendingTicks {
  private pending: PendingTick[] = [];

  add(tick: PendingTick): void {
    this.pending.push(tick);
  }

  /** Rows came in answer to a tick or a choice: the tick that they fulfil is done. */
  answered(rows: readonly PreviewRow[]): void {
    const keys = new Set(rows.map(({ key }) => key));
    const done = this.pending.findIndex(
      (tick) => tick.keys === undefined || [...tick.keys].every((key) => keys.has(key)),
    );
    if (done >= 0) this.pending.splice(done, 1);
  }

  /** @returns the ticks that a new plan does not know of, to be asked for again; none of them is pending any more. */
  takeLost(): readonly PendingTick[] {
    const lost = this.pending;
    this.pending = [];
    return lost;
  }
}
