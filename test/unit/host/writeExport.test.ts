import assert from "node:assert/strict";
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { writeExport } from "../../../src/host/export/writeExport";
import { RunModel } from "../../../src/model/runModel";
import { readTrace } from "../model/otlpSchema";
import { RACE, recording } from "./raceRecording";

const WHOLE = recording(RACE);

describe("writing an export", () => {
  let folder: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "agent-context-test-"));
    source = path.join(folder, "race.agentlog.jsonl");
    target = path.join(folder, "out.jsonl");
    writeFileSync(source, WHOLE);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const untouched = (): void => {
    assert.deepEqual(readdirSync(folder), ["race.agentlog.jsonl"]);
    assert.equal(readFileSync(source, "utf8"), WHOLE);
  };

  it("replaces what is there, tells how far it is, and says that nothing is wrong", async () => {
    for (const format of ["jsonl", "otlp"] as const) {
      writeFileSync(target, "old");
      const parts: number[] = [];
      const options = { format, target, progress: (part: number) => void parts.push(part) };
      const exported = await writeExport({ recording: source }, options);
      assert.deepEqual(exported, { snapshot: false, leftOut: 0, otherRuns: 0, damage: [], damageCount: 0 });
      assert.equal(parts.at(-1), 1);
      assert.deepEqual(
        parts,
        [...parts].sort((a, b) => a - b),
      );
      const text = readFileSync(target, "utf8");
      if (format === "jsonl") assert.equal(text, WHOLE);
      else assert.equal(readTrace(text).spans.length, 4);
    }
    assert.deepEqual(readdirSync(folder).sort(), ["out.jsonl", "race.agentlog.jsonl"]);
  });

  it("takes of a run that goes on what its model has taken in, up to the last whole line", async () => {
    const model = new RunModel();
    model.append(Buffer.from(WHOLE.slice(0, -30)));
    const exported = await writeExport({ recording: source, model }, { format: "jsonl", target });
    assert.deepEqual([exported.snapshot, exported.leftOut, exported.damageCount], [true, 0, 0]);
    assert.equal(readFileSync(target, "utf8"), WHOLE.split("\n").slice(0, -2).join("\n") + "\n");
    // The trace comes from the model: the recording need not be there.
    await writeExport({ recording: path.join(folder, "gone"), model }, { format: "otlp", target });
    assert.equal(readTrace(readFileSync(target, "utf8")).spans.flatMap(({ events }) => events).length, RACE.length - 1);
  });

  it("counts what it leaves out", async () => {
    writeFileSync(source, WHOLE.replace('"kind":"state_read"', '"kind":?'));
    const { leftOut, damage } = await writeExport({ recording: source }, { format: "jsonl", target });
    assert.equal(leftOut, 1);
    assert.match(damage[0]!.message, /not JSON/);
    assert.equal(readFileSync(target, "utf8").split("\n").length, WHOLE.split("\n").length - 1);
  });

  it("leaves nothing behind when it is cancelled before, while reading or while writing", async () => {
    for (const format of ["jsonl", "otlp"] as const) {
      for (const at of [0, 0.1, 0.6, 1]) {
        const abort = new AbortController();
        const progress = (part: number): void => {
          if (part >= at) abort.abort();
        };
        if (at === 0) abort.abort();
        await assert.rejects(
          writeExport({ recording: source }, { format, target, signal: abort.signal, progress }),
          (error) => error === abort.signal.reason,
        );
        untouched();
      }
    }
  });

  it("refuses the recording itself by any name, and what is no recording, and leaves nothing behind", async () => {
    await assert.rejects(writeExport({ recording: source }, { format: "otlp", target: source }), /recording itself/);
    linkSync(source, target);
    await assert.rejects(writeExport({ recording: source }, { format: "jsonl", target }), /recording itself/);
    rmSync(target);
    untouched();
    const other = path.join(folder, "other");
    for (const [text, message] of [
      ["", /is empty/],
      ["nothing\n", /is not a recording: line 1: /],
    ] as const) {
      for (const format of ["jsonl", "otlp"] as const) {
        writeFileSync(other, text);
        await assert.rejects(writeExport({ recording: other }, { format, target }), message);
        rmSync(other);
        untouched();
      }
    }
    await assert.rejects(writeExport({ recording: other }, { format: "jsonl", target }), /cannot be read/);
    await assert.rejects(writeExport({ recording: folder }, { format: "otlp", target }), /EISDIR/);
    await assert.rejects(
      writeExport({ recording: source }, { format: "jsonl", target: path.join(folder, "no", "where") }),
      /cannot be written/,
    );
    await assert.rejects(
      writeExport({ recording: source }, { format: "jsonl", target: folder }),
      /could not be written/,
    );
    untouched();
  });
});
