/** Owns the messages between a runner's publisher and the extension. Text frames are these, as JSON; binary frames are recording lines (UTF-8, whole lines, seq ascending by one). */

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
}
/** The runtime's state as it changes: `waiting` = finished, unmerged, kept alive for the user. */
export interface Status {
  readonly type: "status";
  readonly state: "running" | "waiting" | "ending";
  /** Layer ids of agents with pending writes, when waiting. */
  readonly pending: readonly number[];
}
export interface CommandDone {
  readonly type: "commandDone";
  readonly id: number;
  readonly result:
    | { readonly ok: true; readonly merged?: number; readonly skipped?: readonly string[] }
    | { readonly ok: false; readonly name: string; readonly message: string };
}
/** The recording can no longer be written; the stream goes on from memory. */
export interface RecordingFailed {
  readonly type: "recordingFailed";
  readonly message: string;
}
export type RunnerMessage = Init | Status | CommandDone | RecordingFailed | WireError;

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
export type Command =
  | { readonly name: "merge"; readonly layer: number; readonly keys?: readonly string[] }
  | { readonly name: "discard"; readonly layer: number }
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
export type ExtensionMessage = Ready | CommandRequest | CancelCommand | WireError;

/** Decodes one text frame. @returns the message, or what is wrong with it as one sentence. Implemented in this file with valibot. */
export type Decoded<T> = { readonly ok: true; readonly message: T } | { readonly ok: false; readonly error: WireError };
