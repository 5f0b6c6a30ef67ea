/**
 * What an expression of Watch, hover or Debug Console means: a key of an agent, or a place inside its value, as the
 * agent reads it; with ` in parent` behind, as its parent has it. It only reads.
 */

import type { RunModel } from "../../model/runModel";
import { propertyNames } from "../../model/text/valueText";
import { keyText } from "../../breakpoints/breakpointText";
import { readKeyTarget, valueAt } from "../../breakpoints/keyTarget";
import { isObject, type JsonValue } from "../../core/jsonValue";
import type { KeyPlace } from "./stateVariables";

const IN_PARENT = " in parent";
/** Most names that are offered. */
const MAX_COMPLETIONS = 1_000;

/** @returns undefined when neither the agent nor, without one, any store has such a key or place. @throws SyntaxError */
export function evaluate(
  model: RunModel,
  layer: number | undefined,
  seq: number,
  expression: string,
): { readonly value: JsonValue; readonly target: string; readonly in?: "parent" } | undefined {
  const text = expression.trim();
  if (text.endsWith(IN_PARENT)) {
    const parent = model.agents(seq).find((each) => each.layer === layer)?.parent;
    const inside = find(model, layersOf(model, parent, seq), seq, unquoted(text.slice(0, -IN_PARENT.length).trimEnd()));
    if (inside !== undefined) return { ...inside, in: "parent" };
  }
  // A key may end so, too.
  return find(model, layersOf(model, layer, seq), seq, unquoted(text));
}

/** The expression that means this place. */
export function expressionOf({ target, in: where }: KeyPlace): string {
  return where === "parent" ? target + IN_PARENT : target;
}

/** A completion of the text before the caret. */
export interface KeyCompletion {
  readonly label: string;
  /** Takes the place of the characters from `start` on. */
  readonly text: string;
  readonly start: number;
}

/** The keys, or behind a `.` or `[` the names inside a value, that begin as the text ends. */
export function completions(
  model: RunModel,
  layer: number | undefined,
  seq: number,
  text: string,
): readonly KeyCompletion[] {
  const split = Math.max(text.lastIndexOf("."), text.lastIndexOf("["));
  const found: KeyCompletion[] = [];
  if (split > 0) {
    const value = tryEvaluate(model, layer, seq, text.slice(0, split));
    const start = text.slice(split + 1);
    if (isObject(value)) {
      for (const name of propertyNames(value)) {
        if (found.length >= MAX_COMPLETIONS) break;
        if (!name.startsWith(start)) continue;
        const isWord = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
        if (isWord && text[split] === ".") found.push({ label: name, text: name, start: split + 1 });
        else found.push({ label: name, text: `[${JSON.stringify(name)}]`, start: split });
      }
    }
  }
  for (const each of layersOf(model, layer, seq)) {
    for (const { key } of model.effective(each, seq)) {
      if (found.length >= MAX_COMPLETIONS) return found;
      if (key.startsWith(text.trimStart())) found.push({ label: key, text: keyText(key), start: 0 });
    }
  }
  return found;
}

/** Without an agent, any store. */
function layersOf(model: RunModel, layer: number | undefined, seq: number): readonly number[] {
  return layer === undefined ? model.stores(seq).map((store) => store.layer) : [layer];
}

function find(
  model: RunModel,
  layers: readonly number[],
  seq: number,
  target: string,
): { readonly value: JsonValue; readonly target: string } | undefined {
  for (const each of layers) {
    for (const { key, path } of readKeyTarget(target)) {
      const value = valueAt(model.effectiveValue(each, key, seq).value, path);
      if (value !== undefined) return { value, target };
    }
  }
  return undefined;
}

function tryEvaluate(model: RunModel, layer: number | undefined, seq: number, text: string): JsonValue | undefined {
  try {
    return evaluate(model, layer, seq, text)?.value;
  } catch {
    return undefined;
  }
}

/** Whoever points at `get("budget")` in a script means the key. */
function unquoted(text: string): string {
  return /^'[^']*'$|^`[^`]*`$/.test(text) ? JSON.stringify(text.slice(1, -1)) : text;
}
