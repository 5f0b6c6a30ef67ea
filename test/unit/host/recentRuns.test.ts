import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { leftoverRuns } from "../../../src/host/records/leftoverRuns";
import type { ShownRun } from "../../../src/host/recentRuns/recentRun";
import { RecentRuns } from "../../../src/host/recentRuns/recentRuns";
import type { RunRecord } from "../../../src/host/records/runRecord";
import { RunRecordStore } from "../../../src/host/records/runRecordStore";
import { distDir } from "../../harness/paths";
import { waitFor } from "../../harness/waitFor";
import { HELD, RACE, RECORDED, recording, runOf } from "./raceRecording";

const DAY_MS = 24 * 60 * 60 * 1_000;
const unlimited = { count: 0, bytes: 0 };

describe("recorded runs on disk", () => {
  let folder: string;
  /** A process that lives as long as the tests do, in the place of another window's extension host. */
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  after(() => other.kill("SIGKILL"));
  const otherPid = other.pid as number;

  let here: RunRecordStore;
  let elsewhere: RunRecordStore;
  let log: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "agent-context-recent-"));
    here = new RunRecordStore(folder);
    elsewhere = new RunRecordStore(folder, otherPid);
    log = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function recordOf(id: string, more: Partial<RunRecord> = {}): RunRecord {
    return {
      ...{ id, script: `/w/${id}.ts`, title: `${id}.ts`, startedMs: Date.now(), workspace: "" },
      recording: `${id}.ts.agentlog.jsonl`,
      summary: { state: "ended", statusText: "exit code 0", agents: 0, conflicts: 0, events: 0, damaged: 0 },
      ...more,
    };
  }

  async function store(id: string, more: Partial<RunRecord> = {}, text = recording(RACE)): Promise<string> {
    const record = recordOf(id, more);
    await here.create(record);
    const file = path.join(here.directory(id), record.recording);
    writeFileSync(file, text);
    return file;
  }

  function unread(id: string): Promise<string> {
    const { summary: _summary, ...record } = recordOf(id);
    const live = { hostPid: 999_999_999, nodeText: "", nodeSource: "path", holdMerges: "never" } as const;
    return here.create({ ...record, live }).then(() => {
      const file = path.join(here.directory(id), record.recording);
      writeFileSync(file, recording(RACE));
      return file;
    });
  }

  function recentRuns(limits = unlimited, shown: readonly ShownRun[] = []): RecentRuns {
    const say = (text: string): void => void log.push(text);
    return new RecentRuns({
      thread: path.join(distDir, "indexer.cjs"),
      runs: { all: shown },
      records: here,
      limits: () => limits,
      log: { info: say, warn: say },
    });
  }

  const ids = (): string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();

  describe("open marks", () => {
    it("keep a run from being removed, in whichever window, and only as long as that window lives", async () => {
      await store("a");
      elsewhere.markOpen("a", true);
      assert.equal(await here.isOpen("a"), true);
      assert.equal(await here.isOpenElsewhere("a"), true);
      assert.equal(await elsewhere.isOpenElsewhere("a"), false);
      assert.equal(await here.removeIfClosed("a", true), false);
      elsewhere.markOpen("a", false);
      here.markOpen("a", true);
      assert.equal(await here.removeIfClosed("a"), false);
      assert.equal(await here.removeIfClosed("a", true), true);
      assert.deepEqual(ids(), []);
    });

    it("of windows that are gone say nothing: dead ones, earlier ones of the same pid, those of before a restart", async () => {
      await store("a");
      const mark = (pid: number): string => path.join(here.directory("a"), `open-${pid}`);
      writeFileSync(mark(999_999_999), "");
      writeFileSync(mark(process.pid), "");
      writeFileSync(path.join(here.directory("a"), "open-"), "");
      writeFileSync(mark(otherPid), "");
      utimesSync(mark(otherPid), 1_000, 1_000);
      assert.equal(await here.isOpen("a"), false);
    });

    it("leave the run where it was when it cannot go", async () => {
      const file = await store("a");
      here.markOpen("a", true);
      await here.removeIfClosed("a");
      assert.ok(existsSync(file));
      assert.deepEqual(ids(), ["a"]);
    });
  });

  it("can be removed by two windows at once", async () => {
    for (let round = 0; round < 20; round++) {
      await store("a");
      const done = await Promise.all([here.removeIfClosed("a"), elsewhere.removeIfClosed("a")]);
      assert.equal(done.filter(Boolean).length, 1, done.join());
      assert.deepEqual(ids(), []);
    }
  });

  it("are told of to other windows", async () => {
    await store("a");
    let heard = 0;
    const watcher = elsewhere.watch(() => heard++);
    try {
      for (const change of [
        () => here.update("a", (record) => ({ ...record, name: "mine" })),
        () => store("b"),
        () => here.removeIfClosed("b"),
      ]) {
        const before = heard;
        await waitFor("a change to be heard of", async () => {
          await change();
          return heard > before;
        });
      }
    } finally {
      watcher.dispose();
    }
  });

  it("are found by the files in their directories", async () => {
    const file = await store("a");
    assert.equal(here.idOf(file), "a");
    assert.equal(here.idOf(path.join(folder, "x.jsonl")), undefined);
    assert.equal(here.idOf("/elsewhere/a/x.jsonl"), undefined);
  });

  describe("tidying", () => {
    const started = (age: number): Partial<RunRecord> => ({ startedMs: Date.now() - age });

    it("removes the oldest beyond the number, and says so in the log", async () => {
      for (const [age, id] of ["new", "middle", "old"].entries()) await store(id, started(age * 1_000));
      const runs = recentRuns({ count: 2, bytes: 0 });
      assert.deepEqual(await runs.tidy(), ["old"]);
      assert.deepEqual(ids(), ["middle", "new"]);
      assert.equal(log.length, 1);
      assert.match(log[0] ?? "", /^Removed the run old\.ts of \S+ \(old\): more than 2 runs were kept\.$/);
      assert.deepEqual(await runs.tidy(), []);
    });

    it("removes the oldest beyond the size", async () => {
      const long = recording(RACE).repeat(400);
      await store("new", started(0), long);
      await store("old", started(1_000), long);
      assert.deepEqual(await recentRuns({ count: 0, bytes: long.length * 1.5 }).tidy(), ["old"]);
      assert.match(log[0] ?? "", /the runs took more than [\d.]+ (KB|MB)\.$/);
    });

    it("removes none that lives, is on show here, or is open in another window", async () => {
      await store("new", started(0));
      const shownFile = await store("shown", started(1_000));
      await store("open", started(2_000));
      elsewhere.markOpen("open", true);
      const { summary: _summary, ...living } = recordOf("living", started(3_000));
      const live = { hostPid: otherPid, nodeText: "", nodeSource: "path", holdMerges: "never" } as const;
      await here.create({ ...living, live });
      writeFileSync(path.join(here.directory("living"), living.recording), recording(RACE));
      await store("old", started(4_000));

      const { model } = runOf(RACE);
      const shown: ShownRun = {
        ...{ id: "x", state: RECORDED, model },
        recording: { fsPath: shownFile },
      };
      assert.deepEqual(await recentRuns({ count: 1, bytes: 1 }, [shown]).tidy(), ["old"]);
      assert.deepEqual(ids(), ["living", "new", "open", "shown"]);
    });

    it("is harmless when two windows do it at once", async () => {
      for (let age = 0; age < 12; age++) await store(`r${String(age).padStart(2, "0")}`, started(age * 1_000));
      const limits = { count: 3, bytes: 0 };
      const removed = await Promise.all([recentRuns(limits).tidy(), recentRuns(limits).tidy()]);
      assert.equal(removed.flat().length, 9);
      assert.deepEqual(ids(), ["r00", "r01", "r02"]);
    });

    it("removes what was left over for a day, and nothing that may be of use", async () => {
      const old = new Date(Date.now() - 2 * DAY_MS);
      const age = (id: string): void => {
        for (const file of readdirSync(here.directory(id))) utimesSync(path.join(here.directory(id), file), old, old);
        utimesSync(here.directory(id), old, old);
      };
      const make = (id: string, files: Record<string, string>): void => {
        mkdirSync(here.directory(id));
        for (const [name, text] of Object.entries(files)) writeFileSync(path.join(here.directory(id), name), text);
      };
      assert.equal(await here.isEmpty(), true);
      const text = JSON.stringify(recordOf("no-recording"));
      make("bare", { "race.ts.agentlog.jsonl": recording(RACE) });
      // No record can be read, and yet there is something to tidy.
      assert.deepEqual([await here.isEmpty(), (await here.list()).length], [false, 0]);
      make("empty", {});
      make("no-recording", { "run.json": text });
      make("torn-record", { "run.json": text.slice(0, 40) });
      make("removing-gone", { "run.json": JSON.stringify(recordOf("gone")) });
      make("newer", { "run.json": '{"version":2}', "race.ts.agentlog.jsonl": "" });
      make("busy", { "race.ts.agentlog.jsonl": "" });
      make("young", {});
      await store("whole");
      for (const id of ids()) if (id !== "young") age(id);
      elsewhere.markOpen("busy", true);
      utimesSync(here.directory("busy"), old, old);

      const gone = ["bare", "empty", "no-recording", "removing-gone", "torn-record"];
      assert.deepEqual((await leftoverRuns(here)).sort(), gone);
      assert.deepEqual(await recentRuns().tidy(), []);
      assert.deepEqual(ids(), ["busy", "newer", "whole", "young"]);
      assert.equal(log.length, gone.length);
    });
  });

  describe("runs whose end nobody followed", () => {
    it("are summed up from their recordings, once", async () => {
      await unread("crashed");
      const runs = recentRuns();
      assert.equal((await runs.get("crashed"))?.status.type, "unread");
      await runs.catchUp();
      const summary = here.read("crashed")?.summary;
      assert.deepEqual(
        [summary?.state, summary?.agents, summary?.events, summary?.damaged],
        ["endedUnexpectedly", 3, RACE.length, 0],
      );
      assert.equal(here.read("crashed")?.live, undefined);
      assert.equal((await runs.get("crashed"))?.status.type, "ended");
    });

    it("tell the end that their supervisor has reported", async () => {
      const file = await unread("ended");
      const end = { kind: "run_ended", data: { code: 3, signal: null }, timestamp: "2026-01-02T03:05:05.678Z" };
      writeFileSync(file, `${recording(HELD)}${JSON.stringify(end)}\n`);
      await recentRuns().catchUp();
      const summary = here.read("ended")?.summary;
      assert.deepEqual(
        [summary?.state, summary?.statusText, summary?.code, summary?.endedMs],
        ["ended", "exit code 3", 3, Date.parse(end.timestamp)],
      );
    });

    it("are counted as damaged where their recording is torn, and said to be unreadable where it cannot be read", async () => {
      const torn = await unread("torn");
      writeFileSync(torn, recording(RACE).slice(0, -5));
      const folderInstead = await unread("folder");
      rmSync(folderInstead);
      mkdirSync(folderInstead);
      const runs = recentRuns();
      await runs.catchUp();
      assert.equal(here.read("torn")?.summary?.damaged, 1);
      const { status } = (await runs.get("folder")) ?? {};
      assert.equal(status?.type, "unread");
      assert.match((status?.type === "unread" && status.problem) || "", /EISDIR/);
      assert.equal(here.read("folder")?.summary, undefined);
    });

    it("keep the name that the user gave them meanwhile", async () => {
      await unread("named");
      const runs = recentRuns();
      const done = runs.catchUp();
      here.update("named", (record) => ({ ...record, name: "mine" }));
      await done;
      assert.equal(here.read("named")?.name, "mine");
      assert.ok(here.read("named")?.summary);
    });
  });
});
