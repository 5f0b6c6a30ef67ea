/** The publisher's thread: ring → recording → socket, and commands the other way. It lives on while the script's thread loops, waits or is held. */

import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { encodeNote } from "../../recording/recording";
import {
  WIRE_VERSION,
  type HoldsInForce,
  type RunnerMessage,
  type Status,
  type ThreadAction,
  type ThreadState,
} from "../../protocol/wire";
import { COMMAND_STATE, type PublisherData, type ToGate, type ToPublisher, type ToScript } from "./publisherMessages";
import { RingReader } from "./ring";
import { StreamStore } from "./streamStore";
import { whenOrphaned } from "./whenOrphaned";
import { Uplink, type ViewMessage } from "./uplink";

/** Header and snapshot: without them a recording says nothing. */
const BEGINNING_LINES = 2;

const { ring, port, debug, recording, init, supervisorPid, peer } = workerData as PublisherData;
const reader = new RingReader(ring);
process.on("exit", () => reader.close());

let status: Status = { type: "status", state: "running", pending: [] };
let holds: HoldsInForce | undefined;
let held = 0;
let thread: ThreadState = { type: "threadState", stop: null };
const mail = debug && new Int32Array(debug.mail);
let failure: string | undefined;
let abandoned: NodeJS.Timeout | undefined;
const waiting = new Map<number, Int32Array>();

let uplink: Uplink | undefined;
const store = new StreamStore({
  file: recording,
  failed(message) {
    const isFirst = failure === undefined;
    failure = message;
    if (isFirst) say(`${message} The run goes on.`);
    uplink?.send({ type: "recordingFailed", message });
  },
  lostLines: () => reader.countLoss(),
});
if (peer) uplink = new Uplink({ ...peer, stream: store, init: initMessage, greeting, received, connected });

port.on("message", (message: ToPublisher) => {
  if (message.type === "status") {
    status = message.status;
    uplink?.send(status);
    watchForPeer();
  } else if (message.type === "holds") {
    holds = message.holds;
    uplink?.send(holds);
  } else if (message.type === "held") {
    held = message.count;
    watchForPeer();
  } else if (message.type === "threadState") {
    thread = message;
    // The event that it stands at goes first, as far as the socket takes it.
    drain();
    uplink?.send(thread);
    watchForPeer();
  } else {
    waiting.delete(message.done.id);
    if (message.generation === uplink?.generation) uplink.send(message.done);
  }
});

if (supervisorPid !== undefined) whenOrphaned(supervisorPid, detach);

void drainForEver();

/**
 * Nobody is left who could say how the script ends, or be asked for anything: the script goes on alone.
 * @returns false while the recording has not even begun
 */
function detach(): boolean {
  drain();
  if (store.lines < BEGINNING_LINES) return false;
  store.end(encodeNote("run_ended", { code: null, signal: null, detached: true }, Date.now()));
  uplink?.pump();
  uplink?.leave();
  letGo("detached");
  say("The command that records this run was killed. The script goes on, unrecorded.");
  return true;
}

/** Nobody may be listening to standard error. */
function say(text: string): void {
  try {
    writeSync(2, `agent-context: ${text}\n`);
  } catch {
    // The views are told.
  }
}

async function drainForEver(): Promise<void> {
  for (;;) {
    drain();
    if (reader.socketAsked) answerSocket();
    // Bursts are taken in turns of this thread's loop, without the writer having to wake anybody.
    await new Promise(setImmediate);
    if (drain() === 0) await reader.wakened();
  }
}

/** @returns how many bytes were taken. */
function drain(): number {
  let taken = 0;
  for (let bytes = reader.peek(); bytes.length > 0; bytes = reader.peek()) {
    reader.diskBusy = true;
    store.append(bytes);
    reader.diskBusy = false;
    reader.release(bytes.length);
    taken += bytes.length;
  }
  if (taken > 0) uplink?.pump();
  return taken;
}

let answering = false;

function answerSocket(): void {
  if (answering) return;
  store.tellLost();
  if (status.state !== "ending") {
    status = { type: "status", state: "ending", pending: [] };
    uplink?.send(status);
  }
  if (uplink === undefined) return reader.socketEmpty();
  answering = true;
  uplink.empty(() => {
    answering = false;
    reader.socketEmpty();
  });
}

function initMessage(): Extract<RunnerMessage, { type: "init" }> {
  return {
    type: "init",
    version: WIRE_VERSION,
    ...init,
    recording: store.isOnDisk ? recording : null,
    bytes: store.total,
    problems: true,
  };
}

function greeting(): readonly RunnerMessage[] {
  return [
    ...(holds === undefined ? [] : [holds]),
    status,
    ...(debug === undefined ? [] : [thread]),
    ...(failure === undefined ? [] : [{ type: "recordingFailed", message: failure } as const]),
  ];
}

function connected(isConnected: boolean): void {
  watchForPeer();
  if (isConnected) return toScript({ type: "back" });
  // Nobody is left to see what these would do.
  for (const flag of waiting.values()) Atomics.compareExchange(flag, 0, COMMAND_STATE.waiting, COMMAND_STATE.cancelled);
  waiting.clear();
}

/** What waits for the user must not wait for longer than there may be somebody who could show it to one. */
function watchForPeer(): void {
  const isWaiting = status.state === "waiting" || held > 0 || thread.stop !== null;
  const lonely = isWaiting && uplink?.isConnected !== true;
  if (!lonely) {
    clearTimeout(abandoned);
    abandoned = undefined;
  } else {
    abandoned ??= setTimeout(() => letGo("abandoned"), peer?.graceMs);
  }
}

/** Nobody is there for whom anything should wait. */
function letGo(why: "abandoned" | "detached"): void {
  toScript({ type: why });
  toGate({ name: "release" });
}

function toScript(message: ToScript): void {
  port.postMessage(message);
  countMail();
}

function toGate(action: ThreadAction): void {
  debug?.port.postMessage(action satisfies ToGate);
  countMail();
}

/** A thread that is held waits for nothing else. */
function countMail(): void {
  if (mail === undefined) return;
  Atomics.add(mail, 0, 1);
  Atomics.notify(mail, 0);
}

function received(message: ViewMessage): void {
  if (message.type === "detach") {
    uplink?.leave();
    return letGo("detached");
  }
  if (message.type === "thread") {
    if (debug !== undefined) return toGate(message.action);
    const text = "This run was not started by a debugger, so its thread cannot be held.";
    return uplink?.send({ type: "error", code: "outOfOrder", message: text });
  }
  const { id } = message;
  const known = waiting.get(id);
  if (message.type === "cancelCommand") {
    const won =
      known &&
      Atomics.compareExchange(known, 0, COMMAND_STATE.waiting, COMMAND_STATE.cancelled) === COMMAND_STATE.waiting;
    if (!won) return; // It is applied already, and that answer is on its way.
    waiting.delete(id);
    answer(id, "Cancelled", "The command was taken back before the script came to it.");
  } else if (known) {
    answer(id, "DuplicateCommand", `A command with the id ${id} is waiting already.`);
  } else {
    const flag = new SharedArrayBuffer(4);
    waiting.set(id, new Int32Array(flag));
    const generation = uplink?.generation ?? 0;
    toScript({ type: "command", id, generation, command: message.command, flag });
  }
}

function answer(id: number, name: string, message: string): void {
  uplink?.send({ type: "commandDone", id, result: { ok: false, name, message } });
}
