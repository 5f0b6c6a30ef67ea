/** The notices of what is bundled: name, version and licence of every package whose code ends up in `dist/`. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { rootDir } from "./paths.mjs";

/**
 * @param {string} file the file to write
 * @param {Iterable<string>} inputs sources of all bundles, relative to the repository
 * @param {string} what ships with them, as a sentence begins
 * @throws naming a package that states no licence
 */
export function writeNotices(file, inputs, what) {
  const packages = new Set();
  for (const input of inputs) {
    const dir = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (dir !== undefined) {
      packages.add(dir);
    }
  }
  const notices = [...packages].sort().map((dir) => noticeOf(path.join(rootDir, dir)));
  writeFileSync(file, `${what} contains code of these packages.\n\n${notices.join("\n")}`);
}

function noticeOf(dir) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8"));
  if (license === undefined) {
    throw new Error(`${name} states no licence, so its code must not be bundled.`);
  }
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "" : `\n${readFileSync(path.join(dir, file), "utf8").trim()}\n`;
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n${text}`;
}
