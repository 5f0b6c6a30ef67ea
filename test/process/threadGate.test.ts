/** The script's thread, really held: at its entry, by breakpoints and steps, in tight loops, and let go again whatever happens. */

import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventBreakpoint } from "../../src/breakpoints/breakpoint";
import type { StepGoal, ThreadAction, ThreadStop } from "../../src/protocol/wire";
import { waitFor } from "../harness/waitFor";
import type { TestListener } from "./listener";
import { endRuns, startRun } from "./startRun";

const HEAD = `
import { StateStore, AgentContext, TaskScope } from "agent-context";
const store = new StateStore({ initial: { budget: 100, plan: { steps: [1, 2] } } });
`;

/** What a debugger sees of one thread. */
class Debugged {
  private seen = 0;
  constructor(readonly listener: TestListener) {}

  act(action: ThreadAction): void {
    this.listener.send({ type: "thread", action });
  }

  arm(...places: (EventBreakpoint["place"] | Omit<EventBreakpoint, "id">)[]): void {
    const breakpoints = places.map((each, index) => ({ id: index + 1, ...("on" in each ? { place: each } : each) }));
    this.act({ name: "arm", breakpoints });
  }

  go(until?: StepGoal): void {
    this.act({ name: "go", ...(until && { until }) });
  }

  /** The next stop. */
  async stop(): Promise<ThreadStop> {
    return waitFor("a stop", () => {
      const states = this.listener.messages.filter((message) => message.type === "threadState");
      while (this.seen < states.length) {
        const { stop } = states[this.seen++]!;
        if (stop !== null) return stop;
      }
      return undefined;
    });
  }

  /** `kind key` of an event; of the newest without seq. */
  what(seq?: number): string {
    const lines = this.listener.lines.filter((line) => typeof line["seq"] === "number");
    const line = seq === undefined ? lines.at(-1) : lines.find((each) => each["seq"] === seq);
    const { changes } = (line?.["data"] ?? {}) as { changes?: object; key?: string };
    const key =
      changes === undefined
        ? ((line?.["data"] as { key?: string } | undefined)?.key ?? "")
        : Object.keys(changes).join();
    return `${String(line?.["kind"])} ${key}`.trim();
  }

  lastSeq(): number {
    return this.listener.lines.reduce((last, { seq }) => (typeof seq === "number" ? Math.max(last, seq) : last), 0);
  }
}

async function debugRun(
  body: string,
  spec: object = {},
): Promise<{ debug: Debugged } & Awaited<ReturnType<typeof startRun>>> {
  const started = await startRun(HEAD + body, { spec: { debug: true, callSiteLimit: 1_000_000, ...spec } });
  return { ...started, debug: new Debugged(started.listener) };
}

describe("the script's thread, held by a debugger", () => {
  afterEach(endRuns);

  it("waits before the script's first line, and runs once it is let go", async () => {
    const { run, debug } = await debugRun('console.log("begun");');
    const stop = await debug.stop();
    assert.equal(stop.reason, "entry");
    await sleep(300);
    assert.equal(run.stdout, "");
    debug.go();
    const { code, stdout } = await run.ended;
    assert.deepEqual([code, stdout.trim()], [0, "begun"]);
  });

  it("stops at a written key, with nothing run ahead", async () => {
    const { run, debug } = await debugRun(`
      const ctx = new AgentContext("a", store);
      ctx.set("other", 1);
      ctx.set("budget", 5);
      console.log("ran ahead");
      ctx.set("other", 2);
    `);
    await debug.stop();
    debug.arm({ on: "write", key: "budget", in: "overlay" });
    debug.go();
    const stop = await debug.stop();
    assert.deepEqual(
      [stop.reason, stop.breakpoints, debug.what(stop.seq)],
      ["breakpoint", [1], "state_changed budget"],
    );
    await sleep(300);
    assert.equal(run.stdout, "");
    assert.equal(debug.lastSeq(), stop.seq);
    debug.go();
    assert.match((await run.ended).stdout, /ran ahead/);
  });

  it("steps to the next event, to an agent's next, and out of scope or merge", async () => {
    const { run, debug } = await debugRun(`
      const a = new AgentContext("a", store);
      const b = new AgentContext("b", store);
      TaskScope.run(a, () => {
        a.set("x", 1);
        b.set("y", 1);
        a.set("x", 2);
      });
      a.set("x", 3);
      await a.mergeToParent();
      a.set("x", 4);
    `);
    await debug.stop();
    debug.arm({ on: "kind", kind: "scope_entered" });
    debug.go();
    const entered = await debug.stop();
    const line = debug.listener.lines.find(({ seq }) => seq === entered.seq)!;
    assert.equal(line["kind"], "scope_entered");
    const layer = Number((line["data"] as { layer: number }).layer);
    debug.go({ to: "agent", layer });
    assert.equal(debug.what((await debug.stop()).seq), "state_changed x");
    debug.go({ to: "any" });
    assert.equal(debug.what((await debug.stop()).seq), "state_changed y");
    debug.go({ to: "agent", layer });
    assert.equal(debug.what((await debug.stop()).seq), "state_changed x");
    debug.go({ to: "out", layer, scope: 1 });
    assert.match(debug.what((await debug.stop()).seq), /^scope_exited/);
    debug.go({ to: "out", layer, scope: 0 });
    const merged = await debug.stop();
    assert.equal(debug.what(merged.seq), "state_committed");
    debug.go();
    assert.equal((await run.ended).code, 0);
  });

  it("stops at a conflicting merge before any of its keys is written; commands wait until it is", async () => {
    const { run, debug, listener } = await debugRun(`
      const ctx = new AgentContext("a", store);
      ctx.get("budget"); ctx.set("budget", 1);
      store.set("budget", 2, "somebody");
      ctx.mergeToParent();
      console.log(JSON.stringify(store.snapshot()));
      setTimeout(() => console.log(ctx.localState.size, "local keys"), 500);
    `);
    await debug.stop();
    debug.arm({ on: "exception", filter: "conflict" });
    debug.go();
    const stop = await debug.stop();
    assert.equal(stop.isMerging, true);
    assert.equal(debug.lastSeq(), stop.seq);
    const id = listener.command({ name: "discard", layer: 2 });
    await sleep(200);
    assert.equal(
      listener.messages.some((message) => message.type === "commandDone"),
      false,
    );
    debug.go();
    assert.equal((await listener.answer(id)).ok, true);
    assert.match((await run.ended).stdout, /"budget":1[^]*0 local keys/);
  });

  it("applies commands while it is held", async () => {
    const { run, debug, listener } = await debugRun(`
      const ctx = new AgentContext("a", store);
      ctx.set("budget", 1);
      console.log(JSON.stringify(store.snapshot()));
    `);
    await debug.stop();
    debug.arm({ on: "write", key: "budget" }, { on: "merge" });
    debug.go();
    // The store's initial state is the first write of the key.
    assert.equal(debug.what((await debug.stop()).seq), "state_restored");
    debug.go();
    await debug.stop();
    const context = listener.lines.find(({ kind }) => kind === "agent_started")!;
    const { layer } = context["data"] as { layer: number };
    const answer = await listener.answer(listener.command({ name: "merge", layer }));
    assert.ok(answer.ok && answer.merged === 1);
    await sleep(100);
    assert.equal(run.stdout, "");
    debug.go();
    assert.match((await run.ended).stdout, /"budget":1/);
  });

  it("pauses a loop that writes, one that only reads, and one that only waits; each goes on", async () => {
    for (const loop of [
      "let i = 0; while (!stop()) ctx.set('i', ++i);",
      "ctx.set('i', 1); while (!stop()) ctx.get('i');",
      "while (!stop()) store.get('budget');",
      "while (!stop()) await new Promise((resolve) => setTimeout(resolve, 5));",
    ]) {
      const { run, debug } = await debugRun(`
        import { existsSync } from "node:fs";
        const ctx = new AgentContext("a", store);
        const stop = () => existsSync("stop");
        console.log("loops");
        ${loop}
        console.log("done");
      `);
      await debug.stop();
      debug.go();
      await waitFor("the loop", () => run.stdout.includes("loops"));
      debug.act({ name: "pause" });
      const stop = await debug.stop();
      assert.equal(stop.reason, "pause", loop);
      const last = debug.lastSeq();
      await sleep(150);
      assert.equal(debug.lastSeq(), last, "nothing runs while it is paused");
      writeFileSync(path.join(run.folder, "stop"), "");
      debug.go();
      assert.match((await run.ended).stdout, /done/, loop);
    }
  });

  it("pauses one that was let go just before", async () => {
    const { run, debug } = await debugRun(`
      import { existsSync } from "node:fs";
      const ctx = new AgentContext("a", store);
      while (!existsSync("stop")) ctx.get("budget");
    `);
    await debug.stop();
    for (let i = 0; i < 20; i++) {
      debug.go();
      debug.act({ name: "pause" });
      assert.equal((await debug.stop()).reason, "pause");
    }
    writeFileSync(path.join(run.folder, "stop"), "");
    debug.go();
    assert.equal((await run.ended).code, 0);
  });

  it("holds one that runs where a step leads; one that is held stays so", async () => {
    const { run, debug } = await debugRun(`
      import { existsSync } from "node:fs";
      const ctx = new AgentContext("a", store);
      ctx.set("i", 0);
      console.log("loops");
      // Again and again: what is asked of the thread may reach it later than the file.
      while (!existsSync("stop")) existsSync("write") ? ctx.set("i", 1) : ctx.get("i");
      ctx.set("i", 2);
    `);
    await debug.stop();
    debug.go();
    await waitFor("the loop", () => run.stdout.includes("loops"));
    debug.act({ name: "until", goal: { to: "any" } });
    writeFileSync(path.join(run.folder, "write"), "");
    const step = await debug.stop();
    assert.deepEqual([step.reason, debug.what(step.seq)], ["step", "state_changed i"]);
    debug.act({ name: "until", goal: { to: "any" } });
    debug.go();
    debug.act({ name: "pause" });
    assert.equal((await debug.stop()).reason, "pause");
    writeFileSync(path.join(run.folder, "stop"), "");
    debug.go();
    assert.equal((await run.ended).code, 0);
  });

  it("tells what the call recorded after the event that it stands at", async () => {
    const { run, debug } = await debugRun(`
      const ctx = new AgentContext("a", store);
      ctx.set("x", 1);
      ctx.set("y", 2);
      ctx.set("z", 3);
      ctx.mergeToParent();
    `);
    await debug.stop();
    debug.arm({ on: "write", key: "x", in: "parent" });
    debug.go();
    const stop = await debug.stop();
    // x, then y, z and the end of the merge.
    assert.equal(stop.lastSeq, stop.seq + 3);
    assert.equal(debug.lastSeq(), stop.lastSeq);
    debug.go();
    assert.equal((await run.ended).code, 0);
  });

  it("takes new breakpoints in the middle of a tight loop", async () => {
    const { run, debug } = await debugRun(`
      const ctx = new AgentContext("a", store);
      console.log("loops");
      for (let i = 0; i < 3_000_000_000 && ctx.get("i") !== -1; i++) ctx.set("i", i);
    `);
    await debug.stop();
    debug.go();
    await waitFor("the loop", () => run.stdout.includes("loops"));
    debug.arm({ place: { on: "write", key: "i" }, condition: "value % 1000 == 0", hits: "3" });
    const stop = await debug.stop();
    const line = debug.listener.lines.find(({ seq }) => seq === stop.seq)!;
    assert.equal(Number((line["data"] as { changes: { i: number } }).changes.i) % 1000, 0);
    run.child.kill("SIGTERM");
    await run.ended;
  });

  it("tells a place inside a value, the value before, and the agent", async () => {
    const { run, debug } = await debugRun(`
      const a = new AgentContext("a", store);
      const b = new AgentContext("b", store);
      a.set("plan", { steps: [1, 2], note: "same steps" });
      b.set("plan", { steps: [1, 3] });
      a.set("plan", { steps: [1, 4] });
    `);
    await debug.stop();
    debug.arm({ place: { on: "write", key: "plan.steps[1]", agent: "a" }, condition: "before == 2 && value > before" });
    debug.go();
    const { seq } = await debug.stop();
    const line = debug.listener.lines.find((each) => each["seq"] === seq)!;
    assert.equal(line["agent"], "a");
    assert.deepEqual((line["data"] as { changes: unknown }).changes, { plan: { steps: [1, 4] } });
    debug.go();
    await run.ended;
  });

  it("stops on the script's line, through source maps", async () => {
    const { run, debug } = await debugRun(
      "const ctx = new AgentContext('a', store);\nctx.set('x', 1);\nctx.set('x', 2);\nctx.set('x', 3);",
    );
    await debug.stop();
    debug.arm({ on: "line", file: run.spec.script, line: HEAD.split("\n").length + 2 });
    debug.go();
    const { seq } = await debug.stop();
    const line = debug.listener.lines.find((each) => each["seq"] === seq)!;
    assert.deepEqual((line["data"] as { changes: unknown }).changes, { x: 2 });
    debug.go();
    await run.ended;
  });

  it("is let go when the debugger leaves, the run is detached, or nobody is there for the grace period", async () => {
    for (const leave of ["release", "detach", "cut"] as const) {
      const { run, debug, listener } = await debugRun(
        'const ctx = new AgentContext("a", store); ctx.set("x", 1); ctx.set("x", 2); console.log("done");',
        { graceMs: 300 },
      );
      await debug.stop();
      debug.arm({ on: "write", key: "x" });
      debug.go();
      await debug.stop();
      if (leave === "release") debug.act({ name: "release" });
      else if (leave === "detach") listener.send({ type: "detach" });
      else await listener.close();
      assert.match((await run.ended).stdout, /done/, leave);
    }
  });

  it("tells a connection that comes back where it is held", async () => {
    const { run, debug, listener, relisten } = await debugRun(
      'const ctx = new AgentContext("a", store); ctx.set("x", 1);',
    );
    await debug.stop();
    debug.arm({ on: "write", key: "x" });
    debug.go();
    const { seq } = await debug.stop();
    await listener.close();
    const again = new Debugged(await relisten());
    assert.equal((await again.stop()).seq, seq);
    again.go();
    assert.equal((await run.ended).code, 0);
  });

  it("says that a run without a debugger cannot be held", async () => {
    const { run, listener } = await startRun(`${HEAD} setTimeout(() => {}, 600);`);
    await listener.message("status");
    listener.send({ type: "thread", action: { name: "pause" } });
    const error = await listener.message("error");
    assert.match(error.message, /not started by a debugger/);
    assert.equal((await run.ended).code, 0);
  });
});
