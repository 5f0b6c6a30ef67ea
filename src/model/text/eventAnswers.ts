/** Remembers what a search found out about the values of events, for most values are shown by more than one event. */

import { Op } from "../../core/logRow";
import type { PlanSide } from "../../core/mergePlan";
import type { RunModel } from "../runModel";

/** Place in the log of the event whose own value is what a key held; undefined where there is no such event. */
export function writerOf(model: RunModel, side: PlanSide): number | undefined {
  if (side.seq === undefined) return undefined;
  const index = model.indexUpTo(side.seq);
  if (index === -1) return undefined;
  const { seq, op } = model.headAt(index);
  return seq === side.seq && (op === Op.Write || op === Op.MergeWrite) ? index : undefined;
}

/** Answers to a question about the values of events, each asked once, however many events show the value. */
export class EventAnswers {
  private answers = new Uint8Array(1_024);
  private readonly question: (index: number) => boolean;

  constructor(question: (index: number) => boolean) {
    this.question = question;
  }

  ask(index: number): boolean {
    const known = this.answers[index] ?? 0;
    if (known !== 0) return known === 2;
    const answer = this.question(index);
    if (index >= this.answers.length) {
      const grown = new Uint8Array(2 * index);
      grown.set(this.answers);
      this.answers = grown;
    }
    this.answers[index] = answer ? 2 : 1;
    return answer;
  }
}
