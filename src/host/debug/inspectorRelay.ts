/**
 * The way between a JavaScript debugger and a script's inspector (Chrome DevTools Protocol). What goes over it is
 * passed on as it is, except that two threads are not shown: the publisher's, for a debugger that held it would hold every
 * view, and Node's own for loaders, which run our code alone.
 */

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import WebSocket, { WebSocketServer } from "ws";

/** Sources and heap snapshots come whole. */
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
/** Of the relay's own requests; debuggers count from 1. */
const FIRST_OWN_ID = 0x4000_0000;
const PUBLISHER = /\/publisher\.cjs$/;
/** The thread's name, as `src/runner/script/recorder.ts` gives it. */
const PUBLISHER_TITLE = "agent-context publisher";

/** What a relay tells. */
export interface InspectorRelayListener {
  /** The debugger has set up all that it wants to have set up before the script begins. */
  readonly ready: () => void;
  /** The debugger holds the script's thread, or lets it go on. */
  readonly paused: (isPaused: boolean) => void;
  /** Debugger or script are gone. */
  readonly closed: () => void;
}

/** One debugger's way to one script. */
export class InspectorRelay {
  private readonly hidden = new Set<string>();
  private readonly ownIds = new Set<number>();
  private readonly early: string[] = [];
  private nextId = FIRST_OWN_ID;
  private debuggerSocket: WebSocket | undefined;
  private scriptSocket: WebSocket | undefined;
  private isClosed = false;

  private constructor(
    private readonly inspectorUrl: string,
    private readonly server: Server,
    private readonly path: string,
    private readonly on: InspectorRelayListener,
  ) {
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      // One debugger, which was told the path; a web page names its origin.
      const isWelcome =
        request.url === this.path && request.headers.origin === undefined && this.debuggerSocket === undefined;
      if (!isWelcome) return socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return sockets.handleUpgrade(request, socket, head, (webSocket) => this.join(webSocket));
    });
  }

  /**
   * @param inspectorUrl `ws://127.0.0.1:…`, as the script's process tells it
   * @throws Error when the address is not on this machine, or no port is free
   */
  static async open(inspectorUrl: string, on: InspectorRelayListener): Promise<InspectorRelay> {
    const { protocol, hostname } = new URL(inspectorUrl);
    if (protocol !== "ws:" || hostname !== "127.0.0.1") {
      throw new Error(`The script's inspector listens at ${hostname}, which is not 127.0.0.1.`);
    }
    const server = createServer((_request, response) => response.writeHead(404, { connection: "close" }).end());
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new InspectorRelay(inspectorUrl, server, `/${randomBytes(24).toString("base64url")}`, on);
  }

  /** Where a debugger connects, once. */
  get address(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.path}`;
  }

  /** Ends both connections; a script that the debugger holds goes on. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.server.close();
    this.debuggerSocket?.close();
    this.scriptSocket?.close();
    this.on.paused(false);
    this.on.closed();
  }

  private join(debuggerSocket: WebSocket): void {
    this.debuggerSocket = debuggerSocket;
    const scriptSocket = new WebSocket(this.inspectorUrl, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
    });
    this.scriptSocket = scriptSocket;
    for (const socket of [debuggerSocket, scriptSocket]) {
      socket.on("error", () => this.close());
      socket.on("close", () => this.close());
    }
    scriptSocket.on("open", () => {
      for (const message of this.early.splice(0)) scriptSocket.send(message);
    });
    debuggerSocket.on("message", (data: Buffer) => this.fromDebugger(data.toString("utf8")));
    scriptSocket.on("message", (data: Buffer) => this.fromScript(data.toString("utf8")));
  }

  private fromDebugger(message: string): void {
    this.toScript(message);
    if (message.includes('"Runtime.runIfWaitingForDebugger"') && !message.includes('"NodeWorker.')) this.on.ready();
  }

  private toScript(message: string): void {
    if (this.scriptSocket?.readyState === WebSocket.OPEN) this.scriptSocket.send(message);
    else this.early.push(message);
  }

  private fromScript(message: string): void {
    if (message.startsWith('{"method":"NodeWorker.') && this.isHidden(message)) return;
    if (this.ownIds.size > 0 && this.isAnswerToUs(message)) return;
    if (message.startsWith('{"method":"Debugger.paused"')) this.on.paused(true);
    else if (message.startsWith('{"method":"Debugger.resumed"')) this.on.paused(false);
    if (this.debuggerSocket?.readyState === WebSocket.OPEN) this.debuggerSocket.send(message);
  }

  private isHidden(message: string): boolean {
    const { method, params } = JSON.parse(message) as NodeWorkerEvent;
    if (method === "NodeWorker.attachedToWorker") {
      const { title, url } = params.workerInfo ?? { title: "", url: "" };
      const isPublisher = PUBLISHER.test(url) && title.includes(PUBLISHER_TITLE);
      if (!isPublisher && !url.startsWith("node:internal/")) return false;
      this.hidden.add(params.sessionId);
      const id = this.nextId++;
      this.ownIds.add(id);
      this.toScript(JSON.stringify({ id, method: "NodeWorker.detach", params: { sessionId: params.sessionId } }));
      return true;
    }
    return this.hidden.has(params.sessionId);
  }

  private isAnswerToUs(message: string): boolean {
    const id = Number(/^\{"id":(\d+)/.exec(message)?.[1]);
    return this.ownIds.delete(id);
  }
}

interface NodeWorkerEvent {
  readonly method: string;
  readonly params: {
    readonly sessionId: string;
    readonly workerInfo?: { readonly title: string; readonly url: string };
  };
}
