/** How a place inside a state is written: a key, then a JSON path into its value (`plan.steps[2].owner`). */

import { itemPath, propertyPath } from "../../base/jsonPath";
import { visibleText } from "../../base/visibleText";

/** Writes a key and a path; names that are no identifiers are quoted. The key itself stands as it is. */
export function keyPath(key: string, path: readonly (string | number)[] = []): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? itemPath(text, step) : propertyPath(text, step)),
    key,
  );
}

/** As {@link keyPath}, for showing: on one line and bounded. */
export function pathText(key: string, path: readonly (string | number)[] = []): string {
  return visibleText(keyPath(key, path));
}
