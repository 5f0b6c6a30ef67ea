/** What a test sees of one debug session: all messages between VS Code and the adapter, readable as lines, and the moves it makes. */

import * as assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import { waitFor, workspaceUri } from "./extension";

/** The debug type, as package.json says. */
export const DEBUG_TYPE = "agent-context";

/** Requests that only look. VS Code makes them when its views please; those of the test are told from them by a mark. */
const LOOKS: ReadonlySet<string> = new Set([
  "threads",
  "stackTrace",
  "scopes",
  "variables",
  "evaluate",
  "completions",
  "exceptionInfo",
  "dataBreakpointInfo",
  "source",
  "loadedSources",
  // Of looks that are no longer needed.
  "cancel",
]);
/** Requests after which it moves. */
const MOVES: ReadonlySet<string> = new Set([
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "pause",
  "reverseToWrite",
]);
const MARK = "askedByTest";

interface Move {
  readonly what: "request" | "response" | "event";
  readonly message: DebugProtocol.Request & DebugProtocol.Response & DebugProtocol.Event;
}

/** A frame as the adapter tells it. */
export type Frame = DebugProtocol.StackFrame;

/** See the file's head. */
export class DebugRecorder implements vscode.Disposable {
  /** In the order in which they were sent. */
  readonly messages: Move[] = [];
  session: vscode.DebugSession | undefined;
  private readonly lines: (() => string)[] = [];
  private readonly disposables: vscode.Disposable[] = [];
  private seenStops = 0;
  private isOver = false;

  private constructor(
    name: string,
    private readonly hears: (message: DebugProtocol.Request, session: vscode.DebugSession) => void,
  ) {
    this.disposables.push(
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => {
          // After a restart VS Code calls it the same session, and there is another adapter.
          if (session.name !== name || this.session) return undefined;
          this.session = session;
          return {
            onWillReceiveMessage: (message: Move["message"]) => this.received(message),
            onDidSendMessage: (message: Move["message"]) => this.sent(message),
          };
        },
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session === this.session) this.isOver = true;
      }),
    );
  }

  /**
   * Records the next session of that name, whoever starts it.
   * @param hears each request, before the adapter does
   */
  static watch(
    name: string,
    hears: (message: DebugProtocol.Request, session: vscode.DebugSession) => void = () => undefined,
  ): DebugRecorder {
    return new DebugRecorder(name, hears);
  }

  /** Starts debugging; whatever is said from the first message on is recorded. */
  static async start(configuration: Omit<vscode.DebugConfiguration, "type">): Promise<DebugRecorder> {
    const recorder = DebugRecorder.watch(String(configuration["name"]));
    const whole = { type: DEBUG_TYPE, ...configuration } as vscode.DebugConfiguration;
    const isStarted = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], whole);
    assert.ok(isStarted, `${configuration["name"]} was not started`);
    await waitFor("the session", () => recorder.session);
    return recorder;
  }

  /** The next stop that was not asked for yet, once VS Code was told of it. */
  async stop(): Promise<DebugProtocol.StoppedEvent["body"]> {
    const stops = await waitFor("a stop", () => {
      const all = this.events("stopped");
      return all.length > this.seenStops ? all : undefined;
    });
    return (stops[this.seenStops++] as DebugProtocol.StoppedEvent).body;
  }

  /** The end of the session. */
  async ended(): Promise<void> {
    await waitFor("the session's end", () => this.isOver);
  }

  /** The events of that name so far. */
  events(name: string): DebugProtocol.Event[] {
    return this.messages.flatMap(({ what, message }) => (what === "event" && message.event === name ? [message] : []));
  }

  /** A request whose answer the test alone reads. @throws what the adapter answers. */
  async ask<Body>(command: string, args: object = {}): Promise<Body> {
    assert.ok(this.session);
    return (await this.session.customRequest(command, { ...args, [MARK]: false })) as Body;
  }

  /** A request that stands in the transcript with its answer. @returns undefined when it was refused. */
  async show<Body>(command: string, args: object = {}): Promise<Body | undefined> {
    assert.ok(this.session);
    try {
      return (await this.session.customRequest(command, { ...args, [MARK]: true })) as Body;
    } catch {
      return undefined; // The refusal stands in the transcript.
    }
  }

  /** A move, and the stop that it leads to. */
  async move(command: string, args: object = {}): Promise<DebugProtocol.StoppedEvent["body"]> {
    await this.show(command, args);
    return this.stop();
  }

  /** A command of VS Code's debug toolbar, once VS Code shows the thread that stopped last, and the stop it leads to. */
  async press(command: string): Promise<DebugProtocol.StoppedEvent["body"]> {
    await this.focused();
    this.note(`[${command}]`);
    await vscode.commands.executeCommand(`workbench.action.debug.${command}`);
    return this.stop();
  }

  /** VS Code has the frame in focus that it stopped at last. */
  async focused(): Promise<vscode.DebugStackFrame> {
    const last = this.events("stopped").at(-1) as DebugProtocol.StoppedEvent | undefined;
    const answered = this.messages.length;
    return waitFor("VS Code to show where it stands", () => {
      const item = vscode.debug.activeStackItem;
      if (!(item instanceof vscode.DebugStackFrame) || item.session !== this.session) return undefined;
      if (item.threadId !== last?.body.threadId || answered > this.messages.length) return undefined;
      return this.frameIds().has(item.frameId) ? item : undefined;
    });
  }

  /** A line of the test's own. */
  note(text: string): void {
    this.lines.push(() => text);
  }

  /** Threads with their stacks, as lines. @returns the frames of `threadId` */
  async showStacks(threadId: number): Promise<readonly Frame[]> {
    const { threads } = await this.ask<DebugProtocol.ThreadsResponse["body"]>("threads");
    let own: readonly Frame[] = [];
    for (const { id, name } of threads) {
      const { stackFrames } = await this.ask<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: id });
      if (id === threadId) own = stackFrames;
      this.note(`  ${id === threadId ? ">" : " "} thread ${id} ${name}`);
      for (const { name: frame, source, line, column } of stackFrames) {
        this.note(`      ${frame}  at ${source?.path ?? "nowhere"}:${line}:${column}`);
      }
    }
    return own;
  }

  /** All scopes of a frame, or those named, expanded. */
  async showVariables(frameId: number, names?: readonly string[]): Promise<void> {
    const { scopes } = await this.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
    for (const { name, variablesReference } of scopes) {
      if (names && !names.includes(name)) continue;
      this.note(`    ${name}`);
      await this.showList(variablesReference, "      ");
    }
  }

  /** The transcript so far. */
  text(): string {
    return `${this.lines.map((line) => normalized(line())).join("\n")}\n`;
  }

  /**
   * What must hold whatever is debugged: each request is answered once; a stop comes after the answer to the move that
   * led to it; nothing is told after the end; VS Code is never told of the same stop twice; no reference is ever given
   * out for two things; and each frame has a source.
   */
  check(): void {
    const open = new Map<number, string>();
    const answered = new Set<number>();
    const references = new Set<number>();
    const frames = new Set<number>();
    let stoppedAgain: string | undefined;
    let end: string | undefined;
    for (const { what, message } of this.messages) {
      if (what === "request") open.set(message.seq, message.command);
      if (what === "response") {
        assert.ok(!answered.has(message.request_seq), `${message.command} is answered twice`);
        assert.ok(open.delete(message.request_seq), `${message.command} was never asked`);
        answered.add(message.request_seq);
        const body = (message.body ?? {}) as { scopes?: Referring[]; variables?: Referring[]; stackFrames?: Frame[] };
        for (const { variablesReference: each } of [...(body.scopes ?? []), ...(body.variables ?? [])]) {
          assert.ok(each === 0 || !references.has(each), `reference ${each} is given out twice`);
          references.add(each);
        }
        for (const { id, name, source } of body.stackFrames ?? []) {
          assert.ok(!frames.has(id), `frame ${id} is given out twice`);
          assert.ok(source?.path, `${name} has an unknown source`);
          frames.add(id);
        }
        if (MOVES.has(message.command)) stoppedAgain = undefined;
        if (message.command === "disconnect") end = "disconnect";
      }
      if (what !== "event") continue;
      assert.equal(end, undefined, `${message.event} is told after the end`);
      if (message.event === "terminated") end = message.event;
      if (message.event === "continued") stoppedAgain = undefined;
      if (message.event !== "stopped") continue;
      const moving = [...open.values()].filter((command) => MOVES.has(command) && command !== "pause");
      assert.deepEqual(moving, [], "it stops before the move is answered");
      const text = JSON.stringify(message.body);
      assert.notEqual(text, stoppedAgain, "the same stop is told twice");
      stoppedAgain = text;
    }
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private async showList(variablesReference: number, indent: string): Promise<void> {
    const { variables } = await this.ask<DebugProtocol.VariablesResponse["body"]>("variables", { variablesReference });
    if (variables.length === 0) this.note(`${indent}(nothing)`);
    for (const each of variables) {
      this.note(`${indent}${variableText(each)}`);
      if (each.variablesReference !== 0) await this.showList(each.variablesReference, `${indent}  `);
    }
  }

  private frameIds(): ReadonlySet<number> {
    let ids = new Set<number>();
    for (const { what, message } of this.messages) {
      if (what === "event" && message.event === "stopped") ids = new Set();
      if (what !== "response" || message.command !== "stackTrace" || !message.success) continue;
      for (const { id } of (message.body as DebugProtocol.StackTraceResponse["body"]).stackFrames) ids.add(id);
    }
    return ids;
  }

  private received(message: Move["message"]): void {
    // Messages are objects of the sender, who may go on with them.
    const request = structuredClone(message);
    this.messages.push({ what: "request", message: request });
    if (this.session) this.hears(request, this.session);
    const mark = ((request.arguments ?? {}) as Record<string, unknown>)[MARK];
    if (mark === false || (mark === undefined && LOOKS.has(request.command))) return;
    this.lines.push(() => {
      const answer = this.messages.find(
        ({ what, message: { request_seq } }) => what === "response" && request_seq === request.seq,
      )?.message;
      return `-> ${request.command}${argumentsText(request)}\n${answer ? answerText(answer) : "   (not answered)"}`;
    });
  }

  private sent(message: Move["message"]): void {
    const copy = structuredClone(message);
    this.messages.push({ what: message.type === "event" ? "event" : "response", message: copy });
    if (message.type === "event") this.lines.push(() => `<- ${copy.event}${bodyText(copy.body)}`);
  }
}

interface Referring {
  readonly variablesReference: number;
}

function variableText({ name, value, type, evaluateName }: DebugProtocol.Variable): string {
  const kind = type === undefined || type === "" ? "" : ` (${type})`;
  return `${name} = ${value}${kind}${evaluateName === undefined ? "" : ` [${evaluateName}]`}`;
}

/** What VS Code alone says is left out: it differs by its version. */
function argumentsText({ command, arguments: given }: DebugProtocol.Request): string {
  if (given === undefined || command === "initialize") return "";
  const {
    [MARK]: _mark,
    __sessionId: _session,
    __configurationTarget: _target,
    ...args
  } = given as Record<string, unknown>;
  if (command === "launch") {
    for (const name of ["type", "request", "name", "internalConsoleOptions"]) delete args[name];
  }
  if (command === "setBreakpoints") for (const name of ["lines", "sourceModified"]) delete args[name];
  return bodyText(args);
}

function answerText({ command, success, body, message }: DebugProtocol.Response): string {
  if (command === "initialize" && success) return capabilitiesText(body as object);
  if (!success) {
    return `   refused: ${(body as DebugProtocol.ErrorResponse["body"]).error?.variables?.["text"] ?? message}`;
  }
  const given = body as { readonly variables?: unknown; readonly scopes?: unknown } | undefined;
  return `   ${given === undefined ? "ok" : bodyText(given).trim() || "ok"}`;
}

function capabilitiesText(body: object): string {
  const { exceptionBreakpointFilters = [], ...others } = body as DebugProtocol.Capabilities;
  const can = Object.entries(others).map(([name, value]) =>
    value === true ? name : `${name}=${JSON.stringify(value)}`,
  );
  const filters = exceptionBreakpointFilters.map(
    ({ filter, label, default: isOn }) => `   ${filter}: ${label}${isOn === true ? ", on" : ""}`,
  );
  return [`   ${can.sort().join(" ")}`, ...filters].join("\n");
}

function bodyText(body: unknown): string {
  if (body === undefined || body === null) return "";
  const text = JSON.stringify(body, (name, value: unknown) => {
    if (name === "variablesReference" && typeof value === "number") return value === 0 ? undefined : "…";
    if (name === "frameId") return "…";
    return value;
  });
  return text === "{}" ? "" : ` ${text}`;
}

/** Places, times and ids that differ from run to run. */
function normalized(text: string): string {
  return text
    .replace(/(?:vscode-remote|file):\/\/[^/]*(?=\/)/g, "")
    .replaceAll(workspaceUri().fsPath, "$FOLDER")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, "$TIME")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "$ID")
    .replace(/recording-\d+/g, "recording-$N")
    .replace(/"pid":\d+/g, '"pid":$PID');
}
