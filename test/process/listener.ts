/** A stand-in for the extension: a real ws server that speaks the contract of src/protocol/wire.ts, with knobs for what goes wrong. */

import { createServer, type IncomingMessage } from "node:http";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { decodeRunnerMessage, MAX_FRAME_BYTES, RUN_HEADER, WIRE_VERSION } from "../../src/protocol/wire";
import type { Command, CommandDone, ExtensionMessage, RunnerMessage } from "../../src/protocol/wire";
import { waitFor } from "../harness/waitFor";

/** How a listener answers. */
export interface ListenerOptions {
  readonly secret: string;
  /** Where the next connection shall resume; default: after what is held. */
  readonly fromByte?: () => number;
  /** False: `init` is not answered. */
  readonly greets?: boolean;
  readonly version?: number;
  /** Is handed the stream's bytes as they come. */
  readonly received?: (bytes: Buffer) => void;
}

/** One listener for one run. */
export class TestListener {
  /** All messages of the runner, oldest first. */
  readonly messages: RunnerMessage[] = [];
  /** `fromByte` of each handshake. */
  readonly resumedFrom: number[] = [];
  readonly refused: number[] = [];
  /** Text frames that are no message of a runner. */
  readonly malformed: string[] = [];
  private chunks: Buffer[] = [];
  private held = 0;
  private nextId = 1;
  private readonly sockets = new Set<WebSocket>();
  private readonly server = createServer();
  private readonly webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });

  private constructor(private readonly options: ListenerOptions) {
    this.server.on("upgrade", (request: IncomingMessage, socket, head) => {
      const allowed =
        request.url === "/run" &&
        request.headers.authorization === `Bearer ${options.secret}` &&
        request.headers.origin === undefined &&
        request.headers[RUN_HEADER] !== undefined;
      if (!allowed) {
        this.refused.push(Date.now());
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
        return;
      }
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => this.accept(webSocket));
    });
  }

  /** Listens and writes the rendezvous file. */
  static async open(rendezvous: string, options: ListenerOptions): Promise<TestListener> {
    const listener = new TestListener(options);
    await new Promise<void>((resolve) => listener.server.listen(0, "127.0.0.1", resolve));
    writeFileSync(rendezvous, JSON.stringify({ port: (listener.server.address() as AddressInfo).port }), {
      mode: 0o600,
    });
    return listener;
  }

  /** Bytes of the stream so far. */
  get bytes(): Buffer {
    this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }

  /** Whole lines of the stream, parsed. */
  get lines(): readonly Record<string, unknown>[] {
    const text = this.bytes.toString("utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get isConnected(): boolean {
    return this.sockets.size > 0;
  }

  /** Sends anything, contract or not. */
  sendRaw(frame: string | Buffer): void {
    for (const socket of this.sockets) socket.send(frame);
  }

  send(message: ExtensionMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  /** @returns the command's id. */
  command(command: Command): number {
    const id = this.nextId++;
    this.send({ type: "command", id, command });
    return id;
  }

  /** Resolves with the answer to a command. */
  answer(id: number): Promise<CommandDone["result"]> {
    return waitFor(`the answer to command ${id}`, () =>
      this.messages.find((message): message is CommandDone => message.type === "commandDone" && message.id === id),
    ).then((done) => done.result);
  }

  /** Resolves once a message like this came. */
  message<Type extends RunnerMessage["type"]>(
    type: Type,
    matches: (message: Extract<RunnerMessage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<RunnerMessage, { type: Type }>> {
    return waitFor(`a message "${type}"`, () =>
      this.messages.find(
        (message): message is Extract<RunnerMessage, { type: Type }> =>
          message.type === type && matches(message as Extract<RunnerMessage, { type: Type }>),
      ),
    );
  }

  /** Resolves once an event of this kind has come over the socket. */
  event(kind: string): Promise<Record<string, unknown>> {
    return waitFor(`an event "${kind}"`, () => this.lines.find((line) => line["kind"] === kind));
  }

  /** Reads nothing any more, as a peer that is stuck. */
  stall(): void {
    for (const socket of this.sockets) socket.pause();
  }

  unstall(): void {
    for (const socket of this.sockets) socket.resume();
  }

  /** Cuts the connections without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) {
        this.chunks.push(data);
        this.held += data.length;
        this.options.received?.(data);
        return;
      }
      const decoded = decodeRunnerMessage(data.toString("utf8"));
      if (!decoded.ok) {
        this.malformed.push(data.toString("utf8"));
        return;
      }
      this.messages.push(decoded.message);
      if (decoded.message.type === "init" && this.options.greets !== false) {
        const fromByte = this.options.fromByte?.() ?? this.held;
        this.resumedFrom.push(fromByte);
        this.send({ type: "ready", version: this.options.version ?? WIRE_VERSION, fromByte });
      }
    });
  }
}
