/**
 * The types of `agent-context` as a package of a workspace's own, `.agent-context/types`: TypeScript finds it there with
 * every extension and none. It holds nothing that runs.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { HumanError } from "../../base/humanError";

/** Where it lies in a project, with slashes. */
export const TYPES_FOLDER = ".agent-context/types";

/** What a package.json of ours says of its content. The runner knows it too: such a package answers no import in a run. */
const MARK = "agentContextTypes";
const HEADER = `/* eslint-disable */\n// Written by "Add Types for agent-context". Run the command again after an update of the extension.\n`;

interface Conditions {
  readonly [condition: string]: Target;
}
type Target = string | null | Conditions;

/** What is written, by name, and where each subpath's types lie. */
export interface TypesPackage {
  /** Text by file name, with slashes. */
  readonly files: ReadonlyMap<string, string>;
  /** File name by specifier: `agent-context`, and each subpath that the module has. */
  readonly specifiers: ReadonlyMap<string, string>;
}

/** Takes the types out of the bundled module; its package.json says which subpaths there are. */
export function readTypesPackage(moduleFolder: string): TypesPackage {
  const manifest = JSON.parse(readFileSync(path.join(moduleFolder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly license: string;
    readonly types: string;
    readonly exports: Readonly<Record<string, Target>>;
  };
  const files = new Map<string, string>();
  for (const name of declarationFiles(moduleFolder)) {
    files.set(name, HEADER + readFileSync(path.join(moduleFolder, name), "utf8"));
  }
  const exports: Record<string, Conditions> = {};
  const specifiers = new Map<string, string>();
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    const types = typesAlone(target);
    const file = types === undefined ? undefined : firstFile(types);
    if (types === undefined || file === undefined) continue;
    exports[subpath] = types;
    specifiers.set(manifest.name + subpath.slice(1), file.replace(/^\.\//, ""));
  }
  const own = {
    name: manifest.name,
    // Always this: a lock file that names the version stays right when the types are renewed.
    version: "0.0.0",
    description: "The types of agent-context, for TypeScript. Scripts get the module itself when they are run.",
    private: true,
    license: manifest.license,
    [MARK]: true,
    // Else "type": "module" of a package around this would make the types unfit for require().
    type: "commonjs",
    types: manifest.types,
    exports: { ...exports, "./package.json": "./package.json" },
  };
  files.set("package.json", JSON.stringify(own, null, 2) + "\n");
  return { files, specifiers };
}

/** Whether a folder is such a package, in whichever version. */
export function isTypesPackage(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return (manifest as Record<string, unknown> | null)?.[MARK] === true;
  } catch {
    return false;
  }
}

/**
 * Says whether the package may be written into a project.
 * @param root the folder that nothing is written outside of.
 * @throws HumanError when something else is there, or a link leads out of the root.
 */
export function checkTypesFolder(project: string, root: string): void {
  const folder = path.join(project, TYPES_FOLDER);
  let there = folder;
  while (!existsSync(there)) there = path.dirname(there);
  const way = path.relative(realpathSync(root), realpathSync(there));
  if (way === ".." || way.startsWith(`..${path.sep}`) || path.isAbsolute(way)) {
    throw new HumanError(
      l10n.t("{0} leads out of {1} through a link, so no types were written. Remove the link.", folder, root),
    );
  }
  if (there === folder && readdirSync(folder).length > 0 && !isTypesPackage(folder)) {
    throw new HumanError(
      l10n.t("{0} contains something other than types of agent-context. Move it away first.", folder),
    );
  }
}

/** Writes the package, and removes what an older version left. */
export function writeTypesPackage(types: TypesPackage, project: string): void {
  const folder = path.join(project, TYPES_FOLDER);
  for (const [name, text] of types.files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const name of declarationFiles(folder)) if (!types.files.has(name)) rmSync(path.join(folder, name));
}

function declarationFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.d\.[cm]?ts$/.test(name))
    .map((name) => name.replaceAll(path.sep, "/"));
}

/** What is left of an export when nothing can be run; undefined when nothing is. */
function typesAlone(target: Target): Conditions | undefined {
  if (typeof target !== "object" || target === null) return undefined;
  const kept = Object.entries(target).flatMap(([condition, inner]): [string, Target][] => {
    if (condition === "types") return [[condition, inner]];
    const types = typesAlone(inner);
    return types === undefined ? [] : [[condition, types]];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function firstFile(target: Target): string | undefined {
  if (typeof target === "string") return target;
  for (const inner of Object.values(target ?? {})) {
    const file = firstFile(inner);
    if (file !== undefined) return file;
  }
  return undefined;
}
