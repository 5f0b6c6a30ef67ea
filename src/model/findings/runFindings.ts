/** The findings of a recorded run as a whole. */

import type { RunModel } from "../runModel";
import type { Finding } from "./finding";
import { FindingsFold } from "./findingsFold";

/** @returns all that is found, in the order of events; what only a run's end tells comes last, once it is recorded. */
export function runFindings(model: RunModel): readonly Finding[] {
  const fold = new FindingsFold((value) => model.resolve(value));
  fold.start(model.base);
  for (let index = 0; index < model.eventCount; index++) {
    fold.append(model.rawRowAt(index));
  }
  return model.info.ended === undefined ? fold.findings : [...fold.findings, ...fold.finish()];
}
