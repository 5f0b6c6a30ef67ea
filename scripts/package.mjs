/**
 * Owns the VSIX: a production build and the files of the allow-list in .vscodeignore, staged in a folder of their own
 * and packed by vsce. `node package.mjs [FILE.vsix]`.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runCommand } from "./children.mjs";
import { runMain } from "./humanError.mjs";
import { rootDir, stateDir } from "./paths.mjs";

const stageDir = path.join(stateDir, "package");
const STATIC_FILES = [
  ...["README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"],
  ...["package.nls.json", "l10n", "media", "examples/race.ts"],
];
/** TypeScript's server looks for its plugins in the extension's node_modules; vsce takes along what is a dependency. */
const PLUGIN = "agent-context-typescript-plugin";

await runMain(async () => {
  const vsix = path.resolve(process.argv[2] ?? path.join(rootDir, "agent-context-inspector.vsix"));
  await packageExtension(vsix);
  console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(2)} MB`);
});

async function packageExtension(vsix) {
  rmSync(stageDir, { recursive: true, force: true });
  mkdirSync(path.dirname(vsix), { recursive: true });
  mkdirSync(stageDir, { recursive: true });
  await runCommand(process.execPath, ["esbuild.mjs", "--production", "--into", stageDir], { cwd: rootDir });
  for (const name of STATIC_FILES) {
    cpSync(path.join(rootDir, name), path.join(stageDir, name), { recursive: true });
  }
  const manifest = JSON.parse(readFileSync(path.join(rootDir, "package.json"), "utf8"));
  delete manifest.scripts;
  delete manifest.devDependencies;
  manifest.dependencies = { [PLUGIN]: manifest.version };
  writeFileSync(path.join(stageDir, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  const { createVSIX } = await import("@vscode/vsce");
  await createVSIX({ cwd: stageDir, packagePath: vsix, allowMissingRepository: true, rewriteRelativeLinks: false });
}
