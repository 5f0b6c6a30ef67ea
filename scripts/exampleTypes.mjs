/**
 * Makes `examples/agent-context.d.ts`: the types of the module as one ambient declaration, for `tsc` in a workspace that
 * does not install it. `node exampleTypes.mjs [--check]`, after a build.
 */

import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { rootDir } from "./paths.mjs";

const types = readFileSync(path.join(rootDir, "dist/agent-context/index.d.ts"), "utf8");
const file = path.join(rootDir, "examples/agent-context.d.ts");
const body = types.replace(/^(export )?declare /gm, "$1").replace(/^(?=.)/gm, "  ");
const ambient = `// Types of the module agent-context, for tsc. Generated: npm run types.\ndeclare module "agent-context" {\n${body}}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== ambient) {
    console.error("examples/agent-context.d.ts is not that of the runtime: run `npm run build && npm run types`.");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, ambient);
}
