import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import * as path from "node:path";
import { distDir } from "../harness/paths";
import { agentContext } from "./agentContextCommand";
import { cleanUp } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");
/** A report of it is longer than what a pipe holds. */
const LONG = `
import { AgentContext, StateStore } from "agent-context";
const store = new StateStore();
for (let n = 0; n < 40; n++) {
  const agent = new AgentContext("agent " + n, store);
  for (let i = 0; i < 200; i++) agent.set("key " + i, "a value that fills the pipe, because a small report fits in");
}
await new AgentContext("c", store).mergeToParent();
`;

describe("what agent-context prints", () => {
  let folder: string;
  before(async () => {
    ({ folder } = await agentContext({ "main.mjs": LONG }, "run", "main.mjs", "--record", "r.agentlog.jsonl"));
  });
  after(cleanUp);

  /** Runs the command; reads of one of its streams only the beginning. */
  async function readBeginning(which: "stdout" | "stderr", ...args: readonly string[]) {
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const [left, other] = which === "stdout" ? [child.stdout, child.stderr] : [child.stderr, child.stdout];
    left.once("data", () => left.destroy());
    other.setEncoding("utf8").on("data", (text: string) => (said += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    return { code, said };
  }

  for (const args of [
    ["show", "r.agentlog.jsonl"],
    ["show", "r.agentlog.jsonl", "--json"],
    ["export", "r.agentlog.jsonl"],
    ["export", "r.agentlog.jsonl", "--format", "otlp"],
    ["check", "r.agentlog.jsonl", "--assert", "no-conflicts", "--json"],
    ["compare", "r.agentlog.jsonl", "r.agentlog.jsonl", "--json"],
    ["run", "main.mjs", "--json"],
  ]) {
    it(`ends in silence when the reader of "${args.join(" ")}" leaves, with the command's own exit code`, async () => {
      assert.deepEqual(await readBeginning("stdout", ...args), { code: 0, said: "" });
    });
  }

  it("keeps an assertion's exit code when the reader of the report leaves", async () => {
    const args = ["r.agentlog.jsonl", "--assert", "no-unmerged-work", "--json"];
    assert.deepEqual(await readBeginning("stdout", "check", ...args), { code: 3, said: "" });
    const run = await readBeginning("stderr", "run", "main.mjs", "--assert", "no-unmerged-work");
    assert.deepEqual(run, { code: 3, said: "" });
  });

  it("is said to be lost where it cannot be written, without a stack and without another exit code of the script", async function () {
    if (process.platform !== "linux") this.skip();
    const full = openSync("/dev/full", "w");
    const runFull = (...args: readonly string[]) => {
      const child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: ["ignore", full, "pipe"] });
      let said = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
      return new Promise<{ code: number | null; said: string }>((resolve) =>
        child.on("close", (code) => resolve({ code, said })),
      );
    };
    const shown = await runFull("show", "r.agentlog.jsonl");
    assert.equal(shown.code, 2);
    assert.match(shown.said, /^agent-context: Standard output cannot be written: ENOSPC[^\n]*\.\n$/);
    const run = await runFull("run", "main.mjs", "--json");
    assert.equal(run.code, 0);
    assert.match(run.said, /Standard output cannot be written: ENOSPC[^\n]*\n$/);
    closeSync(full);
  });
});
