import * as assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { MAX_FRAME_BYTES } from "../../src/protocol/wire";
import { waitFor } from "../harness/waitFor";
import type { ScriptRun } from "./scriptRun";
import { rendezvousOf } from "./scriptRun";
import { endRuns, SECRET, startRun } from "./startRun";

const AGENT = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
const agent = new AgentContext("agent_a", store);
`;
/** Writes one key every few milliseconds until the file "stop" is there; then prints how many. */
const STEADY = `${AGENT}
import { existsSync } from "node:fs";
let i = 0;
while (!existsSync("stop")) { agent.set("k", i++); await new Promise((resolve) => setTimeout(resolve, 2)); }
console.log(i);`;

function stop(run: ScriptRun): void {
  writeFileSync(`${run.folder}/stop`, "");
}

const writes = (lines: readonly Record<string, unknown>[]): number =>
  lines.filter(({ kind }) => kind === "state_changed").length;

describe("stream", () => {
  afterEach(endRuns);

  it("starts with who it is, then sends the recording byte by byte", async () => {
    const { run, listener } = await startRun(STEADY);
    const init = await listener.message("init");
    assert.deepEqual(
      [init.runId, init.script, init.cwd, init.recording],
      [run.spec.runId, run.spec.script, run.folder, run.spec.recording],
    );
    assert.equal(init.node.source, "path");
    await waitFor("50 writes on the socket", () => writes(listener.lines) > 50);
    stop(run);
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(writes(listener.lines), Number(stdout));
    await listener.message("status", ({ state }) => state === "ending");
    assert.deepEqual(
      listener.lines.slice(0, 2).map(({ kind }) => kind),
      ["recording_header", "state_snapshot"],
    );
    assert.ok(run.recordingText.startsWith(listener.bytes.toString("utf8")));
  });

  it("shows events before a loop that never yields at once", async () => {
    const { run, listener } = await startRun(`${AGENT} agent.set("before", 1); while (true) {}`);
    await listener.event("state_changed");
    run.child.kill("SIGTERM");
    assert.equal((await run.ended).code, 143);
  });

  it("dials again after a cut, and goes on from the byte that the other side has", async () => {
    const { run, listener } = await startRun(STEADY);
    await waitFor("20 writes", () => writes(listener.lines) > 20);
    listener.cut();
    await waitFor("another handshake", () => listener.resumedFrom.length === 2);
    const before = writes(listener.lines);
    await waitFor("more writes", () => writes(listener.lines) > before + 20);
    stop(run);
    const { stdout } = await run.ended;
    assert.equal(writes(listener.lines), Number(stdout));
    assert.ok(listener.resumedFrom[1]! > 0);
  });

  it("finds a reloaded window by the rendezvous file, and sends it everything from the start", async () => {
    const { run, listener, relisten } = await startRun(STEADY);
    await waitFor("20 writes", () => writes(listener.lines) > 20);
    await listener.close();
    const second = await relisten();
    await waitFor("a new connection", () => second.resumedFrom.length === 1);
    stop(run);
    const { stdout } = await run.ended;
    assert.deepEqual(second.resumedFrom, [0]);
    assert.equal(writes(second.lines), Number(stdout));
  });

  it("leaves the script alone when the extension goes away, and the recording whole", async () => {
    const { run, listener } = await startRun(STEADY);
    await waitFor("20 writes", () => writes(listener.lines) > 20);
    await listener.close();
    rmSync(rendezvousOf(run.folder));
    const soFar = writes(run.lines);
    await waitFor("100 more writes on disk", () => writes(run.lines) > soFar + 100);
    stop(run);
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stderr, "agent-context: main.mjs: exit code 0\n");
    assert.equal(writes(run.lines), Number(stdout));
  });

  it("does not hold the script up when the other side reads nothing", async () => {
    const { run, listener } = await startRun(
      `${STEADY.replace('agent.set("k", i++)', 'agent.set("k", i++ + "x".repeat(100_000))')}`,
    );
    await waitFor("the handshake", () => listener.resumedFrom.length === 1);
    listener.stall();
    await waitFor("30 MB on disk", () => statSync(run.spec.recording).size > 30_000_000);
    listener.unstall();
    stop(run);
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(writes(run.lines), Number(stdout));
  });

  it("carries a value that is larger than the ring and than a frame", async () => {
    const { run, listener } = await startRun(
      `${AGENT} agent.set("big", "é".repeat(3_000_000)); while (!(await import("node:fs")).existsSync("stop")) await new Promise((r) => setTimeout(r, 5));`,
    );
    const event = await listener.event("state_changed");
    assert.equal((event["data"] as { changes: { big: string } }).changes.big.length, 3_000_000);
    stop(run);
    assert.equal((await run.ended).code, 0);
  });

  it("is refused with a wrong secret, and the script does not notice", async () => {
    const { run, listener } = await startRun(STEADY, { secret: "another" });
    await waitFor("two attempts", () => listener.refused.length >= 2);
    stop(run);
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(listener.messages.length, 0);
    assert.equal(writes(run.lines), Number(stdout));
  });

  it("keeps the secret out of the recording, the stream and the script's environment", async () => {
    const { run, listener } = await startRun(`${AGENT} import { readFileSync } from "node:fs";
      agent.set("env", JSON.parse(JSON.stringify(process.env))); console.log(JSON.stringify([process.env, process.argv, process.execArgv]));`);
    const { stdout, stderr } = await run.ended;
    for (const text of [stdout, stderr, run.recordingText, listener.bytes.toString("utf8")]) {
      assert.ok(!text.includes(SECRET));
    }
  });

  it("answers what it does not understand by name, and goes on", async () => {
    const { run, listener } = await startRun(STEADY);
    await waitFor("the handshake", () => listener.resumedFrom.length === 1);
    const frames: readonly (readonly [string | Buffer, string])[] = [
      ["{not json", "badMessage"],
      ["[]", "badMessage"],
      [JSON.stringify({ type: "surprise" }), "unknownMessage"],
      [JSON.stringify({ type: "command", id: "x" }), "badMessage"],
      [JSON.stringify({ type: "ready", version: 1, fromByte: 0 }), "outOfOrder"],
      [Buffer.from("binary"), "badMessage"],
    ];
    for (const [index, [frame, code]] of frames.entries()) {
      listener.sendRaw(frame);
      const errors = await waitFor(`answer ${index}`, () => {
        const found = listener.messages.filter((message) => message.type === "error");
        return found.length > index && found;
      });
      assert.equal(errors[index]!.code, code, String(frame));
    }
    const before = writes(listener.lines);
    await waitFor("more writes", () => writes(listener.lines) > before);
    assert.equal(listener.resumedFrom.length, 1);
    listener.sendRaw(Buffer.alloc(MAX_FRAME_BYTES + 1, 32).toString("latin1"));
    await listener.message("error", ({ code }) => code === "tooLarge");
    await waitFor("another handshake", () => listener.resumedFrom.length === 2);
    stop(run);
    assert.equal((await run.ended).code, 0);
  });

  it("refuses a newer protocol and a byte that it does not have", async () => {
    const newer = await startRun(STEADY, { version: 99 });
    await newer.listener.message("error", ({ code, message }) => code === "version" && message.includes("99"));
    const beyond = await startRun(STEADY, { fromByte: () => 1e9 });
    await beyond.listener.message("error", ({ code }) => code === "outOfOrder");
    for (const { run } of [newer, beyond]) {
      stop(run);
      assert.equal((await run.ended).code, 0);
    }
  });

  it("goes on from memory when the recording cannot be written, and says so once", async () => {
    // A folder stands where the recording should.
    const { run, listener } = await startRun(STEADY, { spec: { recording: tmpdir() } });
    await listener.message("recordingFailed", ({ message }) => message.includes("EISDIR"));
    assert.equal((await listener.message("init")).recording, null);
    await waitFor("50 writes", () => writes(listener.lines) > 50);
    stop(run);
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0);
    assert.equal(writes(listener.lines), Number(stdout));
    assert.equal(stderr.match(/The recording .* cannot be written: .*The run goes on\./g)?.length, 1, stderr);
  });
});

describe("commands", () => {
  afterEach(endRuns);

  const TWO = `${AGENT}
    import { existsSync } from "node:fs";
    store.set("a", 0, "setup");
    agent.set("a", 1); agent.set("b", 2);
    while (!existsSync("stop")) await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(JSON.stringify([store.snapshot(), agent.localState.keys().sort()]));`;

  it("merge and discard act on the running script's context", async () => {
    const { run, listener } = await startRun(TWO);
    const started = await listener.event("agent_started");
    await waitFor("both writes", () => writes(listener.lines) === 3);
    const { layer } = started["data"] as { layer: number };
    assert.deepEqual(await listener.answer(listener.command({ name: "merge", layer, keys: ["a", "nope"] })), {
      ok: true,
      merged: 1,
      skipped: ["nope"],
    });
    assert.deepEqual(await listener.answer(listener.command({ name: "discard", layer })), { ok: true });
    const refused = await listener.answer(listener.command({ name: "discard", layer: 99 }));
    assert.equal(refused.ok, false);
    const notWaiting = await listener.answer(listener.command({ name: "end" }));
    assert.deepEqual([notWaiting.ok, (notWaiting as { name: string }).name], [false, "NotWaiting"]);
    stop(run);
    assert.equal((await run.ended).stdout, '[{"a":1},[]]\n');
  });

  it("a command that the script has not come to can be taken back", async () => {
    const { run, listener } = await startRun(`${AGENT} agent.set("a", 1); while (true) {}`);
    const { layer } = (await listener.event("agent_started"))["data"] as { layer: number };
    await listener.event("state_changed");
    const id = listener.command({ name: "merge", layer });
    listener.send({ type: "cancelCommand", id });
    const result = await listener.answer(id);
    assert.deepEqual([result.ok, (result as { name: string }).name], [false, "Cancelled"]);
    assert.ok(!listener.lines.some(({ kind }) => kind === "merge_planned"));
    run.child.kill("SIGTERM");
    await run.ended;
  });
});

describe("waiting for unmerged agents", () => {
  afterEach(endRuns);

  const spec = { atEnd: "waitWhenUnmerged" } as const;
  const PENDING = `${AGENT} agent.set("a", 1); process.on("exit", () => console.log(JSON.stringify(store.snapshot())));`;

  it("keeps a finished script alive until everything is merged", async () => {
    const { run, listener } = await startRun(PENDING, { spec });
    const { pending } = await listener.message("status", ({ state }) => state === "waiting");
    await listener.event("run_waiting");
    assert.equal((await listener.answer(listener.command({ name: "merge", layer: pending[0]! }))).ok, true);
    assert.deepEqual(await run.ended, {
      code: 0,
      signal: null,
      stdout: '{"a":1}\n',
      stderr: "agent-context: main.mjs: exit code 0\n",
    });
  });

  it("lets it end when asked to", async () => {
    const { run, listener } = await startRun(PENDING, { spec });
    await listener.message("status", ({ state }) => state === "waiting");
    assert.deepEqual(await listener.answer(listener.command({ name: "end" })), { ok: true });
    assert.equal((await run.ended).stdout, "{}\n");
  });

  it("does not wait when nothing is pending, for process.exit, or when told to exit", async () => {
    for (const [main, atEnd] of [
      [`${AGENT} agent.set("a", 1); await agent.mergeToParent();`, "waitWhenUnmerged"],
      [`${AGENT} agent.set("a", 1); process.exit(0);`, "waitWhenUnmerged"],
      [`${AGENT} agent.set("a", 1);`, "exit"],
    ] as const) {
      const { run } = await startRun(main, { spec: { atEnd } });
      assert.equal((await run.ended).code, 0);
      assert.ok(!run.lines.some(({ kind }) => kind === "run_waiting"), main);
    }
  });

  it("ends by itself some time after the extension is gone", async () => {
    const { run, listener } = await startRun(PENDING, { spec: { ...spec, graceMs: 500 } });
    await listener.message("status", ({ state }) => state === "waiting");
    await listener.close();
    rmSync(rendezvousOf(run.folder));
    assert.equal((await run.ended).code, 0);
    assert.ok(readFileSync(run.spec.recording, "utf8").includes("run_waiting"));
  });
});
