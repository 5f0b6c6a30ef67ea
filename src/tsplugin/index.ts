/**
 * Owns how the editor's TypeScript finds the types of `agent-context` in a workspace that does not install it: a
 * TypeScript server plugin. It knows only where the types lie, and changes nothing that already resolves.
 */

import * as path from "node:path";
import type * as ts from "typescript/lib/tsserverlibrary";

const MODULE_NAME = "agent-context";

/** The plugin as the TypeScript server loads it (`module.exports = init`, see esbuild.mjs). */
export function init({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  // Installed as <extension>/node_modules/agent-context-typescript-plugin/index.js.
  const typesFile = path.join(__dirname, "../../dist/agent-context/index.d.ts").replaceAll("\\", "/");
  const patched = new WeakSet<ts.LanguageServiceHost>();

  return {
    create(info) {
      const host = info.languageServiceHost;
      const resolve = host.resolveModuleNameLiterals?.bind(host);
      if (resolve && !patched.has(host)) {
        patched.add(host);
        host.resolveModuleNameLiterals = (literals, ...rest) =>
          resolve(literals, ...rest).map((resolution, index) =>
            resolution.resolvedModule || literals[index]?.text !== MODULE_NAME
              ? resolution
              : {
                  ...resolution,
                  resolvedModule: {
                    resolvedFileName: typesFile,
                    extension: typescript.Extension.Dts,
                    isExternalLibraryImport: true,
                    resolvedUsingTsExtension: false,
                  },
                },
          );
      }
      return info.languageService;
    },
  };
}
