/** What commands from views do to the script's contexts, each in a turn of the script's event loop. */

import type { Command, CommandDone, WireMerge } from "../../protocol/wire";
import type { InspectableRuntime, InspectorMerge } from "../../core/inspector";
import { describeError } from "../../core/describeError";
import type { MergeChoice } from "../../core/mergeChoice";
import type { Holds } from "./holds";
import { maskResult, unmaskCommand } from "../masking/maskedCommands";
import { COMMAND_STATE, type ToPublisher, type ToScript } from "../publisher/publisherMessages";
import type { Redaction } from "../masking/redaction";
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";

/** What {@link serveCommands} depends on. */
export interface CommandsOptions {
  readonly port: MessagePort;
  readonly runtime: InspectableRuntime;
  /** Lets a waiting run end. @returns false when it does not wait. */
  readonly end: () => boolean;
  /** A command was applied; the run may have nothing left to wait for. */
  readonly applied: () => void;
  readonly holds: Holds;
  /** What is masked before it leaves the process; undefined = nothing. */
  readonly redaction?: Redaction | undefined;
  /** Nobody is there any more for whom to wait. */
  readonly abandoned: () => void;
  /** Surrounds what a message makes the runtime do. */
  readonly during: <T>(act: () => T) => T;
}

/** Applies all that waits, now: for a thread that is held, whose loop does not turn. */
export type ServeWaiting = () => void;

/** Keys that an error names at most. */
const MAX_NAMED_KEYS = 1_000;

/** Characters of an error's name and message that are told; a resolver of the script may throw anything. */
const MAX_NAME = 200;
const MAX_MESSAGE = 20_000;

/** Listens on the port without keeping the script alive. */
export function serveCommands(options: CommandsOptions): ServeWaiting {
  const { port, holds, applied, abandoned, during } = options;
  const send = (message: ToPublisher): void => port.postMessage(message);
  const take = (message: ToScript): void => {
    switch (message.type) {
      case "back":
        return holds.back();
      case "abandoned":
      case "detached":
        holds.alone(message.type === "detached" ? "detached" : "disconnected");
        return abandoned();
      case "command":
    }
    const { id, generation, command, flag } = message;
    const mine =
      Atomics.compareExchange(new Int32Array(flag), 0, COMMAND_STATE.waiting, COMMAND_STATE.applied) ===
      COMMAND_STATE.waiting;
    if (!mine) return;
    send({ type: "done", generation, done: { type: "commandDone", id, result: answer(command, options) } });
    applied();
  };
  port.on("message", (message: ToScript) => during(() => take(message)));
  port.unref();
  return () => {
    for (let mail = receiveMessageOnPort(port); mail !== undefined; mail = receiveMessageOnPort(port)) {
      const { message } = mail as { readonly message: ToScript };
      during(() => take(message));
    }
  };
}

function answer(asked: Command, options: CommandsOptions): CommandDone["result"] {
  const { redaction } = options;
  const result = apply(asked, options);
  const told = redaction === undefined ? result : maskResult(result, redaction);
  if (told.ok) return told;
  const { name, message, keys } = told;
  return {
    ...told,
    name: name.slice(0, MAX_NAME),
    message: message.slice(0, MAX_MESSAGE),
    ...(keys && { keys: keys.slice(0, MAX_NAMED_KEYS) }),
  };
}

function apply(asked: Command, { runtime, holds, end, redaction }: CommandsOptions): CommandDone["result"] {
  try {
    const command = redaction === undefined ? asked : unmaskCommand(asked, redaction);
    switch (command.name) {
      case "merge":
        return { ok: true, ...runtime.merge(command.layer, mergeOf(command)) };
      case "discard":
        runtime.discard(command.layer, command.keys);
        return { ok: true };
      case "setHolds":
        holds.setModes({ run: command.run, agents: new Map(command.agents) });
        return { ok: true };
      case "approve":
        return { ok: true, ...runtime.approve(command.hold, mergeOf(command)) };
      case "reject":
        runtime.reject(command.hold, command.reason);
        return { ok: true };
      case "release":
        return { ok: true, merged: runtime.release("user") };
      case "mergeInOrder": {
        const { merges, policy, asOf } = command;
        const outcomes = runtime.mergeInOrder(merges, { policy, asOf });
        return { ok: true, outcomes: outcomes.map(({ merged, refused }) => ({ merged, ...(refused && { refused }) })) };
      }
      case "end":
        if (end()) return { ok: true };
        return {
          ok: false,
          name: "NotWaiting",
          message: "The script is still running, so there is no wait to end; use Stop.",
        };
    }
  } catch (error) {
    const { name, message } = describeError(error);
    const keys = keysOf(error);
    return { ok: false, name, message, ...(keys.length > 0 && { keys }) };
  }
}

function mergeOf({ keys, choices, asOf }: WireMerge): InspectorMerge {
  const chosen = choices?.map(([key, choice]): [string, MergeChoice] => [
    key,
    "absent" in choice ? { value: undefined } : choice,
  ]);
  return { keys, asOf, ...(chosen && { choices: new Map(chosen) }) };
}

/** Errors of the runtime that the script got may be of another copy of its classes: told by their shape. */
function keysOf(error: unknown): readonly string[] {
  const { keys, conflicts } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly keys?: unknown;
    readonly conflicts?: unknown;
  };
  const named: unknown[] = Array.isArray(keys)
    ? keys
    : Array.isArray(conflicts)
      ? conflicts.map((conflict: { readonly key?: unknown } | null) => conflict?.key)
      : [];
  return named.filter((key) => typeof key === "string");
}
