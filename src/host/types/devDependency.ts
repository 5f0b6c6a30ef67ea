/** How a package learns of the types of `agent-context`: a development dependency on the folder, linked as npm links it. */

import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { HumanError } from "../../base/humanError";
import { JsonText } from "./jsonText";
import { isTypesPackage, TYPES_FOLDER } from "./typesPackage";

const NAME = "agent-context";
/** Never a bare version: whoever owned that name in a registry would be asked for it. */
const SPEC = `file:${TYPES_FOLDER}`;
const KINDS = ["devDependencies", "dependencies", "optionalDependencies"];
/** Lock files, and what brings each up to date. */
const LOCKS: readonly (readonly [string, string])[] = [
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
];

/** A lock file that does not know of the dependency yet, and the package manager that it belongs to. */
export interface StaleLock {
  readonly file: string;
  readonly manager: string;
}

/**
 * Adds the dependency to a package.json, in memory alone.
 * @throws HumanError when the package asks for something else of that name, or has it.
 */
export function addDevDependency(file: string): JsonText {
  const manifest = JsonText.read(file);
  const asked = KINDS.map((kind) => manifest.get([kind, NAME])).find((spec) => spec !== undefined);
  if (asked !== undefined && asked !== SPEC && asked !== `file:./${TYPES_FOLDER}`) {
    const text = JSON.stringify(asked);
    throw new HumanError(
      l10n.t(
        "{0} depends on agent-context {1}. Install it, or remove the dependency and add the types again.",
        file,
        text,
      ),
    );
  }
  const installed = linkIn(path.dirname(file));
  if (existsSync(installed) && !isTypesPackage(installed)) {
    throw new HumanError(l10n.t("{0} is another package. Remove it, and add the types again.", installed));
  }
  if (asked === undefined) manifest.set(["devDependencies", NAME], SPEC, { sorted: true });
  return manifest;
}

/** Links the folder into the package's node_modules, which is all that npm would do; a copy that another manager made goes. */
export function linkTypes(project: string): void {
  const link = linkIn(project);
  const folder = path.join(project, TYPES_FOLDER);
  if (existsSync(link) && realpathSync(link) === realpathSync(folder)) return;
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: true });
  mkdirSync(path.dirname(link), { recursive: true });
  // A junction, on Windows, needs no right of its own, and an absolute target.
  if (process.platform === "win32") symlinkSync(folder, link, "junction");
  else symlinkSync(path.relative(path.dirname(link), folder), link);
}

/** @returns the nearest lock file from the package up to the root. */
export function lockOf(project: string, root: string): StaleLock | undefined {
  for (let at = project; ; at = path.dirname(at)) {
    for (const [name, manager] of LOCKS) {
      const file = path.join(at, name);
      if (existsSync(file)) return { file, manager };
    }
    if (at === root || path.dirname(at) === at) return undefined;
  }
}

function linkIn(project: string): string {
  return path.join(project, "node_modules", NAME);
}
