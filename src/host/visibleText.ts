/** Owns how text that comes from scripts is made safe to read on one line; knows nothing of VS Code. */

/** C0 and C1 controls, line separators, bidi controls and other invisible marks: what could hide or reorder text. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The text on one line, at most `maxLength` UTF-16 units, with everything invisible spelled out (`\n`, `\u202e`).
 * What is cut is marked by an ellipsis.
 */
export function visibleText(text: string, maxLength = 200): string {
  const cut = text.length > maxLength;
  const kept = cut ? text.slice(0, Math.max(0, maxLength - 1)) : text;
  const spelled = kept.replace(INVISIBLE, spell).replace(LONE_SURROGATE, spell);
  return cut ? `${spelled}…` : spelled;
}

function spell(character: string): string {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
