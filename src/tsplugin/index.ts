/**
 * A TypeScript server plugin: it finds the types of `agent-context` for scripts of a workspace that does not install
 * them. It knows where the types lie and nothing else, and leaves what resolves already as it is.
 */

import * as path from "node:path";
import type * as ts from "typescript/lib/tsserverlibrary";

const MODULE_NAME = "agent-context";

/** The plugin as the TypeScript server loads it (`module.exports = init`, see esbuild.mjs). */
export function init({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  // Installed as <extension>/node_modules/agent-context-typescript-plugin/index.js.
  const insideTheModule = path.join(__dirname, "../../dist/agent-context/index.cjs").replaceAll("\\", "/");
  const options = {
    module: typescript.ModuleKind.NodeNext,
    moduleResolution: typescript.ModuleResolutionKind.NodeNext,
  };
  const patched = new WeakSet<ts.LanguageServiceHost>();
  /** What was found before: a script is looked at with each key that is typed into it. */
  const found = new Map<string, ts.ResolvedModuleFull | undefined>();

  /** The module's own manifest says which subpaths it has: TypeScript reads it, as for a package that imports itself. */
  const typesOf = (specifier: string, mode: ts.ResolutionMode): ts.ResolvedModuleFull | undefined => {
    const key = `${mode ?? ""} ${specifier}`;
    if (!found.has(key)) {
      const { sys, resolveModuleName } = typescript;
      const { resolvedModule } = resolveModuleName(
        specifier,
        insideTheModule,
        options,
        sys,
        undefined,
        undefined,
        mode,
      );
      found.set(key, resolvedModule && { ...resolvedModule, isExternalLibraryImport: true });
    }
    return found.get(key);
  };

  return {
    create(info) {
      const host = info.languageServiceHost;
      const resolve = host.resolveModuleNameLiterals?.bind(host);
      if (resolve && !patched.has(host)) {
        patched.add(host);
        host.resolveModuleNameLiterals = (literals, file, redirect, its, source, reused) =>
          resolve(literals, file, redirect, its, source, reused).map((resolution, index) => {
            const literal = literals[index];
            if (resolution.resolvedModule || literal === undefined || !isOurs(literal.text)) return resolution;
            const mode = typescript.getModeForUsageLocation(source, literal, its);
            const resolvedModule = typesOf(literal.text, mode);
            return resolvedModule ? { ...resolution, resolvedModule } : resolution;
          });
      }
      return info.languageService;
    },
  };
}

function isOurs(specifier: string): boolean {
  return specifier === MODULE_NAME || specifier.startsWith(`${MODULE_NAME}/`);
}
