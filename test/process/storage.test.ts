import * as assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { parsePs, parseStat, descendants } from "../../src/runner/supervisor/processTable";
import { StopRequests } from "../../src/runner/supervisor/stopRequests";
import { parseTerminalPlace } from "../../src/runner/supervisor/terminal";
import { createRingMemory, RingReader, RingWriter } from "../../src/runner/publisher/ring";
import { StreamStore } from "../../src/runner/publisher/streamStore";
import { cleanUp, newFolder } from "./scriptRun";

/** Takes every byte of the ring in a thread of its own, in small bites, and tells them at the end. */
const READER = `
const { workerData, parentPort } = require("node:worker_threads");
const control = new Int32Array(workerData.control), bytes = Buffer.from(workerData.bytes), size = bytes.length;
let taken = 0; const all = [];
while (all.at(-1)?.at(-1) !== 0) {
  const available = (Atomics.load(control, 0) - taken) >>> 0;
  if (available === 0) { Atomics.wait(control, 0, taken, 5); continue; }
  const at = (taken >>> 0) & (size - 1), count = Math.min(available, size - at, 7);
  all.push(Buffer.from(bytes.subarray(at, at + count)));
  taken = (taken + count) | 0;
  Atomics.store(control, 1, taken); Atomics.notify(control, 1);
}
parentPort.postMessage(Buffer.concat(all));
`;

describe("ring", () => {
  it("carries lines of all sizes across threads, longer ones than itself too", async () => {
    const memory = createRingMemory(64);
    const worker = new Worker(READER, { eval: true, workerData: memory });
    const result = new Promise<Uint8Array>((resolve, reject) => worker.on("message", resolve).on("error", reject));
    const writer = new RingWriter(memory, () => assert.fail("the reader is there"));
    let expected = "";
    for (let length = 0; length < 300; length += 3) {
      const line = "é\u{1f600}x".repeat(length % 40) + "y".repeat(length) + "\n";
      expected += line;
      writer.write(line);
    }
    writer.write("\0");
    assert.ok(writer.drain());
    assert.equal(Buffer.from(await result).toString("utf8"), expected + "\0");
    await worker.terminate();
  });

  it("lets the script go on when the reader is gone, and says so once", () => {
    const memory = createRingMemory(64);
    let lost = 0;
    const writer = new RingWriter(memory, () => lost++);
    new RingReader(memory).close();
    for (let i = 0; i < 100; i++) writer.write("some line\n");
    assert.equal(lost, 1);
    assert.equal(writer.drain(), false);
    assert.equal(writer.drainSocket(1_000), false);
  });

  it("wakes a reader that sleeps", async () => {
    const memory = createRingMemory(64);
    const reader = new RingReader(memory);
    const awake = reader.wakened();
    new RingWriter(memory, () => {}).write("x");
    await awake;
    assert.equal(reader.peek().toString(), "x");
  });
});

const onLinux = (title: string, test: () => void): void => {
  if (existsSync("/dev/full")) it(title, test);
};

describe("stream store", () => {
  afterEach(cleanUp);

  it("serves every byte from any place on", () => {
    const file = path.join(newFolder(), "a.agentlog.jsonl");
    const store = new StreamStore({ file, failed: assert.fail });
    for (const text of ["one\n", "two\n", "three\n"]) store.append(Buffer.from(text));
    const whole = "one\ntwo\nthree\n";
    assert.equal(store.total, whole.length);
    for (let from = 0; from < whole.length; from++) {
      let text = "";
      for (let at = from; at < store.total;) {
        const bytes = store.read(at, 3)!;
        text += bytes.toString();
        at += bytes.length;
      }
      assert.equal(text, whole.slice(from));
    }
    store.close();
    assert.equal(readFileSync(file, "utf8"), whole);
  });

  it("ends behind the line under way, and takes nothing more", () => {
    const file = path.join(newFolder(), "a.agentlog.jsonl");
    const store = new StreamStore({ file, failed: assert.fail });
    for (const text of ["one\n", "tw"]) store.append(Buffer.from(text));
    store.end("end\n");
    for (const text of ["o", "\nthree\n", "four\n"]) store.append(Buffer.from(text));
    assert.equal(readFileSync(file, "utf8"), "one\ntwo\nend\n");
    store.append(Buffer.from("five\n"));
    store.end("again\n");
    assert.equal(store.total, "one\ntwo\nend\n".length);
    store.close();
  });

  onLinux("keeps what a full disk refuses in bounded memory, counts the rest, and never tears a line", () => {
    const failures: string[] = [];
    const store = new StreamStore({
      file: "/dev/full",
      failed: (message) => failures.push(message),
      memoryBoundBytes: 40,
    });
    assert.ok(store.isOnDisk);
    // Pieces need not end where lines do.
    for (const piece of ["line 1\nli", "ne 2\n", "x".repeat(30), "tail\nlost 1\n", "lost 2\nlost", " 3\n"]) {
      store.append(Buffer.from(piece));
    }
    assert.match(failures[0]!, /The recording \/dev\/full cannot be written: ENOSPC/);
    assert.ok(!store.isOnDisk);
    store.tellLost();
    let text = "";
    for (let at = 0; at < store.total; at = text.length) text += store.read(at, 8)!.toString();
    const lines = text.split("\n").map((line) => /"events_lost","data":(.*),"timestamp"/.exec(line)?.[1] ?? line);
    // The long line had no room, then a short one had, then no other.
    assert.deepEqual(lines, ["line 1", "line 2", '{"count":1}', "lost 1", '{"count":2}', ""]);
    store.close();
  });
});

describe("process table", () => {
  it("reads names with parentheses, and finds descendants by their parents", () => {
    const stat = "42 (a) (b c)) S 7 42 41 34816 43 4194304 105 0 0 0 0 0 0 0 20 0 1 0 4293603 3133440 417";
    assert.deepEqual(parseStat(stat), { pid: 42, parent: 7, started: "4293603" });
    assert.equal(parseStat("gone"), undefined);
    const started = "Mon Nov 30 20:09:10 2026";
    const table = parsePs(
      [
        [1, 0],
        [10, 1],
        [11, 10],
        [12, 11],
      ]
        .map((row) => `  ${row.join("  ")} ${started}\n`)
        .join(""),
    );
    assert.deepEqual(table.at(-1), { pid: 12, parent: 11, started });
    assert.deepEqual(descendants(table, 10), [11, 12]);
  });

  it("tells by the foreground group whether a terminal's keys reach this process", () => {
    const place = (group: number, terminal: number, foreground: number): unknown =>
      parseTerminalPlace(`42 (a) (b c)) S 7 ${group} 41 ${terminal} ${foreground} 4194304 105`);
    assert.deepEqual(place(42, 34816, 42), { hasTerminal: true, isForeground: true });
    assert.deepEqual(place(42, 34816, 43), { hasTerminal: true, isForeground: false });
    assert.deepEqual(place(42, 0, -1), { hasTerminal: false, isForeground: false });
    assert.equal(parseTerminalPlace("gone"), undefined);
  });
});

describe("requests to stop", () => {
  it("are one when they come at once, and leave no time when SIGTERM comes again", () => {
    let nowMs = 1_000;
    const requests = new StopRequests(() => nowMs);
    assert.equal(requests.any, false);
    assert.equal(requests.meaningOf("SIGHUP"), "first");
    nowMs += 5_000; // What the first one takes is no time of the user's.
    requests.handled();
    assert.equal(requests.any, true);
    nowMs += 50;
    assert.equal(requests.meaningOf("SIGTERM"), "same");
    nowMs += 100;
    requests.handled();
    assert.equal(requests.meaningOf("SIGHUP"), "more");
    assert.equal(requests.meaningOf("SIGTERM"), "atOnce");
  });
});
