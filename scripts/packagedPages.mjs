/**
 * Puts the pages that a text links to behind that text, as chapters of it. Who installed the extension has no other way to
 * them while the repository has no address: the editor opens no relative links of a README.
 */

import * as path from "node:path";
import { HumanError } from "./humanError.mjs";
import { anchorsOf, headingsOf, LINK, outsideCode } from "./markdown.mjs";

/**
 * @param {string} text Markdown at the repository's root
 * @param {Readonly<Record<string, string>>} pages Markdown by its path from the root, in the order of the chapters; those
 *   that the text does not link to are left out
 * @returns {string} with links to the pages turned into links to their chapters
 * @throws HumanError when two headings would have one anchor, or a link leads to a heading that is not there
 */
export function withPages(text, pages) {
  const linked = new Set([...text.matchAll(LINK)].map(({ groups }) => fileOf(groups.target, ".")));
  const chapters = Object.entries(pages).filter(([name]) => linked.has(name));
  if (chapters.length === 0) return text;
  const names = new Map(chapters.map(([name, page]) => [name, anchorsOf(page)]));
  const result = [
    relinked(text, ".", names),
    ...chapters.map(([name, page]) => demoted(relinked(page, path.posix.dirname(name), names))),
  ]
    .map((part) => part.trim())
    .join("\n\n");
  const seen = new Set();
  for (const { text: heading, plain } of headingsOf(result)) {
    if (seen.has(plain)) throw new HumanError(`Two chapters have the heading "${heading}". Give one another name.`);
    seen.add(plain);
  }
  return `${result}\n`;
}

/** Links to chapters become anchors; other relative ones are said from the root, where the text stands. */
function relinked(text, folder, names) {
  return outsideCode(text, (prose) =>
    prose.replace(LINK, (all, ...rest) => {
      const { label, target } = rest.at(-1);
      if (/^([a-z][a-z0-9+.-]*:|#)/i.test(target)) return all;
      const file = fileOf(target, folder);
      const anchor = target.includes("#") ? target.slice(target.indexOf("#") + 1) : undefined;
      const anchors = names.get(file);
      if (anchors === undefined) return `[${label}](${file}${anchor === undefined ? "" : `#${anchor}`})`;
      const found = anchor === undefined ? anchors[0] : anchors.find((each) => each === anchor);
      if (found === undefined) throw new HumanError(`${target} leads to no heading.`);
      return `[${label}](#${found})`;
    }),
  );
}

function fileOf(target, folder) {
  return path.posix.join(folder, target.replace(/#.*/, ""));
}

/** A page's title is a chapter of the whole. */
function demoted(text) {
  return outsideCode(text, (prose) => prose.replace(/^(#{1,5} )/gm, "#$1"));
}
