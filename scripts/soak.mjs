/** Runs `npm run soak`: builds, and watches one run for half an hour (`--minutes=30`) for memory that grows. */

import { runCommand } from "./children.mjs";
import { runMain } from "./humanError.mjs";
import { modules } from "./modules.mjs";
import { rootDir } from "./paths.mjs";
import { checkNode, setUp } from "./plan.mjs";

await runMain(async () => {
  checkNode();
  await setUp([modules], "build and watch");
  await runCommand(process.execPath, ["esbuild.mjs"], { cwd: rootDir });
  const args = ["--expose-gc", "--enable-source-maps", "out/test/bench/soak.cjs", ...process.argv.slice(2)];
  await runCommand(process.execPath, args, { cwd: rootDir });
});
