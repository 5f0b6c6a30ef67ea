/** Which file an import means where that differs from Node's own answer; free of any hook's shape, sync and async alike. */

import { isBuiltin } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { createRuntimeFinder, RUNTIME_SPECIFIER, type ImportKind } from "./agentContextModule";
import { isTypeScript } from "./loadTypeScript";
import { findModuleFile, sourceOf } from "./moduleFiles";
import type { Tsconfigs } from "./tsconfig";

/** The moments at which we may know better than Node. Paths are absolute; `parent` = the importing file, if any. */
export interface Resolver {
  /** Asked first. @returns the file to use instead of asking Node for the specifier. */
  redirect(specifier: string, parent: string | undefined, kind: ImportKind): string | undefined;
  /** Asked when Node has found `file`. @returns its source, if TypeScript asks for what has been made of it at some time. */
  source(file: string | undefined, parent: string | undefined): string | undefined;
  /** Asked when Node threw `error`. @returns the file that was meant, if the error is one of not finding it. */
  recover(specifier: string, parent: string | undefined, error: unknown): string | undefined;
}

/** What a {@link Resolver} depends on. */
export interface ResolverOptions {
  /** The folder of the bundled runtime. */
  readonly runtimeFolder: string;
  readonly tsconfigs: Tsconfigs;
  /** Told once for each thing that the user should know; one sentence. */
  readonly notice: (message: string) => void;
}

const NOT_FOUND: ReadonlySet<unknown> = new Set([
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

/** Makes a resolver with caches of its own. */
export function createResolver({ runtimeFolder, tsconfigs, notice }: ResolverOptions): Resolver {
  const runtimeFile = createRuntimeFinder(runtimeFolder, notice);
  return {
    redirect(specifier, parent, kind) {
      if (specifier === RUNTIME_SPECIFIER) return runtimeFile(parent, kind);
      if (parent === undefined || isInstalled(parent) || isPath(specifier) || isBuiltin(specifier)) return undefined;
      if (specifier.startsWith("#") || /^[a-z]+:/i.test(specifier)) return undefined;
      return tsconfigs.paths(specifier, path.dirname(parent));
    },
    source(file, parent) {
      if (file === undefined || parent === undefined || isInstalled(file)) return undefined;
      const source = sourceOf(file);
      if (source === undefined) return undefined;
      // JavaScript means what it says, unless tsconfig.json makes it a part of the program.
      return isTypeScript(parent) || tsconfigs.options(parent)["allowJs"] === true ? source : undefined;
    },
    recover(specifier, parent, error) {
      const { code, url } = error as { code?: unknown; url?: unknown };
      if (!NOT_FOUND.has(code) || parent === undefined || isInstalled(parent)) return undefined;
      const target = isPath(specifier)
        ? path.resolve(path.dirname(parent), specifier)
        : specifier.startsWith("file:")
          ? filePath(specifier)
          : filePath(url);
      return target === undefined ? undefined : findModuleFile(target);
    },
  };
}

function isPath(specifier: string): boolean {
  return /^\.{1,2}(\/|\\|$)/.test(specifier) || path.isAbsolute(specifier);
}

function isInstalled(file: string): boolean {
  return file.split(path.sep).includes("node_modules");
}

/** @returns the path of a file URL; undefined for anything else. */
export function filePath(url: unknown): string | undefined {
  if (typeof url !== "string" || !url.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** What follows the path in a relative or file URL specifier. */
export function queryOf(specifier: string): string {
  return specifier.startsWith("#") ? "" : (/[?#].*$/s.exec(specifier)?.[0] ?? "");
}

/** The specifier without its query; "#name" is a name and stays. */
export function withoutQuery(specifier: string): string {
  return specifier.startsWith("#") ? specifier : specifier.replace(/[?#].*$/s, "");
}
