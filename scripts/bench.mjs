/** Owns `npm run bench`: installs the peers in a folder of their own, builds, and measures. `--quick` takes less than a minute. */

import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
  size: "60 MB",
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
  await setUp([modules, peers], "build and measure");
  await runCommand(process.execPath, ["esbuild.mjs"], { cwd: rootDir });
  const args = ["--expose-gc", "--enable-source-maps", "out/test/bench/main.cjs", ...process.argv.slice(2)];
  await runCommand(process.execPath, args, { cwd: rootDir });
});
