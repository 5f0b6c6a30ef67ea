/** How programs are found on the PATH, and got by apt-get where that is allowed. */

import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { runCommand } from "./children.mjs";

/**
 * @param {...string} names tried in this order
 * @returns {string | undefined} the first that is on the PATH
 */
export function findExecutable(...names) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const name of names) {
    for (const dir of (process.env["PATH"] ?? "").split(path.delimiter)) {
      for (const ending of endings) {
        const file = path.join(dir, name + ending);
        if (dir !== "" && isExecutable(file)) {
          return file;
        }
      }
    }
  }
  return undefined;
}

/** Debian and Ubuntu as root: there, and only there, packages are installed without asking. */
export function mayInstallPackages() {
  return isDebian() && process.getuid?.() === 0;
}

/**
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 * @throws with apt-get's last lines
 */
export async function installPackages(packages) {
  const options = { quiet: true, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await runCommand("apt-get", ["update", "-qq"], options);
  await runCommand("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
}

/**
 * The command that a person types to get these Debian packages, or a sentence where there is no such command.
 *
 * @param {readonly string[]} packages
 * @param {string} elsewhere
 * @returns {string}
 */
export function remedyFor(packages, elsewhere) {
  return isDebian() ? `Run: sudo apt-get install -y ${packages.join(" ")}` : elsewhere;
}

function isDebian() {
  if (process.platform !== "linux" || findExecutable("apt-get") === undefined) {
    return false;
  }
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
