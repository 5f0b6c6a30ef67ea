/**
 * The entry of the host suite: VS Code loads this file inside the extension host and calls `run`, the contract of
 * `--extensionTestsPath`. The result file is what counts, for a killed extension host reports exit code 0.
 */

import { readdirSync } from "node:fs";
import * as path from "node:path";
import { format } from "node:util";
import { repositoryDir, resultsDir } from "../harness/paths";
import { runMocha } from "../harness/runMocha";

/** @throws when a test failed, which the editor turns into its exit code. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const only = process.env["AGENT_CONTEXT_TEST_FILE"];
  // Listed from the sources: a bundle whose source is gone must not run.
  const files = readdirSync(path.join(repositoryDir, "test/host"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && (only === undefined || file.includes(only)))
    .sort()
    .map((file) => path.join(__dirname, file.replace(/\.ts$/, ".cjs")));
  const failures = await runMocha({
    suite: "host",
    files,
    resultFile: path.join(resultsDir, "host.json"),
    timeoutMs: 60_000,
    grep: process.env["AGENT_CONTEXT_TEST_GREP"],
    // The host's console is one stream with the workbench's own log; the mark tells scripts/hostTests.mjs what is ours.
    print: (...args) => console.log(`[suite] ${format(...args)}`),
  });
  if (failures > 0) {
    throw new Error(`${failures} host tests failed.`);
  }
}
