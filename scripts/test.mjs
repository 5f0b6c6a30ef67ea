/**
 * Runs `npm test` and its parts: set-up, build, suites, and the sum. `node test.mjs [unit] [process] [host] [e2e]
 * [--only FILE] [--long] [--editor oldest]`; all suites unless named, the host suite in the newest editor unless asked for
 * the oldest that is supported. Counts come from the result file that each suite writes at its end.
 */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { chromium, findChromium } from "./chromium.mjs";
import { runCommand } from "./children.mjs";
import { compilerEnvironment, compilerOf } from "./compilers.mjs";
import {
  editorForBrowser,
  editorForHostTests,
  hasDisplay,
  oldestEditorForHostTests,
  virtualDisplay,
} from "./editor.mjs";
import { freshVsix } from "./freshVsix.mjs";
import { runFilePool } from "./filePool.mjs";
import { HumanError, runMain } from "./humanError.mjs";
import { loaderEnvironment, loaders } from "./loaders.mjs";
import { modules } from "./modules.mjs";
import { MAJORS, nodeEnvironment, nodeOf, OLDER_MAJORS } from "./nodes.mjs";
import { resultsDir, rootDir, stateDir } from "./paths.mjs";
import { checkNode, setUp } from "./plan.mjs";
import { hasPseudoTerminals, pseudoTerminal, pseudoTerminalEnvironment } from "./pseudoTerminal.mjs";
import { tally } from "./tally.mjs";

/**
 * `limitMs` ends a suite that hangs; of a suite of which several processes run at once, a process. `together` is how many
 * files have one process. A browser that drives a whole editor
 * can lose a click on a busy machine: where CI runs, such a test is tried once more, in a window of its own, and the
 * result says so.
 */
const SUITES = {
  unit: { testTimeoutMs: 60_000, limitMs: 600_000, atOnce: 2, together: 8 },
  process: { testTimeoutMs: 60_000, limitMs: 900_000, atOnce: 2 },
  host: { limitMs: 900_000 },
  // A window is idle half of its time; two of them keep two cores busy. Files that take longest begin first.
  e2e: { testTimeoutMs: 180_000, limitMs: 1_500_000, retries: process.env["CI"] ? 1 : 0, atOnce: 2 },
};
/** Of the end-to-end tests, the files that are no part of the long tests alone; within them `itWhenLong` tells tests apart. */
const BRIEF = ["debug", "findings", "mainJob", "preview", "recording"];
/** What the long tests may take longer, times. */
const LONGER = 10;
const LONGEST_FIRST = [
  "debug",
  "scale",
  "launching",
  "holds",
  "mainJob",
  "reload",
  "start",
  "orders",
  "recordings",
  "recentRuns",
];

const totals = { passed: 0, failed: 0 };
/** What went wrong, said once more at the end: who reads a log of thousands of lines reads its last ones. */
const allProblems = [];
await runMain(main).finally(() => {
  if (process.exitCode && totals.failed === 0) {
    totals.failed = 1;
  }
  for (const text of allProblems) {
    console.log(text);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
});

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, long: { type: "boolean" }, editor: { type: "string" } },
  });
  const suites = positionals.length > 0 ? positionals : Object.keys(SUITES);
  for (const suite of suites) {
    if (SUITES[suite] === undefined) {
      throw new HumanError(`No suite is named ${suite}; there are ${Object.keys(SUITES).join(", ")}.`);
    }
  }
  if (values.editor !== undefined && (values.editor !== "oldest" || !suites.includes("host"))) {
    throw new HumanError("The one editor to name is the oldest, for the host suite: --editor oldest.");
  }
  checkNode();
  await setUp([modules], `set up what the suites need, build, run ${suites.join(", ")}`);
  const editors = {
    host: suites.includes("host")
      ? await (values.editor ? oldestEditorForHostTests() : editorForHostTests())
      : undefined,
    e2e: suites.includes("e2e") ? editorForBrowser() : undefined,
  };
  await setUp(partsFor(suites, editors, values.long), `build, run ${suites.join(", ")}`);
  await runCommand(process.execPath, ["esbuild.mjs"], { cwd: rootDir });
  const needsPackage = suites.includes("process") || suites.includes("e2e");
  const vsix = path.join(stateDir, "under-test.vsix");
  const tarball = path.join(stateDir, "under-test.tgz");
  if (needsPackage) await packBoth(vsix, tarball);
  const environment = {
    ...nodeEnvironment(),
    ...compilerEnvironment(),
    ...loaderEnvironment(),
    ...pseudoTerminalEnvironment(),
    ...(needsPackage && { AGENT_CONTEXT_VSIX: vsix, AGENT_CONTEXT_TARBALL: tarball }),
    ...(editors.e2e && {
      AGENT_CONTEXT_SERVER_NODE: editors.e2e.installation.node,
      AGENT_CONTEXT_SERVER_ENTRY: editors.e2e.installation.entry,
      AGENT_CONTEXT_BROWSER: findChromium(),
    }),
    ...(values.only && { AGENT_CONTEXT_TEST_FILE: values.only }),
    ...(values.long && { AGENT_CONTEXT_LONG: "1" }),
  };
  rmSync(path.join(resultsDir, "failures"), { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  for (const suite of suites) {
    await runSuite(suite, { environment, editor: editors.host, only: values.only, long: values.long });
  }
}

/** Packs extension and npm package of one production build, unless they are there as they would become. */
async function packBoth(vsix, tarball) {
  const build = mkdtempSync(path.join(stateDir, "build-"));
  const run = (...args) => runCommand(process.execPath, args, { cwd: rootDir, quiet: true });
  let building;
  const built = async () => {
    building ??= run("esbuild.mjs", "--production", "--into", build);
    await building;
    return build;
  };
  try {
    const packVsix = async () => run("scripts/package.mjs", vsix, "--dist", await built());
    await freshVsix({ root: rootDir, vsix, pack: packVsix });
    const packTarball = async () => run("scripts/packRuntime.mjs", tarball, "--build", await built());
    await freshVsix({ root: rootDir, vsix: tarball, pack: packTarball });
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

function partsFor(suites, { host, e2e }, long) {
  // The versions between the oldest and the newest are for the long tests.
  const nodes = long ? [...OLDER_MAJORS, ...MAJORS] : [MAJORS[0], MAJORS.at(-1)];
  const parts = new Set(
    suites.includes("process") ? [...nodes.map(nodeOf), compilerOf(5), compilerOf(7), ...(long ? [loaders] : [])] : [],
  );
  if (suites.includes("process") && hasPseudoTerminals) parts.add(pseudoTerminal);
  for (const editor of [host, e2e]) {
    if (editor?.kind === "server") {
      [...editor.parts, chromium].forEach((part) => parts.add(part));
    }
  }
  return [...parts];
}

async function runSuite(suite, { environment, editor, only, long }) {
  const { testTimeoutMs, retries = 0, atOnce = 1, together = 1 } = SUITES[suite];
  const limitMs = SUITES[suite].limitMs * (long ? LONGER : 1);
  const resultFile = path.join(resultsDir, `${suite}.json`);
  rmSync(resultFile, { force: true });
  console.log(`\n=== ${suite}${editor && suite === "host" ? `, in ${editor.description}` : ""}`);
  const startedAt = Date.now();
  const env = { ...process.env, ...environment };
  const suiteCommand = (name, ...files) => [
    process.execPath,
    ...["--enable-source-maps", "out/test/harness/suite.cjs", name, String(testTimeoutMs), String(retries)],
    ...files,
  ];
  let problem;
  try {
    if (atOnce > 1) {
      problem = await runFilePool({
        suite,
        groups: inGroups(testFiles(suite, only, long), together),
        atOnce,
        command: suiteCommand,
        spawn: { cwd: rootDir, env },
        resultsDir,
        limitMs,
        retries,
      });
    } else {
      const [command, ...args] =
        suite === "host" ? hostCommand(editor) : suiteCommand(suite, ...testFiles(suite, only, long));
      const stdio = ["ignore", "inherit", "inherit"];
      await runCommand(command, args, { cwd: rootDir, env, stdio, timeoutMs: limitMs });
    }
  } catch (error) {
    problem = error.message;
  }
  count(suite, resultFile, problem, only, long);
  console.log(`=== ${suite}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

function hostCommand(editor) {
  const script = path.join(rootDir, "scripts/hostTests.mjs");
  if (editor.kind === "server") {
    const { node, entry } = editor.installation;
    return [process.execPath, script, "server", node, entry, findChromium()];
  }
  const command = [process.execPath, script, "desktop", editor.executable];
  return hasDisplay() ? command : [virtualDisplay(), "-a", ...command];
}

/** Bundles of the sources that are there now; one whose source is gone must not run. */
function testFiles(suite, only, long) {
  const isWanted = (name) => only !== undefined || long || suite !== "e2e" || BRIEF.includes(titleOf(name));
  const sources = path.join(rootDir, "test", suite);
  const names = existsSync(sources) ? readdirSync(sources, { recursive: true, encoding: "utf8" }) : [];
  return names
    .filter((name) => name.endsWith(".test.ts") && (only === undefined || name.includes(only)) && isWanted(name))
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((name) => path.join(rootDir, "out/test", suite, name.replace(/\.ts$/, ".cjs")));
}

function titleOf(name) {
  return path.basename(name, ".test.ts");
}

function inGroups(files, size) {
  return Array.from({ length: Math.ceil(files.length / size) }, (_, index) =>
    files.slice(index * size, (index + 1) * size),
  );
}

function place(name) {
  const found = LONGEST_FIRST.indexOf(titleOf(name));
  return found === -1 ? LONGEST_FIRST.length : found;
}

function count(suite, resultFile, problem, only, long) {
  const filtered = only !== undefined || process.env["AGENT_CONTEXT_TEST_GREP"] !== undefined;
  const { usual, long: whole } = JSON.parse(readFileSync(path.join(rootDir, "test/minimums.json"), "utf8"));
  const minimums = long ? { ...usual, ...whole } : usual;
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, "utf8")) : undefined;
  const { passed, failed, problems, notes } = tally({ result, problem, minimum: filtered ? 1 : minimums[suite] });
  totals.passed += passed;
  totals.failed += failed;
  if (failed > 0) {
    process.exitCode = 1;
  }
  for (const text of notes) {
    console.log(`${suite}: ${text}`);
  }
  for (const text of problems) {
    console.error(`${suite}: ${text}`);
    allProblems.push(`${suite}: ${text}`);
  }
}
