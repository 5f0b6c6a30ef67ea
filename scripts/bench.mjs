/**
 * Runs `npm run bench`: installs the peers in a folder of their own, builds, and measures, rows in a real editor included.
 * `--quick` takes less than a minute and leaves the editor out; `--only=TEXT` measures the rows whose names contain it.
 */

import { findChromium, chromium } from "./chromium.mjs";
import { editorForBrowser } from "./editor.mjs";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runCommand } from "./children.mjs";
import { runMain } from "./humanError.mjs";
import { modules } from "./modules.mjs";
import { runNpm } from "./npm.mjs";
import { rootDir, stateDir } from "./paths.mjs";
import { checkNode, setUp } from "./plan.mjs";

const peersDir = path.join(stateDir, "bench-peers");
const wanted = path.join(rootDir, "test/bench/peers/package.json");

/** Without the network the rows that need them are skipped, and say so. */
const peers = {
  title: "what the benchmarks measure beside (npm install)",
  megabytes: 60,
  minutes: 0.5,
  isReady: () => {
    const installed = path.join(peersDir, "installed.json");
    return existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(wanted, "utf8");
  },
  setUp: async () => {
    mkdirSync(peersDir, { recursive: true });
    cpSync(wanted, path.join(peersDir, "package.json"));
    writeFileSync(path.join(peersDir, "load.mjs"), "export const load = (name) => import(name);\n");
    try {
      await runNpm(["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], { cwd: peersDir });
      cpSync(wanted, path.join(peersDir, "installed.json"));
    } catch (error) {
      console.log(`  could not be installed, so that their rows are skipped: ${error.message.split("\n").at(-1)}`);
    }
  },
};

await runMain(async () => {
  checkNode();
  const inEditor = !process.argv.includes("--quick") && !process.argv.some((argument) => argument.startsWith("--only"));
  await setUp([modules], "set up what is measured, build and measure");
  const editor = inEditor ? editorForBrowser() : undefined;
  await setUp([peers, ...(editor === undefined ? [] : [...editor.parts, chromium])], "build and measure");
  await runCommand(process.execPath, ["esbuild.mjs"], { cwd: rootDir });
  const rows = path.join(stateDir, "bench-editor-rows.json");
  rmSync(rows, { force: true });
  if (editor !== undefined) await measureInEditor(editor.installation, rows);
  const args = ["--expose-gc", "--enable-source-maps", "out/test/bench/main.cjs", ...process.argv.slice(2)];
  await runCommand(process.execPath, args, { cwd: rootDir, env: { ...process.env, AGENT_CONTEXT_BENCH_ROWS: rows } });
});

/** Runs the rows that need an editor; what failed is said, and its rows are missing. */
async function measureInEditor({ node, entry }, rows) {
  const args = ["--enable-source-maps", "out/test/harness/suite.cjs", "bench", "300000", "0"];
  const vsix = path.join(stateDir, "under-test.vsix");
  await runCommand(process.execPath, ["scripts/package.mjs", vsix], { cwd: rootDir, quiet: true });
  const env = {
    ...process.env,
    AGENT_CONTEXT_VSIX: vsix,
    AGENT_CONTEXT_SERVER_NODE: node,
    AGENT_CONTEXT_SERVER_ENTRY: entry,
    AGENT_CONTEXT_BROWSER: findChromium(),
    AGENT_CONTEXT_BENCH_ROWS: rows,
  };
  try {
    await runCommand(process.execPath, [...args, "out/test/bench/editor.test.cjs"], { cwd: rootDir, env });
  } catch (error) {
    console.error(`Rows that need an editor are missing: ${error.message.split("\n")[0]}`);
  }
}
