/** What values that change bit by bit cost: bytes of the recording for each change, and finding one of them again. */

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { RecordingFile } from "../../../src/disk/recordingFile";
import { RunModel } from "../../../src/model/runModel";
import { createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { HEADER } from "../../unit/model/recordedRun";
import { quantile, sink } from "../measure";
import type { Measured, Row } from "../row";

/** Bytes that a line may have besides what changed. */
const LINE_BYTES = 400;

interface Item {
  readonly id: number;
  readonly text: string;
}

const item = (id: number, length: number): Item => ({ id, text: `${id} `.padEnd(length, "lorem ipsum ") });

/** Calls `write` with each line of what a program does to one key, `agent.set("key", …)`. */
function record(write: (line: string) => void, program: (agent: AgentContext) => void): void {
  const log = new RunLog({ retention: 1_000 });
  const agent = new AgentContext("agent", new StateStore({ log }));
  const encode = createRowEncoder();
  const state = eventLogOf(log).attach({ append: (row) => write(encode(row)) });
  write(HEADER);
  write(encodeSnapshot(state, state.seq, 0));
  program(agent);
}

/**
 * Bytes an event beside those that a goal allows: 400, and so many times what changed.
 * @param first how long the value is that the first event sets, bytes
 */
function bytesAnEvent(
  events: number,
  first: number,
  changed: number,
  times: number,
  program: (agent: AgentContext, index: number) => void,
): Measured {
  let bytes = 0;
  record(
    (line) => void (bytes += Buffer.byteLength(line)),
    (agent) => {
      for (let index = 0; index < events; index++) program(agent, index);
    },
  );
  const each = bytes / events;
  const value = bytes / (events * (LINE_BYTES + times * changed) + times * first);
  return { value, low: value, high: value, note: `${Math.round(each)} B, of which ${changed} B changed` };
}

/** See the file's head. */
export const changeRows: readonly Row[] = [
  {
    name: "recording: bytes an event of a chat of 800 messages of 1 kB, beside 400 B + 3 times the message",
    unit: "×",
    goal: { atMost: 1 },
    measure: () => {
      const chat: Item[] = [];
      return Promise.resolve(
        bytesAnEvent(800, 0, 1_000, 3, (agent, index) => {
          chat.push(item(index, 970));
          agent.set("key", chat);
        }),
      );
    },
  },
  {
    name: "recording: bytes an event of appends to 10,000 items, beside 400 B + 3 times the item",
    unit: "×",
    goal: { atMost: 1 },
    measure({ scale }) {
      let items = Array.from({ length: 10_000 }, (_, id) => item(id, 100));
      return Promise.resolve(
        bytesAnEvent(Math.round(5_000 * Math.max(scale, 0.2)), 1_300_000, 130, 3, (agent, index) => {
          items = [...items, item(index, 100)];
          agent.set("key", items);
        }),
      );
    },
  },
  {
    name: "recording: bytes an event of a text of 100 kB that grows by 50 characters, beside 400 B + 3 times those",
    unit: "×",
    goal: { atMost: 1 },
    measure({ scale }) {
      let text = "t".repeat(100_000);
      return Promise.resolve(
        bytesAnEvent(Math.round(5_000 * Math.max(scale, 0.2)), 100_000, 50, 3, (agent, index) => {
          agent.set("key", (text += `${index} `.padEnd(50, "more of it ")));
        }),
      );
    },
  },
  {
    name: "recording: bytes an event of edits of 1 kB in a value of 100 kB, beside 400 B + 2.5 times the edit",
    unit: "×",
    goal: { atMost: 1 },
    measure({ scale }) {
      const items = Array.from({ length: 100 }, (_, id) => item(id, 970));
      return Promise.resolve(
        bytesAnEvent(Math.round(5_000 * Math.max(scale, 0.2)), 100_000, 1_000, 2.5, (agent, index) => {
          const at = (index * 37) % 100;
          items[at] = item(index, 970);
          agent.set("key", { items, at });
        }),
      );
    },
  },
  {
    name: "recording: the merge of 100,000 keys with values of 300 characters",
    unit: "B",
    goal: { atMost: 2_000_000 },
    measure() {
      const written: number[] = [];
      record(
        (line) => void written.push(line.length),
        (agent) => {
          for (let key = 0; key < 100_000; key++) agent.set(`key_${key}`, item(key, 300));
          written.length = 0;
          void agent.mergeToParent();
        },
      );
      const value = written.reduce((sum, each) => sum + each, 0);
      return Promise.resolve({ value, low: value, high: value });
    },
  },
  {
    name: "jump: to any event of a chain of 100,000 edits of one value, on disk, with its value (p95)",
    unit: "ms",
    goal: { atMost: 16 },
    measure({ scale }) {
      const folder = mkdtempSync(path.join(tmpdir(), "agent-context-bench-"));
      const edits = Math.round(100_000 * scale);
      try {
        const file = path.join(folder, "chain");
        const model = writeAndOpen(file, edits);
        const times: number[] = [];
        for (let look = 0; look < 1_000; look++) {
          const seq = 3 + ((look * 7_919) % edits);
          const start = process.hrtime.bigint();
          sink.value = model.row(seq)?.value;
          times.push(Number(process.hrtime.bigint() - start) / 1e6);
        }
        const [low, value, high] = [quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)];
        return Promise.resolve({ value, low, high, note: "spread: p50 to worst" });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];

/** A recording of edits of one value of about 50 kB, and its model, which has read it. */
function writeAndOpen(file: string, edits: number): RunModel {
  const fd = openSync(file, "w");
  const pieces: string[] = [];
  let model: RunModel | undefined;
  const flush = (): void => {
    const bytes = Buffer.from(pieces.splice(0).join(""));
    writeSync(fd, bytes);
    model ??= new RunModel(new RecordingFile(file));
    model.append(bytes);
  };
  record(
    (line) => {
      pieces.push(line);
      if (pieces.length === 1_000) flush();
    },
    (agent) => {
      const items = Array.from({ length: 500 }, (_, id) => item(id, 70));
      for (let index = 0; index < edits; index++) {
        items[(index * 37) % 500] = item(index, 70);
        agent.set("key", items);
      }
    },
  );
  flush();
  closeSync(fd);
  model?.finish();
  return model as RunModel;
}
