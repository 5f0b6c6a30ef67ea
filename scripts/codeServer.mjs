/**
 * The installation of VS Code as a server (code-server, from npm) below .vscode-test/. It must not know who starts
 * it.
 *
 * The package's own install script wants one version of Node, Kerberos headers and a compiler; so scripts are off and its
 * steps are done here: two nested installs, and two native modules compiled where there is a compiler.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findExecutable, installPackages, mayInstallPackages, remedyFor } from "./executables.mjs";
import { nodeOf, nodePath, packageDir } from "./nodes.mjs";
import { runNpm } from "./npm.mjs";
import { rootDir, stateDir } from "./paths.mjs";

const manifestDir = path.join(rootDir, "scripts/code-server");
const NODE = 24;
const NPM_FLAGS = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
const COMPILER = ["g++", "make", "python3"];

/** The part of the set-up that installs it, and the Node that it runs on. */
export const codeServer = {
  title: "VS Code as a server (code-server)",
  // With the Node that it runs on, where that is not there yet.
  get megabytes() {
    return 620 + (nodeOf(NODE).isReady() ? 0 : nodeOf(NODE).megabytes);
  },
  minutes: 3,
  isReady: () => existsSync(entryIn(folder())) && nodeOf(NODE).isReady() && (hasLogs() || !canCompile()),
  setUp,
};

/** code-server's own packages and the Node for it are made for this platform alone. */
export function codeServerIsPossible() {
  return process.platform === "linux" && process.arch === "x64";
}

/** @returns {import("./workbenchServer.mjs").Installation} whether or not it is installed */
export function codeServerInstallation() {
  return { node: nodePath(NODE), entry: entryIn(folder()) };
}

async function setUp() {
  const nodeReady = nodeOf(NODE).isReady() ? Promise.resolve() : nodeOf(NODE).setUp();
  if (!existsSync(entryIn(folder()))) {
    await installFiles();
  }
  await nodeReady;
  if (!hasLogs()) {
    await compile();
  }
}

/** Works in a folder beside the final one, which it becomes when it is complete; done steps are not done again. */
async function installFiles() {
  const partial = `${folder()}.partial`;
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
      cpSync(path.join(manifestDir, name), path.join(partial, name));
    }
    await runNpm(["ci", ...NPM_FLAGS], { cwd: partial });
  });
  const vscode = vscodeIn(partial);
  // "npm ci" refuses the nested lock (an entry is missing from it); "npm install" keeps its versions.
  await Promise.all([
    step("vscode", () => runNpm(["install", ...NPM_FLAGS], { cwd: vscode })),
    step("extensions", () => runNpm(["install", ...NPM_FLAGS], { cwd: path.join(vscode, "extensions") })),
  ]);
  rmSync(folder(), { recursive: true, force: true });
  renameSync(partial, folder());
}

/** Without these two the editor runs, but its output channels and log files stay empty. */
async function compile() {
  const missing = COMPILER.filter((name) => findExecutable(name) === undefined);
  if (missing.length > 0 && mayInstallPackages()) {
    await installPackages(missing);
  } else if (missing.length > 0) {
    const remedy = remedyFor(missing, `Install ${missing.join(", ")} and run this again.`);
    console.log(`  No compiler (${missing.join(", ")}): going on; output channels and logs will be empty. ${remedy}`);
    return;
  }
  await runNpm(["rebuild", "--ignore-scripts=false", "--loglevel=error", "@vscode/spdlog", "@vscode/native-watchdog"], {
    cwd: vscodeIn(folder()),
    node: nodePath(NODE),
    // The headers come with the Node package: nothing is downloaded.
    env: {
      npm_config_nodedir: packageDir(NODE),
      PATH: `${path.dirname(nodePath(NODE))}${path.delimiter}${process.env["PATH"]}`,
    },
  });
}

function canCompile() {
  return mayInstallPackages() || COMPILER.every((name) => findExecutable(name) !== undefined);
}

function hasLogs() {
  return existsSync(path.join(vscodeIn(folder()), "node_modules/@vscode/spdlog/build/Release/spdlog.node"));
}

function folder() {
  const { dependencies } = JSON.parse(readFileSync(path.join(manifestDir, "package.json"), "utf8"));
  return path.join(stateDir, `code-server-${dependencies["code-server"]}`);
}

function entryIn(dir) {
  return path.join(dir, "node_modules/code-server/out/node/entry.js");
}

function vscodeIn(dir) {
  return path.join(dir, "node_modules/code-server/lib/vscode");
}
