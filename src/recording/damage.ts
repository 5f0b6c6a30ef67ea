/** A damaged place of a recording. */

/** What is wrong with a line; everything else of the recording is shown. */
export interface Damage {
  /** Counts from 1. */
  readonly line: number;
  /** One sentence. */
  readonly message: string;
}
