/** The package by which tests open a real terminal: `node-pty` with its binaries, from npm. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runNpm } from "./npm.mjs";
import { stateDir } from "./paths.mjs";

const NAME = "@lydell/node-pty";
const VERSION = "1.1.0";
const folder = path.join(stateDir, `node-pty-${VERSION}`);
const entry = path.join(folder, "node_modules", NAME);

/** The part of the set-up that installs it. @type {import("./plan.mjs").Part} */
export const pseudoTerminal = {
  title: `node-pty ${VERSION}`,
  megabytes: 1,
  minutes: 0.1,
  isReady: () => existsSync(entry),
  setUp: install,
};

/** Windows has neither such terminals nor signals. */
export const hasPseudoTerminals = process.platform !== "win32";

/** Where tests find it. */
export function pseudoTerminalEnvironment() {
  return { AGENT_CONTEXT_PTY: entry };
}

async function install() {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const manifest = { private: true, dependencies: { [NAME]: VERSION } };
  writeFileSync(path.join(partial, "package.json"), JSON.stringify(manifest));
  await runNpm(["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: partial,
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}
