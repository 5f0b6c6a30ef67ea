/** What the package around a file says of its modules, as Node reads it. */

import { readFileSync } from "node:fs";
import * as path from "node:path";

/** `type` of the nearest package.json; "none" where there is none or it does not say. */
export type PackageType = "module" | "commonjs" | "none";

const types = new Map<string, PackageType>();

/** @param folder absolute; a folder called `node_modules` ends the search, as in Node. */
export function packageType(folder: string): PackageType {
  const known = types.get(folder);
  if (known !== undefined) return known;
  const found = readType(folder);
  types.set(folder, found);
  return found;
}

function readType(folder: string): PackageType {
  const manifest = readJson(path.join(folder, "package.json"));
  if (manifest !== undefined) {
    const { type } = manifest as { type?: unknown };
    return type === "module" || type === "commonjs" ? type : "none";
  }
  const parent = path.dirname(folder);
  return parent === folder || path.basename(parent) === "node_modules" ? "none" : packageType(parent);
}

/** @returns the parsed object, or undefined when there is no such file or it holds no JSON object. */
export function readJson(file: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
