/**
 * The endpoint that runners dial in to: who may connect, what frames are let through, and when a silent peer is
 * gone. It knows no editor and nothing of what a run is beyond its id, its secret and its {@link RunnerReceiver}.
 */

import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import {
  HANDSHAKE_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  PEER_DEADLINE_MS,
  PING_INTERVAL_MS,
  RUN_HEADER,
} from "../../protocol/wire";
import { RunnerConnection, type RunnerReceiver } from "./runnerConnection";

/** A run that a runner is awaited for. */
export interface AwaitedRun {
  readonly runId: string;
  readonly secret: string;
  /** Where the runner finds the port: a file `{ "port": number }`, written here with mode 0600 and taken away at the end. */
  readonly rendezvous: string;
  readonly receiver: RunnerReceiver;
}

/** Deadlines in milliseconds, and where to tell what happens. */
export interface RunListenerOptions {
  readonly handshakeTimeoutMs?: number;
  readonly pingIntervalMs?: number;
  readonly peerDeadlineMs?: number;
  /** Refusals and failures, one sentence each; never a secret. */
  readonly warn: (text: string) => void;
  /** The wire transcript, one bounded line a frame; undefined while nobody wants it. */
  readonly trace?: (line: string) => void;
}

const REASONS = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found" } as const;
const MAX_CONNECTIONS = 128;

/** One listener a window, on 127.0.0.1 and a random port; it starts with the first run that is awaited. */
export class RunListener {
  private readonly runs = new Map<string, AwaitedRun>();
  private readonly connections = new Set<RunnerConnection>();
  private readonly sockets: WebSocketServer;
  private server: Promise<Server> | undefined;
  private disposed = false;

  constructor(private readonly options: RunListenerOptions) {
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  }

  /** The port, once something was awaited. */
  async port(): Promise<number> {
    this.server ??= this.listen();
    return ((await this.server).address() as AddressInfo).port;
  }

  /**
   * Lets the run's runner in from now on, and writes its rendezvous file.
   * @returns what ends that: its connection is closed, its secret is worth nothing from then on.
   */
  async expect(run: AwaitedRun): Promise<{ dispose(): void }> {
    const port = await this.port();
    if (this.disposed) throw new Error("The listener was closed.");
    this.runs.set(run.runId, run);
    writeAtomically(run.rendezvous, JSON.stringify({ port }));
    return { dispose: () => this.forget(run) };
  }

  /** Closes everything, at once. */
  dispose(): void {
    this.disposed = true;
    for (const run of [...this.runs.values()]) this.forget(run);
    for (const connection of this.connections) connection.terminate();
    this.sockets.close();
    void this.server?.then(
      (server) => {
        server.close();
        server.closeAllConnections();
      },
      () => undefined,
    );
  }

  private forget(run: AwaitedRun): void {
    if (this.runs.get(run.runId) !== run) return;
    this.runs.delete(run.runId);
    for (const connection of this.connections) if (connection.runId === run.runId) connection.close(1000, "run ended");
    rmSync(run.rendezvous, { force: true });
  }

  private listen(): Promise<Server> {
    const deadlineMs = this.options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    const server = createServer(
      {
        headersTimeout: deadlineMs,
        requestTimeout: deadlineMs,
        connectionsCheckingInterval: Math.min(deadlineMs, 1000),
      },
      (_request, response) => response.writeHead(404, { connection: "close" }).end(),
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      this.upgrade(request, socket, head, (server.address() as AddressInfo | null)?.port ?? 0);
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        server.off("error", reject);
        server.on("error", (error) => this.options.warn(`The listener failed: ${error.message}`));
        resolve(server);
      });
    });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, port: number): void {
    const runId = request.headers[RUN_HEADER];
    const run = typeof runId === "string" ? this.runs.get(runId) : undefined;
    // Compared in any case, so that the time it takes does not tell which runs there are.
    const secretFits = sameSecret(bearer(request), run?.secret ?? randomUUID());
    const refuse = (status: keyof typeof REASONS, why: string): void => {
      this.options.warn(`Refused a connection to the run listener: ${why}.`);
      socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (request.url !== "/run") return refuse(404, "unknown path");
    if (request.headers.origin !== undefined) return refuse(403, "it came from a web page (Origin)");
    if (request.headers.host !== `127.0.0.1:${port}`) return refuse(403, "it names another host");
    if (typeof runId !== "string" || runId === "") return refuse(400, "it names no run");
    if (!run || !secretFits) return refuse(401, "unknown run or wrong secret");

    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new RunnerConnection(webSocket, run.runId, run.receiver, {
        handshakeTimeoutMs: this.options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
        pingIntervalMs: this.options.pingIntervalMs ?? PING_INTERVAL_MS,
        peerDeadlineMs: this.options.peerDeadlineMs ?? PEER_DEADLINE_MS,
        warn: this.options.warn,
        trace: this.options.trace,
      });
      this.connections.add(connection);
      webSocket.once("close", () => this.connections.delete(connection));
    });
    return undefined;
  }
}

function bearer(request: IncomingMessage): string {
  return /^Bearer ([^\s]+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function writeAtomically(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  chmodSync(temporary, 0o600); // the umask can only take away; this also holds where the file system ignores `mode`
  renameSync(temporary, file);
}
