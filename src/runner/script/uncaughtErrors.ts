/** How an error that ends the script becomes an event. It only watches: what the error does to the process stays as it was. */

import { inspect } from "node:util";
import { copyAndFreeze } from "../../core/frozenCopy";
import type { JsonObject } from "../../core/jsonValue";
import type { Redaction } from "../masking/redaction";

const MAX_TEXT_LENGTH = 16_384;

/** What else is known of the run when an error comes. */
export interface ErrorSituation {
  readonly nodeSource: string;
  /** Whether the script has used the runtime already. */
  readonly hasEvents: boolean;
  /** The folder of our own bundles, as it stands in stacks. */
  readonly ownFolder: string;
  /** What is masked; before texts are cut, for half a secret is found by no pattern. */
  readonly redaction?: Redaction | undefined;
}

/** Describes `error` as the data of an `uncaught_error` event: what, where, and whether the script could not even be loaded. */
export function describeError(error: unknown, situation: ErrorSituation): JsonObject & { readonly hint?: string } {
  const isError = error instanceof Error || (typeof error === "object" && error !== null && "stack" in error);
  const { name, message, stack, code } = (isError ? error : {}) as Partial<
    Record<"name" | "message" | "stack" | "code", unknown>
  >;
  const stackText = typeof stack === "string" ? stack : "";
  const place = /^(.+:\d+)(?::\d+)?\n/.exec(stackText)?.[1];
  const { redaction } = situation;
  const told = (text: string): string => cut(redaction === undefined ? text : redaction.text(text));
  const hint = code === "ERR_DLOPEN_FAILED" && situation.nodeSource === "editor" ? EDITOR_NODE_HINT : undefined;
  return {
    name: told(isError && typeof name === "string" ? name : typeof error),
    message:
      told(isError && typeof message === "string" ? message : inspected(error, redaction)) + (hint ? ` ${hint}` : ""),
    phase: !situation.hasEvents && isLoadError(error, stackText, situation.ownFolder) ? "load" : "run",
    ...(typeof code === "string" && { code }),
    ...(stackText !== "" && { stack: told(stackText) }),
    ...(place !== undefined && { at: place }),
    ...(hint !== undefined && { hint }),
  };
}

/** What was thrown need be no error: an object's properties are masked by their names, too. */
function inspected(thrown: unknown, redaction: Redaction | undefined): string {
  if (redaction === undefined || typeof thrown !== "object" || thrown === null) return inspect(thrown);
  try {
    return inspect(redaction.logged("", copyAndFreeze(thrown)));
  } catch {
    // No plain data.
    return inspect(thrown);
  }
}

const EDITOR_NODE_HINT =
  "The script runs on the editor's own Node, which cannot load modules that were compiled for the usual Node; " +
  "install Node 20 or newer, or set agentContext.nodePath.";

/** An error of loading comes from Node's loaders or ours: no frame of its stack is in a file of the user's. */
function isLoadError(error: unknown, stack: string, ownFolder: string): boolean {
  if (!(error instanceof Error) && typeof (error as { stack?: unknown })?.stack !== "string") return false;
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  if (error instanceof SyntaxError && frames.length <= 1) return true;
  const { code } = error as { code?: unknown };
  return (
    (frames.length > 0 || code !== undefined) &&
    frames.every((line) => line.includes("node:") || line.includes(ownFolder))
  );
}

function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) + "…" : text;
}
