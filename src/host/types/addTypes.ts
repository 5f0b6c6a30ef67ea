/**
 * Gives a workspace the types of `agent-context` in files of its own: for TypeScript's compiler, and for an editor whose
 * TypeScript takes no plugins. Knows files and no editor.
 */

import { existsSync } from "node:fs";
import * as path from "node:path";
import { addDevDependency, linkTypes, lockOf, type StaleLock } from "./devDependency";
import { JsonText } from "./jsonText";
import { addPathsEntries, newConfig } from "./pathsEntry";
import { checkTypesFolder, readTypesPackage, writeTypesPackage } from "./typesPackage";

/** Where the types are wanted. Paths are absolute. */
export interface TypesRequest {
  /** The folder of the script. */
  readonly folder: string;
  /** The workspace's folder: nothing is written outside of it. */
  readonly root: string;
  /** The bundled module, whose types they are. */
  readonly moduleFolder: string;
  /** Called before anything is written, with the files that will be. */
  readonly before?: (files: readonly string[]) => void;
}

/** What was done. */
export interface AddedTypes {
  /** The package.json, tsconfig.json or jsconfig.json that knows of the types now. */
  readonly file: string;
  /** Whether that file was made. */
  readonly isNew: boolean;
  /** The lock file that has to be brought up to date, where a dependency was added. */
  readonly staleLock?: StaleLock;
}

/**
 * Adds the types, or renews them. All is looked at before anything is written.
 * @throws HumanError that says what stands in the way.
 */
export function addTypes({ folder, root, moduleFolder, before }: TypesRequest): AddedTypes {
  const types = readTypesPackage(moduleFolder);
  const manifestFile = nearest(["package.json"], folder, root);
  const changed: JsonText[] = [];
  let staleLock: StaleLock | undefined;
  if (manifestFile !== undefined) {
    const manifest = addDevDependency(manifestFile);
    if (manifest.isChanged) staleLock = lockOf(path.dirname(manifestFile), root);
    changed.push(manifest);
  } else {
    const configFile = nearest(["tsconfig.json", "jsconfig.json"], folder, root);
    const config = configFile === undefined ? newConfig(path.join(root, "tsconfig.json")) : JsonText.read(configFile);
    for (const entry of addPathsEntries(config, root, types.specifiers)) changed.push(entry);
  }
  const projects = [...new Set(changed.map(({ file }) => path.dirname(file)))];
  for (const project of projects) checkTypesFolder(project, root);
  const written = changed.filter(({ isChanged }) => isChanged);
  before?.(written.map(({ file }) => file));

  for (const project of projects) writeTypesPackage(types, project);
  for (const config of written) config.write();
  if (manifestFile !== undefined) linkTypes(path.dirname(manifestFile));
  const { file, isNew } = changed[0] as JsonText;
  return staleLock === undefined ? { file, isNew } : { file, isNew, staleLock };
}

function nearest(names: readonly string[], folder: string, root: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = names.map((name) => path.join(at, name)).find((file) => existsSync(file));
    if (found !== undefined || at === root || path.dirname(at) === at) return found;
  }
}
