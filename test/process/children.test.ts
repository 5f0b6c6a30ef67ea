/** What a script starts finds the runtime and TypeScript, however it is started, and is a sub-run of the run. */

import * as assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { itWhenLong } from "../harness/long";
import { nodesWithBothLoaders } from "./nodes";
import { cleanUp, linesOf, runToEnd, type RunOptions, type ScriptRun } from "./scriptRun";

/** Writes under the name that it is given: as an argument, by its thread's data, or in its place. */
const CHILD = `
  import { AgentContext, StateStore } from "agent-context"; import { workerData } from "node:worker_threads"; import cluster from "node:cluster";
  enum Key { Own = "own" }
  new AgentContext(workerData ?? process.argv[2], new StateStore()).set(Key.Own, 1);
  cluster.worker?.disconnect();`;
const EVAL = `const { AgentContext, StateStore } = require("agent-context");
  const { workerData } = require("worker_threads"); new AgentContext(workerData, new StateStore()).set("own", 1);`;
const CHILD_JS = CHILD.replace(/enum .*/, `const Key = { Own: "own" };`);

/** Each way, and the code that makes a child of it; `NAME` is the way's name. */
const WAYS: Readonly<Record<string, string>> = {
  fork: `fork("./child.ts", [NAME])`,
  "fork without options of Node": `fork("./child.ts", [NAME], { execArgv: [] })`,
  "fork of JavaScript": `fork("./child.mjs", [NAME], { execArgv: [] })`,
  "spawn of this Node": `spawn(process.execPath, ["child.ts", NAME], { stdio: "inherit" })`,
  "spawn-by-name": `spawn("node", ["child.mjs", NAME], { stdio: "inherit", shell: true })`,
  "exec with a variable": `exec('"' + process.execPath + '" child.mjs "' + NAME + '"', { env: { ...process.env, MINE: "1" } })`,
  "a worker": `new Worker("./child.ts", { workerData: NAME })`,
  "a worker without options of Node": `new Worker("./child.ts", { workerData: NAME, execArgv: [] })`,
  "a worker of code": `new Worker(${JSON.stringify(EVAL)}, { eval: true, workerData: NAME })`,
  "a worker of code without options": `new Worker(${JSON.stringify(EVAL)}, { eval: true, workerData: NAME, execArgv: [] })`,
  cluster: `(cluster.setupPrimary({ exec: "child.ts", args: [NAME] }), cluster.fork())`,
  "an installed tool": `spawn(process.execPath, ["node_modules/tool/tool.mjs", NAME], { stdio: "inherit" })`,
};
const MAIN = `
  import { exec, fork, spawn } from "node:child_process"; import cluster from "node:cluster"; import { Worker } from "node:worker_threads";
  import { AgentContext, StateStore } from "agent-context";
  new AgentContext("main", new StateStore()).set("own", 1);
  const ended = (child: any) => new Promise((resolve) => { child.on("error", (error: unknown) => console.log(String(error))); child.on("exit", resolve); });
  const codes: unknown[] = await Promise.all([
    ${Object.entries(WAYS)
      .map(([name, code]) => `ended(${code.replace(/\bNAME\b/g, JSON.stringify(name))})`)
      .join(",\n    ")}
  ]);
  if (codes.some((code) => code !== 0)) { console.log(codes); process.exitCode = 1; }`;
const FILES = {
  "main.mts": MAIN,
  "child.ts": CHILD,
  "child.mjs": CHILD_JS,
  // It runs the user's module in its own process.
  "node_modules/tool/tool.mjs": `await import(process.cwd() + "/child.mjs");`,
};

/** The agents of all sub-runs, sorted. */
function namesIn({ spec }: ScriptRun): readonly string[] {
  return readdirSync(spec.runDir)
    .filter((name) => name.startsWith("sub-"))
    .map((name) => {
      const lines = linesOf(path.join(spec.runDir, name));
      assert.equal((lines[0]?.["data"] as { run: string }).run, spec.runId);
      return String(lines.find(({ kind }) => kind === "agent_started")?.["agent"]);
    })
    .sort();
}

for (const node of nodesWithBothLoaders()) {
  describe(`what a script starts on ${node.name}`, () => {
    afterEach(cleanUp);
    const PATH = [path.dirname(node.execPath), process.env["PATH"]].join(path.delimiter);
    const run = (options: Partial<RunOptions>) => runToEnd({ node, env: { PATH }, files: FILES, ...options });

    it("is a sub-run, whichever way it is started", async () => {
      const { stdout, stderr, code, run: ran } = await run({});
      assert.deepEqual([code, stdout], [0, ""], stderr);
      assert.deepEqual(namesIn(ran), Object.keys(WAYS).sort());
      assert.deepEqual(ran.lines.at(-1)?.["data"], { code: 0, signal: null });
    });

    itWhenLong("is found beside options and loaders of the user", async () => {
      const {
        stdout,
        stderr,
        code,
        run: ran,
      } = await run({
        env: { PATH, NODE_OPTIONS: "--no-deprecation" },
        files: {
          ...FILES,
          "hook.mjs": `import { register } from "node:module"; register("./loader.mjs", import.meta.url);`,
          "loader.mjs": `export const load = (url, context, next) => next(url, context);`,
        },
        script: "main.mts",
        runtimeArgs: ["--import", "./hook.mjs"],
      });
      assert.deepEqual([code, stdout], [0, ""], stderr);
      assert.deepEqual(namesIn(ran), Object.keys(WAYS).sort());
    });

    itWhenLong("finds the runtime still when the run is detached from its supervisor", async () => {
      const { stdout, stderr } = await run({
        files: {
          "main.mjs": `import { fork } from "node:child_process";
            process.kill(process.ppid, "SIGKILL");
            await new Promise((resolve) => setTimeout(resolve, 100));
            fork("./child.ts", ["child"], { execArgv: [] }).on("exit", (code) => console.log("child", code));`,
          "child.ts": CHILD,
        },
      });
      assert.match(stdout, /child 0/, stderr);
    });
  });
}
