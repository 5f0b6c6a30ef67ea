/** Which events are steps: what a merge did to each key is a part of the step that its end is. */

import { AscendingInts } from "../storage/ascendingInts";
import type { Pages } from "../storage/pages";

/** Places in the log. The parts of a step stand right before its event. */
export class StepIndex {
  private readonly events: AscendingInts;
  /** While no event is a part, each is the step of its own number. */
  private hasParts = false;

  constructor(memory?: Pages) {
    this.events = new AscendingInts(memory);
  }

  get length(): number {
    return this.events.length;
  }

  /** The next event that is a step. */
  append(event: number): void {
    if (event !== this.events.length) this.hasParts = true;
    this.events.push(event);
  }

  /** The event of a step, counting from 0; −1 = none. */
  at(step: number): number {
    return this.events.at(step);
  }

  /** How many steps have their event up to one. */
  countUpTo(event: number): number {
    return this.hasParts ? this.events.countUpTo(event) : Math.max(0, Math.min(event + 1, this.events.length));
  }

  /** The event of the step that an event is in; the event itself while its step has not ended. */
  stepOf(event: number): number {
    if (!this.hasParts || event < 0) return event;
    const step = this.events.at(this.events.countUpTo(event - 1));
    return step === -1 ? event : step;
  }

  /** The first event of the step that an event is in. */
  firstOf(event: number): number {
    return this.hasParts && event >= 0 ? this.events.at(this.events.countUpTo(event - 1) - 1) + 1 : event;
  }
}
