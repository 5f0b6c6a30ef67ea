/** Node binaries of other versions, from npm: scripts are tested on each, and the VS Code server runs on the last. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { stateDir } from "./paths.mjs";

/** Of one version, on disk. */
const NODE_MEGABYTES = 180;
const VERSIONS = { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0" };

/**
 * The part of the set-up that installs one version.
 *
 * @param {20 | 22 | 24} major
 */
export function nodeOf(major) {
  return {
    title: `Node ${VERSIONS[major]}`,
    megabytes: NODE_MEGABYTES,
    minutes: 0.5,
    isReady: () => existsSync(nodePath(major)),
    setUp: () => install(major),
  };
}

/**
 * The binary, whether or not it is installed.
 *
 * @param {20 | 22 | 24} major
 * @returns {string}
 */
export function nodePath(major) {
  return path.join(packageDir(major), process.platform === "win32" ? "bin/node.exe" : "bin/node");
}

/**
 * The npm package of the binary; its headers lie in `include/`.
 *
 * @param {20 | 22 | 24} major
 * @returns {string}
 */
export function packageDir(major) {
  return path.join(folder(major), "node_modules", packageName());
}

/** Every version, as tests find them. */
export function nodeEnvironment() {
  return {
    AGENT_CONTEXT_NODE_20: nodePath(20),
    AGENT_CONTEXT_NODE_22: nodePath(22),
    AGENT_CONTEXT_NODE_24: nodePath(24),
  };
}

async function install(major) {
  const partial = `${folder(major)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const manifest = { private: true, dependencies: { [packageName()]: VERSIONS[major] } };
  writeFileSync(path.join(partial, "package.json"), JSON.stringify(manifest));
  await runNpm(["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: partial,
  });
  rmSync(folder(major), { recursive: true, force: true });
  renameSync(partial, folder(major));
}

function folder(major) {
  return path.join(stateDir, `node-${VERSIONS[major]}`);
}

function packageName() {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}
