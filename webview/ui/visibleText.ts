/** How text from agents is shown: as text nodes, shortened, with every character that hides or reorders others made visible. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import { MASK_LENGTH, MASK_SOURCE } from "../../src/recording/mask";
import { element, fill } from "./element";

// Controls, format characters (bidi overrides, zero-width, tags), lone surrogates, line separators, odd spaces and the
// variation selectors that can carry hidden text. A joiner inside an emoji and the visible Arabic signs are left alone.
const hidden =
  /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{FE0F})\u{200D}|(?![\u{200D}\u{0600}-\u{0605}\u{06DD}\u{070F}\u{08E2}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\u{E0100}-\u{E01EF}]|(?![ \u{3000}])\p{Zs}/gu;
const masks = new RegExp(MASK_SOURCE, "gu");
const hiddenButLineBreaks = new RegExp(`(?![\\n\\t])(?:${hidden.source})`, "gu");

/** Most texts are plain, and pages ask for all of theirs each time they are drawn. */
const isPlain = /^[ -~]*$/;
const DEFAULT_LENGTH = 1_000;

/** How {@link visible} treats a text. */
export interface VisibleTextOptions {
  /** UTF-16 units that are shown at most; the rest is replaced by "…". Default 1,000. */
  readonly maxLength?: number;
  /** True where line feeds and tabs are layout, as in pretty JSON. */
  readonly multiline?: boolean;
}

/** @returns what a template shows of the text; hidden characters stand as marked tokens such as U+202E, and masks as one word each. */
export function visible(text: string, options: VisibleTextOptions = {}): string | readonly (string | TemplateResult)[] {
  if (text.length <= (options.maxLength ?? DEFAULT_LENGTH) && isPlain.test(text)) return text;
  const pieces = piecesOf(text, options);
  // A text of one piece is one text node, which stays when only its letters change.
  if (pieces.every(({ mark }) => mark === undefined)) return pieces.map((piece) => piece.text).join("");
  return pieces.map(({ text: shown, mark, title }) =>
    mark === undefined ? shown : html`<span class=${mark} title=${title ?? nothing}>${shown}</span>`,
  );
}

/** @returns the same as nodes, for pages in the older form. */
export function visibleText(text: string, options: VisibleTextOptions = {}): (Node | string)[] {
  return piecesOf(text, options).map(({ text: shown, mark, title }) =>
    mark === undefined ? shown : element("span", { class: mark, ...(title !== undefined && { title }) }, shown),
  );
}

interface Piece {
  readonly text: string;
  /** The class of what is not shown as it is. */
  readonly mark?: "masked" | "hidden-character";
  readonly title?: string;
}

function piecesOf(text: string, options: VisibleTextOptions): Piece[] {
  const maxLength = options.maxLength ?? DEFAULT_LENGTH;
  const shown = shorten(text, maxLength);
  const pattern = options.multiline === true ? hiddenButLineBreaks : hidden;
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: mask, index } of shown.matchAll(masks)) {
    if (index > from) addWithSymbols(pieces, shown.slice(from, index), pattern);
    pieces.push({ text: mask, mark: "masked" });
    from = index + mask.length;
  }
  if (from < shown.length) addWithSymbols(pieces, shown.slice(from), pattern);
  return pieces;
}

function addWithSymbols(pieces: Piece[], text: string, pattern: RegExp): void {
  let from = 0;
  for (const { 0: character, index } of text.matchAll(pattern)) {
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: symbol(character), mark: "hidden-character", title: codePointName(character) });
    from = index + character.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
}

/** @returns the same as plain text, for attributes that are read aloud or shown as tooltips. */
export function visibleString(text: string, maxLength = DEFAULT_LENGTH): string {
  return shorten(text, maxLength).replaceAll(hidden, symbol);
}

/** Replaces an element's content only when the text is another, so that a selection made in it survives. */
export function showText(target: HTMLElement, text: string, options?: VisibleTextOptions): void {
  if (shownTexts.get(target) !== text) {
    shownTexts.set(target, text);
    fill(target, visibleText(text, options));
  }
}

const shownTexts = new WeakMap<HTMLElement, string>();

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = maxLength - 1;
  // Half a mask tells nothing, and is not known for one.
  const masked = text.slice(0, end + MASK_LENGTH).matchAll(masks);
  for (const { 0: mask, index } of masked) if (index < end) end = Math.max(end, index + mask.length);
  return end < text.length ? `${text.slice(0, end)}…` : text;
}

function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

function symbol(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : codePointName(character);
}
