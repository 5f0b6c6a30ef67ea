/** Which file on disk is meant where it is not, or not only, the exact one that was asked for. */

import { statSync } from "node:fs";
import * as path from "node:path";
import { readJson } from "./packageScope";

/** What TypeScript's output files are made of. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".mts"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/**
 * Finds what a bundler would: the file itself, `x.ts` for `x.js`, `x.ts` for `x`, `x/index.ts` for `x`; never a file of
 * declarations, to which a tsconfig.json's `paths` may lead: there is nothing in it to run.
 * @param target an absolute path.
 * @returns the absolute path of an existing file, or undefined.
 */
export function findModuleFile(target: string): string | undefined {
  if (isFile(target)) return target;
  const found = sourceOf(target) ?? withExtension(target);
  if (found !== undefined) return found;
  const { main } = (readJson(path.join(target, "package.json")) ?? {}) as { main?: unknown };
  if (typeof main === "string") {
    const entry = path.join(target, main);
    if (entry !== target) {
      const file = isFile(entry)
        ? entry
        : (sourceOf(entry) ?? withExtension(entry) ?? withExtension(path.join(entry, "index")));
      if (file !== undefined) return file;
    }
  }
  return withExtension(path.join(target, "index"));
}

/** @returns the TypeScript beside an output file of that name, if there is any. */
export function sourceOf(file: string): string | undefined {
  const extension = path.extname(file);
  const stem = file.slice(0, file.length - extension.length);
  return SOURCES[extension]?.map((source) => stem + source).find(isFile);
}

function withExtension(target: string): string | undefined {
  return EXTENSIONS.map((extension) => target + extension).find(isFile);
}

function isFile(file: string): boolean {
  if (/\.d\.[cm]?ts$/.test(file)) return false;
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false; // what leads through a file, or may not be looked at
  }
}
