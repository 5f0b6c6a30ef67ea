/** Which event of a run the views show; knows nothing of views. */

import type { RunModel } from "./runModel";

/** Where a step leads. */
export type StepTarget = "back" | "forward" | "first" | "last" | "live";

/**
 * The one cursor of a run. Live, it follows the newest event; otherwise it stands at one event until it is moved.
 * Invariant: a fixed cursor's `seq` is the snapshot's or that of an event that is a step.
 */
export class RunCursor {
  private readonly model: RunModel;
  private readonly listeners = new Set<() => void>();
  private fixed: number | undefined;

  constructor(model: RunModel) {
    this.model = model;
  }

  get isLive(): boolean {
    return this.fixed === undefined;
  }

  /** The event that is shown; the newest one while live. */
  get seq(): number {
    return this.fixed ?? this.model.lastSeq;
  }

  /** Shows the state after an event; of a seq that is not there, after the nearest event before it. */
  moveTo(seq: number): void {
    const { firstSeq } = this.model;
    const found = this.model.row(seq) !== undefined ? seq : (this.model.previous(seq + 1) ?? firstSeq);
    this.set(this.model.stepSeq(found));
  }

  goLive(): void {
    this.set(undefined);
  }

  /**
   * Steps among all events, or among those of one agent. Stepping back from the first event shows the state that the
   * log starts from; stepping forward past the newest goes live; "last" shows the newest event without following.
   */
  step(to: StepTarget, agentLayer?: number): void {
    const model = this.model;
    switch (to) {
      case "live":
        return this.goLive();
      case "first":
        return this.set(model.next(model.firstSeq, agentLayer) ?? this.seq);
      case "last":
        return this.set(model.previous(model.lastSeq + 1, agentLayer) ?? this.seq);
      case "back": {
        const previous = model.previous(this.seq, agentLayer);
        return this.set(previous ?? (agentLayer === undefined ? model.firstSeq : this.seq));
      }
      case "forward": {
        const next = model.next(this.seq, agentLayer);
        return this.set(next);
      }
    }
  }

  /** Called after each move, not when a live cursor follows. @returns the unsubscribe function. */
  onDidChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  private set(fixed: number | undefined): void {
    if (fixed === this.fixed) return;
    this.fixed = fixed;
    for (const listener of [...this.listeners]) listener();
  }
}
