/** L10n/bundle.l10n.json: every string that the sources hand to `l10n.t`. `node l10n.mjs [--check]`. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { HumanError, runMain } from "./humanError.mjs";
import { rootDir } from "./paths.mjs";

const bundle = path.join(rootDir, "l10n/bundle.l10n.json");

await runMain(async () => {
  const { getL10nJson } = await import("@vscode/l10n-dev");
  const strings = await getL10nJson(sources());
  const sorted = Object.fromEntries(Object.entries(strings).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify(sorted, null, 2) + "\n";
  if (!process.argv.includes("--check")) {
    mkdirSync(path.dirname(bundle), { recursive: true });
    writeFileSync(bundle, text);
  } else if (readFileSync(bundle, "utf8").replaceAll("\r\n", "\n") !== text) {
    throw new HumanError("l10n/bundle.l10n.json is not what the sources say. Run: npm run l10n");
  }
});

function sources() {
  return ["src", "webview"].flatMap((folder) =>
    readdirSync(path.join(rootDir, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .map((name) => ({ extension: ".ts", contents: readFileSync(path.join(rootDir, folder, name), "utf8") })),
  );
}
