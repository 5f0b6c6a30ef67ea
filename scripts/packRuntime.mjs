/**
 * Makes the tarball of the npm package `agent-context`: `node packRuntime.mjs [FILE.tgz] [--publish FILE.json] [--build
 * FOLDER]`. The addresses come from `publish.json` unless another file is named; `--build` takes a production build that is
 * there already.
 */

import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./children.mjs";
import { runMain } from "./humanError.mjs";
import { runNpm } from "./npm.mjs";
import { rootDir, stateDir } from "./paths.mjs";
import { readPublishAddresses } from "./publishAddresses.mjs";
import { stageRuntimePackage } from "./runtimePackage.mjs";

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { publish: { type: "string" }, build: { type: "string" } },
  });
  const tarball = path.resolve(positionals[0] ?? path.join(rootDir, "agent-context.tgz"));
  const addresses = readPublishAddresses(path.resolve(values.publish ?? path.join(rootDir, "publish.json")));
  mkdirSync(stateDir, { recursive: true });
  mkdirSync(path.dirname(tarball), { recursive: true });
  const workDir = mkdtempSync(path.join(stateDir, "pack-"));
  try {
    let build = values.build;
    if (build === undefined) {
      build = path.join(workDir, "build");
      await runCommand(process.execPath, ["esbuild.mjs", "--production", "--into", build], { cwd: rootDir });
    }
    const [stageDir, packedDir] = ["stage", "packed"].map((name) => path.join(workDir, name));
    [stageDir, packedDir].forEach((folder) => mkdirSync(folder));
    stageRuntimePackage(build, stageDir, addresses);
    await runNpm(["pack", "--pack-destination", packedDir, "--offline", "--loglevel=error"], { cwd: stageDir });
    const [name] = readdirSync(packedDir);
    renameSync(path.join(packedDir, name), `${tarball}.partial`);
    // A tarball that is there is whole: what is interrupted leaves the older one.
    renameSync(`${tarball}.partial`, tarball);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  console.log(`${tarball}: ${(statSync(tarball).size / 1e6).toFixed(2)} MB`);
});
