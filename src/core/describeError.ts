/** The description, as data, of whatever was thrown; a script may throw anything. */

/** What is kept of an error. */
export interface ErrorDescription {
  readonly [member: string]: string;
  readonly name: string;
  readonly message: string;
}

/** Name, message and, where there is one, stack. Asking for them never throws. */
export function describeError(error: unknown): ErrorDescription {
  const name = textOf(error, "name") ?? "Error";
  const message = textOf(error, "message") ?? tryString(error);
  const stack = textOf(error, "stack");
  const description: ErrorDescription = stack === undefined ? { name, message } : { name, message, stack };
  return Object.freeze(description);
}

function textOf(error: unknown, property: string): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    const text: unknown = (error as Record<string, unknown>)[property];
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}

function tryString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that cannot be shown";
  }
}
