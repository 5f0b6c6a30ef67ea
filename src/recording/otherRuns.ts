/** What is said of a file that holds more runs than the one that is read: the first. */

/** The runs that a file holds besides. */
export interface OtherRuns {
  readonly count: number;
  /** The line at which the first of them begins; nothing from there on is taken. Counts from 1. */
  readonly line: number;
}

/** One sentence, or two. */
export function otherRunsText({ count, line }: OtherRuns): string {
  const runs =
    count === 1 ? "1 more run is in the file and is left out" : `${count} more runs are in the file and are left out`;
  return `${runs}: line ${line} begins another. Split the file there to look at it.`;
}
