/** Owns what a state value may be. Implementation: copying, freezing, comparing. */

/** A JSON value as the stores keep it: deeply frozen, no −0, no holes, at most {@link MAX_DEPTH} levels deep. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** A plain (or null-prototype) object of own enumerable data properties. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
/** The deepest nesting that a value may have (levels of arrays and objects). */
export const MAX_DEPTH = 256;
