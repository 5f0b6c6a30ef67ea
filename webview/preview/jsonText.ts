/** What is said of JSON text that is being typed: whether it is JSON, and if not, the line and column where it stops being so. */

import * as l10n from "@vscode/l10n";

/** What a text is: a value, nothing at all (the key shall be absent), or neither. */
export type JsonText =
  | { readonly kind: "value" | "absent" }
  | { readonly kind: "problem"; readonly line: number; readonly column: number; readonly text: string };

/** Reads a text as `JSON.parse` does. Lines and columns count from 1. */
export function readJsonText(text: string): JsonText {
  if (text.trim() === "") return { kind: "absent" };
  try {
    JSON.parse(text);
    return { kind: "value" };
  } catch {
    const { offset, expected } = new Scanner(text).firstProblem();
    const before = text.slice(0, offset).split("\n");
    const line = before.length;
    const column = before.at(-1)!.length + 1;
    const found = text[offset];
    const words =
      found === undefined
        ? l10n.t("Line {0}, column {1}: the text ends, but {2} is expected.", line, column, expected)
        : l10n.t("Line {0}, column {1}: {2} is expected.", line, column, expected);
    return { kind: "problem", line, column, text: words };
  }
}

interface Problem {
  readonly offset: number;
  readonly expected: string;
}

/** Walks over JSON without making values of it. The engine's own messages often name no place. */
class Scanner {
  private offset = 0;

  constructor(private readonly text: string) {}

  firstProblem(): Problem {
    return this.value(0) ?? (this.skip(SPACE), { offset: this.offset, expected: l10n.t("the end") });
  }

  private value(depth: number): Problem | undefined {
    this.skip(SPACE);
    const { text, offset } = this;
    // Deeper than any value may be nested; a recursion of ours must not be what ends it.
    if (depth > 2_000) return this.problem(l10n.t("less nesting"));
    if (text[offset] === "{") return this.list("}", () => this.property(depth));
    if (text[offset] === "[") return this.list("]", () => this.value(depth + 1));
    if (text[offset] === '"') return this.string(l10n.t("a string"));
    if (this.skip(LITERAL)) return undefined;
    return this.problem(l10n.t("a value"));
  }

  private list(end: string, item: () => Problem | undefined): Problem | undefined {
    this.offset++;
    this.skip(SPACE);
    if (this.take(end)) return undefined;
    for (;;) {
      const problem = item();
      if (problem !== undefined) return problem;
      this.skip(SPACE);
      if (this.take(end)) return undefined;
      if (!this.take(",")) return this.problem(l10n.t("{0} or {1}", '","', `"${end}"`));
    }
  }

  private property(depth: number): Problem | undefined {
    this.skip(SPACE);
    const problem = this.string(l10n.t("a property name in double quotes"));
    if (problem !== undefined) return problem;
    this.skip(SPACE);
    if (!this.take(":")) return this.problem('":"');
    return this.value(depth + 1);
  }

  private string(expected: string): Problem | undefined {
    if (!this.take('"')) return this.problem(expected);
    this.skip(CHARACTERS);
    if (this.take('"')) return undefined;
    const isEscape = this.text[this.offset] === "\\";
    return this.problem(isEscape ? l10n.t("a valid JSON escape") : l10n.t("a closing double quote"));
  }

  private take(character: string): boolean {
    const isThere = this.text[this.offset] === character;
    if (isThere) this.offset++;
    return isThere;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match === null) return false;
    this.offset += match[0].length;
    return true;
  }

  private problem(expected: string): Problem {
    return { offset: this.offset, expected };
  }
}

const SPACE = /[ \t\r\n]*/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
// eslint-disable-next-line no-control-regex -- JSON forbids them inside strings
const CHARACTERS = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
