/** The three-way merge of one value; knows nothing of plans, keys or logs. */

import { copyAndFreeze } from "./frozenCopy";
import { defineValue, isObject, jsonEqual, type JsonObject, type JsonValue } from "./jsonValue";
import { mergeLists } from "./listMerge";
import { TOUCH, type Merged, type MergeValue } from "./threeWay";

/**
 * Merges two changes of one value (undefined = absent). Where one side equals the base, the other is taken. Objects
 * merge by property, lists as sequences of items. All else touches unless equal: both added, another type, a deletion
 * against an edit.
 */
export function autoMerge(base: MergeValue, parent: MergeValue, overlay: MergeValue): Merged {
  const merged = merge(base, parent, overlay);
  return typeof merged === "object" && merged !== null ? copyAndFreeze(merged) : merged;
}

function merge(base: MergeValue, parent: MergeValue, overlay: MergeValue): Merged {
  if (jsonEqual(parent, overlay) || jsonEqual(base, overlay)) return parent;
  if (jsonEqual(base, parent)) return overlay;
  if (isList(base) && isList(parent) && isList(overlay)) return mergeLists(base, parent, overlay, merge);
  if (isObject(base) && isObject(parent) && isObject(overlay)) return mergeObjects(base, parent, overlay);
  return TOUCH;
}

/** Properties stand in the parent's order; then come those that the overlay alone has. */
function mergeObjects(base: JsonObject, parent: JsonObject, overlay: JsonObject): Merged {
  const merged: Record<string, JsonValue> = {};
  for (const name of new Set([...Object.keys(parent), ...Object.keys(overlay)])) {
    const value = merge(own(base, name), own(parent, name), own(overlay, name));
    if (value === TOUCH) return TOUCH;
    if (value !== undefined) defineValue(merged, name, value);
  }
  return merged;
}

function own(object: JsonObject, name: string): MergeValue {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isList(value: MergeValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
