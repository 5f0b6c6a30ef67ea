/** Owns what commands from views do to the script's contexts, each in a turn of the script's event loop. */

import type { Command, CommandDone } from "../protocol/wire";
import type { InspectableRuntime } from "../runtime/inspector";
import { COMMAND_STATE, type ToPublisher, type ToScript } from "./publisherMessages";
import type { MessagePort } from "node:worker_threads";

/** What {@link serveCommands} depends on. */
export interface CommandsOptions {
  readonly port: MessagePort;
  readonly runtime: InspectableRuntime;
  /** Lets a waiting run end. @returns false when it does not wait. */
  readonly end: () => boolean;
  /** A command was applied; the run may have nothing left to wait for. */
  readonly applied: () => void;
  /** Nobody is there any more for whom to wait. */
  readonly abandoned: () => void;
}

/** Listens on the port without keeping the script alive. */
export function serveCommands({ port, runtime, end, applied, abandoned }: CommandsOptions): void {
  const send = (message: ToPublisher): void => port.postMessage(message);
  port.on("message", (message: ToScript) => {
    if (message.type === "abandoned") return abandoned();
    const { id, generation, command, flag } = message;
    const mine =
      Atomics.compareExchange(new Int32Array(flag), 0, COMMAND_STATE.waiting, COMMAND_STATE.applied) ===
      COMMAND_STATE.waiting;
    if (!mine) return;
    send({ type: "done", generation, done: { type: "commandDone", id, result: apply(command, runtime, end) } });
    applied();
  });
  port.unref();
}

function apply(command: Command, runtime: InspectableRuntime, end: () => boolean): CommandDone["result"] {
  try {
    switch (command.name) {
      case "merge":
        return { ok: true, ...runtime.merge(command.layer, command.keys && { keys: command.keys }) };
      case "discard":
        runtime.discard(command.layer);
        return { ok: true };
      case "end":
        if (end()) return { ok: true };
        return {
          ok: false,
          name: "NotWaiting",
          message: "The script is still running, so there is no wait to end; use Stop.",
        };
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, name, message };
  }
}
