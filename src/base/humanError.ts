/** Errors that are meant to be read by the user as they are; knows nothing of how they are shown. */

/** An error whose message is one localised sentence or two that name the cause and the remedy; shown without a stack. */
export class HumanError extends Error {
  override readonly name = "HumanError";
}

/** @returns the message of anything thrown, as one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split(/\r?\n/, 1)[0] ?? "";
}

/** @returns what a log tells of anything thrown: its stack, where it has one. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
