/** Node binaries of other versions, from npm: scripts are tested on each, and the VS Code server runs on one of them. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { stateDir } from "./paths.mjs";

/** @typedef {16 | 18 | 20 | 22 | 24 | 26} Major */

/** Of one version, on disk. */
const NODE_MEGABYTES = 180;
const VERSIONS = { 16: "16.20.2", 18: "18.20.8", 20: "20.20.2", 22: "22.23.3", 24: "24.21.0", 26: "26.12.1" };

/**
 * The part of the set-up that installs one version.
 *
 * @param {Major} major
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
 * @param {Major} major
 * @returns {string}
 */
export function nodePath(major) {
  return path.join(packageDir(major), process.platform === "win32" ? "bin/node.exe" : "bin/node");
}

/**
 * The npm package of the binary; its headers lie in `include/`.
 *
 * @param {Major} major
 * @returns {string}
 */
export function packageDir(major) {
  return path.join(folder(major), "node_modules", packageName());
}

/** @type {readonly Major[]} */
const ALL = /** @type {Major[]} */ (Object.keys(VERSIONS).map(Number));
/** Those that people have beside a supported one: what a command starts must not break on them. */
export const OLDER_MAJORS = ALL.filter((major) => major < 20);
/** The supported versions, oldest first. */
export const MAJORS = ALL.filter((major) => major >= 20);

/** Every version, as tests find them. */
export function nodeEnvironment() {
  return Object.fromEntries(ALL.map((major) => [`AGENT_CONTEXT_NODE_${major}`, nodePath(major)]));
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
