/** What is shown after a held merge was decided: the one that waits next, at once or when it comes, while somebody looks. */

import type { HeldMergeInfo } from "../../model/runInfo";
import type { Run } from "../runs/run";
import { isOver } from "../runs/runState";

/** A decision of the user. */
export interface HeldDecision {
  readonly hold: number;
  readonly action: "approve" | "reject";
  /** What came of it, as one sentence. */
  readonly receipt: string;
  /** It was made in a preview: the keyboard goes on in the next one. */
  readonly inPreview: boolean;
}

/** What of a run is followed. */
export type FollowedRun = Pick<Run, "held" | "state"> & { readonly cursor: { readonly isLive: boolean } };

/** Follows runs from a decision to the next held merge. */
export class HeldFollower<R extends FollowedRun> {
  private readonly followed = new Map<R, HeldDecision>();

  /**
   * @param isSeen whether a preview of the run can be seen: nothing is opened for whoever looks at something else
   * @param show shows the next held merge
   */
  constructor(
    private readonly isSeen: (run: R) => boolean,
    private readonly show: (run: R, next: HeldMergeInfo, decision: HeldDecision) => void,
  ) {}

  /** A held merge was decided. */
  decided(run: R, decision: HeldDecision): void {
    this.followed.set(run, decision);
    this.look(run);
  }

  /** The user goes on with something else of the run: nothing may come under their hands any more. */
  left(run: R): void {
    this.followed.delete(run);
  }

  /** A run changed; undefined = any. */
  changed(run: R | undefined): void {
    for (const each of run === undefined ? [...this.followed.keys()] : [run]) this.look(each);
  }

  private look(run: R): void {
    const decision = this.followed.get(run);
    if (decision === undefined) return;
    if (isOver(run.state) || !this.isSeen(run)) return this.left(run);
    const next = run.cursor.isLive ? nextHeld(run.held, decision.hold) : undefined;
    if (next === undefined) return;
    this.left(run);
    this.show(run, next, decision);
  }
}

/** The one behind a held merge in their queue, from the front again at its end; the log may not know yet that it was decided. */
export function nextHeld(held: readonly HeldMergeInfo[], after: number): HeldMergeInfo | undefined {
  return held.find(({ id }) => id > after) ?? held.find(({ id }) => id !== after);
}
