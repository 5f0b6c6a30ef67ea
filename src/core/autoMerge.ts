/** The three-way merge of one value; knows nothing of plans, keys or logs. */

import { copyAndFreeze, defineValue, isObject, jsonEqual, type JsonObject, type JsonValue } from "./jsonValue";

/** Both sides changed the same place, each in its own way. */
export const TOUCH: unique symbol = Symbol("touch");

type Value = JsonValue | undefined;

/**
 * Merges two changes of one value (undefined = absent). Where one side equals the base, the other is taken. Objects
 * merge by property, arrays by index if all three are of one length. All else touches unless equal: both added, another
 * type, a deletion against an edit.
 */
export function autoMerge(base: Value, parent: Value, overlay: Value): Value | typeof TOUCH {
  const merged = merge(base, parent, overlay);
  return typeof merged === "object" && merged !== null ? copyAndFreeze(merged) : merged;
}

function merge(base: Value, parent: Value, overlay: Value): Value | typeof TOUCH {
  if (jsonEqual(parent, overlay) || jsonEqual(base, overlay)) return parent;
  if (jsonEqual(base, parent)) return overlay;
  if (isList(base) && isList(parent) && isList(overlay)) return mergeLists(base, parent, overlay);
  if (isObject(base) && isObject(parent) && isObject(overlay)) return mergeObjects(base, parent, overlay);
  return TOUCH;
}

function mergeLists(
  base: readonly JsonValue[],
  parent: readonly JsonValue[],
  overlay: readonly JsonValue[],
): JsonValue | typeof TOUCH {
  if (base.length !== parent.length || base.length !== overlay.length) return TOUCH;
  const merged: JsonValue[] = [];
  for (let index = 0; index < base.length; index++) {
    const item = merge(base[index], parent[index], overlay[index]);
    if (item === TOUCH) return TOUCH;
    merged.push(item as JsonValue);
  }
  return merged;
}

/** Properties stand in the parent's order; then come those that the overlay alone has. */
function mergeObjects(base: JsonObject, parent: JsonObject, overlay: JsonObject): JsonValue | typeof TOUCH {
  const merged: Record<string, JsonValue> = {};
  for (const name of new Set([...Object.keys(parent), ...Object.keys(overlay)])) {
    const value = merge(own(base, name), own(parent, name), own(overlay, name));
    if (value === TOUCH) return TOUCH;
    if (value !== undefined) defineValue(merged, name, value);
  }
  return merged;
}

function own(object: JsonObject, name: string): Value {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isList(value: Value): value is readonly JsonValue[] {
  return Array.isArray(value);
}
