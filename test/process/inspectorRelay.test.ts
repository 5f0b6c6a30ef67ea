/** A JavaScript debugger beside ours: its way to the script's inspector, real processes at both ends. */

import * as assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";
import { InspectorRelay } from "../../src/host/debug/inspectorRelay";
import type { Init, ThreadState } from "../../src/protocol/wire";
import { waitFor } from "../harness/waitFor";
import { endRuns, startRun, type ListenedRun } from "./startRun";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
}

/** A debugger as far as it matters here. */
class Debugger {
  readonly heard: Answer[] = [];
  private nextId = 1;
  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data: Buffer) => this.heard.push(JSON.parse(data.toString("utf8")) as Answer));
  }

  static async connect(address: string, headers: Record<string, string> = {}): Promise<Debugger> {
    const socket = new WebSocket(address, { headers });
    const made = new Debugger(socket);
    await once(socket, "open");
    return made;
  }

  async ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = this.nextId++;
    this.socket.send(JSON.stringify({ id, method, params }));
    const answer = await waitFor(`the answer to ${method}`, () => this.heard.find((each) => each.id === id));
    assert.ok(answer.result, JSON.stringify(answer));
    return answer.result;
  }

  event(method: string): Promise<Answer> {
    return waitFor(method, () => this.heard.find((each) => each.method === method));
  }

  close(): void {
    this.socket.close();
  }
}

const SCRIPT = `
import { StateStore } from "agent-context";
import { Worker } from "node:worker_threads";
const store = new StateStore();
globalThis.counted = 0;
const worker = new Worker("require('node:worker_threads').parentPort.once('message', () => {})", { eval: true, name: "of the script" });
for (let i = 1; i <= 3; i++) { store.set("count", i, "script"); globalThis.counted = i; }
debugger;
worker.postMessage("end");
store.set("done", true, "script");
`;

describe("a JavaScript debugger beside ours", () => {
  const relays: InspectorRelay[] = [];
  afterEach(async () => {
    for (const relay of relays.splice(0)) relay.close();
    await endRuns();
  });

  async function begin(): Promise<
    ListenedRun & { relay: InspectorRelay; told: string[]; stops: () => ThreadState["stop"][] }
  > {
    const started = await startRun(SCRIPT, { spec: { debug: true, inspect: true } });
    const { listener } = started;
    const init = await waitFor("init", () => listener.messages.find((each): each is Init => each.type === "init"));
    assert.match(init.inspectorUrl ?? "", /^ws:\/\/127\.0\.0\.1:\d+\/[\w-]+$/);
    const told: string[] = [];
    const relay = await InspectorRelay.open(init.inspectorUrl!, {
      ready: () => told.push("ready"),
      paused: (isPaused) => told.push(isPaused ? "paused" : "goes on"),
      closed: () => told.push("closed"),
    });
    relays.push(relay);
    const stops = (): ThreadState["stop"][] =>
      listener.messages.flatMap((each) => (each.type === "threadState" ? [each.stop] : []));
    await waitFor("the entry", () => stops().some((stop) => stop?.reason === "entry"));
    return { ...started, relay, told, stops };
  }

  it("is heard while our debugger holds the script, and is not shown our own thread", async () => {
    const { relay, told, listener, stops, run } = await begin();
    const other = await Debugger.connect(relay.address);
    await other.ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
    await other.ask("Debugger.enable");
    await other.ask("Runtime.runIfWaitingForDebugger");
    assert.deepEqual(told, ["ready"]);
    // Held before the first line, by ours.
    const before = await other.ask("Runtime.evaluate", { expression: "typeof counted" });
    assert.equal((before["result"] as { value: unknown }).value, "undefined");

    const arm = { on: "write", key: "count" } as const;
    listener.send({ type: "thread", action: { name: "arm", breakpoints: [{ id: 1, place: arm }] } });
    listener.send({ type: "thread", action: { name: "go" } });
    await waitFor("our breakpoint", () => stops().some((stop) => stop?.reason === "breakpoint"));
    const during = await other.ask("Runtime.evaluate", { expression: "counted" });
    assert.equal((during["result"] as { value: unknown }).value, 0);
    listener.send({ type: "thread", action: { name: "arm", breakpoints: [] } });
    listener.send({ type: "thread", action: { name: "go" } });

    // Held by the other one: what was recorded before is here all the same.
    await other.event("Debugger.paused");
    await waitFor("the pause to be told", () => told.includes("paused"));
    await waitFor("the events before it", () =>
      listener.lines.some((line) => JSON.stringify(line).includes('"count":3')),
    );
    // A thread is told of once it has begun, which on a busy machine is later than the pause.
    const workers = await waitFor("the script's thread", () => {
      const attached = other.heard.filter((each) => each.method === "NodeWorker.attachedToWorker");
      return attached.length > 0 && attached;
    });
    assert.deepEqual(
      workers.map(({ params }) => (params?.["workerInfo"] as { title: string }).title.replace(/^\[.*\] /, "")),
      ["of the script"],
    );
    await other.ask("Debugger.resume");
    await waitFor("the script to go on", () => told.includes("goes on"));
    other.close();
    assert.equal((await run.ended).code, 0);
    await waitFor("the end to be told", () => told.includes("closed"));
    assert.ok(listener.lines.some((line) => JSON.stringify(line).includes('"done":true')));
  });

  it("lets a script that it holds go on when it is closed", async () => {
    const { relay, listener, run } = await begin();
    const other = await Debugger.connect(relay.address);
    await other.ask("Debugger.enable");
    listener.send({ type: "thread", action: { name: "go" } });
    await other.event("Debugger.paused");
    relay.close();
    assert.equal((await run.ended).code, 0);
  });

  it("lets in nobody else", async () => {
    const { relay, listener, run } = await begin();
    await assert.rejects(Debugger.connect(relay.address, { origin: "http://127.0.0.1" }), /403/);
    await assert.rejects(Debugger.connect(relay.address.replace(/.$/, (last) => (last === "a" ? "b" : "a"))), /403/);
    const other = await Debugger.connect(relay.address);
    await assert.rejects(Debugger.connect(relay.address), /403/);
    other.close();
    listener.send({ type: "thread", action: { name: "go" } });
    assert.equal((await run.ended).code, 0);
    const elsewhere = { ready() {}, paused() {}, closed() {} };
    await assert.rejects(InspectorRelay.open("ws://192.0.2.1:9229/x", elsewhere), /not 127\.0\.0\.1/);
  });
});
