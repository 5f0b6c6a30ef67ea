/** Peers that mean harm, at the real listener by real sockets: it stays up, bounded, and true to the run that is honest. */

import * as assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import WebSocket from "ws";
import { RunListener } from "../../../src/host/runs/runListener";
import type { RunnerConnection, RunnerReceiver } from "../../../src/host/runs/runnerConnection";
import { RunModel } from "../../../src/model/runModel";
import { decodeExtensionMessage, RUN_HEADER, type Init } from "../../../src/protocol/wire";
import { initFrame } from "./initFrame";
import { hostileValue } from "../../harness/hostileValues";
import { sized } from "../../harness/long";
import { waitFor } from "../../harness/waitFor";
import { longRecording } from "../../harness/longRecording";

const MESSAGES = sized({ usual: 10_000, long: 1_000_000 });
const SEED = 20_260;
const secretOf = (runId: string): string => `secret of ${runId}`.replaceAll(" ", "-");

/** Takes what a run's connection brings. */
class Receiver implements RunnerReceiver {
  readonly model = new RunModel();
  readonly types: string[] = [];
  connections = 0;
  runnerConnected(_connection: RunnerConnection, _init: Init): number {
    this.connections++;
    return this.model.bytes;
  }
  runnerRefused(): void {
    // Of no interest here.
  }
  bytesReceived(bytes: Uint8Array): void {
    this.model.append(bytes);
  }
  messageReceived(message: { readonly type: string }): void {
    this.types.push(message.type);
  }
  runnerDisconnected(): void {
    // It may come again.
  }
}

const names = fc.constantFrom(
  "type",
  "id",
  "result",
  "ok",
  "stop",
  "__proto__",
  "constructor",
  "seq",
  "agents",
  "toString",
);
const knownTypes = fc.constantFrom(
  "init",
  "status",
  "holds",
  "commandDone",
  "recordingFailed",
  "threadState",
  "error",
  "ready",
  "x",
);
/** A text frame: a message of a known type with wrong fields, any JSON, or no JSON at all. */
const frame: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(knownTypes, fc.array(fc.tuple(names, hostileValue), { maxLength: 5 })).map(([type, parts]) => {
      const members = parts.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
      return `{${[`"type":${JSON.stringify(type)}`, ...members].join(",")}}`;
    }),
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.nat(2_000).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
);

describe("hostile peers", () => {
  let folder: string;
  let listener: RunListener;
  let port: number;
  const sockets = new Set<WebSocket | Socket>();

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "agent-context-hostile-"));
    listener = new RunListener({ warn() {}, trace() {} });
    await listener.expect({
      runId: "none",
      secret: "none",
      rendezvous: path.join(folder, "none.json"),
      receiver: new Receiver(),
    });
    port = await listener.port();
  });

  afterEach(() => {
    for (const socket of sockets) {
      if ("terminate" in socket) socket.terminate();
      else socket.destroy();
    }
    sockets.clear();
    listener.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function expectRun(runId: string): Promise<Receiver> {
    const receiver = new Receiver();
    const rendezvous = path.join(folder, `${runId}.json`);
    await listener.expect({ runId, secret: secretOf(runId), rendezvous, receiver });
    return receiver;
  }

  function dial(runId: string, headers: Record<string, string> = {}): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/run`, {
      headers: { authorization: `Bearer ${secretOf(runId)}`, [RUN_HEADER]: runId, ...headers },
    });
    socket.on("error", () => undefined);
    sockets.add(socket);
    return socket;
  }

  async function joined(runId: string): Promise<WebSocket> {
    const socket = dial(runId);
    await once(socket, "open");
    socket.send(initFrame(runId, { recording: null }));
    await once(socket, "message");
    return socket;
  }

  /** An honest run still gets all of its bytes through, and nobody else's. */
  async function isServed(): Promise<void> {
    const receiver = await expectRun("honest");
    const socket = await joined("honest");
    const bytes = Buffer.from(longRecording(500));
    socket.send(bytes);
    await waitFor("the honest run's events", () => receiver.model.eventCount > 500);
    assert.deepEqual(receiver.model.damage, []);
    assert.equal(receiver.model.bytes, bytes.length);
    socket.terminate();
  }

  it(`survives ${MESSAGES} messages that are wrong in every way, and serves others meanwhile`, async function () {
    this.timeout(sized({ usual: 120_000, long: 3_600_000 }));
    const bystander = await expectRun("bystander");
    await joined("bystander");
    const receiver = await expectRun("fuzzed");
    let socket = await joined("fuzzed");
    const before = process.memoryUsage().rss;
    let sent = 0;
    let answers = 0;
    const batch = 500;
    for (let part = 0; sent < MESSAGES; part++) {
      const frames = fc.sample(frame, { numRuns: batch, seed: SEED + part });
      socket.on("message", () => answers++);
      for (const text of frames) {
        // Whoever is sent away comes again.
        if (socket.readyState !== WebSocket.OPEN) {
          socket = await joined("fuzzed");
          socket.on("message", () => answers++);
        }
        socket.send(text);
        sent++;
        if (sent % 50 === 0) await new Promise(setImmediate);
      }
    }
    await waitFor("answers", () => answers > 0);
    assert.ok(receiver.connections >= 1);
    assert.equal(receiver.model.eventCount, 0);
    assert.deepEqual([bystander.types, bystander.model.bytes, bystander.connections], [[], 0, 1]);
    assert.ok(process.memoryUsage().rss - before < 500_000_000, "memory is bounded");
    assert.equal(({} as Record<string, unknown>)["type"], undefined, "no prototype was touched");
    await isServed();
  });

  it("takes bytes that are no recording as damage of that run alone", async () => {
    const receiver = await expectRun("garbage");
    const socket = await joined("garbage");
    const garbage = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { numRuns: 300, seed: SEED });
    for (const bytes of garbage) socket.send(Buffer.concat([Buffer.from(bytes), Buffer.from("\n")]));
    await waitFor("damage", () => receiver.model.damageCount > 0);
    assert.equal(receiver.model.eventCount, 0);
    await isServed();
  });

  it("is not filled by a flood of upgrades", async () => {
    const refused: Promise<unknown>[] = [];
    for (let attempt = 0; attempt < 300; attempt++) {
      const socket = dial("honest", { authorization: `Bearer wrong-${attempt}` });
      refused.push(Promise.race([once(socket, "unexpected-response"), once(socket, "close"), once(socket, "error")]));
    }
    await Promise.all(refused);
    await isServed();
  });

  it("is not held by requests that never end", async () => {
    for (let slow = 0; slow < 50; slow++) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      sockets.add(socket);
      await once(socket, "connect");
      socket.write("GET /run HTTP/1.1\r\nHost: ");
    }
    await isServed();
  });

  for (const [what, headers] of [
    ["a web page", { origin: "https://example.com" }],
    ["a web page of this machine", { origin: "http://127.0.0.1" }],
    ["a name that leads here (DNS rebinding)", { host: "example.com" }],
    ["another run's secret", { authorization: `Bearer ${secretOf("bystander")}` }],
  ] as const) {
    it(`lets nobody in by ${what}`, async () => {
      const receiver = await expectRun("guarded");
      await expectRun("bystander");
      const [, response] = (await once(dial("guarded", headers), "unexpected-response")) as [
        unknown,
        { statusCode: number },
      ];
      assert.ok([401, 403].includes(response.statusCode), `${response.statusCode}`);
      assert.equal(receiver.connections, 0);
      await isServed();
    });
  }
});

describe("what a runner takes from whoever speaks to it", () => {
  it("never throws on messages that are wrong in every way", () => {
    fc.assert(
      fc.property(frame, (text) => {
        const decoded = decodeExtensionMessage(text);
        if (!decoded.ok) assert.ok(decoded.error.message.length < 2_000);
      }),
      { numRuns: sized({ usual: 5_000, long: 500_000 }), seed: SEED },
    );
  });
});
