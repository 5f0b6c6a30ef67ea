/**
 * How sources become what ships (`dist/`, the TypeScript server plugin, `dist/` of the npm package) and the test bundles
 * (`out/`).
 * It must not know what any of them does.
 *
 *   node esbuild.mjs [--watch] [--production] [--into FOLDER]
 *
 * A production build goes into an empty folder of its own, from which the VSIX is packed.
 */

import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { compressedWasm } from "./scripts/compressedWasm.mjs";
import { writeNotices } from "./scripts/notices.mjs";
import { rootDir } from "./scripts/paths.mjs";
import { finishRuntimeModule } from "./scripts/runtimeModule.mjs";
import { finishRuntimePackage, isInRuntimePackage, REGISTER } from "./scripts/runtimePackage.mjs";
import { writeRuntimeTypes } from "./scripts/runtimeTypes.mjs";

const { production, watch, into } = parseArgs({
  options: {
    production: { type: "boolean", default: false },
    watch: { type: "boolean", default: false },
    into: { type: "string", default: rootDir },
  },
}).values;
const plugin = "node_modules/agent-context-typescript-plugin";
/** Sources of the extension's bundles, packages included; and of those of the npm package. */
const inputs = new Set();
const packageInputs = new Set();

/** ws would load these natives if they lay anywhere above it; the VSIX is universal, so the branch is cut out. */
const withoutNatives = { "process.env.WS_NO_BUFFER_UTIL": '"1"', "process.env.WS_NO_UTF_8_VALIDATE": '"1"' };

const shipped = {
  absWorkingDir: rootDir,
  bundle: true,
  metafile: true,
  minify: production,
  sourcemap: !production,
  legalComments: "none",
  logLevel: "silent",
  define: { "process.env.NODE_ENV": production ? '"production"' : '"development"' },
};

const node = {
  ...shipped,
  platform: "node",
  target: "node20",
  keepNames: true,
  external: ["bufferutil", "utf-8-validate"],
  define: { ...shipped.define, ...withoutNatives },
};

const browser = { ...shipped, platform: "browser", format: "iife", target: "chrome118" };

/**
 * One bundle: its one entry, its one output. `vscode` says that it may import the editor's API, `atStart` how many bytes of
 * it, minified, may be loaded before anything is used.
 */
const bundles = [
  bundle("src/extension.ts", "dist/extension/extension.mjs", {
    ...node,
    format: "esm",
    ...requireInEsm(),
    // What is imported when it is needed is a file of its own.
    splitting: true,
    atStart: 100_000,
    external: [...node.external, "vscode"],
    // Its build for Node asks for its parts by a `require` that no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    vscode: true,
  }),
  bundle("src/host/runs/opened/indexerThread.ts", "dist/indexer.cjs", { ...node, format: "cjs" }),
  bundle("src/runner/script/preload.ts", "dist/runner/preload.cjs", { ...node, format: "cjs", ...urlInCommonJs() }),
  bundle("src/runner/script/preloadModule.ts", "dist/runner/preload.mjs", { ...node, format: "esm" }),
  // Older Nodes parse it, too.
  bundle("src/runner/script/bootstrap.ts", "dist/runner/bootstrap.cjs", {
    ...node,
    format: "cjs",
    target: "es5",
    keepNames: false,
    sourcemap: false,
    external: ["./preload.cjs", "./lookAhead.cjs"],
  }),
  bundle("src/runner/script/lookAhead.ts", "dist/runner/lookAhead.cjs", { ...node, format: "cjs" }),
  bundle("src/runner/loader/runtimeHooks.ts", "dist/runner/runtimeHooks.mjs", { ...node, format: "esm" }),
  bundle("src/runner/loader/hooks.ts", "dist/runner/hooks.mjs", { ...node, format: "esm", ...requireInEsm() }),
  bundle("src/runner/loader/typescript.ts", "dist/runner/typescript.cjs", {
    ...node,
    format: "cjs",
    sourcemap: false,
    plugins: [compressedWasm(path.join(into, "dist/runner/typescript.wasm.br"), { smallest: production })],
  }),
  bundle("src/runner/publisher/publisher.ts", "dist/runner/publisher.cjs", { ...node, format: "cjs" }),
  bundle("src/runner/supervisor/supervisor.ts", "dist/runner/supervisor.cjs", { ...node, format: "cjs" }),
  bundle("src/cli/cli.ts", "dist/runner/cli.cjs", {
    ...node,
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
  }),
  bundle("src/cli/register.ts", REGISTER, { ...node, format: "esm", ...requireInEsm() }),
  bundle("src/runtime/index.ts", "dist/agent-context/index.cjs", { ...node, format: "cjs" }),
  // TypeScript's server finds plugins by package name in a node_modules folder of the extension, and nowhere else.
  bundle("src/tsplugin/index.ts", `${plugin}/index.js`, {
    ...node,
    format: "cjs",
    sourcemap: false,
    footer: { js: "module.exports = module.exports.init;" },
  }),
  ...["preview", "events", "orders", "recording"].flatMap((view) => [
    bundle(`webview/${view}/main.ts`, `dist/webview/${view}.js`, browser),
    bundle(`webview/${view}/main.css`, `dist/webview/${view}.css`, {
      ...browser,
      loader: { ".ttf": "file" },
      assetNames: "[name]",
    }),
  ]),
];

function bundle(entry, outfile, { vscode = false, atStart = Infinity, ...options }) {
  return { entry, outfile, vscode, atStart, options };
}

/** @returns esbuild's options for where it goes: chunks lie beside their entry. */
function outputOf({ entry, outfile, options }) {
  const { dir, name, ext } = path.parse(outfile);
  return options.splitting
    ? { entryPoints: [{ in: entry, out: name }], outdir: path.join(into, dir), outExtension: { ".js": ext } }
    : { entryPoints: [entry], outfile: path.join(into, outfile) };
}

/** Bundled CommonJS packages call `require`, which an ES module has not. */
function requireInEsm() {
  return {
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  };
}

/** What an ES module knows of itself. */
function urlInCommonJs() {
  return {
    banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { ...node.define, "import.meta.url": "__moduleUrl" },
  };
}

/** @throws when a bundle that runs outside the extension host would ask for `vscode`. */
function assertOnlyTheHostImportsVscode({ vscode, outfile }, metafile) {
  if (vscode) {
    return;
  }
  for (const [file, input] of Object.entries(metafile.inputs)) {
    if (input.imports.some((imported) => imported.path === "vscode")) {
      throw new Error(`${outfile}: ${file} imports "vscode", which exists in the extension host alone.`);
    }
  }
}

/** @throws when more would be loaded at the start than may be. */
function assertStartsSmall({ outfile, atStart }, { outputs }) {
  const byName = new Map(Object.entries(outputs).map(([name, output]) => [path.resolve(rootDir, name), output]));
  const loaded = new Set([path.join(into, outfile)]);
  for (const name of loaded) {
    for (const { path: imported, kind, external } of byName.get(name)?.imports ?? []) {
      if (kind === "import-statement" && !external) loaded.add(path.resolve(rootDir, imported));
    }
  }
  const bytes = [...loaded].reduce((sum, name) => sum + (byName.get(name)?.bytes ?? 0), 0);
  if (production && bytes > atStart) {
    throw new Error(
      `${outfile}: ${bytes} bytes are loaded at the start, and ${atStart} may be. Import what is heavy where it is used.`,
    );
  }
}

async function finishPlugin() {
  const { version } = JSON.parse(await readFile(path.join(rootDir, "package.json"), "utf8"));
  const manifest = { name: path.basename(plugin), version, private: true, main: "index.js" };
  await writeFile(path.join(into, plugin, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
}

async function finishRuntime() {
  const folder = path.join(into, "dist/agent-context");
  finishRuntimeModule(folder);
  await writeRuntimeTypes(folder);
}

async function copyCodicons() {
  const from = path.join(rootDir, "node_modules/@vscode/codicons/dist");
  const to = path.join(into, "dist/webview");
  await mkdir(to, { recursive: true });
  await Promise.all(["codicon.css", "codicon.ttf"].map((name) => cp(path.join(from, name), path.join(to, name))));
}

/** Each test file is a bundle of its own; packages stay outside, so that tests use what is installed. */
function testBundles() {
  return {
    absWorkingDir: rootDir,
    entryPoints: [
      "test/**/*.test.ts",
      "test/host/index.ts",
      "test/harness/suite.ts",
      "test/bench/main.ts",
      "test/bench/soak.ts",
    ],
    outbase: ".",
    outdir: "out",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "silent",
  };
}

/** Bundles that are being built now. */
let building = 0;

/** Says when the first of several builds starts and the last one ends: the watch task's problem matcher waits for it. */
function countBuilds(change) {
  if (watch && building + change === (change > 0 ? 1 : 0)) {
    console.log(`[watch] build ${change > 0 ? "started" : "finished"}`);
  }
  building += change;
}

/** Prints problems in lines of a fixed shape, for people and for the problem matcher. */
function reporting(label, afterwards) {
  return {
    name: "report",
    setup(build) {
      build.onStart(() => countBuilds(1));
      build.onEnd(async (result) => {
        for (const message of [...result.errors, ...result.warnings]) {
          const { location, text } = message;
          const place = location ? `${location.file}:${location.line}:${location.column + 1}` : label;
          console.error(`${place}: ${result.errors.includes(message) ? "error" : "warning"}: ${text}`);
        }
        if (result.errors.length > 0) {
          process.exitCode = 1;
        } else {
          await afterwards(result);
        }
        countBuilds(-1);
      });
    },
  };
}

/** Builds once, and again at each change where asked; `afterwards` follows each build that worked. */
async function run(label, options, afterwards) {
  const finish = async (result) => {
    try {
      await afterwards(result);
    } catch (error) {
      console.error(`${label}: error: ${error.message}`);
      process.exitCode = 1;
    }
  };
  const plugins = [...(options.plugins ?? []), reporting(label, finish)];
  const context = await esbuild.context({ ...options, plugins });
  // A failure is reported by the plugin, with its place.
  await context.rebuild().catch(() => undefined);
  if (watch) {
    await context.watch();
  } else {
    await context.dispose();
  }
}

async function runBundle(one) {
  const options = { ...one.options, ...outputOf(one) };
  // Chunks are named by what is in them: those of earlier builds would stay.
  if (options.splitting) await rm(options.outdir, { recursive: true, force: true });
  await run(one.outfile, options, async ({ metafile }) => {
    assertOnlyTheHostImportsVscode(one, metafile);
    assertStartsSmall(one, metafile);
    for (const input of Object.keys(metafile.inputs)) {
      if (one.outfile !== REGISTER) inputs.add(input);
      if (isInRuntimePackage(one.outfile)) packageInputs.add(input);
    }
    if (one.outfile.startsWith("dist/agent-context/")) {
      await finishRuntime();
    } else if (one.outfile.startsWith(plugin)) {
      await finishPlugin();
    }
  });
}

const startedAt = performance.now();
await Promise.all([
  ...bundles.map(runBundle),
  copyCodicons(),
  ...(production ? [] : [run("out/test", testBundles(), () => undefined)]),
]);
if (!watch && !process.exitCode) {
  writeNotices(path.join(into, "dist/THIRD-PARTY-NOTICES.txt"), inputs, "This extension");
  writeNotices(await finishRuntimePackage(into), packageInputs, "This package");
  console.log(`Built ${bundles.length} bundles in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}
