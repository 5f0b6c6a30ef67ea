/** How whole states are written as JSON for comparing: the same keys in the same order on both sides. Knows nothing of VS Code. */

import type { JsonValue } from "../../core/jsonValue";
import type { MergePlan } from "../../core/mergePlan";
import { prettyJson } from "../../model/text/valueText";
import type { Run } from "../runs/run";

type Model = Run["model"];

/** The state that the plan merges into, as it is. @param key narrows it to one key's value */
export function parentText(model: Model, plan: MergePlan, seq: number, key?: string): string {
  if (key !== undefined) return valueText(model.effectiveValue(plan.into, key, seq).value);
  return objectText(parentKeys(model, plan.into, seq));
}

/**
 * The same after the merge of the ticked keys. Keys keep their place and new ones come last, so that a diff shows what
 * changes and no more.
 */
export function mergedText(
  model: Model,
  plan: MergePlan,
  seq: number,
  isTicked: (key: string) => boolean,
  key?: string,
): string {
  const planned = new Map(plan.entries.filter((entry) => isTicked(entry.key)).map((entry) => [entry.key, entry]));
  if (key !== undefined) {
    const entry = planned.get(key);
    return valueText(entry === undefined ? model.effectiveValue(plan.into, key, seq).value : entry.result);
  }
  const merged: [string, JsonValue][] = [];
  for (const [name, value] of parentKeys(model, plan.into, seq)) {
    const entry = planned.get(name);
    planned.delete(name);
    const result = entry === undefined ? value : entry.result;
    if (result !== undefined) merged.push([name, result]);
  }
  for (const entry of planned.values()) if (entry.result !== undefined) merged.push([entry.key, entry.result]);
  return objectText(merged);
}

/**
 * Only the keys of the overlay: what the parent holds for them, what the agent started from, or what the overlay holds.
 * Absent keys are left out. @param key narrows it to one key's value
 */
export function overlayKeysText(plan: MergePlan, side: "parent" | "base" | "overlay", key?: string): string {
  if (key !== undefined) return valueText(plan.entries.find((entry) => entry.key === key)?.[side].value);
  const entries: [string, JsonValue][] = [];
  for (const entry of plan.entries) {
    const { value } = entry[side];
    if (value !== undefined) entries.push([entry.key, value]);
  }
  return objectText(entries);
}

/** What is visible in the layer merged into: a store's keys, or a context's effective ones. */
function parentKeys(model: Model, layer: number, seq: number): [string, JsonValue][] {
  const isStore = model.stores(seq).some((store) => store.layer === layer);
  const entries = isStore ? model.storeKeys(layer, seq) : model.effective(layer, seq);
  return entries.map(({ key, value }) => [key, value]);
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? "" : `${prettyJson(value, Number.MAX_SAFE_INTEGER).json}\n`;
}

/** Written by hand, because a key may be `__proto__` or look like an index. */
function objectText(entries: readonly (readonly [string, JsonValue])[]): string {
  if (entries.length === 0) return "{}\n";
  const lines = entries.map(
    ([key, value]) =>
      `  ${JSON.stringify(key)}: ${prettyJson(value, Number.MAX_SAFE_INTEGER).json.replaceAll("\n", "\n  ")}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
