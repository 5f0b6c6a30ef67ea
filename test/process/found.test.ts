/** What is left of a run whose editor is gone: its process is told from others, its recording is whole, and it is not started twice. */

import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { adoptionOf, type Adoption } from "../../src/host/runs/restored/adoption";
import { isProcess } from "../../src/host/runs/restored/processIdentity";
import { whenExited, isAlive } from "../../src/base/processTree";
import { taskCommand } from "../../src/host/runs/taskCommand";
import { RunRecordStore } from "../../src/host/records/runRecordStore";
import { RunModel } from "../../src/model/runModel";
import { LAUNCH_VARIABLE } from "../../src/protocol/launch";
import { distDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { cleanUp, ScriptRun } from "./scriptRun";

const COUNTS = `
import { StateStore } from "agent-context";
const store = new StateStore();
let count = 0;
setInterval(() => store.set("count", ++count, "counter"), 5);`;

const GONE = spawnSync(process.execPath, ["-e", ""]).pid;
const SUPERVISOR = path.join(distDir, "runner/supervisor.cjs");

/** A run with a record in the folder of all runs, whose extension host is gone. */
async function recordedRun(): Promise<{ run: ScriptRun; records: RunRecordStore; adoption: () => Promise<Adoption> }> {
  let records!: RunRecordStore;
  const run = await ScriptRun.start({
    files: { "counts.mjs": COUNTS },
    prepare: (folder) => {
      records = new RunRecordStore(folder);
    },
  });
  const { script } = run.spec;
  await new RunRecordStore(run.folder, GONE).create({
    id: "run",
    script,
    title: "counts.mjs",
    startedMs: Date.now(),
    recording: "main.agentlog.jsonl",
    workspace: "",
    onShow: {},
    live: { hostPid: GONE, supervisorPid: run.child.pid!, nodeText: "", nodeSource: "path", holdMerges: "never" },
  });
  new RunRecordStore(run.folder, GONE).markOpen("run", true);
  const adoption = async (): Promise<Adoption> => {
    const record = records.read("run")!;
    return adoptionOf(record, {
      workspace: "",
      hostPid: process.pid,
      nowMs: Date.now(),
      openIn: await records.openMarks("run"),
      isRunning: isProcess(record.live!.supervisorPid!, [record.script, run.spec.runId]),
      isAlive,
    });
  };
  await waitFor("events", () => run.lines.length > 20);
  return { run, records, adoption };
}

describe("a run whose editor is gone", () => {
  afterEach(cleanUp);

  it("is followed while its own process lives, and shown as ended unexpectedly once all of it was killed", async () => {
    const { run, adoption } = await recordedRun();
    assert.equal(await adoption(), "follow");
    const script = run.scriptPid!;
    process.kill(run.child.pid!, "SIGKILL");
    process.kill(script, "SIGKILL");
    await run.ended;
    assert.ok(await whenExited(script, 10_000));
    assert.equal(await adoption(), "show");

    const model = new RunModel();
    model.append(Buffer.from(run.recordingText));
    model.finish();
    assert.equal(model.info.ended, undefined);
    // At most the line that was being written is torn.
    assert.ok(model.damageCount <= 1);
    const counts = run.lines.flatMap(({ data }) => (data as { changes?: { count?: number } }).changes?.count ?? []);
    assert.deepEqual(
      counts,
      counts.map((_, index) => index + 1),
    );
  });

  it("ends in order when its terminal goes with the editor, and says how", async () => {
    const { run, adoption } = await recordedRun();
    run.child.kill("SIGHUP");
    await run.ended;
    assert.equal(run.lines.at(-1)?.["kind"], "run_ended");
    assert.equal(await adoption(), "show");
  });

  it("is not started again over its recording by an editor that repeats its command line", async () => {
    const { run } = await recordedRun();
    run.child.kill("SIGTERM");
    await run.ended;
    const before = run.recordingText;
    const again = spawnSync(process.execPath, [SUPERVISOR, "--", run.spec.script], {
      env: { ...process.env, [LAUNCH_VARIABLE]: JSON.stringify(run.spec) },
      encoding: "utf8",
    });
    assert.equal(again.status, 126);
    assert.match(again.stderr, /This run of counts\.mjs is over\./);
    assert.equal(run.recordingText, before);
    const { file, args, env } = taskCommand({
      node: { execPath: process.execPath, env: {} },
      ...{ supervisor: SUPERVISOR, script: run.spec.script, args: [], runtimeArgs: [], nodeOptions: "" },
    });
    const asTask = spawnSync(file, args, {
      env: { ...process.env, ...env, [LAUNCH_VARIABLE]: JSON.stringify(run.spec) },
      encoding: "utf8",
    });
    assert.equal(asTask.status, 126);
    assert.match(asTask.stderr, /This run of counts\.mjs is over\./);
    assert.equal(run.recordingText, before);
  });
});
