/** Owns the process in which a suite that needs no extension host runs: `node suite.cjs NAME TIMEOUT_MS RETRIES FILE…`. */

import * as path from "node:path";
import { resultsDir } from "./paths";
import { runMocha } from "./runMocha";

const [suite, timeoutMs, retries, ...files] = process.argv.slice(2);
if (suite === undefined || timeoutMs === undefined || retries === undefined) {
  throw new Error("usage: suite.cjs NAME TIMEOUT_MS RETRIES FILE…");
}
void runMocha({
  suite,
  files: files.map((file) => path.resolve(file)),
  resultFile: path.join(resultsDir, `${suite}.json`),
  timeoutMs: Number(timeoutMs),
  retries: Number(retries),
  grep: process.env["AGENT_CONTEXT_TEST_GREP"],
}).then((failures) => {
  process.exitCode = failures > 0 ? 1 : 0;
});
