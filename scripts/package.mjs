/**
 * Makes the VSIX: a production build and the files of the allow-list in .vscodeignore, staged in a folder of their own
 * and packed by vsce. `node package.mjs [FILE.vsix] [--publish FILE.json] [--dist FOLDER]`; the addresses come from
 * `publish.json` unless another file is named, and `--dist` takes a build from the `dist` and `node_modules` of an unpacked VSIX.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./children.mjs";
import { runMain } from "./humanError.mjs";
import { packagedText } from "./packagedText.mjs";
import { rootDir, stateDir } from "./paths.mjs";
import { readPublishAddresses } from "./publishAddresses.mjs";

const STATIC_FILES = ["LICENSE", ".vscodeignore", "package.nls.json", "l10n", "media", "examples/race.ts"];
const TEXTS = ["README.md", "CHANGELOG.md"];
/** What users read; in the order of the chapters that they are where the README's links cannot lead to them. */
const PAGES = ["merging", "debugging", "recordings", "runtime", "cli", "settings", "security", "robustness"].map(
  (name) => `docs/${name}.md`,
);
/** TypeScript's server looks for its plugins in the extension's node_modules; vsce takes along what is a dependency. */
const PLUGIN = "agent-context-typescript-plugin";

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { publish: { type: "string" }, dist: { type: "string" } },
  });
  const vsix = path.resolve(positionals[0] ?? path.join(rootDir, "agent-context-inspector.vsix"));
  const addresses = readPublishAddresses(path.resolve(values.publish ?? path.join(rootDir, "publish.json")));
  mkdirSync(path.dirname(vsix), { recursive: true });
  mkdirSync(stateDir, { recursive: true });
  const stageDir = mkdtempSync(path.join(stateDir, "package-"));
  try {
    await packageExtension({ vsix, addresses, stageDir, dist: values.dist });
  } finally {
    rmSync(stageDir, { recursive: true, force: true });
  }
  console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(2)} MB`);
});

async function packageExtension({ vsix, addresses, stageDir, dist }) {
  if (dist === undefined) {
    await runCommand(process.execPath, ["esbuild.mjs", "--production", "--into", stageDir], { cwd: rootDir });
  } else {
    cpSync(path.join(dist, "dist"), path.join(stageDir, "dist"), { recursive: true });
    cpSync(path.join(dist, "node_modules"), path.join(stageDir, "node_modules"), { recursive: true });
  }
  for (const name of STATIC_FILES) {
    cpSync(path.join(rootDir, name), path.join(stageDir, name), { recursive: true });
  }
  const pages = Object.fromEntries(PAGES.map((name) => [name, readFileSync(path.join(rootDir, name), "utf8")]));
  const leftOut = TEXTS.flatMap((name) => {
    const packaged = packagedText(readFileSync(path.join(rootDir, name), "utf8"), addresses, name, pages);
    writeFileSync(path.join(stageDir, name), packaged.text);
    return packaged.leftOut.map((target) => `${target} (${name})`);
  });
  const manifest = manifestWith(addresses);
  writeFileSync(path.join(stageDir, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  const { createVSIX } = await import("@vscode/vsce");
  // A VSIX that is there is whole: what is interrupted leaves the older one.
  const partial = `${vsix}.partial`;
  await createVSIX({
    cwd: stageDir,
    packagePath: partial,
    allowMissingRepository: true,
    // "#12" in a text is a number, no issue of a repository.
    gitHubIssueLinking: false,
    gitLabIssueLinking: false,
    ...(addresses.baseContentUrl && { baseContentUrl: addresses.baseContentUrl }),
    ...(addresses.baseImagesUrl && { baseImagesUrl: addresses.baseImagesUrl }),
  });
  renameSync(partial, vsix);
  tellWhatIsMissing(addresses, leftOut);
}

function manifestWith({ repository, bugs, homepage }) {
  const manifest = JSON.parse(readFileSync(path.join(rootDir, "package.json"), "utf8"));
  delete manifest.scripts;
  delete manifest.devDependencies;
  return {
    ...manifest,
    dependencies: { [PLUGIN]: manifest.version },
    ...(repository && { repository: { type: "git", url: repository } }),
    ...(bugs && { bugs: { url: bugs } }),
    ...(homepage && { homepage }),
  };
}

function tellWhatIsMissing({ repository, bugs, homepage }, leftOut) {
  const empty = Object.entries({ repository, bugs, homepage }).flatMap(([name, address]) => (address ? [] : [name]));
  if (empty.length > 0) console.log(`Left out of the manifest, for publish.json has no address: ${empty.join(", ")}.`);
  if (leftOut.length > 0) {
    console.log(
      `Links and pictures left out of the texts, for publish.json does not say what they begin with: ${leftOut.join(", ")}.`,
    );
  }
}
