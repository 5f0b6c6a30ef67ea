/** Runs with somebody who inspects them: what that costs the script, how fast events arrive, and how a held thread answers. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { WebSocketServer } from "ws";
import { liveModel } from "../liveModel";
import { Op } from "../../../src/core/logRow";
import { endRuns, startRun } from "../../process/startRun";
import { waitFor } from "../../harness/waitFor";
import { peersDir } from "../peers";
import { durationText, median, quantile, summary } from "../measure";
import type { Measured, Row } from "../row";

const OBJECT = '{ id: i, name: "planner", score: 0.5, done: false, next: null }';
/** Nobody's longest run takes longer. */
const PATIENCE_MS = 120_000;

/** Runs a script to its end while a listener takes all it sends. @returns what the script printed as JSON on its last line */
async function printed<T>(script: string): Promise<T> {
  const { run } = await startRun(script);
  try {
    const { stdout, stderr, code } = await run.ended;
    if (code !== 0) throw new Error(`The script ended with ${String(code)}: ${stderr.slice(-500)}`);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
  } finally {
    await endRuns();
  }
}

/** Events a second from the first that arrives to the last that the model has folded. */
async function oursPerSecond(events: number): Promise<number> {
  const model = liveModel();
  let startedAt: bigint | undefined;
  let perSecond: number | undefined;
  await startRun(
    `
    import { AgentContext, StateStore } from "agent-context";
    const ctx = new AgentContext("agent", new StateStore());
    for (let i = 0; i < ${events}; i++) ctx.set("key_" + (i % 100), ${OBJECT});
    ctx.discard();
    // An ended script's last bytes may have to be read from its recording.
    setInterval(() => {}, 1_000);
    `,
    {
      received(bytes) {
        model.append(bytes);
        if (model.eventCount < 100) return;
        startedAt ??= process.hrtime.bigint();
        if (model.eventCount <= events || perSecond !== undefined) return;
        perSecond = model.eventCount / (Number(process.hrtime.bigint() - startedAt) / 1e9);
      },
    },
  );
  try {
    return await waitFor("all events", () => perSecond, PATIENCE_MS);
  } finally {
    await endRuns();
  }
}

/** The same of an inspector that sends each event, and the state after it, as frames of their own. */
async function theirsPerSecond(events: number): Promise<number> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const states = new Map<string, unknown>();
  let received = 0;
  let startedAt: bigint | undefined;
  let done: (perSecond: number) => void = () => undefined;
  const measured = new Promise<number>((resolve) => (done = resolve));
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as { type: string; sessionId: string; snapshot?: unknown };
      if (message.type !== "@xstate.snapshot") return;
      startedAt ??= process.hrtime.bigint();
      states.set(message.sessionId, message.snapshot);
      if (++received === events) done(events / (Number(process.hrtime.bigint() - startedAt) / 1e9));
    });
  });
  const script = path.join(peersDir, "inspected.mjs");
  writeFileSync(
    script,
    `
    import { createWebSocketInspector } from "@statelyai/inspect";
    import WebSocket from ${JSON.stringify(require.resolve("ws"))};
    globalThis.WebSocket ??= WebSocket;
    const inspector = createWebSocketInspector({ url: "ws://127.0.0.1:${port}" });
    const context = {};
    inspector.actor("agent", { snapshot: { context } });
    // Before it is connected it keeps a few events alone, and drops the others.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (let i = 0; i < ${events}; i++) {
      context["key_" + (i % 100)] = ${OBJECT};
      inspector.event("agent", { type: "set", key: "key_" + (i % 100) });
      inspector.snapshot("agent", { context: { value: ${OBJECT} } });
      if (i % 1000 === 999) await new Promise(setImmediate);
    }
    setInterval(() => {}, 1000);
    `,
  );
  const child = spawn(process.execPath, [script], { cwd: peersDir, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
  const failed = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`only ${received} of ${events} came. ${errors.slice(-300)}`)),
      60_000,
    );
    child.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`the inspected script ended early. ${errors.slice(-300)}`));
    });
    void measured.then(() => clearTimeout(timer));
  });
  failed.catch(() => undefined);
  try {
    return await Promise.race([measured, failed]);
  } finally {
    child.kill("SIGKILL");
    server.close();
    for (const socket of server.clients) socket.terminate();
  }
}

/** See the file's head. */
export const attachedRows: readonly Row[] = [
  {
    name: "attached: cost of a set of an object on the script's thread, beside JSON.stringify(value)",
    unit: "×",
    goal: { atMost: 2.5 },
    floor: "the copy of the detached set, then the line of the recording, encoded into shared memory",
    async measure({ repeats, scale }) {
      const count = Math.round(100_000 * scale);
      const { ratios, set, json } = await printed<{ ratios: number[]; set: number[]; json: number[] }>(`
        import { AgentContext, StateStore } from "agent-context";
        const ctx = new AgentContext("agent", new StateStore());
        const keys = Array.from({ length: 100 }, (_, i) => "key_" + i);
        const time = (work) => { const t = process.hrtime.bigint(); work(); return Number(process.hrtime.bigint() - t) / ${count}; };
        let kept;
        const set = () => time(() => { for (let i = 0; i < ${count}; i++) ctx.set(keys[i % 100], ${OBJECT}); });
        const json = () => time(() => { for (let i = 0; i < ${count}; i++) kept = JSON.stringify(${OBJECT}); });
        const out = { ratios: [], set: [], json: [] };
        for (let pair = -2; pair < ${repeats}; pair++) {
          const ours = set();
          await new Promise((resolve) => setTimeout(resolve, 300));
          const theirs = json();
          if (pair < 0) continue;
          out.ratios.push(ours / theirs); out.set.push(ours); out.json.push(theirs);
        }
        ctx.discard();
        console.log(JSON.stringify(out));
      `);
      return { ...summary(ratios), note: `${durationText(median(set))} beside ${durationText(median(json))}` };
    },
  },
  {
    name: "attached: events a second until received and folded, beside @statelyai/inspect (times as many)",
    unit: "×",
    goal: { atLeast: 25 },
    peers: ["@statelyai/inspect"],
    floor: "one thread decodes JSON lines and folds them, 2 to 3 µs each",
    async measure({ repeats, scale }): Promise<Measured> {
      const ratios: number[] = [];
      const own: number[] = [];
      const other: number[] = [];
      for (let pair = 0; pair < repeats; pair++) {
        own.push(await oursPerSecond(Math.round(300_000 * scale)));
        other.push(await theirsPerSecond(Math.round(20_000 * Math.max(scale, 0.2))));
        ratios.push((own.at(-1) as number) / (other.at(-1) as number));
      }
      const thousands = (perSecond: number): string => `${Math.round(perSecond / 1_000)} k/s`;
      return { ...summary(ratios), note: `${thousands(median(own))} beside ${thousands(median(other))}` };
    },
  },
  {
    name: "attached: from a set to the model that has folded it, at 20,000 events/s (p50)",
    unit: "ms",
    goal: { atMost: 1 },
    async measure({ repeats, scale }) {
      const seconds = Math.max(1, 2 * scale);
      const medians: number[] = [];
      const tails: number[] = [];
      for (let repeat = 0; repeat < Math.max(1, Math.round(repeats / 2)); repeat++) {
        const delays = await latencies(20_000, seconds);
        medians.push(quantile(delays, 0.5) / 1e6);
        tails.push(quantile(delays, 0.99) / 1e6);
      }
      return { ...summary(medians), note: `p99 ${median(tails).toFixed(2)} ms` };
    },
  },
  {
    name: "held script: a step's round trip, from asking to the stop with its event in the model (p50)",
    unit: "ms",
    goal: { atMost: 0.2 },
    async measure({ scale }) {
      const steps = Math.round(2_000 * scale);
      const { listener } = await startRun(
        `
        import { AgentContext, StateStore } from "agent-context";
        const ctx = new AgentContext("agent", new StateStore());
        for (let i = 0; ; i++) ctx.set("i", i);
        `,
        { spec: { debug: true } },
      );
      try {
        const trips: number[] = [];
        let seen = 0;
        const held = async (): Promise<void> => {
          for (;;) {
            for (; seen < listener.messages.length; seen++) {
              const message = listener.messages[seen];
              if (message?.type === "threadState" && message.stop !== null) {
                seen++;
                return;
              }
            }
            await new Promise(setImmediate);
          }
        };
        await held();
        for (let step = 0; step < steps; step++) {
          const start = process.hrtime.bigint();
          listener.send({ type: "thread", action: { name: "go", until: { to: "any" } } });
          await held();
          trips.push(Number(process.hrtime.bigint() - start) / 1e6);
        }
        const value = quantile(trips, 0.5);
        return { value, low: quantile(trips, 0.05), high: quantile(trips, 0.95), note: "spread: p5 to p95" };
      } finally {
        await endRuns();
      }
    },
  },
];

/** Nanoseconds from each write to its event in a model, on the machine's one monotonic clock. */
async function latencies(perSecond: number, seconds: number): Promise<number[]> {
  const model = liveModel();
  const delays: number[] = [];
  let folded = 0;
  await startRun(
    `
    import { AgentContext, StateStore } from "agent-context";
    const ctx = new AgentContext("agent", new StateStore());
    const wait = new Int32Array(new SharedArrayBuffer(4));
    const start = process.hrtime.bigint();
    const total = ${perSecond * seconds};
    for (let i = 0; i < total; ) {
      const due = Number(process.hrtime.bigint() - start) / 1e9 * ${perSecond};
      for (; i < Math.min(due, total); i++) ctx.set("at", Number(process.hrtime.bigint()));
      Atomics.wait(wait, 0, 0, 0.05);
    }
    ctx.discard();
    `,
    {
      received(bytes) {
        model.append(bytes);
        const now = Number(process.hrtime.bigint());
        for (; folded < model.eventCount; folded++) {
          const row = model.rowAt(folded);
          if (row?.op === Op.Write && typeof row.value === "number") delays.push(now - row.value);
        }
      },
    },
  );
  try {
    await waitFor("all events", () => delays.length >= perSecond * seconds || undefined, PATIENCE_MS);
    // The first ones fall into the start of the connection.
    return delays.slice(Math.round(delays.length / 10));
  } finally {
    await endRuns();
  }
}
