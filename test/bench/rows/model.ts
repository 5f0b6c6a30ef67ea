/** The model's own costs: folding, jumping, stepping, memory, and the thread that it shares with the editor's host. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { ByteFeed } from "../../../src/host/runs/byteFeed";
import { RunCursor } from "../../../src/model/runCursor";
import type { RunModel } from "../../../src/model/runModel";
import { liveModel } from "../liveModel";
import { previewRows } from "../../../src/model/text/previewRows";
import { createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { newRow, Op } from "../../../src/core/logRow";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { HEADER } from "../../unit/model/recordedRun";
import { longRecording } from "../../harness/longRecording";
import { collect, quantile, ratio, sink, summary, timed } from "../measure";
import type { Measured, Row } from "../row";

const SLICE_BYTES = 64 * 1024;

function bytesOf(events: number): Buffer {
  return Buffer.from(longRecording(events));
}

function feed(model: RunModel, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) model.append(bytes.subarray(at, at + SLICE_BYTES));
}

/** What a recording begins with in which nothing has happened yet. */
const BEGINNING = HEADER + encodeSnapshot({ seq: 0, layers: new Map() }, 0, 0);

/** The way of a host's bytes into a model. */
function feedOf(model: RunModel): ByteFeed {
  return new ByteFeed({
    append: (slice) => model.append(slice),
    failed(error) {
      throw error;
    },
  });
}

/** Of many times, in milliseconds. */
function worstCases(times: readonly number[]): Measured {
  return {
    value: quantile(times, 0.95),
    low: quantile(times, 0.5),
    high: Math.max(...times),
    note: "spread: p50 to worst",
  };
}

/** What a view asks for when it is shown another moment: the agents, a state, an overlay, and an event. */
function look(model: RunModel, seq: number, agent: number): void {
  const agents = model.agents(seq);
  sink.value = [agents, model.overlay(agents[agent % agents.length]?.layer ?? 0, seq), model.row(seq)];
}

/** Nanoseconds an event, over so many events at the end of a recording that long. */
function costAtEnd(events: number, window: number): number {
  const bytes = bytesOf(events);
  // The last lines, about.
  const split = Math.round(bytes.length * (1 - window / events));
  const model = liveModel();
  feed(model, bytes.subarray(0, split));
  collect();
  const before = model.eventCount;
  return timed(1, () => feed(model, bytes.subarray(split))) / (model.eventCount - before);
}

function usedBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** See the file's head. */
export const modelRows: readonly Row[] = [
  {
    name: "cost of folding an event at 1,000,000 events, beside that at 10,000",
    unit: "×",
    goal: { atMost: 1.2 },
    async measure({ repeats, scale }) {
      const events = Math.round(1_000_000 * scale);
      return ratio(
        Math.max(3, Math.round(repeats * 0.6)),
        () => costAtEnd(events, 9_000),
        () => costAtEnd(10_000, 9_000),
        {
          warmUp: 1,
        },
      );
    },
  },
  {
    name: "cost of an action at 10,000 actions, beside that at 1,000, of Redux DevTools' instrument (for comparison)",
    unit: "×",
    peers: ["@redux-devtools/instrument", "redux"],
    async measure({ peer, repeats }) {
      const { instrument } = (await peer("@redux-devtools/instrument")) as { instrument(): unknown };
      const { legacy_createStore: create } = (await peer("redux")) as {
        legacy_createStore(reducer: unknown, enhancer: unknown): { dispatch(action: object): void };
      };
      const at = (actions: number): number => {
        const store = create((state: object = {}, action: { type: string; key?: string }) => {
          return action.type === "set" ? { ...state, [action.key as string]: action } : state;
        }, instrument());
        for (let index = 0; index < actions; index++) store.dispatch({ type: "set", key: `k${index % 100}` });
        return timed(200, () => {
          for (let index = 0; index < 200; index++) store.dispatch({ type: "set", key: `k${index % 100}` });
        });
      };
      return ratio(
        Math.min(3, repeats),
        () => at(10_000),
        () => at(1_000),
        { warmUp: 1 },
      );
    },
  },
  {
    name: "jump to any of 1,000,000 events, with what the views show there (p95)",
    unit: "ms",
    goal: { atMost: 16 },
    async measure({ scale }) {
      const { model, cursor } = filled(Math.round(1_000_000 * scale));
      const jumps: number[] = [];
      for (let jump = 0; jump < 300; jump++) {
        const seq = 1 + ((jump * 7_919 * 131) % model.lastSeq);
        const ns = timed(1, () => {
          cursor.moveTo(seq);
          look(model, cursor.seq, jump);
        });
        jumps.push(ns / 1e6);
      }
      return worstCases(jumps);
    },
  },
  {
    name: "one step among 1,000,000 events (p95)",
    unit: "ms",
    goal: { atMost: 2 },
    async measure({ scale }) {
      const { model, cursor } = filled(Math.round(1_000_000 * scale));
      cursor.moveTo(Math.round(model.lastSeq / 2));
      look(model, cursor.seq, 0);
      const steps: number[] = [];
      for (let step = 0; step < 2_000; step++) {
        const ns = timed(1, () => {
          cursor.moveTo(model.previous(cursor.seq) ?? 1);
          look(model, cursor.seq, step);
        });
        steps.push(ns / 1e6);
      }
      return worstCases(steps);
    },
  },
  {
    name: "memory an event: the log, before values",
    unit: "B",
    goal: { atMost: 32 },
    floor: "five words, a reference and the share of its time",
    async measure({ repeats, scale }) {
      const events = Math.round(500_000 * scale);
      const values: number[] = [];
      for (let repeat = 0; repeat < Math.min(3, repeats); repeat++) {
        const log = new RunLog({ retention: events + 1_000 });
        const context = new AgentContext("agent", new StateStore({ log }));
        const before = usedBytes();
        for (let index = 0; index < events; index++) context.set(`key_${index % 100}`, true);
        values.push((usedBytes() - before) / events);
        sink.value = [log, context];
      }
      return summary(values);
    },
  },
  {
    name: "memory an event: the model with its index, before values",
    unit: "B",
    goal: { atMost: 64 },
    floor: "six numbers, time and place of its line in four bytes each, its version, and its value’s reference",
    async measure({ repeats, scale }) {
      const events = Math.round(500_000 * scale);
      const values: number[] = [];
      for (let repeat = 0; repeat < Math.min(3, repeats); repeat++) {
        const encode = createRowEncoder();
        const model = liveModel();
        model.append(Buffer.from(BEGINNING));
        const row = newRow();
        const put = (values: Partial<typeof row>): Buffer => {
          Object.assign(row, newRow(), values, { seq: row.seq + 1, timestampMs: row.seq });
          return Buffer.from(encode(row));
        };
        model.append(put({ op: Op.StoreCreated, layer: 1, value: "shared" }));
        model.append(put({ op: Op.AgentStarted, layer: 2, agent: "agent", aux: 1 }));
        const before = usedBytes();
        for (let index = 0; index < events; index++) {
          model.append(
            put({
              op: Op.Write,
              layer: 2,
              agent: "agent",
              key: `key_${index % 100}`,
              rev: index + 1,
              value: true,
              aux: 1,
            }),
          );
        }
        values.push((usedBytes() - before) / events);
        sink.value = model;
      }
      return summary(values);
    },
  },
  {
    name: "the host's event loop while 200,000 events/s arrive (p99 of its delay)",
    unit: "ms",
    goal: { atMost: 50 },
    async measure({ scale }): Promise<Measured> {
      const seconds = Math.max(1, 3 * scale);
      const bytes = bytesOf(200_000 * seconds);
      const model = liveModel();
      const queue = feedOf(model);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const startedAt = performance.now();
      const perMs = bytes.length / (seconds * 1_000);
      let sent = 0;
      while (sent < bytes.length) {
        const due = Math.min(bytes.length, Math.ceil((performance.now() - startedAt) * perMs));
        if (due > sent) queue.push(Uint8Array.prototype.slice.call(bytes, sent, due));
        sent = Math.max(sent, due);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await queue.idle();
      delay.disable();
      const elapsed = performance.now() - startedAt;
      return {
        value: delay.percentile(99) / 1e6,
        low: delay.percentile(50) / 1e6,
        high: delay.max / 1e6,
        note: `spread: p50 to worst; ${Math.round(model.eventCount / elapsed)} k events/s folded`,
      };
    },
  },
  {
    name: "preview of a 100,000-key overlay: its plan and rows",
    unit: "ms",
    goal: { atMost: 300 },
    async measure({ repeats, scale }) {
      const keys = Math.round(100_000 * scale);
      const log = new RunLog({ retention: 2 * keys + 1_000 });
      const context = new AgentContext("agent", new StateStore({ log, initial: { key_1: 0 } }));
      for (let index = 0; index < keys; index++) context.set(`key_${index}`, { id: index });
      const times: number[] = [];
      for (let repeat = -1; repeat < repeats; repeat++) {
        collect();
        const ns = timed(1, () => {
          const plan = context.previewMerge();
          sink.value = previewRows(plan, { isTicked: () => true });
        });
        if (repeat >= 0) times.push(ns / 1e6);
      }
      return summary(times);
    },
  },
  {
    name: "a single 20 MB value: from its bytes to the row of the tree (worst delay of the host's event loop)",
    unit: "ms",
    goal: { atMost: 500 },
    async measure({ repeats }) {
      const big = Array.from({ length: 200_000 }, (_, index) => ({ index, text: "x".repeat(70), ok: true }));
      const encode = createRowEncoder();
      const row = { ...newRow(), seq: 1, op: Op.StoreCreated, layer: 1, value: "shared" as const };
      const lines = [encode(row)];
      lines.push(encode({ ...newRow(), seq: 2, op: Op.Write, layer: 1, key: "big", rev: 1, value: big, agent: "a" }));
      const bytes = Buffer.from(BEGINNING + lines.join(""));
      const worst: number[] = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const model = liveModel();
        const queue = feedOf(model);
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        queue.push(Uint8Array.prototype.slice.call(bytes));
        await queue.idle();
        await new Promise((resolve) => setTimeout(resolve, 20));
        sink.value = model.storeKeys(1, model.lastSeq);
        delay.disable();
        worst.push(delay.max / 1e6);
      }
      return { ...summary(worst), note: `${(bytes.length / 1e6).toFixed(1)} MB` };
    },
  },
];

const models = new Map<number, { readonly model: RunModel; readonly cursor: RunCursor }>();
function filled(events: number): { readonly model: RunModel; readonly cursor: RunCursor } {
  let found = models.get(events);
  if (found === undefined) {
    const model = liveModel();
    feed(model, bytesOf(events));
    model.finish();
    found = { model, cursor: new RunCursor(model) };
    models.set(events, found);
  }
  return found;
}
