/** The types of what users set, in settings and in debug configurations: how VS Code checks each. */

/** By type, its JSON schema; what a single setting adds (bounds, words to choose from) comes to it. */
export const schemas = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  number: { type: "number" },
  integer: { type: "integer" },
  /** One of some words. */
  choice: { type: "string" },
  strings: { type: "array", items: { type: "string" } },
  /** Regular expressions, each once. */
  patterns: { type: "array", items: { type: "string", minLength: 1 }, uniqueItems: true },
  /** Environment variables. */
  variables: { type: "object", additionalProperties: { type: "string" } },
  /** The same; `null` removes one. */
  variablesOrNull: { type: "object", additionalProperties: { type: ["string", "null"] } },
} as const;

/** A type, with what holds while nothing is set. */
export type Value =
  | { readonly type: "string"; readonly default: string }
  | { readonly type: "boolean"; readonly default: boolean }
  | {
      readonly type: "number" | "integer";
      readonly default: number;
      readonly minimum: number;
      readonly maximum?: number;
    }
  /** `values`: the words, each with its description. */
  | {
      readonly type: "choice";
      readonly default: string;
      readonly values: Readonly<Record<string, string>>;
      /** Words of older versions, and what they are called now. */
      readonly older?: Readonly<Record<string, string>>;
    }
  | { readonly type: "strings" | "patterns"; readonly default: readonly string[] }
  | { readonly type: "variables" | "variablesOrNull"; readonly default: Readonly<Record<string, string>> };
