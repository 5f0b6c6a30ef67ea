/** What becomes of a run when something goes wrong for real: in its script, its process, its output or its clock. */

import * as assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RunModel } from "../../src/model/runModel";
import { sized } from "../harness/long";
import { waitFor } from "../harness/waitFor";
import { cleanUp, runToEnd, ScriptRun } from "./scriptRun";
import { endRuns, startRun } from "./startRun";

const WRITES = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
const agent = new AgentContext("agent_a", store);
for (let i = 0; i < 1_000; i++) agent.set("k", i);
`;

type Lines = readonly Record<string, unknown>[];
const writes = (lines: Lines): Lines => lines.filter(({ kind }) => kind === "state_changed");
const endOf = (lines: Lines): unknown => lines.find(({ kind }) => kind === "run_ended")?.["data"];

/** The model takes what is there without a word of damage. */
function isWhole(text: string): void {
  const model = new RunModel();
  model.append(Buffer.from(text));
  model.finish();
  assert.deepEqual(model.damage, []);
}

describe("a script's end that nobody planned", () => {
  afterEach(cleanUp);

  // Windows has no signals to speak of.
  for (const signal of process.platform === "win32" ? [] : (["SIGKILL", "SIGABRT", "SIGTERM"] as const)) {
    it(`keeps every event before ${signal}`, async () => {
      const act = signal === "SIGABRT" ? "process.abort();" : `process.kill(process.pid, "${signal}");`;
      // Whatever a process is killed by, what the publisher has taken over is on disk; a moment later that is everything.
      const { code, run } = await runToEnd({
        files: {
          "main.mjs": `${WRITES} await new Promise((resolve) => setTimeout(resolve, 300)); ${act} setInterval(() => {}, 1000);`,
        },
      });
      assert.equal(code, { SIGKILL: 137, SIGABRT: 134, SIGTERM: 143 }[signal]);
      assert.equal(writes(run.lines).length, 1_000);
      assert.deepEqual(endOf(run.lines), { code: null, signal });
      isWhole(run.recordingText);
    });
  }

  it("keeps every event before the process runs out of memory", async () => {
    const { code, run } = await runToEnd({
      files: {
        "main.mjs": `${WRITES}
        await new Promise((resolve) => setTimeout(resolve, 300));
        const kept = [];
        for (;;) kept.push(new Array(100_000).fill(kept.length));`,
      },
      runtimeArgs: ["--max-old-space-size=64"],
    });
    assert.notEqual(code, 0);
    assert.equal(writes(run.lines).length, 1_000);
    assert.ok(endOf(run.lines), "the supervisor tells the end");
    isWhole(run.recordingText);
  });

  for (const [what, act] of [
    ["an uncaught error", 'throw new Error("lost the thread");'],
    [
      "an unhandled rejection",
      'void Promise.reject(new Error("lost the thread")); await new Promise((resolve) => setTimeout(resolve, 1000));',
    ],
  ] as const) {
    it(`records ${what}, with its message`, async () => {
      const { code, run, stderr } = await runToEnd({ files: { "main.mjs": `${WRITES} ${act}` } });
      assert.equal(code, 1);
      assert.equal(writes(run.lines).length, 1_000);
      const error = run.lines.find(({ kind }) => kind === "uncaught_error");
      assert.match(JSON.stringify(error?.["data"]), /lost the thread/);
      // Node's own report stays.
      assert.match(stderr, /lost the thread/);
      assert.deepEqual(endOf(run.lines), { code: 1, signal: null });
    });
  }

  it("records what an exit handler does that exits with another code", async () => {
    const { code, run } = await runToEnd({
      files: {
        "main.mjs": `${WRITES} process.on("exit", () => { agent.set("last", true); process.exit(9); }); process.exit(3);`,
      },
    });
    assert.equal(code, 9);
    assert.equal(writes(run.lines).length, 1_001);
    assert.deepEqual(endOf(run.lines), { code: 9, signal: null });
  });
});

describe("a script's output", () => {
  afterEach(cleanUp);

  it("may be closed by the script", async () => {
    const { code, run } = await runToEnd({
      files: {
        "main.mjs": `${WRITES}
        import { closeSync } from "node:fs";
        closeSync(1); closeSync(2);
        agent.set("after", true);`,
      },
    });
    assert.equal(code, 0);
    assert.equal(writes(run.lines).length, 1_001);
    assert.deepEqual(endOf(run.lines), { code: 0, signal: null });
  });

  it("may be flooded", async function () {
    const megabytes = sized({ usual: 50, long: 1_000 });
    this.timeout(sized({ usual: 60_000, long: 600_000 }));
    const run = await ScriptRun.start({
      files: {
        "main.mjs": `${WRITES}
        const line = "x".repeat(1023) + "\\n";
        const block = line.repeat(1024);
        for (let i = 0; i < ${megabytes}; i++) {
          if (!process.stdout.write(block)) await new Promise((resolve) => process.stdout.once("drain", resolve));
          agent.set("flood", i);
        }`,
      },
    });
    // What is printed is nobody's to keep here.
    run.child.stdout?.removeAllListeners("data");
    let bytes = 0;
    run.child.stdout?.on("data", (text: string) => (bytes += text.length));
    assert.equal((await run.ended).code, 0);
    assert.ok(bytes >= (megabytes - 1) * 1024 * 1024, `${bytes} bytes`);
    assert.equal(writes(run.lines).length, 1_000 + megabytes);
  });
});

describe("a full disk", () => {
  afterEach(endRuns);

  // A device on which every write fails as on a disk that is full; only Linux has it.
  for (const device of existsSync("/dev/full") ? ["/dev/full"] : []) {
    it("stops the recording, not the run: the stream has everything", async () => {
      const { run, listener } = await startRun(WRITES + "await new Promise((resolve) => setTimeout(resolve, 300));", {
        spec: { recording: device },
      });
      await listener.message("recordingFailed", ({ message }) => message.includes("ENOSPC"));
      const { code, stderr } = await run.ended;
      assert.equal(code, 0);
      assert.equal(writes(listener.lines).length, 1_000);
      assert.equal(stderr.match(/The recording .* cannot be written: .*The run goes on\./g)?.length, 1, stderr);
    });
  }
});

describe("what the script's environment holds", () => {
  afterEach(cleanUp);

  it("is in no recording, however the script ends", async () => {
    const { run, stdout, stderr } = await runToEnd({
      env: { DEPLOY_PASSWORD: "hunter2-of-the-environment" },
      files: { "main.mjs": `${WRITES} if (!process.env.DEPLOY_PASSWORD) throw 1; null.property;` },
    });
    assert.equal(writes(run.lines).length, 1_000);
    assert.match(run.recordingText, /TypeError/);
    assert.doesNotMatch(run.recordingText + stdout + stderr, /hunter2/);
  });
});

describe("a clock that jumps", () => {
  afterEach(cleanUp);

  it("leaves the order of events as it was", async () => {
    const { code, run } = await runToEnd({
      files: {
        "main.mjs": `
        const now = Date.now;
        let shift = 0;
        Date.now = () => now() + shift;
        const { StateStore } = await import("agent-context");
        const store = new StateStore();
        for (let i = 0; i < 50; i++) {
          shift = (i % 2 === 0 ? -1 : 1) * 86_400_000 * i;
          store.set("k", i, "writer");
          await new Promise((resolve) => setTimeout(resolve, 2));
        }`,
      },
    });
    assert.equal(code, 0);
    const values = writes(run.lines).map(({ data }) => (data as { changes: { k: number } }).changes.k);
    assert.deepEqual(
      values,
      Array.from({ length: 50 }, (_, index) => index),
    );
    isWhole(run.recordingText);
  });
});

describe("a reader that stops reading", () => {
  afterEach(endRuns);

  it("neither slows the script nor makes it grow, and has everything in the end", async function () {
    const seconds = sized({ usual: 3, long: 10 });
    this.timeout(120_000);
    const { run, listener } = await startRun(`
      import { StateStore, AgentContext, runLog } from "agent-context";
      import { existsSync } from "node:fs";
      // What the script keeps of its own events is not what is measured here.
      runLog().retention = 1_000;
      const agent = new AgentContext("a", new StateStore());
      let i = 0;
      while (!existsSync("stop")) {
        for (let n = 0; n < 20; n++) agent.set("k", i++ + "x".repeat(10_000));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      agent.discard();
      console.log(JSON.stringify({ writes: i, rss: process.memoryUsage().rss }));
    `);
    await waitFor("the first events", () => listener.lines.length > 100);
    listener.stall();
    const before = statSync(run.spec.recording).size;
    await sleep(seconds * 1_000);
    const during = statSync(run.spec.recording).size - before;
    assert.ok(during > 5_000_000, `it wrote ${during} bytes while nobody read`);
    listener.unstall();
    writeFileSync(`${run.folder}/stop`, "");
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    const told = JSON.parse(stdout) as { writes: number; rss: number };
    assert.equal(writes(run.lines).length, told.writes);
    // The stream that nobody read lies on disk, not in memory.
    assert.ok(told.rss < 400_000_000, `${Math.round(told.rss / 1e6)} MB`);
    const stream = listener.bytes.toString("utf8");
    assert.equal(run.recordingText.slice(0, stream.length), stream);
  });
});
