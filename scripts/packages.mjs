/** Packages from npm in folders of their own, for tests that need others than the repository's own. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { stateDir } from "./paths.mjs";

/** Where packages that are installed under a name are found. */
export function packagesDir(name) {
  return path.join(stateDir, name, "node_modules");
}

/** Whether they are there: a folder is there as a whole, or not at all. */
export function arePackagesThere(name) {
  return existsSync(packagesDir(name));
}

/**
 * Installs packages under a name, which should say their versions.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string>>} dependencies versions by package
 */
export async function installPackages(name, dependencies) {
  const folder = path.join(stateDir, name);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, "package.json"), JSON.stringify({ private: true, dependencies }));
  await runNpm(["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: partial,
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}
