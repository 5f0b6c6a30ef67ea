import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { IndexError, indexRecording, type IndexProgress } from "../../../src/host/runs/opened/indexRecording";
import { RecordingFile } from "../../../src/disk/recordingFile";
import { RunModel } from "../../../src/model/runModel";
import { longRecording, recordedLines } from "../../harness/longRecording";
import { distDir } from "../../harness/paths";

const thread = path.join(distDir, "indexer.cjs");

describe("a recording that another thread reads", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "agent-context-index-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function file(text: string): string {
    const name = path.join(folder, "a.agentlog.jsonl");
    writeFileSync(name, text);
    return name;
  }

  it("is the same as one that is read here; its values are read again from disk", async () => {
    const text = longRecording(30_000);
    const lines = new RecordingFile(file(text));
    const model = new RunModel(lines);
    const seen: IndexProgress[] = [];
    const bytes = await indexRecording({
      thread,
      file: file(text),
      model,
      progress: (progress) => seen.push(progress),
      signal: new AbortController().signal,
    });
    model.finish();
    const whole = new RunModel();
    whole.append(Buffer.from(text));
    whole.finish();
    assert.equal(bytes, Buffer.byteLength(text));
    assert.equal(model.eventCount, recordedLines(30_000));
    assert.deepEqual(model.damage, []);
    assert.deepEqual(model.info, whole.info);
    for (const seq of [25, 30, 5_000, 17_777, model.lastSeq]) {
      assert.deepEqual(model.row(seq), whole.row(seq));
      assert.deepEqual(model.overlay(2, seq), whole.overlay(2, seq));
      assert.deepEqual(model.plan(3, seq), whole.plan(3, seq));
    }
    assert.ok(seen.length > 2, "progress is told");
    assert.deepEqual(seen.at(-1), { ...seen.at(-1), bytes, size: bytes });
    lines.close();
    assert.match(
      JSON.stringify(model.row(12_345)?.value),
      /changed on disk/,
      "what is gone is said in the value's place",
    );
  });

  it("can be left in the middle, and keeps what was read", async () => {
    const model = new RunModel({ lineAt: () => undefined });
    const abort = new AbortController();
    const read = indexRecording({
      thread,
      file: file(longRecording(60_000)),
      model,
      progress: () => abort.abort(),
      signal: abort.signal,
    });
    assert.equal(await read, undefined);
    assert.ok(model.eventCount > 0);
    assert.ok(model.eventCount < recordedLines(60_000), `${model.eventCount}`);
  });

  it("that cannot be read fails with the system's code", async () => {
    const missing = path.join(folder, "missing.agentlog.jsonl");
    const directory = path.join(folder, "directory.agentlog.jsonl");
    mkdirSync(directory);
    for (const [name, code] of [
      [missing, "ENOENT"],
      [directory, "EISDIR"],
    ] as const) {
      const model = new RunModel({ lineAt: () => undefined });
      const { signal } = new AbortController();
      await assert.rejects(
        indexRecording({ thread, file: name, model, progress: () => undefined, signal }),
        (error) => error instanceof IndexError && error.code === code,
      );
    }
  });

  it("has lines longer than what is kept of the file, and a last one without its end", () => {
    const long = JSON.stringify("x".repeat(3_000_000));
    const text = `short\n${long}\nlast`;
    const lines = new RecordingFile(file(text));
    assert.equal(lines.lineAt(0), "short");
    assert.equal(lines.lineAt(6), long);
    assert.equal(lines.lineAt(6 + long.length + 1), "last");
    assert.equal(lines.lineAt(0), "short");
    lines.close();
  });
});
