import * as assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import * as path from "node:path";
import { distDir } from "../harness/paths";
import { HEADER } from "../unit/model/recordedRun";
import { cleanUp, newFolder, runToEnd, ScriptRun } from "./scriptRun";
import { open } from "node:fs/promises";

const cli = path.join(distDir, "runner/cli.cjs");
const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";
new AgentContext("a", new StateStore()).set("x", 1);
`;

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("temporary files of agent-context", () => {
  beforeEach(function () {
    if (process.platform === "win32") this.skip();
  });
  afterEach(cleanUp);

  for (const [what, folder] of [
    ["is not there", "/nonexistent/folder"],
    ["cannot be written", "/proc"],
    ["is a file", process.execPath],
  ] as const) {
    it(`go elsewhere when the folder that TMPDIR and HOME name ${what}`, async function () {
      if (folder === "/proc" && process.platform !== "linux") this.skip();
      const { code, stderr } = await runToEnd({
        files: { "main.ts": SCRIPT },
        command: () => [process.execPath, cli, "run", "main.ts"],
        env: { TMPDIR: folder, HOME: folder },
      });
      assert.equal(code, 0, stderr);
      const [first, second] = stderr.split("\n");
      assert.match(
        first ?? "",
        /^agent-context: TMPDIR=.* cannot be used for temporary files \(E\w+\); \/tmp is used instead\.$/,
      );
      assert.equal(second, "");
      assert.match(stderr, /\n {2}x {4}added /);
    });
  }

  it("are not needed for a run that keeps its recording", async () => {
    const { code, stderr, run } = await runToEnd({
      files: { "main.mjs": SCRIPT },
      command: () => [process.execPath, cli, "run", "main.mjs", "--record", "r.agentlog.jsonl"],
      env: { TMPDIR: "/nonexistent", HOME: "/nonexistent" },
    });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /TMPDIR/);
    assert.ok(existsSync(path.join(run.folder, "r.agentlog.jsonl")));
  });

  it("of a command that was killed are removed by a later one, once nothing happens in them", async () => {
    const temporary = newFolder();
    const start = () =>
      ScriptRun.start({
        files: { "main.mjs": SCRIPT + "console.log(process.pid); setInterval(() => {}, 1_000);" },
        command: () => [process.execPath, cli, "run", "main.mjs"],
        env: { TMPDIR: temporary },
      });
    const killed = await start();
    process.kill(await until(() => Number(/^\d+\n/.exec(killed.stdout)?.[0]) || undefined), 0);
    const script = Number(killed.stdout);
    killed.child.kill("SIGKILL");
    process.kill(script, "SIGKILL");
    await killed.ended;
    const [left, ...others] = readdirSync(temporary);
    assert.deepEqual([typeof left, others], ["string", []]);
    const leftover = path.join(temporary, left ?? "");
    mkdirSync(path.join(temporary, "agent-context-of-another"));

    const again = async () => {
      const run = await start();
      await until(() => /^\d+\n/.exec(run.stdout) ?? undefined);
      run.child.kill("SIGTERM");
      await run.ended;
    };
    await again();
    assert.deepEqual(readdirSync(temporary).sort(), ["agent-context-of-another", left].sort());
    for (const name of readdirSync(leftover)) utimesSync(path.join(leftover, name), 0, 0);
    await again();
    assert.deepEqual(readdirSync(temporary), ["agent-context-of-another"]);
  });

  it("of an export that is interrupted are gone, and the signal is told as the cause of the end", async () => {
    const folder = newFolder();
    const recording = path.join(folder, "endless.jsonl");
    execFileSync("mkfifo", [recording]);
    const child = spawn(process.execPath, [cli, "export", recording, "--output", "out.jsonl"], { cwd: folder });
    const ended = new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)));
    const fifo = await open(recording, "w");
    await fifo.write(HEADER);
    await until(() => readdirSync(folder).find((name) => name.endsWith(".partial")));
    child.kill("SIGTERM");
    assert.equal(await ended, "SIGTERM");
    assert.deepEqual(readdirSync(folder), ["endless.jsonl"]);
    await fifo.close();
  });
});
