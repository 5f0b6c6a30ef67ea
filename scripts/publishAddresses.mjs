/**
 * Reads `publish.json`: the addresses under which the extension is published. An empty one is not known, and nothing is
 * made up in its place.
 */

import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as v from "valibot";
import { HumanError } from "./humanError.mjs";

const REMEDY = 'Write an https address without a name or password in it, or "" while there is none.';
const address = v.pipe(
  v.string("is no text."),
  v.check(
    (text) => text === "" || isPublicAddress(text),
    (issue) => `is ${JSON.stringify(issue.input)}.`,
  ),
);
const fields = {
  repository: address,
  bugs: address,
  homepage: address,
  baseContentUrl: v.optional(address, ""),
  baseImagesUrl: v.optional(address, ""),
};
const schema = v.strictObject(fields, (issue) =>
  issue.expected === "Object" || issue.expected === "object" ? "is no object." : "is not a field of it.",
);

/** What links and pictures of these hosts' repositories begin with; other hosts' rules are not ours to guess. */
const KNOWN_HOSTS = { "github.com": ["blob/HEAD", "raw/HEAD"], "gitlab.com": ["-/blob/HEAD", "-/raw/HEAD"] };

/**
 * @typedef {object} PublishAddresses each one "" while it is not known
 * @property {string} repository
 * @property {string} bugs
 * @property {string} homepage
 * @property {string} baseContentUrl what the README's links to files of the repository begin with
 * @property {string} baseImagesUrl the same for its pictures
 */

/**
 * @param {string} file
 * @returns {PublishAddresses} with the base addresses that follow from a repository on a host whose rule is known
 * @throws HumanError that names the field and what to write
 */
export function readPublishAddresses(file) {
  const parsed = v.safeParse(schema, readJson(file));
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => {
      const field = v.getDotPath(issue) ?? "it";
      return issue.received === "undefined" ? `${field} is missing.` : `${field} ${issue.message}`;
    });
    throw new HumanError(
      `${path.basename(file)} cannot be used: ${problems.join(" ")} Its fields are ${Object.keys(fields).join(", ")}. ${REMEDY}`,
    );
  }
  const addresses = parsed.output;
  const repository = addresses.repository.replace(/(\.git)?\/*$/, "");
  const rule = repository === "" ? undefined : KNOWN_HOSTS[new URL(repository).hostname];
  const base = (given, index) => given || (rule === undefined ? "" : `${repository}/${rule[index]}`);
  return {
    ...addresses,
    baseContentUrl: base(addresses.baseContentUrl, 0),
    baseImagesUrl: base(addresses.baseImagesUrl, 1),
  };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new HumanError(`${file} cannot be read: ${error.message}`);
  }
}

function isPublicAddress(text) {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}
