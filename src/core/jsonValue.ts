/** What a state value may be, and comparing. It knows nothing of stores or logs. */

import { exactTextOf } from "./exactNumber";

/** A JSON value as the stores keep it: deeply frozen, no −0, no holes, at most {@link MAX_DEPTH} levels deep. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** A plain (or null-prototype) object of own enumerable data properties. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
/** The deepest nesting that a value may have (levels of arrays and objects). */
export const MAX_DEPTH = 256;

/** Deep equality of two values; absent (undefined) equals absent alone. The order of properties does not matter. */
export function jsonEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    for (let index = 0; index < one.length; index++) {
      if (!jsonEqual(one[index] as JsonValue, other[index] as JsonValue)) return false;
    }
    return true;
  }
  if (Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(other, key) || !jsonEqual((one as JsonObject)[key], (other as JsonObject)[key])) return false;
  }
  return true;
}

/** Whether a value is an object that is no list, and no number that JavaScript cannot hold. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && exactTextOf(value) === undefined;
}

/** The members of an object; none of what is no object, so that data of a wrong shape can be asked for any name. */
export function membersOf(value: JsonValue | undefined): { readonly [name: string]: JsonValue | undefined } {
  return isObject(value) ? value : {};
}

/** Sets an own data property, whatever the name. */
export function defineValue(record: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
