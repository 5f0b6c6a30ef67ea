/**
 * The parts of the module `agent-context` that no bundler writes: its manifest and its ESM face. It must not know
 * what the module exports.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { rootDir } from "./paths.mjs";

const require = createRequire(import.meta.url);

/**
 * @param {string} folder where `index.cjs` and `index.d.ts` are
 */
export function finishRuntimeModule(folder) {
  const { version, license } = JSON.parse(readFileSync(path.join(rootDir, "package.json"), "utf8"));
  const manifest = {
    name: "agent-context",
    version,
    license,
    agentContextProtocol: 1,
    type: "commonjs",
    main: "./index.cjs",
    types: "./index.d.ts",
    exports: {
      ".": { types: "./index.d.ts", import: "./index.mjs", require: "./index.cjs" },
      "./package.json": "./package.json",
    },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  // A thin face over the CommonJS build: whichever way a script imports it, there is one instance.
  const commonJs = path.join(folder, "index.cjs");
  delete require.cache[commonJs];
  const names = Object.keys(require(commonJs)).sort().join(",\n  ");
  const face = `import runtime from "./index.cjs";\nexport const {\n  ${names},\n} = runtime;\n`;
  writeFileSync(path.join(folder, "index.mjs"), face);
}
