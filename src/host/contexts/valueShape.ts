/** Says in a few words what a value is by its shape: a chat, a message, a list of tasks. Knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { isObject, type JsonObject, type JsonValue } from "../../core/jsonValue";
import { messageIn } from "../../model/text/message";
import { isList, shortText } from "../../model/text/valueText";

/** Items that are looked at, at most. */
const MOST_ITEMS = 10_000;
/** Names of the member that says whether a task is done, and the words that say so. */
const DONE_FLAGS = ["done", "completed", "isDone"] as const;
const DONE_WORDS: ReadonlySet<string> = new Set(["done", "completed", "complete", "finished"]);

/** What LangChain calls the roles. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["ai", "assistant"],
]);

/** @returns the words, whole; undefined for a value of no such shape, whose JSON says most. */
export function shapeText(value: JsonValue): string | undefined {
  if (!isList(value)) return messageText(value);
  const last = value.at(-1);
  if (last === undefined) return undefined;
  const message = messageText(last);
  if (message !== undefined && value[0] !== undefined && messageIn(value[0]) !== undefined) {
    const count = value.length === 1 ? l10n.t("1 message") : l10n.t("{0} messages", value.length);
    return `${count} · ${message}`;
  }
  const done = doneCount(value);
  const count = value.length === 1 ? l10n.t("1 item") : l10n.t("{0} items", value.length);
  return done === undefined ? `${count} · ${shortText(value)}` : l10n.t("{0}, {1} done", count, done);
}

/** `assistant: I will search`, or what it calls where it says nothing. */
function messageText(value: JsonValue): string | undefined {
  const { role, said, calls = [] } = messageIn(value) ?? {};
  if (role === undefined) return undefined;
  if (said !== undefined) return `${ROLES.get(role) ?? role}: ${said}`;
  return calls.length === 0 ? undefined : l10n.t("{0} calls {1}", ROLES.get(role) ?? role, calls.join(", "));
}

/** How many of a list of tasks are done; undefined where they are no tasks. */
function doneCount(items: readonly JsonValue[]): number | undefined {
  if (items.length > MOST_ITEMS) return undefined;
  let count = 0;
  for (const item of items) {
    const done = isObject(item) ? isDone(item) : undefined;
    if (done === undefined) return undefined;
    if (done) count++;
  }
  return count;
}

function isDone(item: JsonObject): boolean | undefined {
  for (const flag of DONE_FLAGS) if (typeof item[flag] === "boolean") return item[flag];
  const { status } = item;
  return typeof status === "string" ? DONE_WORDS.has(status.toLowerCase()) : undefined;
}
