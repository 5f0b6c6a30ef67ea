/** The decoding of tagged messages by their schemas; knows no message. */

import * as v from "valibot";

/** A message, or one sentence that names what is wrong; `unknownType` = nobody knows messages of that type. */
export type DecodedMessage<T> =
  | { readonly ok: true; readonly message: T }
  | { readonly ok: false; readonly problem: string; readonly unknownType: boolean };

/** One schema for each `type` of the union `T`. */
export type MessageSchemas<T extends { readonly type: string }> = {
  readonly [Type in T["type"]]: v.GenericSchema<unknown, Extract<T, { readonly type: Type }>>;
};

/** Longest part of a foreign text that a problem repeats. */
const MAX_QUOTED_LENGTH = 80;

/**
 * Makes a decoder for one direction of a conversation. It never throws; members that no schema names are dropped.
 * @param sender who sends such messages, for the sentence that names a problem
 */
export function createMessageDecoder<T extends { readonly type: string }>(
  sender: string,
  schemas: MessageSchemas<T>,
): (value: unknown) => DecodedMessage<T> {
  const byType = new Map<string, v.GenericSchema<unknown, unknown>>(Object.entries(schemas));
  return (value) => {
    const type: unknown =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)["type"] : undefined;
    if (typeof type !== "string") {
      return { ok: false, problem: `A message from the ${sender} has no type.`, unknownType: false };
    }
    const schema = byType.get(type);
    if (schema === undefined) {
      const problem = `The ${sender} sent a message of the unknown type ${quoted(type)}.`;
      return { ok: false, problem, unknownType: true };
    }
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) return { ok: true, message: result.output as T };
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const where = path === null ? "it" : quoted(path);
    const problem = `The message ${quoted(type)} from the ${sender} is not as it must be: ${where}: ${short(issue.message)}.`;
    return { ok: false, problem, unknownType: false };
  };
}

function quoted(text: string): string {
  return JSON.stringify(short(text));
}

function short(text: string): string {
  return text.length > MAX_QUOTED_LENGTH ? text.slice(0, MAX_QUOTED_LENGTH) + "…" : text;
}
