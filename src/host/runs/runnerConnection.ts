/**
 * One runner's socket: handshake, validation of each frame, pings and the deadline of a silent peer. It hands on
 * only what was decoded, and knows nothing of what it means.
 */

import type { RawData, WebSocket } from "ws";
import { forOlderRunner } from "../../protocol/olderRunner";
import {
  decodeRunnerMessage,
  WIRE_VERSION,
  type ExtensionMessage,
  type Init,
  type RunnerMessage,
  type WireError,
} from "../../protocol/wire";

/** Where a run's frames go. Calls come in the order of the frames. */
export interface RunnerReceiver {
  /**
   * A runner said `init`.
   * @returns the byte of the recording that it shall go on from, or a sentence why it is not wanted.
   */
  runnerConnected(connection: RunnerConnection, init: Init): number | string;
  /** A runner said `init` in a version that is not understood: another version of the extension started it. It will not be let in. */
  runnerRefused(): void;
  /** Recording bytes; a frame need not end at a line's end. */
  bytesReceived(bytes: Uint8Array): void;
  messageReceived(message: Exclude<RunnerMessage, Init>): void;
  /** Called once for each `runnerConnected` that was accepted. */
  runnerDisconnected(connection: RunnerConnection): void;
}

/** Deadlines in milliseconds, and where to tell what happens. */
export interface RunnerConnectionOptions {
  readonly handshakeTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly peerDeadlineMs: number;
  readonly warn: (text: string) => void;
  readonly trace: ((line: string) => void) | undefined;
}

const TRACE_LENGTH = 400;
const POLICY_VIOLATION = 1008;
/** Commands and errors that a peer may leave unread before it is given up, bytes. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/** See the file's head. Ends by itself; `close` and `terminate` are for the listener and the session. */
export class RunnerConnection {
  private init: Init | undefined;
  private heardMs = performance.now();
  private paused = false;
  private isOlder = false;
  private readonly handshakeTimer: NodeJS.Timeout;
  private readonly pingTimer: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    readonly runId: string,
    private readonly receiver: RunnerReceiver,
    private readonly options: RunnerConnectionOptions,
  ) {
    this.handshakeTimer = setTimeout(
      () => this.fail("outOfOrder", "No init message came in time."),
      options.handshakeTimeoutMs,
    );
    this.pingTimer = setInterval(() => this.ping(), options.pingIntervalMs);
    socket.on("message", (data, isBinary) => this.frame(data, isBinary));
    socket.on("pong", () => (this.heardMs = performance.now()));
    socket.on("ping", () => (this.heardMs = performance.now()));
    // An oversized or malformed frame comes as an error; ws then closes the socket with the fitting code.
    socket.on("error", (error) => options.warn(`The connection of a run failed: ${error.message}`));
    socket.on("close", (code) => this.closed(code));
  }

  /** Sends unless the socket is closing; the sender hears of a loss by `runnerDisconnected`. */
  send(message: ExtensionMessage): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.options.warn("A runner does not read what it is sent; its connection is given up.");
      this.terminate();
      return;
    }
    const text = JSON.stringify(this.isOlder ? forOlderRunner(message) : message);
    this.trace("→", () => text);
    this.socket.send(text);
  }

  /** Reads nothing more until `resume`; the peer's deadline rests meanwhile. */
  pause(): void {
    this.paused = true;
    this.socket.pause();
  }

  resume(): void {
    this.paused = false;
    this.heardMs = performance.now();
    this.socket.resume();
  }

  /** Closes in order; a peer that does not answer is cut by ws after 30 s, or by `terminate`. */
  close(code: number, reason: string): void {
    if (this.paused) this.resume(); // else the closing handshake is never read
    this.socket.close(code, reason);
  }

  /** Cuts the socket. */
  terminate(): void {
    this.socket.terminate();
  }

  private frame(data: RawData, isBinary: boolean): void {
    this.heardMs = performance.now();
    const bytes = toBuffer(data);
    if (this.socket.readyState !== this.socket.OPEN) return; // refused already; what was under way is not for us
    if (isBinary) {
      this.trace("←", () => `${bytes.byteLength} bytes`);
      if (!this.init) return this.fail("outOfOrder", "The first message must be init.");
      this.receiver.bytesReceived(bytes);
      return undefined;
    }
    const text = bytes.toString("utf8");
    this.trace("←", () => text);
    const decoded = decodeRunnerMessage(text);
    if (!decoded.ok) {
      // A newer runner may say things that we do not know; anything malformed ends the connection.
      if (decoded.error.code === "unknownMessage" && this.init) return this.send(decoded.error);
      return this.fail(decoded.error.code, decoded.error.message);
    }
    const message = decoded.message;
    if (message.type === "init") return this.handshake(message);
    if (!this.init) return this.fail("outOfOrder", "The first message must be init.");
    this.receiver.messageReceived(message);
    return undefined;
  }

  private handshake(init: Init): void {
    if (this.init) return this.fail("outOfOrder", "init was said twice.");
    if (init.version !== WIRE_VERSION) {
      this.receiver.runnerRefused();
      return this.fail("version", `The runner speaks version ${init.version}, this extension ${WIRE_VERSION}.`);
    }
    if (init.runId !== this.runId) return this.fail("unknownRun", "init names another run than the request did.");
    clearTimeout(this.handshakeTimer);
    this.isOlder = init.problems !== true;
    const fromByte = this.receiver.runnerConnected(this, init);
    if (typeof fromByte === "string") return this.fail("unknownRun", fromByte);
    this.init = init;
    this.send({ type: "ready", version: WIRE_VERSION, fromByte });
    return undefined;
  }

  private fail(code: WireError["code"], message: string): void {
    this.options.warn(`A runner's connection was refused: ${message}`);
    this.send({ type: "error", code, message });
    this.close(POLICY_VIOLATION, code);
  }

  private ping(): void {
    if (this.paused) return;
    if (performance.now() - this.heardMs > this.options.peerDeadlineMs) {
      this.options.warn("A runner has been silent for too long; its connection is given up.");
      this.terminate();
    } else if (this.socket.readyState === this.socket.OPEN) {
      this.socket.ping();
    }
  }

  private closed(code: number): void {
    clearTimeout(this.handshakeTimer);
    clearInterval(this.pingTimer);
    this.trace("×", () => `closed with code ${code}`);
    if (this.init) this.receiver.runnerDisconnected(this);
    this.init = undefined;
  }

  private trace(direction: string, text: () => string): void {
    this.options.trace?.(`${this.runId.slice(0, 8)} ${direction} ${text().slice(0, TRACE_LENGTH)}`);
  }
}

function toBuffer(data: RawData): Buffer {
  return Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
