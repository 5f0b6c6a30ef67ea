/** What tsconfig.json makes of a specifier (`paths`, `baseUrl`) and of a file (compiler options). */

import * as path from "node:path";
import {
  createFilesMatcher,
  createPathsMatcher,
  getTsconfig,
  type Cache,
  type FileMatcher,
  type PathsMatcher,
  type TsConfigResult,
} from "get-tsconfig";
import { findModuleFile } from "./moduleFiles";

/** `compilerOptions`, with those of `extends`; nobody has checked them. */
export type CompilerOptions = Readonly<Record<string, unknown>>;

/** All tsconfig.json files, each read once. */
export interface Tsconfigs {
  /** The file that a bare specifier means for a file in `folder`; undefined = tsconfig.json does not say. */
  paths(specifier: string, folder: string): string | undefined;
  /** The options for a file; none for a file that `include`, `files` and `exclude` leave out. */
  options(file: string): CompilerOptions;
}

interface Matchers {
  readonly paths: PathsMatcher | undefined;
  readonly files: FileMatcher | undefined;
}

/** @param problem told once for each folder whose tsconfig.json cannot be read. */
export function createTsconfigs(problem: (message: string) => void): Tsconfigs {
  const matchers = new Map<string, Matchers>();
  const byConfig = new Map<string, Matchers>();
  const cache: Cache = new Map();
  const read = (folder: string): TsConfigResult | undefined => {
    try {
      return getTsconfig(folder, "tsconfig.json", cache) ?? undefined;
    } catch (error) {
      problem(`the tsconfig.json for ${folder} cannot be read, so it is not followed: ${(error as Error).message}`);
      return undefined;
    }
  };
  const matchersOf = (folder: string): Matchers => {
    let found = matchers.get(folder);
    if (found !== undefined) return found;
    const config = read(folder);
    found = config && byConfig.get(config.path);
    found ??= {
      paths: (config && createPathsMatcher(config)) ?? undefined,
      files: config && createFilesMatcher(config),
    };
    if (config) byConfig.set(config.path, found);
    matchers.set(folder, found);
    return found;
  };
  return {
    paths(specifier, folder) {
      for (const candidate of matchersOf(folder).paths?.(specifier) ?? []) {
        const file = findModuleFile(path.resolve(candidate));
        if (file !== undefined) return file;
      }
      return undefined;
    },
    options(file) {
      return matchersOf(path.dirname(file)).files?.(file)?.compilerOptions ?? {};
    },
  };
}

/** Whether class fields are defined (as in JavaScript), or assigned to; undefined where nothing says so. */
export function definesFields({ useDefineForClassFields, target }: CompilerOptions): boolean | undefined {
  if (typeof useDefineForClassFields === "boolean") return useDefineForClassFields;
  if (typeof target !== "string") return undefined;
  const [, year] = /^es(\d+)$/i.exec(target) ?? [];
  return year === undefined || Number(year) >= 2022;
}
