/** Reads Markdown as far as the checks of our texts need it: what is code, headings with their anchors, and links. */

const FENCED = /^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\1`*$/gm;
const INLINE = /`[^`\n]*`/g;
/** A character of the private use area marks the place of what is put aside. */
const ASIDE = "\ue001";

/** A link or picture: `label` and `target`, without a title. A picture inside a label is part of the label. */
export const LINK = /\[(?<label>(?:[^\][]|!\[[^\]]*\]\([^)]*\))*)\]\((?<target>[^()\s]+)(?:\s+"[^"]*")?\)/g;

/**
 * Changes a text's prose: code in blocks and in lines stays as it is.
 *
 * @param {string} text
 * @param {(prose: string) => string} change is given the prose with marks where code stands, and keeps the marks
 * @returns {string}
 */
export function outsideCode(text, change) {
  const aside = [];
  const put = (code) => `${ASIDE}${aside.push(code) - 1}${ASIDE}`;
  const prose = change(text.replace(FENCED, put).replace(INLINE, put));
  // Code of a line may lie inside of code that was put aside before it: what was put aside last comes back first.
  return prose.replace(new RegExp(`${ASIDE}(\\d+)${ASIDE}`, "g"), (_, index) => aside[Number(index)]);
}

/** @param {string} text @returns {string} it without its code, on the same lines */
export function proseOf(text) {
  return text.replace(FENCED, (block) => block.replace(/[^\n]/g, "")).replace(INLINE, "``");
}

/**
 * @param {string} text
 * @returns {{ text: string, plain: string, anchor: string }[]} its headings, and what leads to them: the plain name, which
 *   has a number behind it where an earlier heading has the same
 */
export function headingsOf(text) {
  const counts = new Map();
  return [...text.replace(FENCED, "").matchAll(/^#{1,6} +(.+?)\s*$/gm)].map(([, heading]) => {
    const plain = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const before = counts.get(plain) ?? 0;
    counts.set(plain, before + 1);
    return { text: heading, plain, anchor: before === 0 ? plain : `${plain}-${before}` };
  });
}

/** @param {string} text @returns {string[]} what leads to its headings, without "#" */
export function anchorsOf(text) {
  return headingsOf(text).map(({ anchor }) => anchor);
}

/**
 * @param {string} text
 * @returns {string[]} what it links to and shows, by whatever form; code and comments apart
 */
export function targetsOf(text) {
  const prose = text
    .replace(FENCED, "")
    .replace(INLINE, "``")
    .replace(/<!--(?! (?:package|clone|\/clone))[\s\S]*?-->/g, "");
  const inside = [...prose.matchAll(LINK)].map(({ groups }) => groups);
  return [
    ...inside.map(({ target }) => target),
    ...inside.flatMap(({ label }) => [...label.matchAll(LINK)].map(({ groups }) => groups.target)),
    ...[...prose.matchAll(/\b(?:src|href)\s*=\s*["']([^"']+)["']/g)].map(([, target]) => target),
    ...[...prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*(\S+)/gm)].map(([, target]) => target),
  ];
}
