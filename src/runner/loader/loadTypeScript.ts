/** How one TypeScript file is read: its JavaScript, and whether Node takes it as a module or as CommonJS. */

import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageType } from "./packageScope";
import { transpile } from "./transpile";

/** What Node's loaders want to know of a file. */
export interface LoadedModule {
  readonly format: "module" | "commonjs";
  readonly source: string;
}

/** Tells whether a path or file URL names TypeScript (declaration files hold nothing to run). */
export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file) && !/\.d\.[cm]?ts$/.test(file);
}

/**
 * Reads and transpiles `file`. `.mts` is a module, `.cts` CommonJS; `.ts` is what the nearest package.json says, but a
 * file that imports or exports is a module in any case: TypeScript users write so under `"type": "commonjs"` too.
 * @throws SyntaxError naming file and line; whatever reading throws.
 */
export function loadTypeScript(file: string): LoadedModule {
  const { code, hasModuleSyntax } = transpile(readFileSync(file, "utf8"), file);
  return { format: format(file, hasModuleSyntax), source: code };
}

function format(file: string, hasModuleSyntax: boolean): LoadedModule["format"] {
  if (file.endsWith(".mts")) return "module";
  if (file.endsWith(".cts")) {
    if (hasModuleSyntax) {
      throw new SyntaxError(
        `${file}: a .cts file is CommonJS and cannot use import or export; write "import x = require(…)" and ` +
          `"export = …", or rename it to .mts.`,
      );
    }
    return "commonjs";
  }
  return hasModuleSyntax || packageType(path.dirname(file)) === "module" ? "module" : "commonjs";
}
