/** Held merges in a real process behind a real socket: what the script sees, what keeps it alive, and who lets it go on. */

import * as assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../harness/waitFor";
import { rendezvousOf } from "./scriptRun";
import { endRuns, startRun, type ListenedRun } from "./startRun";

/** One agent merges a conflict, and says how it went; nothing else keeps the process alive. */
const CONFLICT = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore({ initial: { budget: 100 } });
const agent = new AgentContext("agent_a", store);
agent.get("budget");
agent.set("budget", 70);
agent.set("note", "mine");
store.set("budget", 90, "somebody");
agent.mergeToParent().then(
  ({ merged }) => console.log("merged", merged, JSON.stringify(store.snapshot())),
  (error) => console.log(error.name, "|", error.message, "|", JSON.stringify(store.snapshot())),
);
agent.set("later", true);
console.log("goes on");
`;

async function heldRun(spec: Parameters<typeof startRun>[1] = {}): Promise<ListenedRun & { readonly hold: number }> {
  const started = await startRun(CONFLICT, { ...spec, spec: { holdMerges: "onProblem", ...spec?.spec } });
  const held = await started.listener.event("merge_held");
  return { ...started, hold: Number(held["seq"]) };
}

const kinds = (lines: readonly Record<string, unknown>[]): unknown[] => lines.map(({ kind }) => kind);

describe("held merges of a process", () => {
  afterEach(endRuns);

  it("keep it alive until they are approved; code that does not wait goes on", async () => {
    const { run, listener, hold } = await heldRun();
    await waitFor("the script to go on", () => run.stdout.includes("goes on"));
    await sleep(300);
    assert.equal(run.child.exitCode, null);
    const id = listener.command({ name: "approve", hold, choices: [["budget", { value: 60 }]] });
    assert.deepEqual(await listener.answer(id), { ok: true, merged: 2, skipped: [] });
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.match(stdout, /merged 2 \{"budget":60,"note":"mine"\}/);
  });

  it("are approved in part, with a key made absent", async () => {
    const { run, listener, hold } = await heldRun();
    listener.command({ name: "approve", hold, keys: ["budget"], choices: [["budget", { absent: true }]] });
    assert.match((await run.ended).stdout, /merged 1 \{\}/);
  });

  it("are rejected with a reason", async () => {
    const { run, listener, hold } = await heldRun();
    const id = listener.command({ name: "reject", hold, reason: "over budget" });
    assert.deepEqual(await listener.answer(id), { ok: true });
    const { stdout, code } = await run.ended;
    assert.equal(code, 0);
    assert.match(stdout, /MergeRejectedError \| The merge of "agent_a" was rejected by the user: over budget/);
    assert.match(stdout, /\{"budget":90\}/);
  });

  it("are not approved by a plan that is stale; the answer names the keys, and the merge still waits", async () => {
    const { run, listener, hold } = await heldRun();
    const early = listener.command({ name: "approve", hold, asOf: 3 });
    const answer = await listener.answer(early);
    assert.ok(!answer.ok);
    assert.deepEqual([answer.name, answer.keys], ["StalePlanError", ["budget"]]);
    const again = listener.command({ name: "approve", hold, asOf: hold });
    assert.equal((await listener.answer(again)).ok, true);
    assert.match((await run.ended).stdout, /merged 2/);
  });

  it("are named when there is none of that name", async () => {
    const { run, listener, hold } = await heldRun();
    const answer = await listener.answer(listener.command({ name: "reject", hold: hold + 1 }));
    assert.ok(!answer.ok && /no longer held/.test(answer.message));
    listener.command({ name: "release" });
    await run.ended;
  });

  it("answer for a resolver that throws something odd, and the script goes on", async () => {
    const odd = `throw Object.assign(Object.create(null), { name: Symbol("odd"), keys: [() => {}] });`;
    const resolver = `{ onConflict: ({ parent }) => { if (parent.revision > 2) { ${odd} } return { take: "overlay" }; } }`;
    const script = CONFLICT.replace("mergeToParent()", `mergeToParent(${resolver})`).replace("error.name", '"odd"');
    const { run, listener } = await startRun(`${script} store.set("budget", 95, "somebody");`, {
      spec: { holdMerges: "onProblem" },
    });
    const { seq } = await listener.event("merge_held");
    const answer = await listener.answer(listener.command({ name: "approve", hold: Number(seq) }));
    assert.deepEqual(answer, { ok: false, name: "Error", message: "something that cannot be shown" });
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.match(stdout, /odd \| undefined \| \{"budget":95\}/);
  });

  it("are released at once by a deliberate detach, and nothing is held after it", async () => {
    const { run, listener } = await heldRun();
    listener.send({ type: "detach" });
    const { stdout } = await run.ended;
    assert.match(stdout, /merged 2/);
    const committed = run.lines.find(({ kind }) => kind === "state_committed");
    const { decision, why } = committed?.["data"] as { decision: string; why: string };
    assert.deepEqual([decision, why], ["released", "detached"]);
    assert.equal(listener.resumedFrom.length, 1);
  });

  it("are released when nobody came back within the grace period; the log says so", async () => {
    const { run, listener } = await heldRun({ spec: { graceMs: 600 } });
    rmSync(rendezvousOf(run.folder));
    listener.cut();
    const { stdout } = await run.ended;
    assert.match(stdout, /merged 2/);
    const committed = run.lines.find(({ kind }) => kind === "state_committed");
    assert.equal((committed?.["data"] as { why: string }).why, "disconnected");
  });

  it("are still held for a window that comes back in time, which then decides", async () => {
    const { run, listener, hold, relisten } = await heldRun({ spec: { graceMs: 60_000 } });
    await listener.close();
    const second = await relisten();
    await second.event("merge_held");
    assert.ok(!kinds(second.lines).includes("state_committed"));
    const id = second.command({ name: "approve", hold });
    assert.equal((await second.answer(id)).ok, true);
    assert.match((await run.ended).stdout, /merged 2/);
  });

  it("tell each window that connects which modes are in force, and every change", async () => {
    const { run, listener, relisten } = await heldRun({ spec: { graceMs: 60_000 } });
    assert.deepEqual(await listener.message("holds"), { type: "holds", run: "onProblem", agents: [] });
    const set = listener.command({ name: "setHolds", run: "never", agents: [[2, "always"]] });
    assert.equal((await listener.answer(set)).ok, true);
    const changed = { type: "holds", run: "never", agents: [[2, "always"]] };
    assert.deepEqual(await listener.message("holds", (message) => message.run === "never"), changed);
    await listener.close();
    const second = await relisten();
    assert.deepEqual(await second.message("holds"), changed);
    second.command({ name: "release" });
    await run.ended;
  });

  it("follow the modes that a view sets, of the run or of one agent, and hold again for a window that came back late", async () => {
    const { run, listener, relisten } = await startRun(
      `
import { StateStore, AgentContext } from "agent-context";
import { existsSync } from "node:fs";
const store = new StateStore();
const agent = new AgentContext("agent_a", store);
let step = 0;
while (!existsSync("stop")) {
  agent.set("step", ++step);
  await agent.mergeToParent();
  await new Promise((resolve) => setTimeout(resolve, 20));
}`,
      { spec: { graceMs: 300 } },
    );
    await listener.event("state_committed");
    const set = listener.command({ name: "setHolds", run: "never", agents: [[2, "always"]] });
    assert.equal((await listener.answer(set)).ok, true);
    const first = await listener.event("merge_held");
    await listener.answer(listener.command({ name: "approve", hold: Number(first["seq"]) }));
    await waitFor("another", () => listener.lines.filter(({ kind }) => kind === "merge_held").length === 2);

    // Alone, it is not held up; whoever comes back finds it holding as before.
    await listener.close();
    rmSync(rendezvousOf(run.folder));
    const committed = (): number => run.lines.filter(({ kind }) => kind === "state_committed").length;
    const before = committed();
    await waitFor("it to go on alone", () => committed() > before + 3);
    const second = await relisten();
    await waitFor("a merge that waits again", () => {
      const lines = second.lines;
      return kinds(lines).at(-1) === "merge_held" && lines.filter(({ kind }) => kind === "merge_held").length > 2;
    });
    run.child.kill("SIGTERM");
    await run.ended;
  });

  it("never happen without anybody who could decide", async () => {
    const { run } = await startRun(CONFLICT, { spec: { holdMerges: "always", rendezvous: undefined as never } });
    assert.match((await run.ended).stdout, /merged 2/);
  });

  it("end with a script that exits on its own account", async () => {
    const { run, listener } = await startRun(`${CONFLICT} setTimeout(() => process.exit(3), 300);`, {
      spec: { holdMerges: "always" },
    });
    await listener.event("merge_held");
    const { code, stdout } = await run.ended;
    assert.equal(code, 3);
    assert.doesNotMatch(stdout, /merged/);
  });

  it("merge in an order that was looked at, all in one turn", async () => {
    const { run, listener } = await startRun(
      `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
for (const name of ["a", "b", "c"]) { const ctx = new AgentContext(name, store); ctx.get("k"); ctx.set("k", name); ctx.set(name, 1); }
const timer = setInterval(() => { if (store.get("c") === 1) { clearInterval(timer); console.log(JSON.stringify(store.snapshot())); } }, 10);`,
    );
    await waitFor("the last write", () => listener.lines.filter(({ kind }) => kind === "state_changed").length === 6);
    const asOf = Number(listener.lines.at(-1)?.["seq"]);
    const merges = [4, 2, 3].map((layer) => ({ layer }));
    const id = listener.command({ name: "mergeInOrder", merges, policy: "overwrite", asOf });
    const answer = await listener.answer(id);
    assert.deepEqual(answer, { ok: true, outcomes: [{ merged: 2 }, { merged: 2 }, { merged: 2 }] });
    assert.match((await run.ended).stdout, /\{"k":"b","c":1,"a":1,"b":1\}/);
  });
});
