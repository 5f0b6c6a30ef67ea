/** How `require` learns of TypeScript and of our resolver: by the two methods of Node's `Module` that all tools patch. */

import * as Module from "node:module";
import { isTypeScript, type TypeScriptLoader } from "./loadTypeScript";
import type { Resolver } from "./resolver";

/** The part of Node's CommonJS loader that is public by custom, not by documentation. */
interface CommonJsLoader {
  _extensions: Record<string, (module: CommonJsModule, file: string) => void>;
  _resolveFilename(
    request: string,
    parent: { filename?: string | null } | null | undefined,
    ...rest: unknown[]
  ): string;
}
interface CommonJsModule {
  _compile(code: string, file: string, format?: "module" | "commonjs"): unknown;
}

/** Nodes without it cannot `require` a module. */
const canRequireModules = (process.features as { require_module?: boolean }).require_module === true;
/** Node's own handler of `.ts`, where it has one, knows less than ours. */
const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);

/** Patches resolution; with a loader, loading too (where `module.registerHooks` does not serve it). */
export function installCommonJsHooks(resolver: Resolver, typeScript: TypeScriptLoader | undefined): void {
  const loader = (Module as unknown as { default: CommonJsLoader }).default;
  const original = loader._resolveFilename;
  loader._resolveFilename = function (this: unknown, request, parent, ...rest) {
    const from = parent?.filename ?? undefined;
    const target = resolver.redirect(request, from, "require");
    if (target !== undefined) return target;
    try {
      const found = original.call(this as CommonJsLoader, request, parent, ...rest);
      return resolver.source(found, from) ?? found;
    } catch (error) {
      const found = resolver.recover(request, from, error);
      if (found === undefined) throw error;
      return found;
    }
  };
  if (!typeScript) return;
  for (const extension of [".ts", ".mts", ".cts", ".tsx", ".jsx"]) {
    // Another tool that was here first makes JavaScript of it, too.
    if (loader._extensions[extension] && !stripsTypes) continue;
    loader._extensions[extension] = (module, file) => {
      if (!isTypeScript(file)) throw new SyntaxError(`${file}: a declaration file holds nothing to run.`);
      const { format, source } = typeScript.load(file);
      if (format === "module" && !canRequireModules) throw requireOfModule(file);
      module._compile(source, file, format);
    };
  }
}

function requireOfModule(file: string): Error {
  const message = `${file} is an ES module, and Node ${process.version} cannot require() one; use import(), or Node 22.`;
  return Object.assign(new Error(message), { code: "ERR_REQUIRE_ESM" });
}
