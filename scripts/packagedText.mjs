/**
 * Makes the README and changelog of the package from those of the repository. A page of a marketplace shows them far from
 * the repository's files: what would break there is left out. Pages of docs/ that a text links to become chapters of it.
 *
 * The README says some things in two ways. What stands between `<!-- clone -->` and `<!-- /clone -->` is for who has the
 * repository; what stands inside `<!-- package … -->` is for who installs the extension, and only the package shows it.
 */

import { HumanError } from "./humanError.mjs";
import { withPages } from "./packagedPages.mjs";

/** Code first: what looks like a link in it is none. */
const CODE_OR_LINK = /(`[^`\n]*`)|(!?)\[((?:[^\][]|!\[[^\]]*\]\([^)]*\))*)\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g;
const FENCED = /^ *(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\1`*$/gm;
/** A character of the private use area marks the place of what is put aside. */
const ASIDE = "\ue000";

/**
 * @param {string} text Markdown
 * @param {{ baseContentUrl: string, baseImagesUrl: string }} bases where they are known, links and pictures stay: vsce
 *   makes them absolute
 * @param {string} name for messages
 * @param {Readonly<Record<string, string>>} [pages] the pages of docs/, which become chapters where links cannot stay
 * @returns {{ text: string, leftOut: string[] }} `leftOut`: what would have broken
 * @throws HumanError when something that would break cannot be left out
 */
export function packagedText(text, { baseContentUrl, baseImagesUrl }, name, pages = {}) {
  const chosen = forInstallers(text, name);
  const chosenPages = Object.entries(pages).map(([page, content]) => [page, forInstallers(content, page)]);
  const whole = baseContentUrl === "" ? withPages(chosen, Object.fromEntries(chosenPages)) : chosen;
  const leftOut = [];
  const breaks = (isPicture, target) => (isPicture ? baseImagesUrl : baseContentUrl) === "" && isRelative(target);
  const withoutBroken = (markdown) =>
    markdown.replace(CODE_OR_LINK, (all, code, isPicture, label, target) => {
      if (code !== undefined) return all;
      const shown = isPicture ? label : withoutBroken(label);
      if (breaks(isPicture, target)) {
        leftOut.push(target);
        return isPicture ? "" : shown;
      }
      // A link around a picture that is left out would be there and not be seen.
      return shown.trim() === "" && shown !== label
        ? ""
        : `${isPicture}[${shown}]${all.slice(all.lastIndexOf("](") + 1)}`;
    });
  // Blocks of code are put aside: blank lines in them end no paragraph, and what looks like a link there is none.
  const blocks = [];
  const prose = whole.replace(FENCED, (block) => `${ASIDE}${blocks.push(block) - 1}${ASIDE}`);
  const result =
    prose
      .split(/\n{2,}/)
      .map((paragraph) => {
        const shown = withoutBroken(paragraph);
        return shown !== paragraph && saysNothing(paragraph) && !shown.includes("](") ? "" : shown;
      })
      .filter((paragraph) => paragraph !== "")
      .join("\n\n")
      .replace(new RegExp(`${ASIDE}(\\d+)${ASIDE}`, "g"), (_, index) => blocks[Number(index)])
      .trimEnd() + "\n";
  refuseOthers(result, name);
  return { text: result, leftOut };
}

/** A list of links without its links says nothing, and a picture's paragraph without the picture is empty. */
function saysNothing(paragraph) {
  return !/[\p{L}\p{N}]/u.test(paragraph.replace(CODE_OR_LINK, "$1"));
}

function forInstallers(text, name) {
  const chosen = text
    .replace(/<!-- clone -->[\s\S]*?<!-- \/clone -->/g, "")
    .replace(/<!-- package\s+([\s\S]*?)\s*-->/g, (_, only) => only);
  const left = /<!-- \/?(?:clone|package)[\s\S]*?-->/.exec(chosen);
  if (left !== null) throw new HumanError(`${name} has "${left[0]}" without its other half.`);
  return chosen.replace(/^<!--[\s\S]*?-->\n*/gm, "");
}

/** Forms of links that nothing above takes along: they would break without a word. */
function refuseOthers(text, name) {
  const prose = text.replace(FENCED, "").replace(/`[^`\n]*`/g, "");
  const found =
    /^ {0,3}\[[^\]]+\]:\s*(\S+)/m.exec(prose) ??
    /<(?:img|a|video|source)\b[^>]*?\s(?:src|href)\s*=\s*["']?([^"'>\s]+)/.exec(prose);
  if (found !== null && isRelative(found[1] ?? "")) {
    throw new HumanError(
      `${name} leads to ${found[1]} in a form that the package cannot hold. Write it as [text](${found[1]}).`,
    );
  }
}

function isRelative(target) {
  return !/^[a-z][a-z0-9+.-]*:/i.test(target) && !target.startsWith("#") && !target.startsWith("//");
}
