/**
 * Numbers that JavaScript cannot hold, as logs of other tools have them (64-bit ids, nanoseconds): read without loss, and kept
 * as tagged values whose text is the number. Two of them are equal when their texts are: each number has one text.
 */

/** The one member of such a value. No key that anybody gives begins so. */
const TAG = "\u0000number";
/** What {@link TAG} looks like in JSON that was made of such a value, with or without indentation. */
const TAGGED_JSON = /\{\s*"\\u0000number":\s*"([-+.\deE]+)"\s*\}/g;
const TAG_IN_JSON = String.raw`"\u0000number"`;
/** A text without any of this holds no number that is lost: 15 digits are always kept. */
const MAY_BE_LOST = /[\d.]{16}|[eE]-\d{3}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Longer ones are written with an exponent, and so are those with more zeros behind the point, as JavaScript does it. */
const MAX_PLAIN_DIGITS = 400;
const MAX_PLAIN_ZEROS = 5;

/** The number's text; undefined for every other value. */
export function exactTextOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, TAG)) return undefined;
  const text = (value as { readonly [TAG]?: unknown })[TAG];
  return typeof text === "string" ? text : undefined;
}

/**
 * As `JSON.parse`, but that no number changes: one that JavaScript would round becomes a tagged value. Numbers that are out
 * of its range are left to it.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  if (!MAY_BE_LOST.test(text)) return parsed;
  const tagged = tagNumbers(text);
  return tagged === text ? parsed : JSON.parse(tagged);
}

/** JSON that `JSON.stringify` has made, with the numbers themselves where tagged values stand. */
export function exactJson(json: string): string {
  return json.includes(TAG_IN_JSON) ? json.replace(TAGGED_JSON, "$1") : json;
}

/** Whether any number of a value that {@link parseExactJson} has returned is a tagged one. @returns its text */
export function findExact(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const own = exactTextOf(value);
  if (own !== undefined) return own;
  for (const item of Object.values(value)) {
    const found = findExact(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A number as it is written in JSON: itself, or a tagged value where it would be rounded. */
export function exactNumber(text: string): unknown {
  const held = Number(text);
  if (!Number.isFinite(held)) return held;
  const number = partsOf(text);
  const rounded = partsOf(String(held));
  if (number.digits === rounded.digits && number.exponent === rounded.exponent) return held;
  return Object.freeze({ [TAG]: textOf(number) });
}

/** Which of two numbers is greater, to the last digit: below 0, above 0, or 0; NaN where one of them is none. */
export function compareNumbers(one: unknown, other: unknown): number {
  const [a, b] = [one, other].map((value) =>
    partsOf(exactTextOf(value) ?? (typeof value === "number" ? String(value) : "")),
  ) as [Parts, Parts];
  if (a.digits === "" || b.digits === "") return NaN;
  const [left, right] = [signOf(a), signOf(b)];
  if (left !== right || left === 0) return left - right;
  const [length, otherLength] = [a, b].map(({ digits, exponent }) => digits.length + exponent) as [number, number];
  if (length !== otherLength) return left * (length - otherLength);
  const most = Math.max(a.digits.length, b.digits.length);
  const [digits, otherDigits] = [a.digits.padEnd(most, "0"), b.digits.padEnd(most, "0")];
  return digits === otherDigits ? 0 : digits < otherDigits ? -left : left;
}

function signOf({ sign, digits }: Parts): -1 | 0 | 1 {
  return digits === "0" ? 0 : sign === "-" ? -1 : 1;
}

/** A number as its digits, without zeros at either end, times a power of ten. */
interface Parts {
  readonly sign: "" | "-";
  /** "" for what is no number. */
  readonly digits: string;
  readonly exponent: number;
}

function partsOf(text: string): Parts {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return { sign: "", digits: "", exponent: 0 };
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const all = (whole + fraction).replace(/^0+/, "");
  const digits = all.replace(/0+$/, "");
  if (digits === "") return { sign: "", digits: "0", exponent: 0 };
  return {
    sign: sign === "-" ? "-" : "",
    digits,
    exponent: Number(exponent) - fraction.length + (all.length - digits.length),
  };
}

function textOf({ sign, digits, exponent }: Parts): string {
  const point = digits.length + exponent;
  if (point > MAX_PLAIN_DIGITS || point < -MAX_PLAIN_ZEROS) {
    const rest = digits.slice(1);
    return `${sign}${digits[0] ?? ""}${rest === "" ? "" : `.${rest}`}e${point > 0 ? "+" : ""}${point - 1}`;
  }
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  return point > 0
    ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
    : `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** JSON with tagged values in the place of numbers that would be rounded. Strings are passed over as they are. */
function tagNumbers(text: string): string {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    pieces.push(tagOutside(text.slice(at, end)));
    if (quote === -1) break;
    at = endOfString(text, quote);
    pieces.push(text.slice(quote, at));
  }
  return pieces.join("");
}

function tagOutside(text: string): string {
  if (!MAY_BE_LOST.test(text)) return text;
  return text.replace(NUMBER, (number) => {
    const value = exactNumber(number);
    return typeof value === "object" ? JSON.stringify(value) : number;
  });
}

/** Where a string of whole JSON ends that begins with the quotation mark at a place. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) return text.length;
    let escapes = end;
    while (text[escapes - 1] === "\\") escapes--;
    if ((end - escapes) % 2 === 0) return end + 1;
  }
}
