/** TypeScript compilers of other versions than the repository's own, from npm: types are tested with each. */

import * as path from "node:path";
import { arePackagesThere, installPackages, packagesDir } from "./packages.mjs";
import { rootDir } from "./paths.mjs";

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
    isReady: () => arePackagesThere(nameOf(major)),
    setUp: () => installPackages(nameOf(major), { typescript: VERSIONS[major] }),
  };
}

/** The script `tsc` of every version, as tests find them. */
export function compilerEnvironment() {
  return {
    AGENT_CONTEXT_TSC_5: tscIn(packagesDir(nameOf(5))),
    AGENT_CONTEXT_TSC_6: tscIn(path.join(rootDir, "node_modules")),
    AGENT_CONTEXT_TSC_7: tscIn(packagesDir(nameOf(7))),
  };
}

function tscIn(modulesDir) {
  return path.join(modulesDir, "typescript/bin/tsc");
}

function nameOf(major) {
  return `typescript-${VERSIONS[major]}`;
}
