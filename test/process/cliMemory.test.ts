import * as assert from "node:assert/strict";
import { appendFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { itWhenLong } from "../harness/long";
import { distDir } from "../harness/paths";
import { cleanUp, newFolder, runToEnd } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");
/** Less than the recordings below are long, and enough for what is looked at of them at a time. */
const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=80" };
const MEGABYTE = 1024 * 1024;
/** One page, written, merged, read and logged again and again; a page is no continuation of the one before. */
const CRAWLER = `
import { AgentContext, runLog, StateStore } from "agent-context";
runLog().retention = 100;
const parent = new StateStore();
const crawler = new AgentContext("crawler", parent), reader = new AgentContext("reader", parent);
const page = "lorem ipsum ".repeat(8_300);
for (let i = 0; i < 450; i++) {
  crawler.set("page", page + i);
  void crawler.mergeToParent();
  reader.get("page");
  crawler.log("fetched", { page: page + i });
  crawler.log("parsed", { page: i + page });
  if (i % 20 === 0) await new Promise(setImmediate);
}
reader.set("page", "short");
reader.set("seen", 1);
await reader.mergeToParent();
`;

/** Runs the command with little memory. */
async function withSmallHeap(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { run, ...end } = await runToEnd({ files, command: () => [process.execPath, cli, ...args], env: SMALL_HEAP });
  assert.doesNotMatch(end.stderr, /heap out of memory/, args.join(" "));
  return { ...end, folder: run.folder };
}

describe("agent-context and recordings that are larger than memory", function () {
  this.timeout(300_000);
  afterEach(cleanUp);

  it("reports on a run, and reads, judges, compares and exports its recording", async () => {
    const run = await withSmallHeap({ "main.mjs": CRAWLER }, "run", "main.mjs", "--record", "r.agentlog.jsonl");
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /reader → parent: 2 unchanged, merged/);
    const recording = path.join(run.folder, "r.agentlog.jsonl");
    assert.ok(statSync(recording).size > 120 * MEGABYTE);

    const shown = await withSmallHeap({}, "show", recording);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /Parent state "parent": 2 keys\n.*\n {2}page +"short" /);
    const json = await withSmallHeap({}, "show", recording, "--json");
    const report = JSON.parse(json.stdout) as { stores: { entries: unknown }[] };
    assert.deepEqual(report.stores[0]?.entries, [
      ["page", "short"],
      ["seen", 1],
    ]);
    const asserted = ["no-lost-updates", "no-conflicts", "no-stale-reads", "no-order-sensitive-keys"];
    const judged = await withSmallHeap({}, "check", recording, ...asserted.flatMap((name) => ["--assert", name]));
    assert.equal(judged.code, 0, judged.stderr);
    const compared = await withSmallHeap({}, "compare", recording, recording);
    assert.equal(compared.code, 0, compared.stderr);
    const trace = await withSmallHeap({}, "export", recording, "--format", "otlp", "-o", "trace.jsonl");
    assert.equal(trace.code, 0, trace.stderr);
  });

  itWhenLong(
    "reads a log of another tool, whole states and results, from a file and from a pipe",
    async function (this: Mocha.Context) {
      const log = path.join(newFolder(), "car.jsonl");
      const page = "lorem ipsum ".repeat(8_300);
      for (let i = 0; i < 450; i++) {
        const lines = [
          { kind: "state_snapshot", proposal_id: `p${i}`, data: { state: { page: page + i, count: i } } },
          { kind: "action_succeeded", action_id: `a${i}`, data: { output: page + i } },
          { kind: "state_changed", data: { changes: { other: page + i } } },
        ];
        const text = lines.map((line) => JSON.stringify({ ...line, timestamp: "2024-05-01T10:00:00.000Z" }) + "\n");
        appendFileSync(log, text.join(""));
      }
      assert.ok(statSync(log).size > 120 * MEGABYTE);
      const shown = await withSmallHeap({}, "show", log);
      assert.equal(shown.code, 0, shown.stderr);
      assert.match(shown.stdout, /Parent state "state": 3 keys\n.*\n {2}page +"lorem ipsum .*…/);
      const compared = await withSmallHeap({}, "compare", log, log);
      assert.equal(compared.code, 0, compared.stderr);
      if (process.platform === "win32") this.skip();
      const piped = await runToEnd({
        files: {},
        command: () => ["sh", "-c", `cat "${log}" | "${process.execPath}" "${cli}" show /dev/stdin`],
        env: SMALL_HEAP,
      });
      assert.deepEqual([piped.code, piped.stdout], [0, shown.stdout]);
    },
  );
});
