import * as assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { exitCode } from "../../src/runner/supervisor/supervise";
import { distDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { endAtOnce } from "./endAtOnce";
import { isRunning } from "./isRunning";
import { TestListener } from "./listener";
import { nodesUnderTest } from "./nodes";
import { cleanUp, linesOf, newFolder, rendezvousOf, runToEnd, ScriptRun } from "./scriptRun";
import { endTerminals, Terminal } from "./terminal";

const WRITES = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
const agent = new AgentContext("agent_a", store);
`;
/** Windows has no signals to speak of. */
const onPosix = (title: string, test: () => Promise<void>): void => {
  if (process.platform !== "win32") it(title, test);
};
const changes = (lines: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] =>
  lines.filter(({ kind }) => kind === "state_changed");
for (const node of nodesUnderTest()) {
  describe(`ends on ${node.name}`, () => {
    afterEach(cleanUp);

    it("loses none of 10,000 writes when process.exit(7) follows at once, on disk and on the socket", async () => {
      let listener!: TestListener;
      const { code, run } = await runToEnd({
        node,
        secret: "s3cret",
        files: {
          "main.mjs": `${WRITES}
          // Until the socket is up there is nothing to lose on it.
          const { existsSync } = await import("node:fs");
          while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));
          for (let i = 0; i < 10_000; i++) agent.set("key" + (i % 100), { i });
          process.exit(7);`,
        },
        prepare: async (folder) => {
          listener = await TestListener.open(rendezvousOf(folder), { secret: "s3cret" });
          void waitFor("a connection", () => listener.resumedFrom.length > 0).then(() =>
            writeFileSync(path.join(folder, "go"), ""),
          );
        },
      });
      assert.equal(code, 7);
      assert.equal(changes(run.lines).length, 10_000);
      assert.deepEqual(run.lines.at(-1)?.["data"], { code: 7, signal: null });
      assert.equal(changes(listener.lines).length, 10_000);
      const stream = listener.bytes.toString("utf8");
      assert.equal(run.recordingText.slice(0, stream.length), stream);
      await listener.close();
    });

    it("has a command line that is the script's own, and hands nothing on but what the script's children need", async () => {
      const script = "main file.mts";
      const run = await ScriptRun.start({
        node,
        script,
        args: ["--one", "two words"],
        runtimeArgs: ["--stack-trace-limit=7"],
        env: { NODE_OPTIONS: "--no-deprecation" },
        files: {
          [script]: `${WRITES}
          const own: string = JSON.stringify([process.argv.slice(2), Error.stackTraceLimit, process.env.NODE_OPTIONS, Object.keys(process.env).filter((name) => /SUPERVISE/.test(name))]);
          agent.set("done", true);
          console.log(own);
          process.stdin.resume();`,
        },
        stdin: "",
      });
      assert.deepEqual(run.child.spawnargs.slice(1), [path.join(run.folder, script), "--one", "two words"]);
      const { code, stdout, stderr } = await run.ended;
      assert.equal(code, 0, stderr);
      const bootstrap = path.join(distDir, "runner/bootstrap.cjs");
      assert.equal(stdout, `[["--one","two words"],7,"--require ${bootstrap} --no-deprecation",[]]\n`);
      assert.ok(changes(run.lines).length > 0);
    });

    it("records what exit handlers do, and seq has no gap", async () => {
      const { run } = await runToEnd({
        node,
        files: {
          "main.mjs": `${WRITES}
          process.on("exit", () => { agent.set("late", 1); agent.set("later", 2); });
          agent.set("early", 0);`,
        },
      });
      assert.equal(changes(run.lines).length, 3);
      const seqs = run.lines.flatMap(({ seq }) => (typeof seq === "number" ? [seq] : []));
      assert.deepEqual(
        seqs,
        Array.from(seqs, (_, index) => index),
      );
    });

    it("records forked children and threads as sub-runs", async () => {
      const { code, stderr, run } = await runToEnd({
        node,
        files: {
          "main.mts": `${WRITES}
            import { fork } from "node:child_process"; import { Worker } from "node:worker_threads";
            agent.set("main", 1);
            const ended = (what: any, event: string) => new Promise((resolve) => what.on(event, resolve));
            await ended(fork(new URL("./child.ts", import.meta.url)), "exit");
            await ended(new Worker(new URL("./thread.ts", import.meta.url)), "exit");
            await ended(fork(new URL("./other.mjs", import.meta.url)), "exit");`,
          "child.ts": `${WRITES} const n: number = 2; agent.set("child", n); process.exit(0);`,
          "thread.ts": `${WRITES} const n: number = 3; agent.set("thread", n);`,
          "other.mjs": `console.log("uses no context");`,
        },
      });
      assert.equal(code, 0, stderr);
      const subs = readdirSync(run.spec.runDir).filter((name) => name.startsWith("sub-"));
      assert.equal(subs.length, 2, subs.join());
      const keys = subs.map((name) => {
        const lines = linesOf(path.join(run.spec.runDir, name));
        assert.equal(lines[0]?.["kind"], "recording_header");
        assert.equal((lines[0]?.["data"] as { run: string }).run, run.spec.runId);
        return Object.keys((changes(lines)[0]?.["data"] as { changes: object }).changes)[0];
      });
      assert.deepEqual(keys.sort(), ["child", "thread"]);
      assert.equal(changes(run.lines).length, 1);
    });

    it("leaves what the script sees as it is without us", async () => {
      const { stdout, stderr } = await runToEnd({
        node,
        secret: "s3cret",
        args: ["one", "--two"],
        env: { MINE: "1", ELECTRON_RUN_AS_NODE: "1" },
        files: {
          "main.cjs": `
          const { AGENT_CONTEXT_SECRET, ELECTRON_RUN_AS_NODE, MINE } = process.env;
          console.log(JSON.stringify({ argv: process.argv.slice(2), main: require.main === module, script: process.argv[1] === __filename,
            AGENT_CONTEXT_SECRET, ELECTRON_RUN_AS_NODE, MINE, handlers: process.listenerCount("SIGTERM") + process.listenerCount("uncaughtException"),
            leaks: JSON.stringify(process.env).includes("s3cret") + JSON.stringify(process.execArgv).includes("s3cret") }));`,
        },
      });
      assert.deepEqual(
        JSON.parse(stdout),
        { argv: ["one", "--two"], main: true, script: true, MINE: "1", handlers: 0, leaks: 0 },
        stderr,
      );
    });
  });
}

describe("ends", () => {
  afterEach(async () => {
    await endTerminals();
    await cleanUp();
  });

  onPosix("leaves a whole prefix behind kill -9, and says how it ended", async () => {
    const run = await ScriptRun.start({
      files: {
        "main.mjs": `${WRITES} let i = 0; setInterval(() => { for (let n = 0; n < 50; n++) agent.set("k", i++); }, 1);`,
      },
    });
    await waitFor("2,000 writes", () => changes(run.lines).length > 2_000);
    process.kill(run.scriptPid!, "SIGKILL");
    const { code } = await run.ended;
    assert.equal(code, 137);
    const values = changes(run.lines).map(({ data }) => (data as { changes: { k: number } }).changes.k);
    assert.deepEqual(
      values,
      Array.from(values, (_, index) => index),
    );
    assert.deepEqual(run.lines.at(-1)?.["data"], { code: null, signal: "SIGKILL" });
  });

  onPosix("completes a line that was torn", async () => {
    const run = await ScriptRun.start({
      files: { "main.mjs": `${WRITES} agent.set("k", 1); setInterval(() => {}, 1000);` },
    });
    await waitFor("the write", () => changes(run.lines).length === 1);
    writeFileSync(run.spec.recording, '{"kind":"state_chan', { flag: "a" });
    process.kill(run.scriptPid!, "SIGKILL");
    await run.ended;
    const lines = run.recordingText.split("\n");
    assert.equal(lines.at(-3), '{"kind":"state_chan');
    assert.deepEqual((JSON.parse(lines.at(-2)!) as { data: unknown }).data, { code: null, signal: "SIGKILL" });
  });

  onPosix("stops a script that never yields, after its events have arrived", async () => {
    const run = await ScriptRun.start({ files: { "main.mjs": `${WRITES} agent.set("before", 1); while (true) {}` } });
    await waitFor("the write", () => changes(run.lines).length === 1);
    run.child.kill("SIGTERM");
    assert.equal((await run.ended).code, 143);
    assert.deepEqual(run.lines.at(-1)?.["data"], { code: null, signal: "SIGTERM" });
  });

  onPosix("ends the whole tree of a script that ignores SIGTERM, at once when asked twice", async () => {
    const run = await ScriptRun.start({
      spec: { stopGraceMs: 600_000 },
      files: {
        "main.mjs": `
          import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
          process.on("SIGTERM", () => console.log("no"));
          const idle = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
          const child = spawn(process.execPath, ["-e", idle], { stdio: "ignore" });
          // Its parent ends, so that only its environment tells whose it is.
          const orphaned = spawn(process.execPath, ["-e",
            "const c = require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' });" +
            "console.log(c.pid); c.unref()", idle], { stdio: ["ignore", "pipe", "ignore"] });
          let text = "";
          orphaned.stdout.on("data", (data) => text += data);
          orphaned.on("close", () => writeFileSync("pids", JSON.stringify([child.pid, Number(text)])));
          setInterval(() => {}, 1000);`,
      },
    });
    const file = path.join(run.folder, "pids");
    const [child, orphan] = await waitFor(
      "the children",
      () => existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as number[]),
    );
    const script = run.scriptPid!;
    run.child.kill("SIGTERM");
    await waitFor("the script's refusal", () => run.stdout.includes("no"));
    await endAtOnce(run.child.pid!, script);
    assert.equal((await run.ended).code, 137);
    assert.ok(!isRunning(child!), "child");
    if (process.platform === "linux") assert.ok(!isRunning(orphan!), "orphan");
    else process.kill(orphan!, "SIGKILL");
  });

  onPosix("lets a script that handles SIGTERM end in its own way", async () => {
    const run = await ScriptRun.start({
      files: {
        "main.mjs": `process.on("SIGTERM", () => process.exit(5)); console.log("up"); setInterval(() => {}, 1000);`,
      },
    });
    await waitFor("the script", () => run.stdout.includes("up"));
    run.child.kill("SIGTERM");
    assert.equal((await run.ended).code, 5);
  });

  onPosix("forwards SIGINT when no terminal does", async () => {
    const run = await ScriptRun.start({
      withoutTerminal: true,
      files: {
        "main.mjs": `process.on("SIGINT", () => process.exit(6)); console.log("up"); setInterval(() => {}, 1000);`,
      },
    });
    await waitFor("the script", () => run.stdout.includes("up"));
    run.child.kill("SIGINT");
    assert.equal((await run.ended).code, 6);
  });

  it("exits 128 + n for signal n, as a shell says it", () => {
    assert.equal(exitCode({ code: 3, signal: null }), 3);
    assert.equal(exitCode({ code: null, signal: "SIGKILL" }), 137);
    assert.equal(exitCode({ code: null, signal: "SIGTERM" }), 143);
    assert.equal(exitCode({ code: null, signal: "SIGHUP" }), 129);
  });

  it("says in one sentence that the script is missing", async () => {
    const { code, stderr } = await runToEnd({ files: { "main.mjs": "" }, script: "nope.mjs" });
    assert.equal(code, 126);
    assert.match(stderr, /^agent-context: There is no script .*nope\.mjs\.\n$/);
  });

  it("records a script that ends at once, one that throws at once, and one that Node does not start", async () => {
    const cases = [
      { files: { "main.mjs": "process.exit(3)" }, code: 3 },
      { files: { "main.cjs": "process.exit(4)" }, code: 4 },
      { files: { "main.mjs": "throw new Error('early')" }, code: 1 },
      { files: { "main.cjs": "process.on('exit', () => process.exit(9))" }, code: 9 },
      { files: { "main.mjs": "" }, runtimeArgs: ["--no-such-option"], code: 9 },
    ];
    for (const { code, ...options } of cases) {
      const end = await runToEnd(options);
      assert.equal(end.code, code, end.stderr);
      const kinds = end.run.lines.map(({ kind }) => kind);
      assert.deepEqual(kinds.slice(0, 2), ["recording_header", "state_snapshot"]);
      assert.deepEqual(end.run.lines.at(-1)?.["data"], { code, signal: null });
    }
  });

  it("runs the script unrecorded, with one line that says so, when its recorder is broken", async () => {
    // The bundles without the one of the publisher.
    const { code, stdout, stderr } = await runToEnd({
      files: {
        "main.mjs": `${WRITES} for (let i = 0; i < 20_000; i++) agent.set("key", { i }); console.log(agent.get("key").i);`,
      },
      prepare: (folder) => {
        cpSync(distDir, path.join(folder, "dist"), {
          recursive: true,
          filter: (file) => !file.endsWith("publisher.cjs"),
        });
      },
      supervisor: (folder) => path.join(folder, "dist/runner/supervisor.cjs"),
    });
    assert.equal(code, 0);
    assert.equal(stdout, "19999\n");
    assert.match(stderr, /agent-context: The thread that records this run/);
  });

  onPosix("keeps recordings to their owner", async () => {
    const { run } = await runToEnd({ files: { "main.mjs": WRITES } });
    assert.equal(statSync(run.spec.recording).mode & 0o777, 0o600);
    assert.equal(statSync(run.spec.runDir).mode & 0o777, 0o700);
  });

  it("passes standard input through, and refuses values that are not JSON without losing others", async () => {
    const { code, stdout, stderr, run } = await runToEnd({
      stdin: "typed",
      files: {
        "main.mjs": `${WRITES}
        let text = ""; for await (const chunk of process.stdin) text += chunk;
        agent.set("__proto__", { "constructor": 1 });
        agent.set("<img src=x onerror=alert(1)>", "\\u001b[31m\\u2028\\ud800");
        try { agent.set("bad", { when: new Date() }); } catch (error) { console.log(error.name, error.message.includes("when")); }
        console.log(text, JSON.stringify(agent.get("__proto__")));`,
      },
    });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'InvalidValueError true\ntyped {"constructor":1}\n');
    const written = changes(run.lines).map(({ data }) => Object.entries((data as { changes: object }).changes)[0]);
    assert.deepEqual(written, [
      ["__proto__", { constructor: 1 }],
      ["<img src=x onerror=alert(1)>", "\u001b[31m\u2028\ud800"],
    ]);
  });

  onPosix("gives the script the terminal", async () => {
    const folder = newFolder({
      "main.mjs": `console.log([process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY].join(" "));`,
    });
    const cli = path.join(distDir, "runner/cli.cjs");
    const terminal = new Terminal(folder, process.execPath, [cli, "run", "main.mjs"]);
    await terminal.saw(/true true true/);
    assert.equal(await terminal.ended, 0);
  });

  it("runs the same way where the supervisor has to stand in the command line", async () => {
    const { code, run } = await runToEnd({
      nodeEnv: { ELECTRON_RUN_AS_NODE: "1" },
      args: ["a"],
      files: { "main.mjs": `${WRITES} agent.set("args", process.argv.slice(2)); process.exit(4);` },
    });
    assert.match(run.child.spawnargs[1] ?? "", /supervisor\.cjs$/);
    assert.equal(code, 4);
    assert.deepEqual((run.lines[0]?.["data"] as { args?: unknown }).args, ["a"]);
  });

  it("names the editor's own Node as the cause when a native module does not load there", async () => {
    const { run } = await runToEnd({
      spec: { nodeSource: "editor" },
      files: { "main.cjs": `require("fs").writeFileSync("native.node", "not a library"); require("./native.node");` },
    });
    const error = run.lines.find(({ kind }) => kind === "uncaught_error")?.["data"] as Record<string, string>;
    assert.equal(error["code"], "ERR_DLOPEN_FAILED");
    assert.match(error["hint"]!, /editor's own Node.*agentContext\.nodePath/);
  });
});
