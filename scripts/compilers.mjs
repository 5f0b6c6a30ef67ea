/** TypeScript compilers of other versions than the repository's own, from npm: types are tested with each. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { rootDir, stateDir } from "./paths.mjs";

const VERSIONS = { 5: "5.9.3", 7: "7.0.2" };
const MEGABYTES = { 5: 25, 7: 35 };

/**
 * The part of the set-up that installs one version.
 *
 * @param {5 | 7} major
 */
export function compilerOf(major) {
  return {
    title: `TypeScript ${VERSIONS[major]}`,
    megabytes: MEGABYTES[major],
    minutes: 0.2,
    isReady: () => existsSync(compilerPath(major)),
    setUp: () => install(major),
  };
}

/** The script `tsc` of every version, as tests find them. */
export function compilerEnvironment() {
  return {
    AGENT_CONTEXT_TSC_5: compilerPath(5),
    AGENT_CONTEXT_TSC_6: tscIn(rootDir),
    AGENT_CONTEXT_TSC_7: compilerPath(7),
  };
}

async function install(major) {
  const partial = `${folder(major)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(
    path.join(partial, "package.json"),
    JSON.stringify({ private: true, dependencies: { typescript: VERSIONS[major] } }),
  );
  await runNpm(["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: partial,
  });
  rmSync(folder(major), { recursive: true, force: true });
  renameSync(partial, folder(major));
}

function compilerPath(major) {
  return tscIn(folder(major));
}

function tscIn(dir) {
  return path.join(dir, "node_modules/typescript/bin/tsc");
}

function folder(major) {
  return path.join(stateDir, `typescript-${VERSIONS[major]}`);
}
