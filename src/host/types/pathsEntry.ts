/** How a tsconfig.json or jsconfig.json learns where the types of `agent-context` lie: one entry of `paths` a specifier. */

import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { configChain, optionOf } from "./configChain";
import { JsonText } from "./jsonText";
import { TYPES_FOLDER } from "./typesPackage";

/** What a workspace without a configuration is given: modules as a script has them when it is run, JavaScript included. */
const NEW_CONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "Preserve",
    "strict": true,
    "allowJs": true,
    "noEmit": true
  }
}
`;

type Paths = Readonly<Record<string, readonly string[]>>;

/** A configuration that is not there yet. What a folder above says goes on to hold. */
export function newConfig(file: string): JsonText {
  for (let at = path.dirname(path.dirname(file)); ; at = path.dirname(at)) {
    const above = path.join(at, "tsconfig.json");
    if (existsSync(above)) {
      const base = relative(path.dirname(file), above);
      return JsonText.create(file, `{\n  "extends": ${JSON.stringify(base)}\n}\n`);
    }
    if (path.dirname(at) === at) return JsonText.create(file, NEW_CONFIG);
  }
}

/**
 * Adds the entries for a script's configuration, in memory alone.
 *
 * Own `paths` replace those of an extended configuration as a whole. So the entry goes where the `paths` are, if that is
 * the workspace's own file; else the extended ones are copied.
 *
 * @param root configurations outside of it are not changed.
 * @param specifiers file name of the types by specifier.
 * @returns the configurations with the entries; the types belong into {@link TYPES_FOLDER} beside each.
 * @throws HumanError when a configuration cannot be read.
 */
export function addPathsEntries(config: JsonText, root: string, specifiers: ReadonlyMap<string, string>): JsonText[] {
  const changes = new Map<string, Change>();
  for (const project of projectsOf(config, root)) {
    const change = changeFor(project, root);
    if (!changes.has(change.config.file)) changes.set(change.config.file, change);
  }
  for (const change of changes.values()) addEntries(change, specifiers);
  return [...changes.values()].map((change) => change.config);
}

interface Change {
  readonly config: JsonText;
  /** The folder that its `paths` are relative to. */
  readonly base: string;
  /** The `paths` that it has from elsewhere, and would lose by its own. */
  readonly inherited?: Paths;
}

function changeFor(own: JsonText, root: string): Change {
  const chain = configChain(own);
  const baseUrl = optionOf(chain, "baseUrl");
  const base = typeof baseUrl?.value === "string" ? path.resolve(folderOf(baseUrl.config), baseUrl.value) : undefined;
  const paths = optionOf(chain, "paths");
  if (paths === undefined || paths.config === own) return { config: own, base: base ?? folderOf(own) };
  // Where a configuration below says what `paths` are relative to, an entry would mean another file to each.
  const isBelow = baseUrl !== undefined && chain.indexOf(baseUrl.config) < chain.indexOf(paths.config);
  if (!isBelow && isOwnFile(paths.config.file, root)) {
    return { config: paths.config, base: base ?? folderOf(paths.config) };
  }
  const inherited = paths.value as Paths;
  return base !== undefined
    ? { config: own, base, inherited }
    : { config: own, base: folderOf(own), inherited: rebased(inherited, folderOf(paths.config), folderOf(own)) };
}

function addEntries({ config, base, inherited }: Change, specifiers: ReadonlyMap<string, string>): void {
  const place = ["compilerOptions", "paths"];
  if (inherited !== undefined) config.set(place, inherited);
  for (const [specifier, name] of specifiers) {
    const entry = relative(base, path.join(folderOf(config), TYPES_FOLDER, name));
    const there = config.get([...place, specifier]);
    if (!Array.isArray(there)) config.set([...place, specifier], [entry]);
    // What somebody wrote comes first, as before.
    else if (!there.includes(entry)) config.set([...place, specifier], [...(there as unknown[]), entry]);
  }
}

/** The configuration, or those that it refers to if it has no files of its own: the usual solution of several projects. */
function projectsOf(config: JsonText, root: string): JsonText[] {
  const [files, include, references] = ["files", "include", "references"].map((name) => config.get([name]));
  if (!Array.isArray(files) || files.length > 0 || include !== undefined || !Array.isArray(references)) return [config];
  const projects = references.flatMap((reference: { readonly path?: unknown } | null) => {
    if (typeof reference?.path !== "string") return [];
    const target = path.resolve(folderOf(config), reference.path);
    const isFolder = existsSync(target) && statSync(target).isDirectory();
    const file = isFolder ? path.join(target, "tsconfig.json") : target;
    return existsSync(file) && isOwnFile(file, root) ? [JsonText.read(file)] : [];
  });
  return projects.length > 0 ? projects : [config];
}

function isOwnFile(file: string, root: string): boolean {
  const way = path.relative(root, file).split(path.sep);
  return way[0] !== ".." && !path.isAbsolute(way.join(path.sep)) && !way.includes("node_modules");
}

function rebased(paths: Paths, from: string, to: string): Paths {
  const moved = (target: string): string =>
    /^\.{1,2}\//.test(target) ? relative(to, path.resolve(from, target)) : target;
  return Object.fromEntries(Object.entries(paths).map(([name, targets]) => [name, [targets].flat().map(moved)]));
}

function folderOf(config: JsonText): string {
  return path.dirname(config.file);
}

function relative(from: string, to: string): string {
  const way = path.relative(from, to).replaceAll(path.sep, "/");
  return way.startsWith("../") ? way : `./${way}`;
}
