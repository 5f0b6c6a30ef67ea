/** What the script's thread and the publisher's tell each other beside the ring's bytes. */

import type { Command, CommandDone, HoldsInForce, Init, Status, ThreadAction, ThreadStop } from "../../protocol/wire";
import type { MessagePort } from "node:worker_threads";
import type { RingMemory } from "./ring";

/** What a publisher starts with. */
export interface PublisherData {
  readonly ring: RingMemory;
  readonly port: MessagePort;
  /** What a debugger asks of the script's thread: a port of its own, because it is read in the middle of a turn. Absent when nobody may debug. */
  readonly debug?: { readonly port: MessagePort; readonly mail: SharedArrayBuffer };
  /** Absolute path of the recording; made anew. */
  readonly recording: string;
  /** All but what the publisher alone knows. */
  readonly init: Omit<Init, "type" | "version" | "recording" | "bytes">;
  /** The supervisor's process, which writes the recording's last line; absent where there is none. */
  readonly supervisorPid?: number;
  /** Absent when nobody listens. */
  readonly peer?: {
    readonly rendezvous: string;
    readonly secret: string;
    /** How long what waits for the user waits without anybody there, milliseconds. */
    readonly graceMs: number;
  };
}

/** States of a command, in its flag. Whoever moves it on from `waiting` has it. */
export const COMMAND_STATE = { waiting: 0, applied: 1, cancelled: 2 } as const;

/** From the publisher. */
export type ToScript =
  | {
      readonly type: "command";
      readonly id: number;
      readonly generation: number;
      readonly command: Command;
      readonly flag: SharedArrayBuffer;
    }
  /** Nobody has been there for so long that waiting for the user is no use. */
  | { readonly type: "abandoned" }
  /** Somebody is there again. */
  | { readonly type: "back" }
  /** The user lets the run go on alone. */
  | { readonly type: "detached" };

/** From the script's thread. */
export type ToPublisher =
  | { readonly type: "status"; readonly status: Status }
  /** Which merges wait for the user from now on. */
  | { readonly type: "holds"; readonly holds: HoldsInForce }
  /** How many merges wait for the user now. */
  | { readonly type: "held"; readonly count: number }
  /** The thread is held from now on; null = it goes on. Everything recorded so far is in the ring. */
  | { readonly type: "threadState"; readonly stop: ThreadStop | null }
  | { readonly type: "done"; readonly generation: number; readonly done: CommandDone };

/** To the script's thread, on the port of the debugger. After each message, here and on the other port, the mail is counted up. */
export type ToGate = ThreadAction;
