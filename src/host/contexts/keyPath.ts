/** Owns how a place inside a state is written: a key, then a JSON path into its value (`plan.steps[2].owner`). */

import { visibleText } from "../visibleText";

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Writes a key and a path; names that are no identifiers are quoted. The key itself stands as it is. */
export function keyPath(key: string, path: readonly (string | number)[] = []): string {
  let text = key;
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (IDENTIFIER.test(step)) text += `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** As {@link keyPath}, for showing: on one line and bounded. */
export function pathText(key: string, path: readonly (string | number)[] = []): string {
  return visibleText(keyPath(key, path));
}
