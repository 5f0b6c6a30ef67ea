/** What messages of a chat say, in the forms of the usual libraries: OpenAI, Anthropic, the AI SDK, LangChain. */

import { isObject, type JsonObject, type JsonValue } from "../../core/jsonValue";
import { isList } from "./valueText";

/** A message. */
export interface Message {
  /** As it stands there: LangChain says "human" and "ai". */
  readonly role: string;
  /** Its text, or the first part that is one; absent where it says nothing. */
  readonly said?: string;
  /** Names of the tools that it calls. */
  readonly calls?: readonly string[];
}

/** Parts that are looked at, at most. */
const MOST_PARTS = 1_000;
/** What LangChain calls the roles. */
const TYPES: ReadonlySet<string> = new Set(["human", "ai", "system", "tool"]);

/** Reads a value as a message; undefined for one that is none. */
export function messageIn(value: JsonValue): Message | undefined {
  const role = isObject(value) ? roleOf(value) : undefined;
  if (role === undefined || !isObject(value)) return undefined;
  const { content, parts, text, tool_calls: toolCalls } = value;
  const said = saidIn(content) ?? saidIn(parts) ?? saidIn(text);
  if (said !== undefined) return { role, said };
  return { role, calls: [...calledIn(toolCalls), ...calledIn(content), ...calledIn(parts)] };
}

function roleOf({ role, type, content, parts, text }: JsonObject): string | undefined {
  const says = content !== undefined || parts !== undefined || text !== undefined;
  if (!says) return undefined;
  if (typeof role === "string") return role;
  return typeof type === "string" && TYPES.has(type) ? type : undefined;
}

/** The text of a message: itself, or that of its parts. */
function saidIn(content: JsonValue | undefined): string | undefined {
  if (typeof content === "string") return content.trim() === "" ? undefined : content;
  if (!isList(content)) return undefined;
  for (const part of content.slice(0, MOST_PARTS)) {
    if (isObject(part) && typeof part["text"] === "string" && part["text"].trim() !== "") return part["text"];
  }
  return undefined;
}

/** Names of the tools that a message calls, as OpenAI, Anthropic and the AI SDK write them. */
function calledIn(calls: JsonValue | undefined): readonly string[] {
  if (!isList(calls)) return [];
  return calls.slice(0, MOST_PARTS).flatMap((call) => {
    if (!isObject(call)) return [];
    const { function: called, name, toolName } = call;
    const found = isObject(called) ? called["name"] : (name ?? toolName);
    return typeof found === "string" ? [found] : [];
  });
}
