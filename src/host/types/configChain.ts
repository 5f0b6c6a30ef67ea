/** Which configurations of TypeScript a tsconfig.json is made of, by its `extends`. */

import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { HumanError } from "../../base/humanError";
import { JsonText } from "./jsonText";

/** The configuration and what it extends, the one whose options win first. @throws HumanError when one cannot be read. */
export function configChain(config: JsonText, above: readonly string[] = []): JsonText[] {
  const files = [...above, config.file];
  const named = config.get(["extends"]);
  const bases = (Array.isArray(named) ? named : [named]).filter((base) => typeof base === "string").reverse();
  const found = bases.map((base) => fileOf(base, config.file)).filter((file) => !files.includes(file));
  return [config, ...found.flatMap((file) => configChain(JsonText.read(file), files))];
}

/** The option as TypeScript sees it, and the configuration that says so. */
export function optionOf(chain: readonly JsonText[], name: string): { value: unknown; config: JsonText } | undefined {
  for (const config of chain) {
    const value = config.get(["compilerOptions", name]);
    if (value !== undefined) return { value, config };
  }
  return undefined;
}

function fileOf(base: string, config: string): string {
  const found = isPath(base) ? besides(base, config) : inPackage(base, config);
  if (found === undefined) {
    throw new HumanError(l10n.t("{0} extends {1}, which cannot be found. Correct it first.", config, base));
  }
  return found;
}

function isPath(base: string): boolean {
  return /^\.{1,2}(?:[\\/]|$)/.test(base) || path.isAbsolute(base);
}

function besides(base: string, config: string): string | undefined {
  const target = path.resolve(path.dirname(config), base);
  return [target, `${target}.json`].find((file) => existsSync(file) && statSync(file).isFile());
}

function inPackage(base: string, config: string): string | undefined {
  const { resolve } = createRequire(config);
  for (const specifier of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      const file = resolve(specifier);
      if (file.endsWith(".json")) return file;
    } catch {
      // Not that one.
    }
  }
  return undefined;
}
