/**
 * Packs the extension only when something has changed since it was packed last: the contents of the repository's files
 * are compared, not their times.
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Folders that nothing of the package comes from, but for what is named below; every other one counts. */
const NO_INPUTS = new Set([
  ".git",
  ".ci",
  ".github",
  ".vscode",
  ".vscode-test",
  "dist",
  "examples",
  "node_modules",
  "out",
  "test",
]);
/** The sample that ships, and the versions of what is installed. */
const MORE_INPUTS = ["examples/race.ts", "node_modules/.package-lock.json"];

/**
 * @param {object} options
 * @param {string} options.root the repository
 * @param {string} options.vsix the package's file; what it was made from stands in a file beside it
 * @param {() => Promise<void>} options.pack makes that file
 * @returns {Promise<{ hash: string, isNew: boolean }>} `hash` is that of the package
 */
export async function freshVsix({ root, vsix, pack }) {
  const inputs = inputsHash(root);
  const stamp = stampOf(vsix);
  const hash = packedFrom(stamp, inputs);
  if (hash !== undefined && hash === tryHash(vsix)) return { hash, isNew: false };
  // A package that is being made is none: an interrupted one is made again.
  rmSync(stamp, { force: true });
  await pack();
  const made = hashOf(readFileSync(vsix));
  writeWhole(stamp, JSON.stringify({ inputs, vsix: made }) + "\n");
  return { hash: made, isNew: true };
}

/** The file beside a package that says what it was made from. */
export function stampOf(vsix) {
  return `${vsix}.inputs.json`;
}

/**
 * Runs `install` unless that very package is installed in a profile. What is interrupted is done again.
 *
 * @param {object} options
 * @param {string} options.profileDir
 * @param {string} options.extensionsDir where the profile's extensions lie
 * @param {string} options.hash of the package
 * @param {() => Promise<void>} options.install
 * @returns {Promise<boolean>} false when nothing was to be done
 */
export async function installOnce({ profileDir, extensionsDir, hash, install }) {
  const note = path.join(profileDir, "installed.json");
  const noted = readJson(note);
  if (noted?.hash === hash && extensionsIn(extensionsDir) === noted.extensions) return false;
  rmSync(note, { force: true });
  await install();
  writeWhole(note, JSON.stringify({ hash, extensions: extensionsIn(extensionsDir) }) + "\n");
  return true;
}

/** Which extensions the editor has there, by its own list. */
function extensionsIn(extensionsDir) {
  const list = readJson(path.join(extensionsDir, "extensions.json"));
  if (!Array.isArray(list)) return "";
  return list
    .map((extension) => {
      const folder = String(extension?.relativeLocation);
      return existsSync(path.join(extensionsDir, folder, "package.json")) ? folder : "";
    })
    .sort()
    .join(" ");
}

function inputsHash(root) {
  const hash = createHash("sha256");
  for (const file of [...filesIn(root, root), ...MORE_INPUTS]) {
    const content = hashOf(existsSync(path.join(root, file)) ? readFileSync(path.join(root, file)) : "");
    hash.update(`${JSON.stringify(file)} ${content}\n`);
  }
  return hash.digest("hex");
}

/** Relative, in an order that no disk decides. */
function filesIn(root, folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NO_INPUTS.has(name) && !/\.(?:vsix|tgz)$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(root, file);
      return entry.isFile() ? [path.relative(root, file)] : [];
    });
}

function packedFrom(stamp, inputs) {
  const made = readJson(stamp);
  return made?.inputs === inputs ? made.vsix : undefined;
}

function tryHash(file) {
  return existsSync(file) ? hashOf(readFileSync(file)) : undefined;
}

function hashOf(content) {
  return createHash("sha256").update(content).digest("hex");
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** A reader finds the old file or the new one, never half of one. */
function writeWhole(file, text) {
  const partial = `${file}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}
