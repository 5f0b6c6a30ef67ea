/** The messages between a runner's publisher and the extension. Text frames are these, as JSON; binary frames are recording lines (UTF-8, whole lines, seq ascending by one). */

import * as v from "valibot";
import type { HoldMode, MergePolicy } from "../core/choices";
import type { JsonValue } from "../core/jsonValue";
import { adoptJson } from "../recording/adoptJson";
import { eventBreakpoint, type EventBreakpoint } from "../breakpoints/breakpoint";
import { createMessageDecoder, type DecodedMessage } from "./messageDecoder";
import { holdMode, mergePolicy } from "./choices";

export const WIRE_VERSION = 1;
/** Largest frame that either side accepts, bytes. Longer recording lines travel as several binary frames: a frame need not end at a line's end. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Upgrade request: `GET /run` with `Authorization: Bearer <secret>` and this header naming the run. No Origin header. */
export const RUN_HEADER = "x-agent-context-run";
export const HANDSHAKE_TIMEOUT_MS = 5_000;
export const PING_INTERVAL_MS = 5_000;
/** A peer that has sent nothing (pongs included) for so long is gone. */
export const PEER_DEADLINE_MS = 20_000;

/** First message of a runner. */
export interface Init {
  readonly type: "init";
  readonly version: number;
  readonly runId: string;
  readonly pid: number;
  readonly script: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly node: { readonly version: string; readonly execPath: string; readonly source: string };
  /** Absolute path of the recording; null when it could not be opened. */
  readonly recording: string | null;
  /** Bytes that the recording (and so the stream) holds so far. */
  readonly bytes: number;
  /** Where the script's JavaScript inspector listens (`ws://127.0.0.1:…`), if it was to be opened. */
  readonly inspectorUrl?: string;
  /** It knows the hold mode `onProblem` and the exception filter `problem`; see olderRunner.ts. */
  readonly problems?: boolean;
}
/** The runtime's state as it changes: `waiting` = finished, unmerged, kept alive for the user. */
export interface Status {
  readonly type: "status";
  readonly state: "running" | "waiting" | "ending";
  /** Layer ids of agents with pending writes, when waiting. */
  readonly pending: readonly number[];
}
/** Which merges wait for the user, as the script has it: told to each new connection, and whenever it changes. */
export interface HoldsInForce {
  readonly type: "holds";
  readonly run: HoldMode;
  readonly agents: readonly (readonly [layer: number, mode: HoldMode])[];
}
export interface CommandDone {
  readonly type: "commandDone";
  readonly id: number;
  readonly result:
    | {
        readonly ok: true;
        readonly merged?: number;
        readonly skipped?: readonly string[];
        /** Of `mergeInOrder`: what came of each, in order; `refused` = why it was not merged. */
        readonly outcomes?: readonly { readonly merged: number; readonly refused?: string }[];
      }
    /** `keys`: of a StalePlanError those that moved, of a MergeConflictError those in conflict. At most 1,000. */
    | { readonly ok: false; readonly name: string; readonly message: string; readonly keys?: readonly string[] };
}
/** The recording can no longer be written; the stream goes on from memory. */
export interface RecordingFailed {
  readonly type: "recordingFailed";
  readonly message: string;
}
/** What the script's thread does for a debugger: told to each new connection, and whenever it changes. */
export interface ThreadState {
  readonly type: "threadState";
  /** Why and where it is held; null = it runs. */
  readonly stop: ThreadStop | null;
}
/** The thread is held: nothing of the script runs until `go`. */
export interface ThreadStop {
  readonly reason: "entry" | "pause" | "step" | "breakpoint";
  /** The event that it stands at. What the same call of the script recorded after it has happened, too. */
  readonly seq: number;
  /** The newest event there is: what the call recorded after that one, too. */
  readonly lastSeq: number;
  /** Ids of the breakpoints that stop here. */
  readonly breakpoints: readonly number[];
  /** A merge is about to be written: commands are applied once it is. */
  readonly isMerging: boolean;
}
export type RunnerMessage = Init | Status | HoldsInForce | CommandDone | RecordingFailed | ThreadState | WireError;

/** Answer to `init`: send the stream from this byte on (0 = from the header line). */
export interface Ready {
  readonly type: "ready";
  readonly version: number;
  readonly fromByte: number;
}
export interface WireError {
  readonly type: "error";
  readonly code: "version" | "unknownRun" | "badMessage" | "unknownMessage" | "outOfOrder" | "tooLarge";
  readonly message: string;
}
/** A choice for a key; keys travel in arrays, so that no name is special. */
export type WireChoice = readonly [
  key: string,
  choice:
    | { readonly take: "overlay" | "parent" }
    | { readonly value: JsonValue }
    /** The key shall be absent. */
    | { readonly absent: true },
];
/** What a view asks of a merge. `asOf`: the event after which the plan was made that the user saw. */
export interface WireMerge {
  readonly keys?: readonly string[];
  readonly choices?: readonly WireChoice[];
  readonly asOf?: number;
}
/** Layers are agents' contexts; a held merge is named by the seq of its `merge_held` event. */
export type Command =
  | ({ readonly name: "merge"; readonly layer: number } & WireMerge)
  | { readonly name: "discard"; readonly layer: number; readonly keys?: readonly string[] }
  /** Which merges wait for the user from now on: the run's mode, and agents with a mode of their own. */
  | {
      readonly name: "setHolds";
      readonly run: HoldMode;
      readonly agents: readonly (readonly [layer: number, mode: HoldMode])[];
    }
  | ({ readonly name: "approve"; readonly hold: number } & WireMerge)
  | { readonly name: "reject"; readonly hold: number; readonly reason?: string }
  /** Applies every held merge as it is. */
  | { readonly name: "release" }
  | {
      readonly name: "mergeInOrder";
      readonly merges: readonly { readonly layer: number; readonly hold?: number }[];
      readonly policy: MergePolicy;
      readonly asOf: number;
    }
  | { readonly name: "end" };
/** Applied in a turn of the script's event loop; answered by `commandDone`. */
export interface CommandRequest {
  readonly type: "command";
  readonly id: number;
  readonly command: Command;
}
/** Takes back a command that has not been applied yet; it is then answered with name "Cancelled". */
export interface CancelCommand {
  readonly type: "cancelCommand";
  readonly id: number;
}
/** The user lets the run go on alone: held merges are released at once, and nothing is held any more. */
export interface Detach {
  readonly type: "detach";
}
/** Where a step ends, if no breakpoint ends it before. */
export type StepGoal =
  /** The next event. */
  | { readonly to: "any" }
  /** The next event of that agent's log. */
  | { readonly to: "agent"; readonly layer: number }
  /** The agent leaves that scope (0 = it is in none), or a merge of it is done or refused. */
  | { readonly to: "out"; readonly layer: number; readonly scope: number };
/** What a debugger asks of the script's thread. Heard at its next call of the runtime, or turn of its loop. */
export type ThreadAction =
  /** All breakpoints from now on. */
  | { readonly name: "arm"; readonly breakpoints: readonly EventBreakpoint[] }
  | { readonly name: "pause" }
  /** Lets a held thread go on. */
  | { readonly name: "go"; readonly until?: StepGoal }
  /** Holds a running thread where it says; one that is held already stays so. */
  | { readonly name: "until"; readonly goal: StepGoal }
  /** Nobody debugs any more: no breakpoint stays, and a held thread goes on. */
  | { readonly name: "release" };
export interface ThreadRequest {
  readonly type: "thread";
  readonly action: ThreadAction;
}
export type ExtensionMessage = Ready | CommandRequest | CancelCommand | Detach | ThreadRequest | WireError;

/** The outcome of decoding one text frame: the message, or the error to answer with. */
export type Decoded<T> = { readonly ok: true; readonly message: T } | { readonly ok: false; readonly error: WireError };

/** Longest text of a name, path or message that is taken, characters. */
const MAX_TEXT_LENGTH = 64 * 1024;
/** Most items of a list (arguments, layers, keys) that are taken. */
const MAX_ITEMS = 200_000;
const MAX_BREAKPOINTS = 10_000;

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
const key = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const texts = v.pipe(v.array(text), v.maxLength(MAX_ITEMS));
const keys = v.pipe(v.array(key), v.maxLength(MAX_ITEMS));
const layers = v.pipe(v.array(count), v.maxLength(MAX_ITEMS));

const holdsOfAgents = v.pipe(v.array(v.tuple([count, holdMode])), v.maxLength(MAX_ITEMS));
/** Parsed JSON that may be a value of a state: what is nested deeper, no thread could pass on to another. */
const json = v.custom<JsonValue>((value) => value !== undefined && isState(value));

function isState(value: unknown): boolean {
  try {
    adoptJson(value);
    return true;
  } catch {
    return false;
  }
}

const wireMerge = {
  keys: v.exactOptional(keys),
  choices: v.exactOptional(
    v.pipe(
      v.array(
        v.tuple([
          key,
          v.union([
            v.object({ take: v.picklist(["overlay", "parent"]) }),
            v.object({ value: json }),
            v.object({ absent: v.literal(true) }),
          ]),
        ]),
      ),
      v.maxLength(MAX_ITEMS),
    ),
  ),
  asOf: v.exactOptional(count),
};

const wireError = v.object({
  type: v.literal("error"),
  code: v.picklist(["version", "unknownRun", "badMessage", "unknownMessage", "outOfOrder", "tooLarge"]),
  message: text,
});

const runnerMessages = {
  init: v.object({
    type: v.literal("init"),
    version: count,
    runId: text,
    pid: count,
    script: text,
    cwd: text,
    args: texts,
    node: v.object({ version: text, execPath: text, source: text }),
    recording: v.nullable(text),
    bytes: count,
    inspectorUrl: v.exactOptional(text),
    problems: v.exactOptional(v.boolean()),
  }),
  status: v.object({
    type: v.literal("status"),
    state: v.picklist(["running", "waiting", "ending"]),
    pending: layers,
  }),
  holds: v.object({ type: v.literal("holds"), run: holdMode, agents: holdsOfAgents }),
  commandDone: v.object({
    type: v.literal("commandDone"),
    id: count,
    result: v.variant("ok", [
      v.object({
        ok: v.literal(true),
        merged: v.exactOptional(count),
        skipped: v.exactOptional(keys),
        outcomes: v.exactOptional(
          v.pipe(v.array(v.object({ merged: count, refused: v.exactOptional(v.string()) })), v.maxLength(MAX_ITEMS)),
        ),
      }),
      v.object({ ok: v.literal(false), name: text, message: v.string(), keys: v.exactOptional(keys) }),
    ]),
  }),
  recordingFailed: v.object({ type: v.literal("recordingFailed"), message: text }),
  threadState: v.object({
    type: v.literal("threadState"),
    stop: v.nullable(
      v.object({
        reason: v.picklist(["entry", "pause", "step", "breakpoint"]),
        seq: count,
        lastSeq: count,
        breakpoints: v.pipe(v.array(count), v.maxLength(MAX_BREAKPOINTS)),
        isMerging: v.boolean(),
      }),
    ),
  }),
  error: wireError,
};

const stepGoal = v.variant("to", [
  v.object({ to: v.literal("any") }),
  v.object({ to: v.literal("agent"), layer: count }),
  v.object({ to: v.literal("out"), layer: count, scope: count }),
]);

const extensionMessages = {
  ready: v.object({ type: v.literal("ready"), version: count, fromByte: count }),
  command: v.object({
    type: v.literal("command"),
    id: count,
    command: v.variant("name", [
      v.object({ name: v.literal("merge"), layer: count, ...wireMerge }),
      v.object({ name: v.literal("discard"), layer: count, keys: v.exactOptional(keys) }),
      v.object({
        name: v.literal("setHolds"),
        run: holdMode,
        agents: holdsOfAgents,
      }),
      v.object({ name: v.literal("approve"), hold: count, ...wireMerge }),
      v.object({ name: v.literal("reject"), hold: count, reason: v.exactOptional(text) }),
      v.object({ name: v.literal("release") }),
      v.object({
        name: v.literal("mergeInOrder"),
        merges: v.pipe(v.array(v.object({ layer: count, hold: v.exactOptional(count) })), v.maxLength(MAX_ITEMS)),
        policy: mergePolicy,
        asOf: count,
      }),
      v.object({ name: v.literal("end") }),
    ]),
  }),
  cancelCommand: v.object({ type: v.literal("cancelCommand"), id: count }),
  detach: v.object({ type: v.literal("detach") }),
  thread: v.object({
    type: v.literal("thread"),
    action: v.variant("name", [
      v.object({
        name: v.literal("arm"),
        breakpoints: v.pipe(v.array(eventBreakpoint), v.maxLength(MAX_BREAKPOINTS)),
      }),
      v.object({ name: v.literal("pause") }),
      v.object({ name: v.literal("go"), until: v.exactOptional(stepGoal) }),
      v.object({ name: v.literal("until"), goal: stepGoal }),
      v.object({ name: v.literal("release") }),
    ]),
  }),
  error: wireError,
};

const decodeRunner = createMessageDecoder<RunnerMessage>("runner", runnerMessages);
const decodeExtension = createMessageDecoder<ExtensionMessage>("extension", extensionMessages);

/** Decodes a text frame that a runner sent. Never throws. */
export function decodeRunnerMessage(frame: string): Decoded<RunnerMessage> {
  return decodeFrame(frame, decodeRunner);
}

/** Decodes a text frame that the extension sent. Never throws. */
export function decodeExtensionMessage(frame: string): Decoded<ExtensionMessage> {
  return decodeFrame(frame, decodeExtension);
}

function decodeFrame<T extends RunnerMessage | ExtensionMessage>(
  frame: string,
  decode: (value: unknown) => DecodedMessage<T>,
): Decoded<T> {
  if (frame.length > MAX_FRAME_BYTES) {
    const message = `A message of ${frame.length} characters is longer than the ${MAX_FRAME_BYTES} bytes that a frame may have.`;
    return { ok: false, error: { type: "error", code: "tooLarge", message } };
  }
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { ok: false, error: { type: "error", code: "badMessage", message: "The message is not JSON." } };
  }
  const decoded = decode(value);
  if (decoded.ok) return decoded;
  const code = decoded.unknownType ? "unknownMessage" : "badMessage";
  return { ok: false, error: { type: "error", code, message: decoded.problem } };
}
