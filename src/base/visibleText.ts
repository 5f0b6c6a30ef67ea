/** How text that comes from scripts is made safe to read on one line; knows nothing of VS Code. */

/** Controls, formats (bidi, zero-width, tags), lone surrogates and line separators; joiners inside emoji are left alone. */
const INVISIBLE =
  /(?<!\p{Extended_Pictographic}|\u{FE0F}|\p{Emoji_Modifier})\u{200D}|(?!\u{200D})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * The text on one line, at most `maxLength` UTF-16 units, with everything invisible spelled out (`\n`, `\u202e`).
 * What is cut is marked by an ellipsis.
 */
export function visibleText(text: string, maxLength = 200): string {
  const cut = text.length > maxLength;
  const kept = cut ? text.slice(0, Math.max(0, maxLength - 1)) : text;
  const spelled = kept.replace(INVISIBLE, spell);
  return cut ? `${spelled}…` : spelled;
}

function spell(character: string): string {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  const code = (character.codePointAt(0) ?? 0).toString(16).padStart(4, "0");
  return short ?? (code.length === 4 ? `\\u${code}` : `\\u{${code}}`);
}
