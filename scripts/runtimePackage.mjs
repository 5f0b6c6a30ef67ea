/**
 * The npm package `agent-context`, `packages/agent-context`: which parts of the extension's build it takes, each in the
 * same place, and what its manifest says beyond what is written there.
 */

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { rootDir } from "./paths.mjs";

const PACKAGE = "packages/agent-context";
const MODULE = "dist/agent-context";
const RUNNER = "dist/runner";
/** Of the runner, what a script needs that no editor starts. */
const OF_RUNNER = [
  ...["cli.cjs", "bootstrap.cjs", "lookAhead.cjs", "runtimeHooks.mjs", "preload.mjs", "preload.cjs"],
  ...["hooks.mjs", "publisher.cjs", "typescript.cjs", "typescript.wasm.br"],
];

/** The one bundle that the extension has not. */
export const REGISTER = `${PACKAGE}/${RUNNER}/register.mjs`;

/** Whether a bundle, named by its place, goes into the package. */
export function isInRuntimePackage(outfile) {
  return (
    outfile === REGISTER ||
    path.posix.dirname(outfile) === MODULE ||
    OF_RUNNER.some((name) => outfile === `${RUNNER}/${name}`)
  );
}

/**
 * Makes the package's `dist` of a build.
 *
 * @param {string} into the build's folder
 * @returns {Promise<string>} where the notices of what is bundled belong
 */
export async function finishRuntimePackage(into) {
  const folder = path.join(into, PACKAGE);
  const ofModule = readdirSync(path.join(into, MODULE)).filter((name) => /\.(?:[cm]js|d\.ts)$/.test(name));
  for (const file of [
    ...ofModule.map((name) => `${MODULE}/${name}`),
    ...OF_RUNNER.map((name) => `${RUNNER}/${name}`),
  ]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    copyFileSync(path.join(into, file), path.join(folder, file));
  }
  // Read by `import`, the types of the CommonJS build would promise a default export, which the module has not.
  for (const name of ofModule.filter((each) => each.endsWith(".d.ts"))) {
    const base = name.slice(0, -".d.ts".length);
    writeFileSync(path.join(folder, MODULE, `${base}.d.mts`), `export * from "./${base}.js";\n`);
  }
  writeFileSync(path.join(folder, RUNNER, "register.d.mts"), "export {};\n");
  return path.join(folder, "dist/THIRD-PARTY-NOTICES.txt");
}

/**
 * The whole manifest: version and addresses are the extension's, exports and protocol those of the module in the build.
 *
 * @param {string} build the folder of a build
 * @param {import("./publishAddresses.mjs").PublishAddresses} addresses
 */
export function runtimeManifest(build, { repository, bugs, homepage }) {
  const written = readJson(path.join(rootDir, PACKAGE, "package.json"));
  const module = readJson(path.join(build, MODULE, "package.json"));
  const inPackage = (file) => `./${path.posix.join(MODULE, file)}`;
  const { name, description, ...rest } = written;
  return {
    name,
    version: readJson(path.join(rootDir, "package.json")).version,
    description,
    ...rest,
    ...(repository && { repository: { type: "git", url: repository, directory: PACKAGE } }),
    ...(bugs && { bugs: { url: bugs } }),
    ...(homepage && { homepage }),
    agentContextProtocol: module.agentContextProtocol,
    main: inPackage(module.main),
    types: inPackage(module.types),
    exports: { ...exportsOf(module.exports, inPackage), ...written.exports },
  };
}

/** Each subpath that the module has, with types of their own for both ways to load it. */
function exportsOf(exports, inPackage) {
  const subpaths = Object.entries(exports).filter(([, target]) => target.import && target.require);
  return Object.fromEntries(
    subpaths.map(([subpath, { types, import: esm, require }]) => [
      subpath,
      {
        import: { types: inPackage(types.replace(/\.d\.ts$/, ".d.mts")), default: inPackage(esm) },
        require: { types: inPackage(types), default: inPackage(require) },
      },
    ]),
  );
}

/**
 * Lays out the package as it is packed.
 *
 * @param {string} build the folder of a production build
 * @param {string} stageDir an empty folder
 * @param {import("./publishAddresses.mjs").PublishAddresses} addresses
 */
export function stageRuntimePackage(build, stageDir, addresses) {
  cpSync(path.join(build, PACKAGE, "dist"), path.join(stageDir, "dist"), { recursive: true });
  copyFileSync(path.join(rootDir, PACKAGE, "README.md"), path.join(stageDir, "README.md"));
  copyFileSync(path.join(rootDir, "LICENSE"), path.join(stageDir, "LICENSE"));
  const manifest = runtimeManifest(build, addresses);
  for (const file of filesOf(manifest.exports)) {
    if (file !== "./package.json" && !existsSync(path.join(stageDir, file))) {
      throw new Error(`The manifest of agent-context exports ${file}, which is not in the build.`);
    }
  }
  writeFileSync(path.join(stageDir, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
}

function filesOf(target) {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
