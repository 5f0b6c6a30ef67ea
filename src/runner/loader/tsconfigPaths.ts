/** What tsconfig.json's `paths` and `baseUrl` make of a specifier. */

import * as path from "node:path";
import { createPathsMatcher, getTsconfig, type Cache, type PathsMatcher } from "get-tsconfig";
import { findModuleFile } from "./moduleFiles";

/** Finds the file that a bare specifier means for a file in `folder`; undefined = tsconfig.json does not say. */
export type PathsLookup = (specifier: string, folder: string) => string | undefined;

/** @param problem told once for each tsconfig.json that cannot be read. */
export function createPathsLookup(problem: (message: string) => void): PathsLookup {
  const matchers = new Map<string, PathsMatcher | undefined>();
  const cache: Cache = new Map();
  const matcherOf = (folder: string): PathsMatcher | undefined => {
    if (matchers.has(folder)) return matchers.get(folder);
    let matcher: PathsMatcher | undefined;
    try {
      const config = getTsconfig(folder, "tsconfig.json", cache);
      matcher = (config && createPathsMatcher(config)) ?? undefined;
    } catch (error) {
      problem(
        `the tsconfig.json for ${folder} cannot be read, so its "paths" do not work: ${(error as Error).message}`,
      );
    }
    matchers.set(folder, matcher);
    return matcher;
  };
  return (specifier, folder) => {
    for (const candidate of matcherOf(folder)?.(specifier) ?? []) {
      const file = findModuleFile(path.resolve(candidate));
      if (file !== undefined) return file;
    }
    return undefined;
  };
}
