/** Says in a few words what a value is by its shape: a chat, a message, a list of tasks. Knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { isObject, type JsonObject, type JsonValue } from "../../core/jsonValue";
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
  if (message !== undefined && isMessage(value[0])) {
    const count = value.length === 1 ? l10n.t("1 message") : l10n.t("{0} messages", value.length);
    return `${count} · ${message}`;
  }
  const done = doneCount(value);
  const count = value.length === 1 ? l10n.t("1 item") : l10n.t("{0} items", value.length);
  return done === undefined ? `${count} · ${shortText(value)}` : l10n.t("{0}, {1} done", count, done);
}

function isMessage(value: JsonValue | undefined): boolean {
  return isObject(value) && roleOf(value) !== undefined;
}

/** `assistant: I will search`, or what it calls where it says nothing. */
function messageText(value: JsonValue): string | undefined {
  const role = isObject(value) ? roleOf(value) : undefined;
  if (role === undefined || !isObject(value)) return undefined;
  const said = saidIn(value["content"]) ?? saidIn(value["parts"]) ?? saidIn(value["text"]);
  if (said !== undefined) return `${role}: ${said}`;
  const tools = [...calledIn(value["tool_calls"]), ...calledIn(value["content"]), ...calledIn(value["parts"])];
  return tools.length === 0 ? undefined : l10n.t("{0} calls {1}", role, tools.join(", "));
}

function roleOf({ role, type, content, parts, text }: JsonObject): string | undefined {
  const says = content !== undefined || parts !== undefined || text !== undefined;
  if (!says) return undefined;
  if (typeof role === "string") return role;
  return typeof type === "string" ? ROLES.get(type) : undefined;
}

/** The text of a message: itself, or that of its parts. */
function saidIn(content: JsonValue | undefined): string | undefined {
  if (typeof content === "string") return content.trim() === "" ? undefined : content;
  if (!isList(content)) return undefined;
  for (const part of content.slice(0, MOST_ITEMS)) {
    if (isObject(part) && typeof part["text"] === "string" && part["text"].trim() !== "") return part["text"];
  }
  return undefined;
}

/** Names of the tools that a message calls, as OpenAI, Anthropic and the AI SDK write them. */
function calledIn(calls: JsonValue | undefined): readonly string[] {
  if (!isList(calls)) return [];
  return calls.slice(0, MOST_ITEMS).flatMap((call) => {
    if (!isObject(call)) return [];
    const { function: called, name, toolName } = call;
    const found = isObject(called) ? called["name"] : (name ?? toolName);
    return typeof found === "string" ? [found] : [];
  });
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
