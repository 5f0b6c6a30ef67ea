/** JSON files that a person wrote: they are changed in place, and comments, order and indentation stay. */

import { readFileSync, writeFileSync } from "node:fs";
import * as l10n from "@vscode/l10n";
import { applyEdits, modify, parse, printParseErrorCode, type JSONPath, type ParseError } from "jsonc-parser";
import { HumanError } from "../../base/humanError";

const BYTE_ORDER_MARK = "\ufeff";

/** One file, as it was read and as it was changed since. */
export class JsonText {
  private readonly mark: string;
  private readonly original: string;

  private constructor(
    /** Its absolute path. */
    readonly file: string,
    private text: string,
    /** Whether it is not on disk before it is written. */
    readonly isNew: boolean,
  ) {
    this.mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
    this.text = this.original = text.slice(this.mark.length);
    this.root();
  }

  /** @throws HumanError when the file cannot be read or holds no JSON object; comments and trailing commas may be there. */
  static read(file: string): JsonText {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      throw new HumanError(l10n.t("{0} cannot be read: {1}", file, (error as Error).message));
    }
    return new JsonText(file, text, false);
  }

  /** A file that is not there yet. */
  static create(file: string, text: string): JsonText {
    return new JsonText(file, text, true);
  }

  /** The value at a place, or undefined. */
  get(place: readonly string[]): unknown {
    let at: unknown = this.root();
    for (const name of place) {
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
      at = (at as Record<string, unknown>)[name];
    }
    return at;
  }

  /** Sets the value at a place; a property that is new stands at its place in the alphabet if `sorted`, else last. */
  set(place: readonly string[], value: unknown, { sorted = false } = {}): void {
    const name = place.at(-1) as string;
    const edits = modify(this.text, place as JSONPath, value, {
      formattingOptions: { ...indentationOf(this.text), eol: this.text.includes("\r\n") ? "\r\n" : "\n" },
      ...(sorted && { getInsertionIndex: (names: string[]) => names.filter((each) => each < name).length }),
    });
    this.text = applyEdits(this.text, edits);
  }

  /** Whether there is something to write. */
  get isChanged(): boolean {
    return this.text !== this.original;
  }

  write(): void {
    writeFileSync(this.file, this.mark + this.text);
  }

  private root(): object {
    const errors: ParseError[] = [];
    const value: unknown = parse(this.text, errors, { allowTrailingComma: true, allowEmptyContent: true });
    const [error] = errors;
    if (error !== undefined) {
      const line = this.text.slice(0, error.offset).split("\n").length;
      const what = printParseErrorCode(error.error);
      throw new HumanError(l10n.t("{0} is not valid JSON: {1} in line {2}. Correct it first.", this.file, what, line));
    }
    // TypeScript takes an empty file for an empty object.
    const root = value ?? {};
    if (typeof root !== "object" || Array.isArray(root)) {
      throw new HumanError(l10n.t("{0} does not contain a JSON object. Correct it first.", this.file));
    }
    return root;
  }
}

/** As the first line that is indented has it. */
function indentationOf(text: string): { insertSpaces: boolean; tabSize: number } {
  const indent = /^[ \t]+(?=["}])/m.exec(text)?.[0] ?? "  ";
  return indent.startsWith("\t") ? { insertSpaces: false, tabSize: 4 } : { insertSpaces: true, tabSize: indent.length };
}
