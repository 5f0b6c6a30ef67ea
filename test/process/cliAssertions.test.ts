/** Runs the built command line on real scripts and recordings, and looks at what it says of their merges. */

import * as assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { examplesDir } from "../harness/paths";
import { agentContext } from "./agentContextCommand";
import { cleanUp, newFolder } from "./scriptRun";

const ALL = ["no-conflicts", "no-stale-reads", "no-order-sensitive-keys"].flatMap((name) => ["--assert", name]);
const KEPT = "kept.agentlog.jsonl";

/** The example, with the merge that it leaves to the user. */
const RACE = readFileSync(path.join(examplesDir, "race.ts"), "utf8") + "\nawait b.mergeToParent();\n";
const lineOf = (text: string): number => RACE.slice(0, RACE.indexOf(text)).split("\n").length;

const IN_TURN = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
store.set("counter", 0, "setup");
for (const name of ["agent_a", "agent_b"]) {
  const agent = new AgentContext(name, store);
  agent.set("counter", agent.get("counter") + 1);
  await agent.mergeToParent();
}
`;
const REFUSED = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
const agent = new AgentContext("agent", store);
agent.set("k\\u001b[31m", 1);
store.set("k\\u001b[31m", 2, "lead");
await agent.mergeToParent({ onConflict: "refuse" }).catch(() => {});
`;
const CHILD = `import { fork } from "node:child_process"; await new Promise((r) => fork("./child.ts").on("exit", r));`;

interface Judged {
  readonly exitCode?: number;
  readonly verdict: string;
  readonly incomplete: readonly string[];
  readonly merges: number;
  readonly assertions: readonly {
    readonly assertion: string;
    readonly count: number;
    readonly violations: readonly Record<string, Record<string, unknown>>[];
  }[];
  readonly subRuns: readonly Judged[];
}

describe("agent-context --assert", () => {
  afterEach(cleanUp);

  const counts = ({ assertions }: Judged): readonly number[] => assertions.map(({ count }) => count);
  const check = async (file: string): Promise<Judged & { code: number | null }> => {
    const { code, stdout, stderr } = await agentContext({}, "check", file, ...ALL, "--json");
    assert.equal(stderr, "");
    return { code, ...(JSON.parse(stdout) as Judged) };
  };
  /** A recording of a run that breaks nothing, changed. */
  const changed = async (script: string, change: (lines: string[]) => string[]): Promise<string> => {
    const { folder } = await agentContext({ "main.mjs": script }, "run", "main.mjs", "--record", KEPT);
    const file = path.join(newFolder(), "changed.agentlog.jsonl");
    writeFileSync(file, change(readFileSync(path.join(folder, KEPT), "utf8").split("\n")).join("\n"));
    return file;
  };

  it("names keys, agents, lines and events of the race that both agents merge, and exits with 3", async () => {
    const { code, stdout, stderr } = await agentContext({ "race.ts": RACE }, "run", "race.ts", ...ALL);
    assert.equal(code, 3, stderr);
    assert.match(stdout, /^agent_a merged: counter = 1\n/);
    const [write, merge] = ["ctx.set(", "\nawait b.mergeToParent"].map(lineOf);
    const table = stderr
      .slice(stderr.indexOf("race.ts: assertions"))
      .replace(/event \d+/g, "event N")
      .replace(/ +/g, " ");
    assert.equal(
      table,
      `race.ts: assertions BROKEN, 2 merges judged

no-conflicts: broken once
 key merge seen parent then overlay came of it
 counter agent_b → parent, race.ts:${(merge ?? 0) + 1}, event N 0 1 by agent_a, race.ts:${write}, event N 2, race.ts:${write}, event N overwritten: 2

no-stale-reads: holds

no-order-sensitive-keys: broken once
 key in merged first merged later, not having seen it
 counter parent 1 by agent_a, race.ts:${write}, event N 2 by agent_b, race.ts:${write}, event N
`,
    );
  });

  it("names the steps that a counter lost where all wrote the same, in the report and as JSON", async () => {
    const script = [
      'import { AgentContext, StateStore } from "agent-context";',
      "const parent = new StateStore({ initial: { done: 0 } });",
      'const workers = ["ann", "ben", "cyd"].map((name) => new AgentContext(name, parent));',
      'for (const each of workers) each.set("done", Number(each.get("done")) + 1);',
      "for (const each of workers) await each.mergeToParent();",
      'new AgentContext("dan", parent).set("later", 1);',
    ].join("\n");
    const asserted = ["--assert", "no-lost-updates", "--assert", "no-unmerged-work", "--assert", "no-write-skew"];
    const { code, stderr } = await agentContext({ "main.mjs": script }, "run", "main.mjs", ...asserted);
    assert.equal(code, 3, stderr);
    const text = stderr.replace(/ +/g, " ");
    assert.match(text, /Findings: 3 findings, 3 problems\n/);
    assert.match(text, / lost update done ben 0, main\.mjs:4 1 by ann, main\.mjs:4 1, main\.mjs:4\n/);
    assert.match(text, / unmerged work later dan 1, main\.mjs:6\n/);
    assert.match(text, /no-lost-updates: broken 2 times\n/);
    assert.match(text, /no-unmerged-work: broken once\n/);
    assert.match(text, /no-write-skew: holds\n/);

    const { stdout } = await agentContext({ "main.mjs": script }, "run", "main.mjs", "--json");
    const { findings, findingCount } = JSON.parse(stdout) as {
      findings: Record<string, unknown>[];
      findingCount: number;
    };
    assert.equal(findingCount, 3);
    assert.deepEqual(
      findings.map(({ kind, key, agent, problem, equal }) => [kind, key, agent, problem, equal]),
      [
        ["lostUpdate", "done", "ben", true, true],
        ["lostUpdate", "done", "cyd", true, true],
        ["unmergedWork", "later", "dan", true, undefined],
      ],
    );
  });

  it("says the same as JSON, of the run and of its recording", async () => {
    const { code, stdout, folder } = await agentContext(
      { "race.ts": RACE },
      ...["run", "race.ts", "--json", "--record", KEPT, ...ALL],
    );
    assert.equal(code, 3);
    const report = JSON.parse(stdout.slice(stdout.indexOf("\n{"))) as Judged & { agents: unknown[] };
    assert.deepEqual([report.exitCode, report.verdict, report.merges, report.incomplete], [3, "broken", 2, []]);
    assert.equal(report.agents.length, 2);
    assert.deepEqual(counts(report), [1, 0, 1]);
    const [conflict] = report.assertions[0]!.violations;
    assert.ok(conflict);
    const { key, merge, settled, by, base, parent } = conflict;
    assert.deepEqual([key, settled, by, base], ["counter", "overwritten", "policy", { value: "0" }]);
    assert.deepEqual([merge?.["agent"], merge?.["policy"]], ["agent_b", "overwrite"]);
    const site = parent?.["site"] as { file: string; line: number; column: number };
    assert.deepEqual([path.basename(site.file), site.line], ["race.ts", lineOf("ctx.set(")]);

    const checked = await check(path.join(folder, KEPT));
    assert.equal(checked.code, 3);
    assert.deepEqual([checked.exitCode, checked.verdict, checked.assertions], [3, report.verdict, report.assertions]);
    const text = await agentContext({}, "check", path.join(folder, KEPT), "--assert", "no-conflicts");
    assert.equal(text.code, 3);
    assert.equal(text.stderr, "");
    assert.match(text.stdout, /race\.ts: assertions BROKEN.*no-conflicts: broken once.*counter/s);
    assert.doesNotMatch(text.stdout, /no-stale-reads|does not hold the script's lines/);

    await agentContext({ "race.ts": RACE }, "run", "race.ts", "--record", path.join(folder, "lines.agentlog.jsonl"));
    const without = await agentContext({}, "check", path.join(folder, "lines.agentlog.jsonl"), ...ALL);
    assert.match(without.stdout, /counter +parent +1 by agent_a, event \d+ .*does not hold the script's lines/s);
  });

  it("passes what breaks nothing with 0, the example as it ships included", async () => {
    const { code, stderr, folder } = await agentContext(
      { "main.mjs": IN_TURN },
      ...["run", "main.mjs", "--record", KEPT, ...ALL],
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /main\.mjs: all assertions hold, 2 merges judged\n(\nno-[a-z-]+: holds\n){3}$/);
    assert.equal((await check(path.join(folder, KEPT))).code, 0);
    const race = await agentContext({}, "run", path.join(examplesDir, "race.ts"), ...ALL);
    assert.equal(race.code, 0, race.stderr);
  });

  it("judges what was refused, and writes no key as it is", async () => {
    const { code, stderr } = await agentContext({ "main.mjs": REFUSED }, "run", "main.mjs", ...ALL);
    assert.equal(code, 3, stderr);
    assert.match(stderr, / {2}k\\u001b\[31m {2}agent → parent, main\.mjs:7, event \d+ .* refused by "refuse"\n/);
    assert.match(stderr, /no-order-sensitive-keys: holds\n/);
    assert.ok(!stderr.includes("\u001b"));
  });

  it("leaves a failing script its own code, and prints the table all the same", async () => {
    const { code, stderr } = await agentContext({ "race.ts": RACE + "process.exit(7);" }, "run", "race.ts", ...ALL);
    assert.equal(code, 7);
    assert.match(stderr, /race\.ts: exit code 7.*race\.ts: assertions BROKEN.*no-conflicts: broken once/s);
  });

  it("judges children each by itself, in the run and beside the recording", async () => {
    const files = { "main.mjs": CHILD, "child.ts": RACE };
    const { code, stderr, folder } = await agentContext(files, "run", "main.mjs", "--record", KEPT, ...ALL);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /main\.mjs: all assertions hold, 0 merges.*child\.ts: assertions BROKEN, 2 merges/s);
    const checked = await check(path.join(folder, KEPT));
    assert.deepEqual([checked.code, checked.verdict], [3, "passed"]);
    assert.deepEqual(checked.subRuns.map(counts), [[1, 0, 1]]);
    const [own] = readdirSync(folder).filter((name) => name.includes(".sub-"));
    assert.equal((await check(path.join(folder, own ?? ""))).code, 3);

    // A child that breaks nothing is whole without anybody having written down its end; one of another run is not looked at.
    const again = await agentContext({ ...files, "child.ts": IN_TURN }, "run", "main.mjs", "--record", KEPT, ...ALL);
    assert.equal(again.code, 0, again.stderr);
    writeFileSync(path.join(again.folder, own ?? ""), readFileSync(path.join(folder, own ?? "")));
    const second = await check(path.join(again.folder, KEPT));
    assert.deepEqual([second.code, second.subRuns.map(counts)], [0, [[0, 0, 0]]]);
    writeFileSync(path.join(again.folder, "kept.sub-1-0.agentlog.jsonl"), "");
    const third = await check(path.join(again.folder, KEPT));
    assert.equal(third.code, 4);
    assert.match(third.subRuns.map(({ incomplete }) => incomplete.join()).join(), /is empty/);
  });

  it("does not pass a recording that is not whole: 4 where nothing broke, 3 where something did", async () => {
    const endless = await changed(IN_TURN, (lines) => lines.slice(0, -2).concat(""));
    const noEnd = await check(endless);
    assert.deepEqual([noEnd.code, noEnd.verdict], [4, "incomplete"]);
    assert.deepEqual(noEnd.incomplete, ["The end of the run is not recorded."]);
    const text = await agentContext({}, "check", endless, ...ALL);
    assert.equal(text.code, 4);
    assert.match(
      text.stdout,
      /COULD NOT BE JUDGED as a whole.*\n {2}NOT WHOLE: The end of the run.*\n\n.*holds in what is recorded/,
    );

    const torn = await check(
      await changed(IN_TURN, (lines) => lines.map((line, at) => (at === 4 ? line.slice(9) : line))),
    );
    assert.deepEqual([torn.code, torn.verdict], [4, "incomplete"]);
    assert.match(torn.incomplete[0] ?? "", /^Line 5: /);

    const broken = await check(await changed(REFUSED, (lines) => lines.slice(0, -2)));
    assert.deepEqual([broken.code, broken.verdict, broken.incomplete.length], [3, "broken", 1]);
  });

  it("does not pass a script that was killed", async () => {
    if (process.platform === "win32") return;
    const script = IN_TURN + "process.kill(process.pid, 'SIGKILL');";
    const { code, stderr, folder } = await agentContext(
      { "main.mjs": script },
      ...["run", "main.mjs", "--record", KEPT, ...ALL],
    );
    assert.equal(code, 137);
    assert.match(stderr, /NOT WHOLE: The script was ended by SIGKILL/);
    assert.equal((await check(path.join(folder, KEPT))).code, 4);
  });

  const NAMED = /no-lost-updates, .*no-unmerged-work, no-conflicts, no-stale-reads(,| or) no-order-sensitive-keys/;
  const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
    [["check", KEPT], NAMED],
    [["check", KEPT, "--assert", "no-luck"], NAMED],
    [["run", "a.mjs", "--assert", "conflicts"], /There is no assertion "conflicts"/],
    [["run", "a.mjs", "--assert"], /--assert/],
    [["check", "--assert", "no-conflicts"], /Name the recording to check/],
    [["check", "nope.agentlog.jsonl", "--assert", "no-conflicts"], /There is no file/],
    [["check", "a.mjs", "--assert", "no-conflicts"], /is not a recording/],
    [["check", KEPT, "--assert", "no-conflicts", "--record", "b.agentlog.jsonl"], /--record belongs to run/],
    [["show", KEPT, "--assert", "no-conflicts"], /--assert belongs to run and check/],
  ];
  for (const [args, message] of WRONG) {
    it(`refuses "${args.join(" ")}" in one sentence with exit code 2`, async () => {
      const { code, stdout, stderr } = await agentContext({ "a.mjs": "console.log(1)", [KEPT]: "" }, ...args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.match(stderr, /^agent-context: [^\n]*\.\n$/);
    });
  }
});
