/** Holds `agent-context compare` against real recordings of real scripts: its text, its data and its exit codes. */

import * as assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { agentContext } from "./agentContextCommand";
import { cleanUp, newFolder } from "./scriptRun";

/** Two agents; what the second one adds is the script's argument. */
const SCRIPT = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore({ name: "shared" });
store.set("counter", 0, "setup");
const a = new AgentContext("agent_a", store), b = new AgentContext("agent_b", store);
a.set("counter", a.get("counter") + 1);
b.set("counter", b.get("counter") + Number(process.argv[2]));
await a.mergeToParent();
await b.mergeToParent();
`;

describe("agent-context compare", () => {
  afterEach(cleanUp);

  /** Records the script with each of the arguments into one folder. */
  async function record(...amounts: readonly string[]): Promise<string> {
    const folder = newFolder();
    for (const [index, amount] of amounts.entries()) {
      const run = await agentContext(
        { "main.mjs": SCRIPT },
        "run",
        "main.mjs",
        "--record",
        "run.agentlog.jsonl",
        "--",
        amount,
      );
      assert.equal(run.code, 0, run.stderr);
      copyFileSync(path.join(run.folder, "run.agentlog.jsonl"), path.join(folder, `${index}.agentlog.jsonl`));
    }
    return folder;
  }

  const file = (folder: string, index: number): string => path.join(folder, `${index}.agentlog.jsonl`);

  it("says that two runs of one script are the same, and exits with 0", async () => {
    const folder = await record("2", "2");
    const { code, stdout, stderr } = await agentContext({}, "compare", file(folder, 0), file(folder, 1));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Runs\n/);
    assert.match(
      stdout,
      /Agents: the same \(2 agents\)\n.*Parent state: the same \(1 key\)\n.*Events: the same \(14 events\)\n$/s,
    );
    const data = await agentContext({}, "compare", file(folder, 0), file(folder, 1), "--json");
    assert.equal(data.code, 0);
    assert.equal((JSON.parse(data.stdout) as { same: boolean }).same, true);
    const itself = await agentContext({}, "compare", file(folder, 0), file(folder, 0));
    assert.equal(itself.code, 0);
    assert.doesNotMatch(itself.stdout, /differ|^ {2}[-+]/m);
  });

  it("tells in what runs differ and where they part, and exits with 3", async () => {
    const folder = await record("2", "3");
    const { code, stdout } = await agentContext({}, "compare", file(folder, 0), file(folder, 1));
    assert.equal(code, 3);
    const tail = stdout.slice(stdout.indexOf("Agents:"));
    assert.equal(
      `    ${tail}`,
      `    Agents: 1 of 2 agents differs
    Parent state: 1 of 1 key differs
    Merges: the first is the same, then they differ (2 merges in this run)
    Events: the first 7 are the same, then they part
  -   event 9: agent_b: set counter = 2 (was 0)
  +   event 9: agent_b: set counter = 3 (was 0)

Agents
    …
    agent_b on shared
      6 events, 1 merge, 1 conflict
      does and sees the same for 2 events, then
  -     event 9: agent_b: set counter = 2 (was 0)
  +     event 9: agent_b: set counter = 3 (was 0)

Parent state
    {
  -   "counter": 2
  +   "counter": 3
    }

Merges
    …
      counter = 1
    ──── from here on they differ
    agent_b → shared: applied, 1 key, 1 conflict
  -   counter = 2, in conflict
  +   counter = 3, in conflict

Events
    …
    agent_a: set counter = 1 (was 0)
    agent_b: read counter from shared at revision 1
    ──── here they part
  - agent_b: set counter = 2 (was 0)
  + agent_b: set counter = 3 (was 0)
    agent_a: merge into shared: 1 key
    agent_a: merge set counter = 1 (was 0)
    agent_a: merged into shared: 1 key
    agent_b: merge into shared: 1 key, 1 conflict
  - agent_b: merge set counter = 2 (was 1)
  + agent_b: merge set counter = 3 (was 1)
    agent_b: merged into shared: 1 key
    (the log ends here)
`,
    );
  });

  it("tells the same as data", async () => {
    const folder = await record("2", "3");
    const { code, stdout } = await agentContext({}, "compare", file(folder, 0), file(folder, 1), "--json");
    assert.equal(code, 3);
    const report = JSON.parse(stdout) as { exitCode: number; same: boolean; stores: { differences: unknown }[] };
    assert.deepEqual([report.exitCode, report.same], [3, false]);
    assert.deepEqual(report.stores[0]?.differences, [{ key: "counter", left: 2, right: 3 }]);
  });

  it("compares what is whole of a torn recording, and writes nothing that steers the terminal", async () => {
    const folder = await record("2");
    const torn = path.join(folder, "torn.agentlog.jsonl");
    const text = readFileSync(file(folder, 0), "utf8");
    const lines = text.split("\n");
    writeFileSync(
      torn,
      lines
        .map((line) => line.replaceAll("agent_b", "agent_\\u202e\\u001b[31m"))
        .slice(0, -4)
        .join("\n"),
    );
    const { code, stdout } = await agentContext({}, "compare", file(folder, 0), torn);
    assert.equal(code, 3);
    assert.ok(!stdout.includes("\u001b") && !stdout.includes("\u202e"));
    assert.match(stdout, /"agent_.*u202e.*: not in this run/);
  });

  for (const [args, message] of [
    [["compare"], /Name the recordings to compare/],
    [["compare", "a.agentlog.jsonl"], /Name two recordings/],
    [["compare", "a.agentlog.jsonl", "b", "c"], /"c" is one argument too many/],
    [["compare", "a.agentlog.jsonl", "nope"], /not a recording|There is no file/],
    [["compare", "a", "b", "--assert", "no-conflicts"], /compare judges nothing/],
  ] as const) {
    it(`refuses "${args.join(" ")}" in one sentence with exit code 2`, async () => {
      const { code, stdout, stderr } = await agentContext({ "a.agentlog.jsonl": "mine" }, ...args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.match(stderr, /^agent-context: [^\n]*\.\n$/);
    });
  }
});
