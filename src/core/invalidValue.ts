/** What is thrown for values and keys that the runtime cannot hold. */

/** A value that is not JSON was to be stored or logged. Nothing was stored. */
export class InvalidValueError extends TypeError {
  override readonly name = "InvalidValueError";
  /** Where in the value the fault lies; empty = the value itself. */
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[]) {
    super(message);
    this.path = Object.freeze([...path]);
  }
}

/** @throws TypeError unless the key is a string. */
export function assertKey(key: unknown): asserts key is string {
  if (typeof key !== "string") {
    throw new TypeError(`A key must be a string, not ${key === null ? "null" : typeof key}.`);
  }
}
