/** Records of live runs that several windows see: one of them gets each, and marks of the dead are told from those of the living. */

import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { isProcess } from "../../../src/host/runs/restored/processIdentity";
import { RunRecordStore } from "../../../src/host/records/runRecordStore";

const DEAD = spawnSync(process.execPath, ["-e", ""]).pid;

describe("claims of runs", () => {
  let folder: string;
  const records = (hostPid: number): RunRecordStore => new RunRecordStore(folder, hostPid);
  const host = (): number | undefined => records(1).read("run")?.live?.hostPid;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "agent-context-claims-"));
    await records(DEAD).create({
      id: "run",
      script: "/w/race.ts",
      title: "race.ts",
      startedMs: 1,
      recording: "race.ts.agentlog.jsonl",
      workspace: "",
      live: { hostPid: DEAD, nodeText: "", nodeSource: "path", holdMerges: "never" },
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("give a run to the first of two windows that saw its host gone", () => {
    const [first, second] = [records(process.pid), records(process.ppid)];
    assert.equal(first.claim("run", DEAD), true);
    assert.equal(second.claim("run", DEAD), false);
    assert.equal(host(), process.pid);
  });

  it("wait for a claim under way, and outlive whoever died over one", () => {
    const claim = path.join(folder, "run", "claim");
    writeFileSync(claim, String(process.ppid));
    assert.equal(records(process.pid).claim("run", DEAD), false);
    assert.ok(existsSync(claim));
    writeFileSync(claim, String(DEAD));
    assert.equal(records(process.pid).claim("run", DEAD), false);
    assert.equal(records(process.pid).claim("run", DEAD), true);
  });

  it("know whose open mark is whose", async () => {
    records(DEAD).markOpen("run", true);
    assert.equal(await records(1).isOpen("run"), false);
    records(process.pid).markOpen("run", true);
    assert.deepEqual(new Set(await records(1).openMarks("run")), new Set([DEAD, process.pid]));
    await records(1).clearMarks("run");
    assert.deepEqual(await records(1).openMarks("run"), [process.pid]);
  });
});

describe("the identity of a process", () => {
  it("is told by its command line and environment, never by its number alone", () => {
    assert.equal(isProcess(DEAD, []), false);
    assert.equal(isProcess(0, []), false);
    assert.equal(isProcess(process.pid, ["supervisor.cjs", "/w/race.ts"]), false);
    if (process.platform !== "win32") {
      assert.equal(isProcess(process.pid, [path.basename(process.argv[1] ?? "")]), true);
    }
  });
});
