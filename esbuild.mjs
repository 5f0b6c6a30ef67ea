/**
 * Owns how sources become what ships (`dist/`), the TypeScript server plugin, and the test bundles (`out/`).
 * It must not know what any of them does.
 *
 *   node esbuild.mjs [--production] [--watch] [--no-tests]
 */

import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import * as esbuild from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const flags = new Set(process.argv.slice(2));
const production = flags.has("--production");
const watch = flags.has("--watch");
const withTests = !production && !flags.has("--no-tests");

/** ws would load these natives if they lay anywhere above it; the VSIX is universal, so the branch is cut out. */
const withoutNatives = { "process.env.WS_NO_BUFFER_UTIL": '"1"', "process.env.WS_NO_UTF_8_VALIDATE": '"1"' };

const shipped = {
  absWorkingDir: root,
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

/** One bundle: its one entry, its one output. `vscode` says that it may import the editor's API. */
const bundles = [
  bundle("src/extension.ts", "dist/extension.cjs", {
    ...node,
    format: "cjs",
    external: [...node.external, "vscode"],
    vscode: true,
  }),
  bundle("src/runner/preload.ts", "dist/runner/preload.mjs", { ...node, format: "esm", ...requireInEsm() }),
  bundle("src/runner/hooks.ts", "dist/runner/hooks.mjs", { ...node, format: "esm", ...requireInEsm() }),
  bundle("src/runner/typescript.ts", "dist/runner/typescript.cjs", {
    ...node,
    format: "cjs",
    sourcemap: false,
    plugins: [compressedWasm("dist/runner/typescript.wasm.br")],
  }),
  bundle("src/runner/publisher.ts", "dist/runner/publisher.cjs", { ...node, format: "cjs" }),
  bundle("src/runner/supervisor.ts", "dist/runner/supervisor.cjs", { ...node, format: "cjs" }),
  bundle("src/cli/cli.ts", "dist/runner/cli.cjs", {
    ...node,
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
  }),
  bundle("src/runtime/index.ts", "dist/agent-context/index.cjs", { ...node, format: "cjs" }),
  // TypeScript's server finds plugins by package name in a node_modules folder of the extension, and nowhere else.
  bundle("src/tsplugin/index.ts", "node_modules/agent-context-typescript-plugin/index.js", {
    ...node,
    format: "cjs",
    sourcemap: false,
    footer: { js: "module.exports = module.exports.init;" },
  }),
  ...["preview", "events"].flatMap((view) => [
    bundle(`webview/${view}/main.ts`, `dist/webview/${view}.js`, browser),
    bundle(`webview/${view}/main.css`, `dist/webview/${view}.css`, {
      ...browser,
      loader: { ".ttf": "file" },
      assetNames: "[name]",
    }),
  ]),
];

function bundle(entry, outfile, { vscode = false, ...options }) {
  return { entry, outfile, vscode, options };
}

/** The transpiler carries 3.7 MB of base64 in its source; what ships is the same bytes, compressed to a fifth, in a file beside it. */
function compressedWasm(outfile) {
  return {
    name: "compressed-wasm",
    setup(build) {
      build.onLoad({ filter: /@swc[\\/]wasm-typescript[\\/]wasm\.js$/ }, async ({ path: file }) => {
        const source = await readFile(file, "utf8");
        const literal = /Buffer\.from\('([A-Za-z0-9+/=]+)', 'base64'\)/;
        const target = path.join(root, outfile);
        const [made, from] = await Promise.all([target, file].map((each) => stat(each).catch(() => undefined)));
        if (production || made === undefined || made.mtimeMs < from.mtimeMs) {
          const quality = { [zlib.constants.BROTLI_PARAM_QUALITY]: production ? 11 : 5 };
          const bytes = Buffer.from(literal.exec(source)[1], "base64");
          await mkdir(path.dirname(target), { recursive: true });
          await writeFile(target, await promisify(zlib.brotliCompress)(bytes, { params: quality }));
        }
        const read = `require("node:fs").readFileSync(require("node:path").join(__dirname, "${path.basename(outfile)}"))`;
        return { contents: source.replace(literal, `require("node:zlib").brotliDecompressSync(${read})`), loader: "js" };
      });
    },
  };
}

/** Bundled CommonJS packages call `require`, which an ES module has not. */
function requireInEsm() {
  return {
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
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

/** The parts of the module `agent-context` that no bundler writes: its manifest, its ESM face, its types. */
async function finishRuntimeModule() {
  const folder = path.join(root, "dist/agent-context");
  const commonJs = path.join(folder, "index.cjs");
  if (!existsSync(commonJs)) {
    return;
  }
  const { version, license } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  const manifest = {
    name: "agent-context",
    version,
    license,
    agentContextProtocol: 1,
    type: "commonjs",
    main: "./index.cjs",
    types: "./index.d.ts",
    exports: {
      ".": {
        types: "./index.d.ts",
        import: "./index.mjs",
        require: "./index.cjs",
      },
      "./package.json": "./package.json",
    },
  };
  await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  // A thin face over the CommonJS build: whichever way a script imports it, there is one instance.
  delete require.cache[commonJs];
  const names = Object.keys(require(commonJs)).sort();
  await writeFile(
    path.join(folder, "index.mjs"),
    `import runtime from "./index.cjs";\nexport const {\n  ${names.join(",\n  ")},\n} = runtime;\n`,
  );
  const types = path.join(root, "scripts/runtimeTypes.mjs");
  if (existsSync(types)) {
    const { writeRuntimeTypes } = await import(pathToFileURL(types).href);
    await writeRuntimeTypes(folder);
  }
}

async function finishPlugin() {
  const folder = path.join(root, "node_modules/agent-context-typescript-plugin");
  if (existsSync(folder)) {
    const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
    const manifest = { name: "agent-context-typescript-plugin", version, private: true, main: "index.js" };
    await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  }
}

async function copyCodicons() {
  const from = path.join(root, "node_modules/@vscode/codicons/dist");
  const to = path.join(root, "dist/webview");
  await mkdir(to, { recursive: true });
  await Promise.all(["codicon.css", "codicon.ttf"].map((name) => cp(path.join(from, name), path.join(to, name))));
}

/** Each test file is a bundle of its own; packages stay outside, so that tests use what is installed. */
function testBundles() {
  return {
    absWorkingDir: root,
    entryPoints: [
      "test/**/*.test.ts",
      ...["test/host/index.ts", "test/harness/suite.ts"].filter((file) => existsSync(path.join(root, file))),
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

/** Lines of a fixed shape, so that the watch task's problem matcher can read them. */
function reporting(label, afterwards) {
  return {
    name: "report",
    setup(build) {
      build.onStart(() => {
        if (watch) {
          console.log(`[watch] ${label} started`);
        }
      });
      build.onEnd(async (result) => {
        for (const message of [...result.errors, ...result.warnings]) {
          const { location, text } = message;
          const place = location ? `${location.file}:${location.line}:${location.column + 1}` : label;
          console.error(`${place}: ${result.errors.includes(message) ? "error" : "warning"}: ${text}`);
        }
        if (result.errors.length === 0) {
          await afterwards?.(result);
        }
        if (watch) {
          console.log(`[watch] ${label} finished`);
        }
      });
    },
  };
}

async function run(label, options, afterwards) {
  const context = await esbuild.context({
    ...options,
    plugins: [...(options.plugins ?? []), reporting(label, afterwards)],
  });
  await context.rebuild();
  if (watch) {
    await context.watch();
  } else {
    await context.dispose();
  }
}

const startedAt = performance.now();
if (production) {
  // What ships is built from nothing, so that no leftover ships with it.
  await rm(path.join(root, "dist"), { recursive: true, force: true });
}
const present = bundles.filter(({ entry }) => {
  const exists = existsSync(path.join(root, entry));
  if (!exists) {
    console.warn(`esbuild.mjs: no ${entry} yet; skipped`);
  }
  return exists;
});
const jobs = present.map(
  (one) => () =>
    run(one.outfile, { ...one.options, entryPoints: [one.entry], outfile: one.outfile }, async ({ metafile }) => {
      assertOnlyTheHostImportsVscode(one, metafile);
      if (one.outfile.startsWith("dist/agent-context/")) {
        await finishRuntimeModule();
      }
    }),
);
jobs.push(copyCodicons, finishPlugin);
if (withTests) {
  jobs.push(() => run("out/test", testBundles()));
}
const outcomes = await Promise.allSettled(jobs.map((job) => job()));
const failures = outcomes.filter((outcome) => outcome.status === "rejected");
for (const { reason } of failures) {
  // esbuild's own failures were reported above, with their places.
  if (!reason?.errors) {
    console.error(reason instanceof Error ? reason.message : reason);
  }
}
if (failures.length > 0) {
  process.exitCode = 1;
} else if (!watch) {
  console.log(`Built ${present.length} bundles in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}
