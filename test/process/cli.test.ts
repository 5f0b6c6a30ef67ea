import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { distDir, examplesDir, repositoryDir } from "../harness/paths";
import { agentContext } from "./agentContextCommand";
import { cleanUp, newFolder } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");
const LOST_UPDATE = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
store.set("counter", 0, "setup"); store.set("old", "x", "setup");
const a = new AgentContext("agent_a", store), b = new AgentContext("agent_b", store);
a.set("counter", a.get("counter") + 1);
b.set("counter", b.get("counter") + 2); b.set("wide 日本", ["é\\n\\u001b[31m\\u202e", null]); b.delete("old");
await a.mergeToParent();
console.log("the script's own output", ...process.argv.slice(2));
`;
const NESTED = `
import { StateStore, AgentContext } from "agent-context";
const plan = new StateStore({ name: "plan" }), empty = new StateStore({ name: "empty" });
plan.set("goal", 1, "setup");
const lead = new AgentContext("lead", plan), helper = new AgentContext("helper", lead);
lead.set("goal", { steps: ["a", 1] });
helper.set("found", [1, null]);
await helper.mergeToParent();
await lead.mergeToParent({ keys: ["goal"] });
plan.set("\u202e", "\\u001b[31m", "setup");
`;
const HUGE = `
import { StateStore } from "agent-context";
const huge = new StateStore({ name: "huge" });
for (let n = 0; n < 5_000; n++) huge.set("key" + n, "x".repeat(n === 3 ? 1_000_000 : 8), "setup");
for (let n = 0; n < 60; n++) new StateStore({ name: "other" + n });
`;

describe("agent-context on the command line", () => {
  afterEach(cleanUp);

  it("run prints for each agent what a merge would change, and leaves standard output to the script", async () => {
    const { code, stdout, stderr } = await agentContext(
      { "main.mjs": LOST_UPDATE },
      "run",
      "main.mjs",
      "--",
      "--mine",
      "--",
      "x",
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "the script's own output --mine -- x\n");
    assert.equal(
      stderr.replace(/\d+ events/, "N events"),
      `
main.mjs: exit code 0, N events

agent_a → parent: 1 unchanged, merged
  key      kind       parent now  overlay  conflict  pending
  counter  unchanged  1           1                  no

agent_b → parent: 1 added, 1 modified, 1 deleted, 1 conflict, not merged
  key        kind      parent now  overlay                        conflict  pending
  counter    modified  1           2                              conflict  yes
  wide 日本  added     (absent)    ["é\\n\\u001b[31m\\u202e", null]            yes
  old        deleted   "x"         (deleted)                                yes

Findings: 1 finding, 1 problem
  finding        key                 agent    read  but then  it wrote
  unmerged work  counter and 2 more  agent_b                  2, event 10
`,
    );
  });

  it("run --json prints the report as JSON behind the script's output, and --record keeps the recording", async () => {
    const files = { "main.mjs": LOST_UPDATE };
    const { code, stdout, stderr, folder } = await agentContext(
      files,
      "run",
      "main.mjs",
      "--json",
      "--record",
      "kept.agentlog.jsonl",
    );
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    const report = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
      ended: unknown;
      agents: { agent: string; rows: { key: string; conflict: boolean; overlay?: unknown }[] }[];
      subRuns: unknown[];
    };
    assert.deepEqual(report.ended, { code: 0, signal: null });
    assert.deepEqual(report.subRuns, []);
    const [counter, , old] = report.agents[1]!.rows;
    assert.deepEqual(
      [counter!.key, counter!.conflict, counter!.overlay, "overlay" in old!],
      ["counter", true, 2, false],
    );

    const recording = path.join(folder, "kept.agentlog.jsonl");
    const shown = await agentContext({}, "show", recording, "--json");
    assert.deepEqual({ ...(JSON.parse(shown.stdout) as object), subRuns: [] }, report);
    const text = await agentContext({}, "show", recording);
    assert.equal(text.code, 0);
    assert.match(text.stdout, /counter +modified +1 +2 +conflict +yes/);
  });

  it("run leaves nothing behind without --record", async () => {
    const { folder } = await agentContext({ "main.mjs": LOST_UPDATE }, "run", "main.mjs");
    assert.deepEqual(readdirSync(folder), ["main.mjs"]);
  });

  it("run exits with the script's code, 128 + n for signals, and reports a script that failed", async () => {
    assert.equal((await agentContext({ "main.mjs": "process.exit(7)" }, "run", "main.mjs")).code, 7);
    const failed = await agentContext(
      { "main.mjs": `${LOST_UPDATE} throw new TypeError("broken\\nmore");` },
      "run",
      "main.mjs",
    );
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /main\.mjs: exit code 1, \d+ events\nTypeError: broken\n\nagent_a/);
    if (process.platform === "win32") return;
    const killed = await agentContext({ "main.mjs": "process.kill(process.pid, 'SIGKILL')" }, "run", "main.mjs");
    assert.equal(killed.code, 137);
    assert.match(killed.stderr, /ended by SIGKILL/);
  });

  it("run reports sub-runs and keeps their recordings beside the run's", async () => {
    const files = {
      "main.mjs": `import { fork } from "node:child_process"; await new Promise((r) => fork("./child.mjs").on("exit", r));`,
      "child.mjs": LOST_UPDATE,
    };
    const { stderr, folder } = await agentContext(files, "run", "main.mjs", "--record", "kept.agentlog.jsonl");
    assert.match(stderr, /main\.mjs: exit code 0.*No agent context was made.*child\.mjs.*agent_b → parent: 1 added/s);
    const kept = readdirSync(folder).filter((name) => name.endsWith(".agentlog.jsonl"));
    assert.equal(kept.length, 2);
    assert.match(kept.join(" "), /kept\.sub-\d+-0\.agentlog\.jsonl/);
  });

  it("run works on the examples that ship", async () => {
    const race = await agentContext({}, "run", path.join(examplesDir, "race.ts"));
    assert.equal(race.code, 0, race.stderr);
    assert.match(race.stderr, /agent_b → parent: .*1 conflict, not merged/);
    const pipeline = await agentContext({}, "run", path.join(examplesDir, "pipeline.ts"));
    assert.equal(pipeline.code, 0, pipeline.stderr);
  });

  const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /Say what to do/],
    [["walk"], /There is no command "walk"/],
    [["run"], /Name the script to run/],
    [["run", "nope.ts"], /There is no script .*nope\.ts/],
    [["run", "."], /is not a file/],
    [["run", "a.mjs", "b"], /"b" is one argument too many.*"--"/],
    [["run", "a.mjs", "--stop-grace", "soon"], /--stop-grace needs a number of seconds.*"soon"/],
    [["run", "a.mjs", "--stop-grace", "86401"], /--stop-grace needs a number of seconds from 0 to 86400/],
    [["show", "a.agentlog.jsonl", "--stop-grace", "1"], /--stop-grace belongs to run/],
    [["run", "--nope", "a.mjs"], /Unknown option '--nope'/],
    [["run", "a.mjs", "--record", "x.json"], /ends in \.agentlog\.jsonl/],
    [["run", "a.mjs", "--record", "other.agentlog.jsonl"], /exists and is not a recording; it is not overwritten/],
    [["run", "a.mjs", "--record", "no/where.agentlog.jsonl"], /cannot be written/],
    [["show"], /Name the recording/],
    [["show", "nope.agentlog.jsonl"], /There is no file/],
    [["show", "."], /is a folder/],
    [["show", "a.mjs"], /is not a recording: line 1/],
    [["show", "empty.agentlog.jsonl"], /is empty/],
  ];
  for (const [args, message] of WRONG) {
    it(`refuses "${args.join(" ")}" in one sentence with exit code 2`, async () => {
      const files = { "a.mjs": "console.log(1)", "empty.agentlog.jsonl": "", "other.agentlog.jsonl": "mine" };
      const { code, stdout, stderr, folder } = await agentContext(files, ...args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.match(stderr, /^agent-context: [^\n]*\.\n$/);
      assert.equal(readFileSync(path.join(folder, "other.agentlog.jsonl"), "utf8"), "mine");
    });
  }

  it("show tells of damage, and reads on", async () => {
    const { folder } = await agentContext(
      { "main.mjs": LOST_UPDATE },
      "run",
      "main.mjs",
      "--record",
      "kept.agentlog.jsonl",
    );
    const file = path.join(newFolder(), "torn.agentlog.jsonl");
    const lines = readFileSync(path.join(folder, "kept.agentlog.jsonl"), "utf8").split("\n");
    writeFileSync(file, [...lines.slice(0, 5), "{torn", ...lines.slice(5)].join("\n"));
    const { code, stdout } = await agentContext({}, "show", file);
    assert.equal(code, 0);
    assert.match(stdout, /agent_b → parent: .*Line 6: /s);
  });

  it("show prints the parent states: stores, and agents that are parents of others", async () => {
    const { folder } = await agentContext({ "main.mjs": NESTED }, "run", "main.mjs", "--record", "n.agentlog.jsonl");
    const file = path.join(folder, "n.agentlog.jsonl");
    const { stdout } = await agentContext({}, "show", file);
    assert.equal(
      stdout.slice(stdout.indexOf("Parent state")),
      `Parent state "plan": 2 keys
  key     value               revision  written by  event
  goal    {"steps":["a", 1]}  2         lead        13
  \\u202e  "\\u001b[31m"        3         setup       15

Parent state "empty": no keys

Parent state "lead" (over "plan"): 3 keys
  key     value               revision  written by  event  from
  goal    {"steps":["a", 1]}  1         lead        7      lead
  found   [1, null]           2         helper      10     lead
  \\u202e  "\\u001b[31m"        3         setup       15     plan
`,
    );
    const report = JSON.parse((await agentContext({}, "show", file, "--json")).stdout) as {
      stores: { entries: unknown[]; written: { key: string; revision: number; writer: string; event: number }[] }[];
      agents: { agent: string; state?: { key: string; value: unknown; from: string }[] }[];
    };
    const [goal] = report.stores[0]!.written;
    assert.deepEqual({ ...goal, event: 0 }, { key: "goal", revision: 2, writer: "lead", event: 0 });
    assert.ok(goal!.event > 0);
    assert.deepEqual(
      report.agents.map(({ agent, state }) => [agent, state?.map(({ key, from }) => `${key} from ${from}`)]),
      [
        ["lead", ["goal from lead", "found from lead", "\u202e from plan"]],
        ["helper", undefined],
      ],
    );
  });

  it("show prints as much of a huge parent state as one can read, and says what it left out", async () => {
    const { folder } = await agentContext({ "main.mjs": HUGE }, "run", "main.mjs", "--record", "h.agentlog.jsonl");
    const { stdout } = await agentContext({}, "show", path.join(folder, "h.agentlog.jsonl"));
    assert.match(stdout, /Parent state "huge": 5000 keys\n/);
    assert.match(stdout, /\n {2}Left out: 4800 more keys, values from 60 characters on; --json prints all\.\n/);
    assert.match(stdout, /\n… and 11 more parent states; --json prints all\.\n$/);
    assert.ok(stdout.length < 40_000, `${stdout.length} characters`);
  });

  it("show prints the state in another tool's log", async () => {
    const { stdout } = await agentContext({}, "show", path.join(repositoryDir, "test/fixtures/car/journal.jsonl"));
    assert.ok(
      stdout.endsWith(`
Parent state "state": 3 keys
  key       value  revision  written by    event
  attempts  1      4         reviewer      12
  deployed  true   8         77aa00bb11cc  21
  note      null   6         reviewer      14
`),
      stdout,
    );
  });

  it("--help and --version say so", async () => {
    const help = await agentContext({}, "--help");
    assert.match(help.stdout, /agent-context run SCRIPT/);
    const { version } = JSON.parse(readFileSync(path.join(repositoryDir, "package.json"), "utf8")) as {
      version: string;
    };
    assert.equal((await agentContext({}, "--version")).stdout, `${version}\n`);
    assert.ok(existsSync(cli));
  });
});
