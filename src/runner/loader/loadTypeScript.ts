/** How one TypeScript file is read: its JavaScript, and whether Node takes it as a module or as CommonJS. */

import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageType } from "./packageScope";
import { transpile } from "./transpile";
import type { Tsconfigs } from "./tsconfig";

/** What Node's loaders want to know of a file. */
export interface LoadedModule {
  readonly format: "module" | "commonjs";
  readonly source: string;
}

/** What another loader has handed over for a file, if any. */
export interface HandedOver {
  readonly format?: unknown;
  readonly source?: unknown;
}

/** Reads TypeScript. */
export interface TypeScriptLoader {
  /** @throws SyntaxError naming file and line; whatever reading throws. */
  load(file: string): LoadedModule;
  /**
   * Takes what the rest of the chain has made of a file.
   * @returns undefined where that is JavaScript already, or something of its own: it is used as it is. `isOfFile`: whether the
   * file on disk is all that it was made of.
   */
  loadFrom(handed: HandedOver, file: string): (LoadedModule & { isOfFile(): boolean }) | undefined;
}

/** The name that Node's own hooks give TypeScript; a loader that answers with it has left the work to us. */
export const TYPESCRIPT_FORMAT = "module-typescript";
const UNTOUCHED: ReadonlySet<unknown> = new Set([
  undefined,
  null,
  TYPESCRIPT_FORMAT,
  "commonjs-typescript",
  "typescript",
]);
const JAVASCRIPT: ReadonlySet<unknown> = new Set(["module", "commonjs"]);

/** Tells whether a path or file URL names what we make JavaScript of (declaration files hold nothing to run). */
export function isTypeScript(file: string): boolean {
  return /\.([cm]?ts|[jt]sx)$/.test(file) && !/\.d\.[cm]?ts$/.test(file);
}

/** @param notice told of each thing that the user should know. */
export function createTypeScriptLoader(tsconfigs: Tsconfigs, notice: (message: string) => void): TypeScriptLoader {
  const make = (source: string, file: string): LoadedModule => {
    const { code, isModule } = transpile({
      ...{ source, file, notice },
      options: tsconfigs.options(file),
      kind: kindOf(file),
      alwaysCommonJs: file.endsWith(".cts"),
    });
    return { format: isModule ? "module" : "commonjs", source: code };
  };
  return {
    load: (file) => make(readFileSync(file, "utf8"), file),
    loadFrom({ format, source }, file) {
      if (!UNTOUCHED.has(format) && !JAVASCRIPT.has(format)) return undefined;
      const text = textOf(source);
      const onDisk = (): string => withoutMark(readFileSync(file, "utf8"));
      if (text === undefined) return { ...make(onDisk(), file), isOfFile: () => true };
      // Who calls a file JavaScript and hands over its very text has only passed it on.
      if (JAVASCRIPT.has(format) && text !== onDisk()) return undefined;
      return { ...make(text, file), isOfFile: () => text === onDisk() };
    },
  };
}

/**
 * `.mts` is a module, `.cts` CommonJS; anything else is what the nearest package.json says. What the file does itself
 * outweighs that: TypeScript users write imports under `"type": "commonjs"`, too.
 */
function kindOf(file: string): "module" | "commonjs" | "none" {
  if (file.endsWith(".mts")) return "module";
  return file.endsWith(".cts") ? "commonjs" : packageType(path.dirname(file));
}

function textOf(source: unknown): string | undefined {
  if (typeof source === "string") return withoutMark(source);
  if (source === undefined || source === null) return undefined;
  return new TextDecoder().decode(source as Uint8Array);
}

/** Decoders take the byte order mark away, `readFileSync` does not. */
function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
