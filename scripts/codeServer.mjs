/**
 * The installations of VS Code as a server (code-server, from npm) below .vscode-test/. It must not know who starts
 * them.
 *
 * The package's own install script wants one version of Node, Kerberos headers and a compiler; so scripts are off and its
 * steps are done here: two nested installs, and native modules compiled where there is a compiler.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findExecutable, installPackages, mayInstallPackages, remedyFor } from "./executables.mjs";
import { nodeOf, nodePath, packageDir } from "./nodes.mjs";
import { runNpm } from "./npm.mjs";
import { rootDir, stateDir } from "./paths.mjs";

const NPM_FLAGS = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
const COMPILER = ["g++", "make", "python3"];

/**
 * One version of it.
 *
 * @typedef {object} Kind
 * @property {string} title
 * @property {string} manifest the folder of its manifest and lock
 * @property {import("./nodes.mjs").Major} node the Node that it wants
 * @property {readonly string[]} compiled packages of VS Code's that are compiled here; without them the editor runs, but
 *   its output channels and log files stay empty
 * @property {Readonly<Record<string, string>>} replaced by path in VS Code's node_modules, what of the manifest's packages
 *   takes the place
 *
 * @typedef {Kind & { version: string, folder: string, part: import("./plan.mjs").Part }} Version
 */

/** The one that is shown and tested by default. */
export const CURRENT = versionOf({
  title: "VS Code as a server (code-server)",
  manifest: "scripts/code-server",
  node: 24,
  compiled: ["@vscode/spdlog", "@vscode/native-watchdog"],
  replaced: {},
});
/**
 * Of those on npm the oldest that the extension supports: code-server 4.N has VS Code 1.N. Its own terminals,
 * ripgrep and argon2 are compiled or downloaded while they are installed; newer ones come with their binaries.
 */
export const OLDEST = versionOf({
  title: "the oldest VS Code as a server (code-server)",
  manifest: "scripts/code-server-oldest",
  node: 22,
  compiled: ["@vscode/spdlog", "native-watchdog"],
  replaced: {
    "node-pty": "node-pty",
    "@vscode/ripgrep/bin/rg": `@vscode/ripgrep-universal/bin/${process.platform}-${process.arch}/rg`,
  },
});

/**
 * @param {Kind} kind
 * @returns {Version} with the part of the set-up that installs it, and its Node
 */
function versionOf(kind) {
  const { title, manifest, node } = kind;
  const { dependencies } = JSON.parse(readFileSync(path.join(rootDir, manifest, "package.json"), "utf8"));
  const folder = path.join(stateDir, `code-server-${dependencies["code-server"]}`);
  const version = { ...kind, version: dependencies["code-server"], folder };
  const part = {
    title,
    // With the Node that it runs on, where that is not there yet.
    get megabytes() {
      return 620 + (nodeOf(node).isReady() ? 0 : nodeOf(node).megabytes);
    },
    minutes: 3,
    isReady: () => existsSync(entryIn(folder)) && nodeOf(node).isReady() && (isCompiled(version) || !canCompile()),
    setUp: () => setUp(version),
  };
  return { ...version, part };
}

/** code-server's own packages and the Node for it are made for this platform alone. */
export function codeServerIsPossible() {
  return process.platform === "linux" && process.arch === "x64";
}

/**
 * @param {Version} version
 * @returns {import("./workbenchServer.mjs").Installation} whether or not it is installed
 */
export function codeServerInstallation({ node, folder }) {
  return { node: nodePath(node), entry: entryIn(folder) };
}

async function setUp(version) {
  const { node, folder } = version;
  const nodeReady = nodeOf(node).isReady() ? Promise.resolve() : nodeOf(node).setUp();
  if (!existsSync(entryIn(folder))) {
    await installFiles(version);
  }
  await nodeReady;
  if (!isCompiled(version)) {
    await compile(version);
  }
}

/** Works in a folder beside the final one, which it becomes when it is complete; done steps are not done again. */
async function installFiles({ manifest, folder, replaced }) {
  const partial = `${folder}.partial`;
  mkdirSync(partial, { recursive: true });
  const step = async (name, action) => {
    const stamp = path.join(partial, `.${name}-done`);
    if (!existsSync(stamp)) {
      await action();
      writeFileSync(stamp, "");
    }
  };
  await step("package", async () => {
    for (const name of ["package.json", "package-lock.json"]) {
      cpSync(path.join(rootDir, manifest, name), path.join(partial, name));
    }
    await runNpm(["ci", ...NPM_FLAGS], { cwd: partial });
  });
  const vscode = vscodeIn(partial);
  // "npm ci" refuses the nested lock (an entry is missing from it); "npm install" keeps its versions.
  await Promise.all([
    step("vscode", () => runNpm(["install", ...NPM_FLAGS], { cwd: vscode })),
    step("extensions", () => runNpm(["install", ...NPM_FLAGS], { cwd: path.join(vscode, "extensions") })),
  ]);
  for (const [place, source] of Object.entries(replaced)) {
    const target = path.join(vscode, "node_modules", place);
    rmSync(target, { recursive: true, force: true });
    cpSync(path.join(partial, "node_modules", source), target, { recursive: true });
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

async function compile({ folder, node, compiled }) {
  const missing = COMPILER.filter((name) => findExecutable(name) === undefined);
  if (missing.length > 0 && mayInstallPackages()) {
    await installPackages(missing);
  } else if (missing.length > 0) {
    const remedy = remedyFor(missing, `Install ${missing.join(", ")} and run this again.`);
    console.log(`  No compiler (${missing.join(", ")}): going on; output channels and logs will be empty. ${remedy}`);
    return;
  }
  await runNpm(["rebuild", "--ignore-scripts=false", "--loglevel=error", ...compiled], {
    cwd: vscodeIn(folder),
    node: nodePath(node),
    // The headers come with the Node package: nothing is downloaded.
    env: {
      npm_config_nodedir: packageDir(node),
      PATH: `${path.dirname(nodePath(node))}${path.delimiter}${process.env["PATH"]}`,
    },
  });
}

function canCompile() {
  return mayInstallPackages() || COMPILER.every((name) => findExecutable(name) !== undefined);
}

function isCompiled({ folder, compiled }) {
  return compiled.every((name) => {
    const made = path.join(vscodeIn(folder), "node_modules", name, "build/Release");
    return existsSync(made) && readdirSync(made).some((file) => file.endsWith(".node"));
  });
}

function entryIn(dir) {
  return path.join(dir, "node_modules/code-server/out/node/entry.js");
}

function vscodeIn(dir) {
  return path.join(dir, "node_modules/code-server/lib/vscode");
}
