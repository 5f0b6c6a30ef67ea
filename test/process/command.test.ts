/** `agent-context run -- COMMAND`: what of it is recorded, and that the command is what it is without us. */

import * as assert from "node:assert/strict";
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { spawnSync } from "node:child_process";
import { LAUNCH_VARIABLE, type LaunchSpec } from "../../src/protocol/launch";
import { isLong } from "../harness/long";
import { distDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { endAtOnce } from "./endAtOnce";
import { isRunning } from "./isRunning";
import { nodesUnderTest, nodesWithBothLoaders, olderNodes, thisNode, type NodeUnderTest } from "./nodes";
import { cleanUp, linesOf, newFolder, ScriptRun, type RunEnd } from "./scriptRun";
import { endLater, endTerminals, Terminal } from "./terminal";

const cli = path.join(distDir, "runner/cli.cjs");
const bootstrap = path.join(distDir, "runner/bootstrap.cjs");
/** A program that says who it is, and writes under that name. */
const writes = (name: string): string => `
  import { StateStore, AgentContext } from "agent-context";
  new AgentContext("${name}", new StateStore()).set("x", 1);
  console.log("${name}");`;
const LOST_UPDATE = `
  import { StateStore, AgentContext } from "agent-context";
  const store = new StateStore();
  store.set("n", 0, "setup");
  const a = new AgentContext("a", store), b = new AgentContext("b", store);
  for (const agent of [a, b]) agent.set("n", agent.get("n") + 1);
  await a.mergeToParent(); await b.mergeToParent();`;
/** Shells that run one command alone put it in their own place; this one stays between. */
const inShell = (line: string): readonly string[] => ["/bin/sh", "-c", `${line}; exit $?`];

interface Options {
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly options?: readonly string[];
  readonly node?: NodeUnderTest;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  readonly cli?: string;
  readonly prepare?: (folder: string) => void;
}

/** The command, with the Node under test first in PATH, and all that it records in the folder. */
function start({
  words,
  options = [],
  node = thisNode,
  env = {},
  cli: file = cli,
  ...rest
}: Options): Promise<ScriptRun> {
  const PATH = [path.dirname(node.execPath), process.env["PATH"]].join(path.delimiter);
  return ScriptRun.start({
    ...rest,
    env: { PATH, ...env },
    withoutTerminal: true,
    command: () => [node.execPath, file, "run", "--record", "run.agentlog.jsonl", ...options, "--", ...words],
  });
}

async function runCommand(options: Options): Promise<RunEnd & { readonly folder: string }> {
  const run = await start(options);
  return { ...(await run.ended), folder: run.folder };
}

/** The agents of each sub-run, sorted. */
function recordedIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith("run.sub-"))
    .flatMap((name) => linesOf(path.join(folder, name)))
    .flatMap((line) => (line["kind"] === "agent_started" ? [String(line["agent"])] : []))
    .sort();
}

/** Windows has no shell of this kind. */
(process.platform === "win32" ? describe.skip : describe)("agent-context run -- COMMAND", () => {
  afterEach(async () => {
    await endTerminals();
    await cleanUp();
  });

  for (const node of nodesUnderTest()) {
    it(`records each process of Node that loads the runtime, with the loaders and options of the user, on ${node.name}`, async () => {
      const { code, stdout, stderr, folder } = await runCommand({
        node,
        env: { NODE_OPTIONS: "--require ./mine.cjs --stack-trace-limit=7" },
        files: {
          "mine.cjs": `globalThis.mine = 1;`,
          "package.json": `{ "scripts": { "both": "node esm.mjs one && node --import ./hook.mjs cjs.cjs", "none": "node none.mjs" } }`,
          "esm.mjs": `${writes("esm")} console.log(mine, Error.stackTraceLimit, process.argv[2], process.execArgv.length);`,
          // As tsx and its like: what is no JavaScript becomes JavaScript.
          "hook.mjs": `import { register } from "node:module"; register("./loader.mjs", import.meta.url);`,
          "loader.mjs": `export const load = (url, context, next) => url.endsWith(".odd")
            ? { format: "module", source: ${JSON.stringify(writes("odd"))}, shortCircuit: true } : next(url, context);`,
          "cjs.cjs": `const { StateStore, AgentContext } = require("agent-context"); console.log(require.resolve("agent-context") !== "");
            new AgentContext("cjs", new StateStore()).set("x", 1); import("./odd.odd");`,
          "odd.odd": "neither",
          "none.mjs": `console.log("none");`,
        },
        words: ["npm", "run", "--silent", "both"],
      });
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "esm\n1 7 one 0\ntrue\nodd\n");
      assert.deepEqual(recordedIn(folder), ["cjs", "esm", "odd"]);
      const [header, , end] = linesOf(path.join(folder, "run.agentlog.jsonl"));
      const { script, args } = header?.["data"] as { script: string; args: string[] };
      assert.deepEqual([script, args], ["npm", ["run", "--silent", "both"]]);
      assert.deepEqual(end?.["data"], { code: 0, signal: null });
      assert.match(stderr, /^npm run --silent both: exit code 0, 2 recorded processes and threads, in the order of/m);
      assert.ok(stderr.indexOf("esm.mjs:") > 0 && stderr.indexOf("esm.mjs:") < stderr.indexOf("cjs.cjs:"), stderr);
    });
  }

  for (const node of nodesWithBothLoaders()) {
    it(`gives what is required the runtime as CommonJS, for there are tools that compile it, on ${node.name}`, async () => {
      const { code, stdout, stderr, folder } = await runCommand({
        node,
        files: {
          "tool.cjs": `require("module")._extensions[".mjs"] = (module, file) => { throw new Error("compiles " + file); };`,
          "main.cjs": `const { StateStore, AgentContext } = require("agent-context");
            new AgentContext("cjs", new StateStore()).set("x", 1);
            import("agent-context").then((runtime) => console.log(runtime.StateStore === StateStore));`,
        },
        words: ["node", "--require", "./tool.cjs", "main.cjs"],
      });
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "true\n");
      assert.deepEqual(recordedIn(folder), ["cjs"]);
    });
  }

  it("finds a program of the project as npx does, and one without the runtime is left as it is", async () => {
    const { code, stdout, stderr } = await runCommand({
      files: {
        "node_modules/.bin/tool": `#!/usr/bin/env node\nconsole.log("tool", process.argv.slice(2), Object.getOwnPropertySymbols(globalThis).length > 0);`,
      },
      prepare: (folder) => chmodSync(path.join(folder, "node_modules/.bin/tool"), 0o755),
      words: ["tool", "--flag", "two words"],
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^tool \[ '--flag', 'two words' \]/);
    assert.match(stderr, /tool --flag two words: exit code 0\. No process of Node in it has loaded "agent-context"/);
  });

  it("works from a folder with spaces and quotes in its name", async () => {
    const place = path.join(newFolder(), `it's "a" folder`);
    for (const part of ["runner", "agent-context"]) {
      cpSync(path.join(distDir, part), path.join(place, part), { recursive: true });
    }
    const { code, stderr, folder } = await runCommand({
      cli: path.join(place, "runner/cli.cjs"),
      files: { "main.mjs": writes("main") },
      words: ["node", "main.mjs"],
    });
    assert.equal(code, 0, stderr);
    assert.deepEqual(recordedIn(folder), ["main"]);
  });

  it("judges all processes, and reports them as data", async () => {
    const files = { "main.mjs": LOST_UPDATE };
    const words = inShell("node main.mjs && node main.mjs");
    const { code, stdout } = await runCommand({ files, words, options: ["--assert", "no-lost-updates", "--json"] });
    assert.equal(code, 3);
    const report = JSON.parse(stdout) as { exitCode: number; script: string; subRuns: { verdict: string }[] };
    assert.deepEqual([report.exitCode, report.script], [3, "/bin/sh"]);
    assert.deepEqual(
      report.subRuns.map(({ verdict }) => verdict),
      ["broken", "broken"],
    );
  });

  it("each restart of a watcher is a sub-run of the one run, and Stop ends them all", async () => {
    const run = await start({
      files: {
        "main.mjs": `import { mark } from "./mark.mjs"; import { StateStore, AgentContext } from "agent-context";
          new AgentContext("watched" + mark, new StateStore()).set("x", 1); setInterval(() => {}, 1000);
          console.log("ran " + mark + " " + process.pid);`,
        "mark.mjs": "export const mark = 1;",
      },
      words: ["node", "--watch", "main.mjs"],
    });
    const pid = async (mark: number): Promise<number> =>
      endLater(Number((await waitFor(`run ${mark}`, () => new RegExp(`ran ${mark} (\\d+)`).exec(run.stdout)))[1]));
    await pid(1);
    // What is written before the watcher looks is not seen.
    const change = setInterval(() => writeFileSync(path.join(run.folder, "mark.mjs"), "export const mark = 2;"), 200);
    await pid(2).finally(() => clearInterval(change));
    // The last change may have started it once more.
    await waitFor("its recording", () => recordedIn(run.folder).includes("watched2"));
    const pids = [...run.stdout.matchAll(/ran \d (\d+)/g)].map(([, each]) => Number(each));
    run.child.kill("SIGTERM");
    const { stderr } = await run.ended;
    for (const each of pids) assert.ok(!isRunning(each), `${each}`);
    assert.deepEqual([...new Set(recordedIn(run.folder))], ["watched1", "watched2"], stderr);
    assert.match(stderr, /main\.mjs: [\s\S]*watched1 →[\s\S]*main\.mjs: [\s\S]*watched2 →/);
  });

  describe("is as transparent as for a script", () => {
    it("standard input and exit codes are the command's", async () => {
      const cat = await runCommand({ files: {}, words: inShell("cat; exit 7"), stdin: "a\nb\n" });
      assert.deepEqual([cat.code, cat.stdout], [7, "a\nb\n"]);
      const killed = await runCommand({ files: {}, words: ["/bin/sh", "-c", "kill -9 $$"] });
      assert.equal(killed.code, 137);
      assert.match(killed.stderr, /ended by SIGKILL/);
    });

    const SLOW = `${writes("slow")}
      process.on("SIGTERM", () => setTimeout(() => { console.log("cleaned up"); process.exit(0); }, 500));
      setInterval(() => {}, 1000); console.log("up " + process.pid);`;
    const up = async (run: ScriptRun): Promise<number> =>
      endLater(Number((await waitFor("the program", () => /up (\d+)/.exec(run.stdout)))[1]));

    it("what a shell leaves behind on SIGTERM is asked to end, too, and has its time", async () => {
      const run = await start({ files: { "main.mjs": SLOW }, words: inShell("node main.mjs") });
      const pid = await up(run);
      run.child.kill("SIGTERM");
      const { code, stdout } = await run.ended;
      assert.equal(code, 143);
      assert.match(stdout, /cleaned up/);
      assert.ok(!isRunning(pid));
    });

    it("what does not end in the grace period is killed, and at once on a second SIGTERM", async () => {
      const main = SLOW.replace('console.log("cleaned up"); process.exit(0);', "");
      for (const grace of ["0.3", "600"]) {
        const run = await start({
          files: { "main.mjs": main },
          words: inShell("node main.mjs"),
          options: ["--stop-grace", grace],
        });
        const pid = await up(run);
        run.child.kill("SIGTERM");
        if (grace === "600") await endAtOnce(run.child.pid!, pid);
        assert.equal((await run.ended).code, 143);
        assert.ok(!isRunning(pid));
      }
    });

    it("on a terminal it has the terminal, and Ctrl+C reaches it once", async () => {
      const folder = newFolder({
        "main.mjs": `${writes("main")}
          process.on("SIGINT", () => { console.log("interrupted"); setTimeout(() => process.exit(5), 300); });
          setInterval(() => {}, 1000); console.log("up " + process.stdin.isTTY + " " + process.stdout.isTTY);`,
      });
      const line = `"$NODE" "$CLI" run -- "$NODE" main.mjs; echo "status $?"`;
      const env = { NODE: process.execPath, CLI: cli };
      const terminal = new Terminal(folder, "/bin/sh", ["-m", "-c", line], env);
      await terminal.saw(/up true true/);
      terminal.press("Ctrl+C");
      await terminal.saw(/status 5\b/);
      assert.equal(terminal.output.split("interrupted").length, 2, terminal.output);
    });
  });

  const WRONG: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["run", "--"], 2, /Name the command behind "--"/],
    [["run", "--", "no-such-program"], 127, /no command "no-such-program" in PATH.*: check its name, or install it/],
    [["run", "--", "./no/such"], 127, /no command \.\/no\/such: check the path/],
    [["run", "--", "./plain.txt"], 126, /plain\.txt is not executable: make it so/],
    [["run", "--", "./folder"], 126, /folder is a folder: name a program/],
    [["run", "npm", "run", "dev"], 2, /"run" is one argument too many; .*commands, stand behind "--"/],
    [["run", "--node-arg", "--inspect", "--", "node"], 2, /--node-arg belongs to a script/],
    [["run", "main.mjs", "--node-arg", "inspect"], 2, /--node-arg needs an option of Node.*"inspect" is none/],
    [["run", "main.mjs", "--node-arg", "--watch"], 2, /With --watch.*agent-context run -- node --watch/],
    [["show", "x.agentlog.jsonl", "--node-arg=--inspect"], 2, /--node-arg belongs to run/],
  ];
  it("refuses what cannot be run in one sentence, with the exit code that shells have for it", async () => {
    const files = { "plain.txt": "no program", "folder/x": "", "main.mjs": "console.log(1)" };
    const folder = newFolder(files);
    for (const [args, code, message] of WRONG) {
      const end = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
      assert.equal(end.status, code, args.join(" "));
      assert.match(end.stderr, message);
      assert.match(end.stderr, /^agent-context: [^\n]*\.\n$/);
    }
  });

  it("--node-arg gives a script's Node its options, with whatever stands in them", async () => {
    const folder = newFolder({
      "main.mjs": `console.log(Error.stackTraceLimit, process.env.FROM_FILE, process.argv.slice(2).join());`,
      ".env file": "FROM_FILE=yes",
    });
    const args = [
      "run",
      "main.mjs",
      "--node-arg",
      "--stack-trace-limit=7",
      "--node-arg=--env-file=.env file",
      "--",
      "x",
    ];
    const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
    assert.equal(stdout, "7 yes x\n", stderr);
  });

  describe("the bootstrap in NODE_OPTIONS", () => {
    /** Whether a Node, which may pass for another, is touched: nothing is put into its globals, and nothing is patched. */
    const touches = (
      spec: Partial<LaunchSpec>,
      { before = "", script = "main.cjs", node = thisNode } = {},
    ): boolean => {
      const folder = newFolder({
        "before.cjs": before,
        [script]: `console.log(Symbol.for("agent-context.inspector.v1") in global, String(require("module")._resolveFilename).includes("agent-context"));`,
        lock: "",
      });
      const launch: Partial<LaunchSpec> = {
        ...{ runId: "run", script: "npm", runDir: folder, recording: path.join(folder, "r.agentlog.jsonl") },
        ...{ atEnd: "exit", nodeSource: "self", command: true, mainPid: process.pid, supervisorPid: process.pid },
        ...{ lock: path.join(folder, "lock"), ...spec },
      };
      const env = { ...process.env, NODE_OPTIONS: "", [LAUNCH_VARIABLE]: JSON.stringify(launch) };
      const args = ["-r", path.join(folder, "before.cjs"), "-r", bootstrap, path.join(folder, script)];
      const { stdout, stderr } = spawnSync(node.execPath, args, { env, encoding: "utf8" });
      assert.match(stdout, /^(?:true true|false false)\n$/, stderr);
      return stdout.startsWith("true");
    };
    const passFor = (versions: object): string =>
      `Object.defineProperty(process, "versions", { value: { ...process.versions, ...${JSON.stringify(versions)} } });`;

    it("touches only a process of a run that is there", () => {
      assert.equal(touches({}), true);
      const { pid } = spawnSync(process.execPath, ["-e", ""]);
      assert.equal(touches({ supervisorPid: pid }), false);
      assert.equal(touches({ lock: "/no/such/lock" }), false);
    });

    it("touches no Electron, no Node before 20.19, and no package manager", () => {
      assert.equal(touches({}, { before: passFor({ electron: "30.0.0" }) }), false);
      assert.equal(touches({}, { before: passFor({ node: "20.18.3" }) }), false);
      for (const script of [
        "npm",
        "npx",
        "node_modules/npm/bin/npm-cli.js",
        "node_modules/corepack/dist/yarn.js",
        "bin/pnpm",
      ]) {
        assert.equal(touches({}, { script }), false, script);
      }
    });

    for (const node of isLong ? olderNodes() : []) {
      it(`leaves ${node.name} in PATH alone, with what it runs`, async () => {
        assert.equal(touches({}, { node }), false);
        const { code, stdout, stderr, folder } = await runCommand({
          files: {
            "old.cjs": `console.log(process.version); require("child_process").execFileSync(process.argv[2], ["new.mjs"], { stdio: "inherit" });`,
            "new.mjs": writes("new"),
          },
          words: [node.execPath, "old.cjs", process.execPath],
        });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^v1[68]\.[\d.]+\nnew\n$/);
        assert.deepEqual(recordedIn(folder), ["new"]);
      });
    }

    it("is written in the syntax of ES5", () => {
      const code = readFileSync(bootstrap, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      assert.doesNotMatch(code, /=>|`|\?\.|\.\.\.|catch \{|\b(?:const|let|class|of|async)\s/);
    });

    it("leaves out a second one where a run is in another", async () => {
      const { stdout } = await runCommand({
        files: { "main.cjs": "console.log(process.env.NODE_OPTIONS.split('bootstrap').length);" },
        words: [process.execPath, cli, "run", "--", "node", "main.cjs"],
      });
      assert.equal(stdout, "2\n");
    });
  });

  it("a folder of temporary files is gone with the command", async () => {
    const temporary = newFolder();
    const run = await ScriptRun.start({
      files: { "main.mjs": writes("main") },
      env: { TMPDIR: temporary },
      command: () => [process.execPath, cli, "run", "--", process.execPath, "main.mjs"],
    });
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(readdirSync(temporary), []);
  });
});
