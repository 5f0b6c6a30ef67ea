/**
 * Writes what contributions/ says: its parts of package.json (commands, menus, settings, views, …) and package.nls.json.
 * `node contributions.mjs [--check]`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { HumanError, runMain } from "./humanError.mjs";
import { rootDir } from "./paths.mjs";

await runMain(async () => {
  const { parts, texts } = (await contributions()).makeManifest();
  const manifest = JSON.parse(readFileSync(path.join(rootDir, "package.json"), "utf8"));
  const files = { "package.json": { ...manifest, ...parts }, "package.nls.json": texts };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(rootDir, name);
    const text = await formatted(file, content);
    if (!process.argv.includes("--check")) {
      writeFileSync(file, text);
    } else if (readFileSync(file, "utf8").replaceAll("\r\n", "\n") !== text) {
      throw new HumanError(`${name} is not what contributions/ says. Run: npm run contributions`);
    }
  }
});

/** The module `contributions/manifest.ts`, of which Node alone cannot read the types. */
async function contributions() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(rootDir, "contributions/manifest.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

async function formatted(file, content) {
  const prettier = await import("prettier");
  const options = await prettier.resolveConfig(file);
  return prettier.format(JSON.stringify(content), { ...options, filepath: file });
}
