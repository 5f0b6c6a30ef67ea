/** The connection to the extension: dialling, handshake, sending the stream from where the other side stands, pings. Knows nothing of threads or disks. */

import WebSocket from "ws";
import {
  decodeExtensionMessage,
  HANDSHAKE_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  PEER_DEADLINE_MS,
  PING_INTERVAL_MS,
  RUN_HEADER,
  WIRE_VERSION,
  type ExtensionMessage,
  type Init,
  type Ready,
  type RunnerMessage,
  type WireError,
} from "../../protocol/wire";
import { readRendezvous } from "./rendezvous";

const FIRST_RETRY_MS = 100;
/** Dialling this machine costs little, and a window that comes back should not be waited for in vain. */
const LAST_RETRY_MS = 1_000;
const CHUNK_BYTES = 1024 * 1024;
/** More than this is not handed to a socket that does not send. */
const HIGH_WATER_BYTES = 2 * 1024 * 1024;

/** What views and debugger ask for, once the handshake is done. */
export type ViewMessage = Exclude<ExtensionMessage, Ready | WireError>;

/** The bytes to send. */
export interface Stream {
  readonly total: number;
  read(from: number, most: number): Buffer | undefined;
}

/** What an {@link Uplink} depends on. */
export interface UplinkOptions {
  readonly rendezvous: string;
  readonly secret: string;
  readonly stream: Stream;
  readonly init: () => Init;
  /** Messages that a new connection must hear, after the handshake. */
  readonly greeting: () => readonly RunnerMessage[];
  readonly received: (message: ViewMessage) => void;
  /** The handshake is done, or the connection is gone. */
  readonly connected: (connected: boolean) => void;
}

/** Keeps one connection at a time; dials again whenever it is cut. */
export class Uplink {
  private socket: WebSocket | undefined;
  private ready = false;
  private sent = 0;
  private retryMs = FIRST_RETRY_MS;
  private heardAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private everFailed = false;
  private left = false;
  private emptied: (() => void)[] = [];
  /** Counts connections; answers to commands of an older one are not sent. */
  generation = 0;

  constructor(private readonly options: UplinkOptions) {
    setInterval(() => this.beat(), PING_INTERVAL_MS);
    this.dial();
  }

  /** Whether the handshake is done. */
  get isConnected(): boolean {
    return this.ready;
  }

  send(message: RunnerMessage): void {
    if (this.ready) this.transmit(message);
  }

  /** Sends what there is to send, as fast as the socket takes it. */
  pump(): void {
    const { socket } = this;
    while (this.ready && socket && this.sent < this.options.stream.total && socket.bufferedAmount < HIGH_WATER_BYTES) {
      const bytes = this.options.stream.read(this.sent, CHUNK_BYTES);
      if (bytes === undefined || bytes.length === 0) return; // The disk refuses; the next event tries again.
      this.sent += bytes.length;
      socket.send(bytes, { binary: true }, () => this.pump());
    }
  }

  /** Calls back once the other side has everything, or at once when it cannot be reached. Nothing else is then sent. */
  empty(done: () => void): void {
    if (!this.ready && (this.everFailed || !this.socket)) return done();
    this.emptied.push(done);
    if (this.ready) this.ping();
  }

  /** The other side wants no more: closes, and dials no more. */
  leave(): void {
    this.left = true;
    this.socket?.close(1000);
  }

  private dial(): void {
    const port = readRendezvous(this.options.rendezvous);
    if (port === undefined) return this.retry();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/run`, {
      headers: { Authorization: `Bearer ${this.options.secret}`, [RUN_HEADER]: this.options.init().runId },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      // Room for one frame too large to take, so that it can be answered by name.
      maxPayload: 2 * MAX_FRAME_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.socket = socket;
    this.generation++;
    const deadline = setTimeout(() => socket.terminate(), 2 * HANDSHAKE_TIMEOUT_MS);
    socket.on("open", () => {
      this.heardAtMs = performance.now();
      this.transmit(this.options.init());
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.heardAtMs = performance.now();
      if (this.receive(data, isBinary)) clearTimeout(deadline);
    });
    socket.on("pong", (data: Buffer) => {
      this.heardAtMs = performance.now();
      if (data.length > 0 && this.sent === this.options.stream.total && Number(data.toString()) === this.sent) {
        this.settle();
      }
    });
    socket.on("ping", () => (this.heardAtMs = performance.now()));
    socket.on("error", () => {}); // "close" follows.
    socket.on("close", () => {
      clearTimeout(deadline);
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.everFailed = true;
      if (this.ready) {
        this.ready = false;
        this.options.connected(false);
      }
      this.settle();
      this.retry();
    });
  }

  private retry(): void {
    if (this.left) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.dial();
    }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  /** @returns whether the handshake is done. */
  private receive(data: Buffer, isBinary: boolean): boolean {
    if (data.length > MAX_FRAME_BYTES) {
      this.refuse("tooLarge", `A frame of ${data.length} bytes is larger than ${MAX_FRAME_BYTES}.`);
      this.socket?.close(1009);
      return this.ready;
    }
    if (isBinary) {
      this.refuse("badMessage", "The extension sends text frames only.");
      return this.ready;
    }
    const decoded = decodeExtensionMessage(data.toString("utf8"));
    if (!decoded.ok) {
      this.transmit(decoded.error);
      return this.ready;
    }
    const { message } = decoded;
    if (message.type === "error") {
      // The other side gives this connection up, or says which of our messages it did not understand.
      if (!this.ready) this.socket?.close(1000);
    } else if (message.type === "ready") {
      this.begin(message.version, message.fromByte);
    } else if (!this.ready) {
      this.refuse("outOfOrder", `"${message.type}" came before "ready".`);
    } else {
      this.options.received(message);
    }
    return this.ready;
  }

  private begin(version: number, fromByte: number): void {
    const { total } = this.options.stream;
    if (this.ready) return this.refuse("outOfOrder", '"ready" came twice.');
    if (version !== WIRE_VERSION) {
      this.refuse("version", `The extension speaks version ${version}, this runner version ${WIRE_VERSION}.`);
      this.retryMs = LAST_RETRY_MS;
      this.socket?.close(1002);
      return;
    }
    if (fromByte > total) {
      return this.refuse("outOfOrder", `Byte ${fromByte} is asked for, but there are ${total} only.`);
    }
    this.sent = fromByte;
    this.ready = true;
    this.retryMs = FIRST_RETRY_MS;
    this.options.connected(true);
    for (const message of this.options.greeting()) this.transmit(message);
    this.pump();
    if (this.emptied.length > 0) this.ping();
  }

  private refuse(code: "tooLarge" | "badMessage" | "outOfOrder" | "version", message: string): void {
    this.transmit({ type: "error", code, message });
  }

  private transmit(message: RunnerMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Asks for a pong that names how far the stream was sent: when it comes, the other side has all of it. */
  private ping(): void {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    this.pump();
    if (this.sent < this.options.stream.total) setTimeout(() => this.ping(), 5);
    else socket.ping(String(this.sent));
  }

  private settle(): void {
    for (const done of this.emptied.splice(0)) done();
  }

  private beat(): void {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.heardAtMs > PEER_DEADLINE_MS) socket.terminate();
    else socket.ping();
  }
}
