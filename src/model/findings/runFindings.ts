/** The findings of one run, kept up as its events come in, with what only its end tells once that is recorded. */

import type { JsonValue } from "../../core/jsonValue";
import type { LogRow } from "../../core/logRow";
import type { LogState } from "../../core/logState";
import { isProblem, type Finding, type FindingTotals } from "./finding";
import { FindingsFold } from "./findingsFold";

/** What was found, and how many there are: more than are named, where there are very many. */
export interface Found {
  /** In the order of events; at most the first 100,000, and what the end tells. */
  readonly findings: readonly Finding[];
  readonly totals: FindingTotals;
}

/** Takes in events one after another. */
export class RunFindings {
  private readonly fold: FindingsFold;
  private ended: Found | undefined;

  /**
   * @param resolve gives the value itself, where events may have stand-ins
   * @param ignore keys whose findings are silenced: see {@link FindingsFold}
   */
  constructor(resolve: (value: JsonValue | undefined) => JsonValue | undefined, ignore: readonly string[]) {
    this.fold = new FindingsFold(resolve, ignore);
  }

  start(state: LogState): void {
    this.fold.start(state);
  }

  append(row: LogRow): void {
    this.ended = undefined;
    this.fold.append(row);
  }

  /** @param hasEnded adds what only the end of the run tells */
  found(hasEnded: boolean): Found {
    const { findings, totals } = this.fold;
    return hasEnded ? (this.ended ??= withEnd(this.fold)) : { findings, totals };
  }
}

function withEnd(fold: FindingsFold): Found {
  const { findings: last, ignoredCount } = fold.finish();
  const kinds = new Map(fold.totals.kinds);
  const problemsOf = new Map(fold.totals.problemsOf);
  for (const each of last) {
    kinds.set(each.kind, (kinds.get(each.kind) ?? 0) + 1);
    if (isProblem(each)) problemsOf.set(each.agent, (problemsOf.get(each.agent) ?? 0) + 1);
  }
  return {
    findings: [...fold.findings, ...last],
    totals: { kinds, problemsOf, ignoredCount: fold.totals.ignoredCount + ignoredCount },
  };
}
