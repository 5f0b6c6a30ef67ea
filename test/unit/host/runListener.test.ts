import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { WebSocket } from "ws";
import { RunListener, type RunListenerOptions } from "../../../src/host/runs/runListener";
import type { RunnerConnection, RunnerReceiver } from "../../../src/host/runs/runnerConnection";
import { waitFor } from "../../harness/waitFor";
import { initFrame } from "./initFrame";
import { MAX_FRAME_BYTES, RUN_HEADER, WIRE_VERSION, type Init, type RunnerMessage } from "../../../src/protocol/wire";

const SECRET = "s3cret-of-the-run";
const RUN = "run-1";

/** A run that writes down what it is told. */
class Receiver implements RunnerReceiver {
  readonly events: string[] = [];
  bytes = 0;
  connection: RunnerConnection | undefined;
  answer: number | string = 0;

  runnerConnected(connection: RunnerConnection, init: Init): number | string {
    this.events.push(`init ${init.pid}`);
    this.connection = connection;
    return this.answer;
  }
  runnerRefused(): void {
    this.events.push("refused");
  }
  bytesReceived(bytes: Uint8Array): void {
    this.bytes += bytes.byteLength;
    this.events.push(`bytes ${bytes.byteLength}`);
  }
  messageReceived(message: Exclude<RunnerMessage, Init>): void {
    this.events.push(message.type);
  }
  runnerDisconnected(): void {
    this.events.push("disconnected");
  }
}

const init = (changes: object = {}): string => initFrame(RUN, changes);

describe("RunListener", () => {
  let folder: string;
  let listener: RunListener;
  let receiver: Receiver;
  let warnings: string[];
  let transcript: string[];
  let port: number;
  let rendezvous: string;
  let awaited: { dispose(): void };
  const sockets = new Set<WebSocket>();

  async function open(options: Partial<RunListenerOptions> = {}): Promise<void> {
    warnings = [];
    transcript = [];
    listener = new RunListener({
      warn: (text) => warnings.push(text),
      trace: (line) => transcript.push(line),
      ...options,
    });
    receiver = new Receiver();
    awaited = await listener.expect({ runId: RUN, secret: SECRET, rendezvous, receiver });
    port = await listener.port();
  }

  function dial(headers: Record<string, string> = {}, at = "/run"): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${at}`, {
      headers: { authorization: `Bearer ${SECRET}`, [RUN_HEADER]: RUN, ...headers },
    });
    socket.on("error", () => undefined); // told by the test itself
    sockets.add(socket);
    return socket;
  }

  async function opened(): Promise<WebSocket> {
    const socket = dial();
    await once(socket, "open");
    return socket;
  }

  async function connected(): Promise<WebSocket> {
    const socket = await opened();
    socket.send(init());
    const [data] = await once(socket, "message");
    assert.deepEqual(JSON.parse(String(data)), { type: "ready", version: WIRE_VERSION, fromByte: receiver.answer });
    return socket;
  }

  async function statusOf(socket: WebSocket): Promise<number> {
    const [, response] = await once(socket, "unexpected-response");
    return response.statusCode;
  }

  async function errorOf(socket: WebSocket): Promise<string> {
    const closed = once(socket, "close");
    const [data] = await once(socket, "message");
    const [code] = await closed;
    assert.equal(code, 1008);
    return JSON.parse(String(data)).code;
  }

  const until = (condition: () => boolean): Promise<unknown> => waitFor(condition.toString(), condition, 5_000);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "agent-context-listener-"));
    rendezvous = path.join(folder, "runs", RUN, "rendezvous.json");
  });
  afterEach(() => {
    for (const socket of sockets) socket.terminate();
    sockets.clear();
    listener.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells the port in a file that only the user can read, and nothing else", async () => {
    await open();
    assert.deepEqual(JSON.parse(readFileSync(rendezvous, "utf8")), { port });
    if (process.platform !== "win32") assert.equal(statSync(rendezvous).mode & 0o777, 0o600);
    awaited.dispose();
    assert.equal(existsSync(rendezvous), false);
  });

  it("lets the run's runner in and hands on its frames in order", async () => {
    await open();
    receiver.answer = 17;
    const socket = await connected();
    socket.send(Buffer.from('{"a":1}\n'));
    socket.send(JSON.stringify({ type: "status", state: "waiting", pending: [3] }));
    socket.send(Buffer.from('{"b":2}\n'));
    socket.close();
    await until(() => receiver.events.includes("disconnected"));
    assert.deepEqual(receiver.events, ["init 42", "bytes 8", "status", "bytes 8", "disconnected"]);
  });

  it("sends commands to the runner", async () => {
    await open();
    const socket = await connected();
    const message = once(socket, "message");
    receiver.connection?.send({ type: "command", id: 1, command: { name: "merge", layer: 2 } });
    assert.deepEqual(JSON.parse(String((await message)[0])), {
      type: "command",
      id: 1,
      command: { name: "merge", layer: 2 },
    });
  });

  const refused: [string, Record<string, string>, string, number][] = [
    ["a wrong secret", { authorization: "Bearer s3cret-of-the-ruN" }, "/run", 401],
    ["no secret", { authorization: "" }, "/run", 401],
    ["a secret of another length", { authorization: `Bearer ${SECRET}${SECRET}` }, "/run", 401],
    ["another scheme", { authorization: `Basic ${SECRET}` }, "/run", 401],
    ["an unknown run", { [RUN_HEADER]: "run-2" }, "/run", 401],
    ["no run", { [RUN_HEADER]: "" }, "/run", 400],
    ["a web page's Origin", { origin: "https://example.com" }, "/run", 403],
    ["an Origin of the same port", { origin: "http://127.0.0.1" }, "/run", 403],
    ["a name that resolves to this machine (DNS rebinding)", { host: "example.com" }, "/run", 403],
    ["localhost by name", { host: "localhost" }, "/run", 403],
    ["another path", {}, "/", 404],
    ["a path with a query", {}, `/run?secret=${SECRET}`, 404],
  ];
  for (const [what, headers, at, status] of refused) {
    it(`refuses ${what}`, async () => {
      await open();
      assert.equal(await statusOf(dial(headers, at)), status);
      assert.deepEqual(receiver.events, []);
      assert.equal(warnings.length, 1);
      assert.ok(!JSON.stringify(warnings).includes("s3cret"), "a secret was logged");
    });
  }

  it("refuses the secret of a run that has ended, and closes its connection", async () => {
    await open();
    const socket = await connected();
    const closed = once(socket, "close");
    awaited.dispose();
    await closed;
    assert.equal(await statusOf(dial()), 401);
  });

  it("answers plain HTTP with 404", async () => {
    await open();
    const status = await new Promise((resolve) => {
      request({ host: "127.0.0.1", port, path: "/run" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    assert.equal(status, 404);
  });

  it("listens on 127.0.0.1 alone", async () => {
    await open();
    const socket = connect({ host: "::1", port });
    const [outcome] = await Promise.race([once(socket, "error"), once(socket, "connect").then(() => ["connected"])]);
    socket.destroy();
    assert.notEqual(outcome, "connected");
  });

  const malformed: [string, string | Buffer, string][] = [
    ["text that is not JSON", "{", "badMessage"],
    ["JSON that is no message", "[1]", "badMessage"],
    ["a field of a wrong type", init({ pid: "42" }), "badMessage"],
    ["another version", init({ version: WIRE_VERSION + 1 }), "version"],
    ["another run's id", init({ runId: "run-2" }), "unknownRun"],
    ["a message before init", JSON.stringify({ type: "status", state: "running", pending: [] }), "outOfOrder"],
    ["bytes before init", Buffer.from("x\n"), "outOfOrder"],
  ];
  for (const [what, frame, code] of malformed) {
    it(`answers ${what} with the error ${code}, and hangs up`, async () => {
      await open();
      const socket = await opened();
      const error = errorOf(socket);
      socket.send(frame);
      assert.equal(await error, code);
      assert.deepEqual(receiver.events, code === "version" ? ["refused"] : []);
    });
  }

  it("answers a second init with outOfOrder", async () => {
    await open();
    const socket = await connected();
    const error = errorOf(socket);
    socket.send(init());
    assert.equal(await error, "outOfOrder");
  });

  it("answers a message of an unknown type by name and goes on", async () => {
    await open();
    const socket = await connected();
    const reply = once(socket, "message");
    socket.send(JSON.stringify({ type: "fromTheFuture" }));
    assert.equal(JSON.parse(String((await reply)[0])).code, "unknownMessage");
    socket.send(Buffer.from("still here\n"));
    await until(() => receiver.bytes > 0);
  });

  it("tells a runner why the run does not want it", async () => {
    await open();
    receiver.answer = "Another process of this run is connected.";
    const socket = await opened();
    const error = errorOf(socket);
    socket.send(init());
    assert.equal(await error, "unknownRun");
    assert.deepEqual(receiver.events, ["init 42"], "and does not say that it left");
  });

  it("takes a frame of the largest size and closes on a larger one", async () => {
    await open();
    const socket = await connected();
    socket.send(Buffer.alloc(MAX_FRAME_BYTES));
    await until(() => receiver.bytes === MAX_FRAME_BYTES);
    const closed = once(socket, "close");
    socket.send(Buffer.alloc(MAX_FRAME_BYTES + 1));
    assert.equal((await closed)[0], 1009);
    assert.equal(receiver.bytes, MAX_FRAME_BYTES);
  });

  it("hangs up when no init comes in time", async () => {
    await open({ handshakeTimeoutMs: 50 });
    assert.equal(await errorOf(await opened()), "outOfOrder");
  });

  it("hangs up on a request that never completes", async () => {
    await open({ handshakeTimeoutMs: 100 });
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined);
    socket.resume();
    await once(socket, "connect");
    socket.write("GET /run HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    await once(socket, "close");
  });

  it("hangs up on a peer that has gone silent, not on one that answers pings", async () => {
    await open({ pingIntervalMs: 20, peerDeadlineMs: 200 });
    const lively = await connected();
    let pings = 0;
    lively.on("ping", () => pings++);
    await until(() => pings > 20);
    assert.equal(lively.readyState, lively.OPEN);
    lively.pause(); // reads no more, so it answers no pings
    await until(() => receiver.events.includes("disconnected"));
    assert.ok(warnings.some((text) => text.includes("silent")));
  });

  it("does not take its own brake for the peer's silence", async () => {
    await open({ pingIntervalMs: 10, peerDeadlineMs: 50 });
    const other = new Receiver();
    await listener.expect({
      runId: "run-2",
      secret: SECRET,
      rendezvous: path.join(folder, "other.json"),
      receiver: other,
    });
    const socket = await connected();
    receiver.connection?.pause();
    socket.send(Buffer.from("later\n"));
    // By the time that a peer which is as silent, and not braked, is given up, the braked one would be too.
    const silent = dial({ [RUN_HEADER]: "run-2" });
    await once(silent, "open");
    silent.send(init({ runId: "run-2" }));
    await until(() => other.events.includes("init 42"));
    silent.pause();
    await until(() => other.events.includes("disconnected"));
    assert.deepEqual(receiver.events, ["init 42"]);
    receiver.connection?.resume();
    await until(() => receiver.bytes === 6);
  });

  it("keeps a bounded transcript without the secret", async () => {
    await open();
    const socket = await connected();
    socket.send(JSON.stringify({ type: "recordingFailed", message: "x".repeat(1_000) }));
    await until(() => receiver.events.includes("recordingFailed"));
    assert.ok(transcript.some((line) => line.includes('"init"')));
    assert.ok(transcript.every((line) => line.length < 500));
    assert.ok(!transcript.join("\n").includes(SECRET));
  });

  it("closes everything when it is disposed", async () => {
    await open();
    const socket = await connected();
    const closed = once(socket, "close");
    listener.dispose();
    await closed;
    assert.equal(existsSync(rendezvous), false);
    const again = connect({ host: "127.0.0.1", port });
    await once(again, "error");
  });
});
