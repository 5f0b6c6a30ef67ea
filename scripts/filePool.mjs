/** How the test files of one suite run side by side: some in a process each, its report printed when it is whole. */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { startChild, whenEnded } from "./children.mjs";

/**
 * Runs groups of files, so many at once, and writes the sum of their results as the suite's.
 *
 * @param {object} options
 * @param {string} options.suite
 * @param {readonly (readonly string[])[]} options.groups the files of each process
 * @param {number} options.atOnce
 * @param {(name: string, ...files: string[]) => readonly [command: string, ...args: string[]]} options.command runs
 *   files as the suite of that name
 * @param {import("node:child_process").SpawnOptions} options.spawn
 * @param {string} options.resultsDir
 * @param {number} options.limitMs ends a group that hangs
 * @param {number} options.retries how often a group that left no result is run again; the report says so
 * @returns {Promise<string | undefined>} what was wrong with groups that left no result
 */
export async function runFilePool({ suite, groups, atOnce, command, spawn, resultsDir, limitMs, retries }) {
  const queue = [...groups.entries()];
  const results = [];
  const problems = [];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, files] = next;
      const name = `${suite}-${index}`;
      const which = files.map((file) => path.basename(file)).join(", ");
      const resultFile = path.join(resultsDir, `${name}.json`);
      rmSync(resultFile, { force: true });
      let how = await runWhole(command(name, ...files), spawn, limitMs);
      for (let left = retries; left > 0 && !existsSync(resultFile); left--) {
        console.log(`${which} left no result (${how}): run again.`);
        how = await runWhole(command(name, ...files), spawn, limitMs);
      }
      if (existsSync(resultFile)) {
        results.push(JSON.parse(readFileSync(resultFile, "utf8")));
        rmSync(resultFile);
      } else {
        problems.push(`${which}: ${how}.`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  writeFileSync(path.join(resultsDir, `${suite}.json`), JSON.stringify(sumOf(suite, results), null, 2) + "\n");
  return problems.length === 0 ? undefined : problems.join(" ");
}

/** @returns {Promise<string>} how it ended */
async function runWhole([command, ...args], options, limitMs) {
  const child = startChild(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
  const how = await whenEnded(child, limitMs).then(
    (end) => end.how,
    (error) => error.message,
  );
  process.stdout.write(Buffer.concat(chunks));
  return how;
}

/**
 * @param {string} suite
 * @param {readonly import("../test/harness/runMocha").SuiteResult[]} results
 * @returns {import("../test/harness/runMocha").SuiteResult}
 */
function sumOf(suite, results) {
  const total = (name) => results.reduce((sum, result) => sum + result[name], 0);
  const all = (name) => results.flatMap((result) => result[name]);
  return {
    suite,
    tests: total("tests"),
    passes: total("passes"),
    failures: total("failures"),
    pending: total("pending"),
    durationMs: total("durationMs"),
    failed: all("failed"),
    secondTries: all("secondTries"),
    durations: all("durations").sort((a, b) => b.durationMs - a.durationMs),
  };
}
