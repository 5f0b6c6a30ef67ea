/** The process in which a suite that needs no extension host runs: `node suite.cjs NAME TIMEOUT_MS RETRIES FILE…`. */

import * as path from "node:path";
import { resultsDir } from "./paths";
import { runMocha } from "./runMocha";

const [suite, timeoutMs, retries, ...files] = process.argv.slice(2);
if (suite === undefined || timeoutMs === undefined || retries === undefined) {
  throw new Error("usage: suite.cjs NAME TIMEOUT_MS RETRIES FILE…");
}
/** How long after the last test the process may go on by itself. */
const GRACE_MS = 30_000;

void runMocha({
  suite,
  files: files.map((file) => path.resolve(file)),
  resultFile: path.join(resultsDir, `${suite}.json`),
  timeoutMs: Number(timeoutMs),
  retries: Number(retries),
  grep: process.env["AGENT_CONTEXT_TEST_GREP"],
}).then((failures) => {
  process.exitCode = failures > 0 ? 1 : 0;
  setTimeout(() => {
    console.error(`${suite}: something is still open ${GRACE_MS / 1000} s after the last test; ended anyway.`);
    process.exit();
  }, GRACE_MS).unref();
});
