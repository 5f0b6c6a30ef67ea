/** The repository's own npm packages: whether what is installed is what package-lock.json says. */

import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { rootDir } from "./paths.mjs";

/** The part of the set-up that installs them. */
export const modules = {
  title: "packages of package.json (npm ci)",
  megabytes: 370,
  minutes: 1,
  isReady: modulesAreFresh,
  setUp: async () => {
    await runNpm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: rootDir });
  },
};

/** True when every package that the lock asks for is there in its version. */
function modulesAreFresh() {
  const installedLock = path.join(rootDir, "node_modules/.package-lock.json");
  if (!existsSync(installedLock)) {
    return false;
  }
  const installed = packagesOf(installedLock);
  return Object.entries(packagesOf(path.join(rootDir, "package-lock.json"))).every(
    // Packages for other platforms are in the lock and not installed.
    ([name, { version, optional, link }]) =>
      name === "" || link || (installed[name] === undefined ? optional : installed[name].version === version),
  );
}

function packagesOf(lock) {
  return JSON.parse(readFileSync(lock, "utf8")).packages;
}
