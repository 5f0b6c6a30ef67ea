/**
 * Finds words that we do not use in texts, and in code names that have been replaced. Spelling is cspell's affair; this knows
 * phrases, places and the parts of names.
 */

import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { proseOf } from "./markdown.mjs";

/** @typedef {readonly (readonly [RegExp, string])[]} Rules what is found, and what to write instead */

/** In what people read: Markdown, and the texts of the user interface. @type {Rules} */
export const IN_TEXTS = [
  [/\bcan not\b/gi, 'Write "cannot".'],
  [/\bparting\b/gi, 'Write "divergence".'],
  [/\bdeeds?\b/gi, 'Write "action".'],
  [/\bdoers?\b/gi, 'Write "actor".'],
  [/\bdeparted\b/gi, 'Write "collected".'],
  [/\bsightings?\b/gi, 'Write "observation".'],
  [/\buselessness\b/gi, 'Write why it cannot be used, or "unreadable reason".'],
  [/\bcolour/gi, 'Write "color", as the editor does.'],
  // One tells one thing from another.
  [/\btells\b(?![^.;]*\b(?:from|apart)\b)/gi, 'Write "reports", "shows" or "says".'],
];

/** In comments and texts of code. @type {Rules} */
export const IN_CODE = [
  [/\bcan not\b/gi, 'Write "cannot".'],
  [/^(?:\/\*\*| \*) ?Owns\b/gm, "Say what the file does."],
];
/** Where {@link IN_CODE} holds. */
const CODE = ["contributions", "scripts", "src", "test", "webview"];

/** Parts of names, whatever their case: `partingOf`, `lastDeed`, `SIGHTINGS`. */
export const IN_NAMES = ["parting", "deed", "doer", "spoken", "departed", "sighting", "uselessness"];
/** Where {@link IN_NAMES} holds. */
const NAMED = ["contributions", "scripts", "src", "test", "webview"];

const SKIPPED = new Set([".git", ".vscode-test", "node_modules", "dist", "out", "results", "fixtures"]);
/** These say the words that they forbid. */
const ITSELF = ["scripts/words.mjs", "test/unit/house/words.test.ts"];

/**
 * @param {string} text
 * @param {Rules} rules
 * @returns {string[]} what is found, as `line: "word". Remedy`
 */
export function wordsIn(text, rules) {
  return rules.flatMap(([pattern, remedy]) =>
    [...text.matchAll(pattern)].map((found) => `${lineOf(text, found.index)}: "${found[0].trim()}". ${remedy}`),
  );
}

/**
 * @param {string} code
 * @param {readonly string[]} words in the singular, lower case
 * @returns {string[]} what is found, as `line: name "partingOf"`
 */
export function namesIn(code, words) {
  return [...code.matchAll(/[A-Za-z_$][\w$]*/g)].flatMap((found) => {
    const parts = found[0].match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
    const isOne = parts.some(
      (part) => words.includes(part.toLowerCase().replace(/(?<!s)s$/, "")) || words.includes(part.toLowerCase()),
    );
    return isOne ? [`${lineOf(code, found.index)}: name "${found[0]}"`] : [];
  });
}

function lineOf(text, index) {
  return text.slice(0, index).split("\n").length;
}

function filesBelow(root, folder, ending) {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(root, name, ending);
      return ending.test(entry.name) ? [name] : [];
    })
    .filter((name) => !ITSELF.includes(name));
}

/** @param {string} root the repository @returns {string[]} everything found in it */
export function allFindings(root) {
  const read = (file) => readFileSync(path.join(root, file), "utf8");
  const named = (file, found) => found.map((each) => `${file}:${each}`);
  const ofCode = (folders) => folders.flatMap((folder) => filesBelow(root, folder, /\.(?:[cm]?ts|mjs)$/));
  return [
    ...filesBelow(root, "", /\.md$/).flatMap((file) => named(file, wordsIn(proseOf(read(file)), IN_TEXTS))),
    ...["package.nls.json", "l10n/bundle.l10n.json"].flatMap((file) => named(file, wordsIn(read(file), IN_TEXTS))),
    ...ofCode(CODE).flatMap((file) => named(file, wordsIn(read(file), IN_CODE))),
    ...ofCode(NAMED).flatMap((file) => named(file, namesIn(read(file), IN_NAMES))),
  ];
}
