/** How a failure of the command reads: one sentence where it was to be expected, else with its stack. */

import { OutputError } from "./output";
import { UsageError } from "./usage";

/** A file that cannot be used; the message is one sentence. */
export class RecordingError extends Error {}

/** Errors whose message is one sentence for the user. */
const EXPECTED = [UsageError, RecordingError, OutputError];

/** Whether something of the user's cannot be used, not a mistake of ours. */
export function isExpected(error: unknown): boolean {
  return EXPECTED.some((kind) => error instanceof kind);
}

/** What is printed of it. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isExpected(error) ? error.message : (error.stack ?? error.message);
}
