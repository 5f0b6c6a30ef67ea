/** JSON that is imported as TypeScript and bundlers allow it: without an import attribute, by name too. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ATTRIBUTE_MISSING: ReadonlySet<unknown> = new Set([
  "ERR_IMPORT_ATTRIBUTE_MISSING",
  "ERR_IMPORT_ASSERTION_TYPE_MISSING",
]);

/**
 * What to load instead when Node refuses a JSON file for its import has no attribute.
 * @returns a module around the one that Node makes of the file, so that there is one object; undefined for other errors.
 */
export function jsonModule(url: string, error: unknown): { format: "module"; source: string } | undefined {
  if (!ATTRIBUTE_MISSING.has((error as { code?: unknown }).code)) return undefined;
  const names = namesOf(url);
  const lines = [
    `import json from ${JSON.stringify(url)} with { type: "json" };`,
    "export default json;",
    ...names.map(
      (name, n) => `const v${n} = json[${JSON.stringify(name)}]; export { v${n} as ${JSON.stringify(name)} };`,
    ),
  ];
  return { format: "module", source: lines.join("\n") };
}

function namesOf(url: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(fileURLToPath(url), "utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    // A name with half a character in it is no name of an export.
    return Object.keys(value).filter((name) => name !== "default" && !/\p{Surrogate}/u.test(name));
  } catch {
    return []; // Node says what is wrong with it.
  }
}
