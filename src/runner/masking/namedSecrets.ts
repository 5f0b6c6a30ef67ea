/**
 * Finds what stands under a redacted name inside a text: in JSON, `name=value`, `Name: value` and URL queries, and in each
 * other. What is masked in JSON leaves it valid; all else of the text stays as it is. The work grows with the length of the
 * text: no expression here goes back, and what is decoded is shorter than what it stood in.
 */

import { MASK_SOURCE } from "../../recording/mask";

/** What it asks whoever masks. */
export interface NameMasker {
  /** Whether what stands under a name is masked. */
  hides(name: string): boolean;
  /** The mask of a value that is masked as a whole. */
  mask(leaf: string | number | boolean | null): string;
  /** A text out of this one, decoded, as it may be told. */
  nested(text: string): string;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What stands in the place of a part of a text. */
export interface Edit extends Span {
  readonly instead: string;
}

/** Members of a pair like `{name: "password", value: "…"}`, in lower case. */
const LABELS: ReadonlySet<string> = new Set(["name", "key", "k", "header", "field", "label", "variable", "parameter"]);
const CONTENTS: ReadonlySet<string> = new Set(["value", "values", "val", "v"]);

/** Whether a member says what a pair is called. */
export function isLabel(member: string): boolean {
  return LABELS.has(member.toLowerCase());
}

/** Whether a member is what a pair holds. */
export function isContent(member: string): boolean {
  return CONTENTS.has(member.toLowerCase());
}

/** The parts of a text that are to be masked for a name's sake, in any order; they do not overlap. */
export function findNamed(text: string, masker: NameMasker): readonly Edit[] {
  return new NamedScan(text, masker).scan();
}

/** Names that stand before `=` or `:` are at most so long. */
const MAX_NAME = 256;
/** JSON that is nested deeper is masked as a whole. */
const MAX_LEVELS = 500;

const MASKS = new RegExp(MASK_SOURCE, "gu");
const STOPS = /[{["=:%]/g;
const SPACES = /[ \t\r\n]*/y;
const BLANKS = /[ \t]*/y;
const LITERAL = /-?\d[\d.eE+-]*|true|false|null/y;
const PERCENT = /%[0-9A-Fa-f]{2}/y;
const ENCODED = /[^\s"'`<>&#?=]*/y;
const IN_QUERY = /[^\s"'`<>&#]*/y;
const FORM_REST = /[\w.~!*()%+:/@$,;-]*(?=&[\w.%[\]-]+=)/y;
const REST_OF_LINE = /[^\r\n]*/y;
const BARE_IN_JSON = /[^,}\]\r\n]*/y;
const LINE_END = /[\r\n]/g;
const LINE_END_OR_NEXT = /[\r\n]|[ \t][\w.-]+=/g;
const NOT_IN_NAME = new Set(" \t\r\n\"'`=:;,&?#{}()<>|/\\");

/** JSON that is too deep to be looked through. */
class TooDeep extends Error {}

class NamedScan {
  private edits: Edit[] = [];
  /** Why JSON ended before its end: the text did, or it is no JSON. */
  private stopped: "no" | "end" | "error" = "no";
  /** A method, for the compiler to see that a call in between may have set it. */
  private isBroken(): boolean {
    return this.stopped === "error";
  }

  constructor(
    private readonly text: string,
    private readonly masker: NameMasker,
  ) {}

  scan(): readonly Edit[] {
    const { text } = this;
    try {
      let at = 0;
      for (;;) {
        STOPS.lastIndex = at;
        const stop = STOPS.exec(text);
        if (stop === null) return this.edits;
        at = Math.max(stop.index + 1, this.look(stop[0], stop.index));
      }
    } catch (error) {
      // So many levels within levels that the stack has no room for them are too deep, too.
      if (!(error instanceof TooDeep) && !(error instanceof RangeError)) throw error;
      return [{ from: 0, to: text.length, instead: JSON.stringify(this.masker.mask(text)) }];
    }
  }

  /** @returns where to go on. */
  private look(stop: string, at: number): number {
    switch (stop) {
      case "{":
      case "[": {
        this.stopped = "no";
        return this.value(at, false, 0);
      }
      case '"':
        return this.quoted(at);
      case "%":
        return this.encoded(at);
      default:
        return this.assigned(at);
    }
  }

  /** A text in quotes: the name of a member, or a text that holds JSON. */
  private quoted(at: number): number {
    if (this.text[at - 1] === "\\") return at + 1;
    const end = this.endOfString(at);
    if (end === -1) return at + 1;
    const colon = this.after(SPACES, end + 1);
    const content = this.text.slice(at + 1, end);
    if (this.text[colon] === ":") {
      const name = content.length <= MAX_NAME ? decodeString(content) : undefined;
      if (name === undefined || !this.masker.hides(name)) return at + 1;
      this.stopped = "no";
      return this.secretMember(this.after(SPACES, colon + 1), 0);
    }
    if (!content.includes("\\")) return at + 1;
    this.leaf(at + 1, end, false);
    return end + 1;
  }

  /** What is encoded for a URL. */
  private encoded(at: number): number {
    PERCENT.lastIndex = at;
    if (!PERCENT.test(this.text)) return at + 1;
    let from = at;
    while (from > 0 && at - from < MAX_NAME && !/[\s"'`<>&#?=:{[,]/.test(this.text[from - 1] ?? "")) from--;
    const last = this.edits.at(-1);
    if (last !== undefined && last.to > from) from = Math.min(at, last.to);
    const to = this.after(ENCODED, at);
    const raw = this.text.slice(from, to);
    // Forms write spaces so; then there is no other.
    const decoded = decodePercent(raw.includes("%20") ? raw : raw.replaceAll("+", " "));
    if (decoded === raw) return to;
    const masked = this.masker.nested(decoded);
    if (masked !== decoded) {
      const encode = ENCODERS.find((each) => each(decoded) === raw);
      // Written otherwise, two texts could become one.
      this.edit(from, to, encode === undefined ? this.masker.mask(raw) : encodeAround(masked, encode));
    }
    return to;
  }

  /** `name=value` or `name: value`. */
  private assigned(at: number): number {
    const { text } = this;
    const named = this.nameBefore(at);
    if (named === undefined || !this.masker.hides(named.name)) return at + 1;
    let from = at + 1;
    if (text.startsWith("//", from)) return from;
    while (text[from] === "=" || text[from] === ">") from++;
    from = this.after(BLANKS, from);
    const slashes = from;
    while (text[from] === "\\") from++;
    const quote = text[from] ?? "";
    if (quote === '"' || quote === "'" || quote === "`") {
      const end = this.endOfQuote(from, from - slashes);
      const to = end === -1 ? this.after(REST_OF_LINE, from) : end - (from - slashes);
      this.secretText(from + 1, to);
      return to + 1;
    }
    from = slashes;
    if (quote === "{" || quote === "[") {
      const before = this.edits.length;
      this.stopped = "no";
      const end = this.value(from, true, 0);
      if (!this.isBroken()) return end;
      this.edits.length = before;
    }
    const to = this.endOfBare(from, named.from, text[at] === "=");
    this.secretText(from, from + text.slice(from, to).trimEnd().length);
    return to;
  }

  private endOfBare(from: number, nameFrom: number, isAssignment: boolean): number {
    const { text } = this;
    const before = text[nameFrom - 1] ?? "";
    if (isAssignment && "?&#".includes(before) && before !== "") return this.after(IN_QUERY, from);
    FORM_REST.lastIndex = from;
    if (isAssignment && FORM_REST.test(text)) return FORM_REST.lastIndex;
    const end = isAssignment ? LINE_END_OR_NEXT : LINE_END;
    end.lastIndex = from;
    const to = end.exec(text)?.index ?? text.length;
    const close = before !== "" && "\"'`".includes(before) ? text.slice(from, to).indexOf(before) : -1;
    return close === -1 ? to : from + close;
  }

  /** The name that ends before `=` or `:`, in quotes or not. */
  private nameBefore(at: number): { readonly name: string; readonly from: number } | undefined {
    const { text } = this;
    let to = at;
    while (to > 0 && (text[to - 1] === " " || text[to - 1] === "\t" || text[to - 1] === ":") && at - to < 8) to--;
    const quote = text[to - 1] ?? "";
    const isQuoted = quote === '"' || quote === "'" || quote === "`";
    if (isQuoted) {
      to--;
      while (text[to - 1] === "\\") to--;
    }
    let from = to;
    while (from > 0 && to - from < MAX_NAME) {
      const character = text[from - 1] ?? "";
      if (isQuoted ? character === quote || character === "\n" : NOT_IN_NAME.has(character)) break;
      from--;
    }
    if (from === to) return undefined;
    const name = decodePercent(text.slice(from, to)).replace(/^-{1,2}/, "");
    return name === "" ? undefined : { name, from };
  }

  /** JSON from its first character on. @returns where it ends, or where it stops to be JSON. */
  private value(at: number, isSecret: boolean, level: number): number {
    const { text } = this;
    if (level > MAX_LEVELS) throw new TooDeep();
    switch (text[at]) {
      case undefined:
        return this.stop("end", at);
      case '"': {
        const end = this.endOfString(at);
        this.leaf(at + 1, end === -1 ? text.length : end, isSecret);
        return end === -1 ? this.stop("end", text.length) : end + 1;
      }
      case "{":
        return this.object(at, isSecret, level);
      case "[":
        return this.list(at, isSecret, level);
      default: {
        const end = this.after(LITERAL, at);
        if (end === at) return this.stop("error", at);
        const literal = text.slice(at, end);
        if (isSecret) this.edit(at, end, `"${this.masker.mask(leafOf(literal))}"`);
        else if (this.masker.nested(literal) !== literal) this.edit(at, end, `"${this.masker.mask(literal)}"`);
        return end;
      }
    }
  }

  private object(start: number, isSecret: boolean, level: number): number {
    const { text, masker } = this;
    let isPair = false;
    const contents: Span[] = [];
    let at = this.after(SPACES, start + 1);
    if (text[at] === "}") return at + 1;
    for (;;) {
      if (text[at] !== '"') {
        at = this.stop(at >= text.length ? "end" : "error", at);
        break;
      }
      const nameEnd = this.endOfString(at);
      if (nameEnd === -1) {
        at = this.stop("end", text.length);
        break;
      }
      const name = decodeString(text.slice(at + 1, nameEnd)) ?? "";
      this.leaf(at + 1, nameEnd, false);
      at = this.after(SPACES, nameEnd + 1);
      if (text[at] !== ":") {
        at = this.stop(at >= text.length ? "end" : "error", at);
        break;
      }
      const from = this.after(SPACES, at + 1);
      at = isSecret || masker.hides(name) ? this.secretMember(from, level + 1) : this.value(from, false, level + 1);
      if (isContent(name)) contents.push({ from, to: at });
      if (isLabel(name) && text[from] === '"') {
        const label = decodeString(text.slice(from + 1, at - 1));
        if (label !== undefined && label.length <= MAX_NAME && masker.hides(label)) isPair = true;
      }
      if (this.stopped !== "no") break;
      at = this.after(SPACES, at);
      if (text[at] === ",") at = this.after(SPACES, at + 1);
      else if (text[at] === "}") {
        at++;
        break;
      } else {
        at = this.stop(at >= text.length ? "end" : "error", at);
        break;
      }
    }
    if (isPair && !isSecret) for (const content of contents) this.again(content, level + 1);
    return at;
  }

  private list(start: number, isSecret: boolean, level: number): number {
    const { text } = this;
    const items: Span[] = [];
    let at = this.after(SPACES, start + 1);
    if (text[at] === "]") return at + 1;
    let count = 0;
    for (;;) {
      const from = at;
      at = this.value(from, isSecret, level + 1);
      if (count++ < 2) items.push({ from, to: at });
      if (this.stopped !== "no") break;
      at = this.after(SPACES, at);
      if (text[at] === ",") at = this.after(SPACES, at + 1);
      else if (text[at] === "]") {
        at++;
        break;
      } else {
        at = this.stop(at >= text.length ? "end" : "error", at);
        break;
      }
    }
    const [first, second] = items;
    if (!isSecret && count === 2 && first !== undefined && second !== undefined && text[first.from] === '"') {
      const label = decodeString(text.slice(first.from + 1, first.to - 1));
      if (label !== undefined && label.length <= MAX_NAME && this.masker.hides(label)) this.again(second, level + 1);
    }
    return at;
  }

  /** A value that turned out to be a pair's: what was found in it is masked as a whole now. */
  private again({ from, to }: Span, level: number): void {
    const { stopped } = this;
    this.edits = this.edits.filter((edit) => edit.from < from || edit.from >= to);
    this.secretMember(from, level);
    this.stopped = stopped;
  }

  /** The value of a redacted name in JSON; where it is no JSON, what stands there up to the next member. */
  private secretMember(from: number, level: number): number {
    const before = this.edits.length;
    const end = this.value(from, true, level);
    if (!this.isBroken()) return end;
    this.edits.length = before;
    this.stopped = "no";
    const quote = this.text[from] ?? "";
    if (quote === "'" || quote === "`") {
      const close = this.endOfQuote(from, 0);
      const to = close === -1 ? this.text.length : close;
      this.secretText(from + 1, to);
      return Math.min(this.text.length, to + 1);
    }
    const to = quote === "{" || quote === "[" ? this.text.length : this.after(BARE_IN_JSON, from);
    this.secretText(from, to);
    return to;
  }

  /** What stands between the quotes of a text in JSON. */
  private leaf(from: number, to: number, isSecret: boolean): void {
    const raw = this.text.slice(from, to);
    const decoded = decodeString(raw);
    // What is cut off in an escape, or is no JSON after all.
    if (decoded === undefined) {
      if (isSecret || this.masker.nested(raw) !== raw) this.secretText(from, to);
      return;
    }
    // Written otherwise, two texts could become one.
    const isUsual = JSON.stringify(decoded).length === raw.length + 2;
    if (isSecret) {
      if (raw !== "") this.edit(from, to, this.masker.mask(isUsual ? decoded : `"${raw}"`));
      return;
    }
    const masked = this.masker.nested(decoded);
    if (masked === decoded) return;
    this.edit(from, to, isUsual ? JSON.stringify(masked).slice(1, -1) : this.masker.mask(`"${raw}"`));
  }

  private secretText(from: number, to: number): void {
    if (to > from) this.edit(from, to, this.masker.mask(this.text.slice(from, to)));
  }

  private edit(from: number, to: number, instead: string): void {
    this.edits.push({ from, to, instead });
  }

  private stop(why: "end" | "error", at: number): number {
    this.stopped = why;
    return at;
  }

  /** Where a text in quotes ends: the place of its closing quote, −1 = nowhere. */
  private endOfString(at: number): number {
    return this.endOfQuote(at, 0);
  }

  /** The same of any quotes, which may themselves stand in a text in quotes: then so many backslashes stand before each. */
  private endOfQuote(at: number, slashes: number): number {
    const { text } = this;
    const quote = text[at] ?? "";
    for (let end = text.indexOf(quote, at + 1); end !== -1; end = text.indexOf(quote, end + 1)) {
      let run = 0;
      while (text[end - 1 - run] === "\\" && end - 1 - run > at) run++;
      if (run >= slashes && (run - slashes) % (2 * (slashes + 1)) === 0) return end;
      if (run < slashes) return end;
    }
    return -1;
  }

  /** Where what an expression matches from here on ends. */
  private after(expression: RegExp, at: number): number {
    expression.lastIndex = at;
    return expression.test(this.text) ? expression.lastIndex : at;
  }
}

function decodeString(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}

function leafOf(literal: string): string | number | boolean | null {
  const value = literal === "true" ? true : literal === "false" ? false : literal === "null" ? null : Number(literal);
  return String(value) === literal ? value : literal;
}

/** Decodes what can be decoded. */
function decodePercent(raw: string): string {
  if (!raw.includes("%")) return raw;
  return raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** The usual ways to encode for a URL. */
const ENCODERS: readonly ((text: string) => string)[] = [
  (text) => encode(text, encodeURIComponent),
  (text) => new URLSearchParams({ "": text }).toString().slice(1),
  (text) => encode(text, encodeURI),
];

/** Half a character of two cannot be encoded, and stays as it is. */
function encode(text: string, by: (text: string) => string): string {
  try {
    return by(text);
  } catch {
    return text;
  }
}

/** Encodes all but the masks. */
function encodeAround(masked: string, by: (text: string) => string): string {
  let encoded = "";
  let from = 0;
  for (const { 0: mask, index } of masked.matchAll(MASKS)) {
    encoded += by(masked.slice(from, index)) + mask;
    from = index + mask.length;
  }
  return encoded + by(masked.slice(from));
}
