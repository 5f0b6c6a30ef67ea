import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { anchorsOf, LINK, outsideCode, targetsOf } from "../../../scripts/markdown.mjs";
import { repositoryDir } from "../../harness/paths";

/** Folders that hold no texts of ours. */
const FOREIGN = new Set([".git", ".vscode-test", "node_modules", "dist", "out", "results", "fixtures"]);
const files = filesBelow("");
const texts = files.filter((file) => file.endsWith(".md"));
const read = (file: string): string => readFileSync(path.join(repositoryDir, file), "utf8");

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(repositoryDir, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return FOREIGN.has(entry.name) ? [] : filesBelow(name);
    return entry.isFile() ? [name] : [];
  });
}

/** @returns what is wrong with a link of a text, undefined if nothing */
function broken(file: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [name = "", anchor] = target.split("#");
  const to = name === "" ? file : path.posix.join(path.posix.dirname(file), name);
  if (!existsSync(path.join(repositoryDir, to))) return `${file}: ${target} is not there`;
  if (anchor === undefined) return undefined;
  return anchorsOf(read(to)).includes(anchor) ? undefined : `${file}: ${target} leads to no heading`;
}

/** The paths and files of ours that a text names in code. */
function namedFiles(text: string): string[] {
  const prose = text.replace(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)]
    .map(([, code]) => code!)
    .filter((code) =>
      /^(?:(?:src|webview|test|scripts|docs|examples|packages|media|l10n|\.github|\.ci)\/[\w./-]*|[\w.-]+\.(?:ts|mjs))$/.test(
        code,
      ),
    );
}

describe("the README", () => {
  it("is short, and says the two commands", () => {
    assert.ok(statSync(path.join(repositoryDir, "README.md")).size <= 7 * 1024);
    assert.match(read("README.md"), /^npm start .*\n^npm test /m);
  });

  it("leads to every page of docs/", () => {
    const pages = texts.filter((file) => file.startsWith("docs/"));
    const targets = targetsOf(read("README.md"));
    assert.ok(pages.length >= 8);
    assert.deepEqual(
      pages.filter((page) => !targets.includes(page)),
      [],
    );
  });
});

describe("texts of the repository", () => {
  it("have links and pictures that lead somewhere", () => {
    assert.ok(texts.includes("README.md") && texts.includes("docs/cli.md"));
    const all = texts.flatMap((file) => targetsOf(read(file)).map((target) => broken(file, target)));
    assert.deepEqual(
      all.filter((problem) => problem !== undefined),
      [],
    );
    assert.ok(all.length > 20);
  });

  it("name files that are there", () => {
    const checked = texts.filter(
      (file) => file.startsWith("docs/") || /^(?:ARCHITECTURE|CONTRIBUTING)\.md$/.test(file),
    );
    const bare = new Set(files.map((file) => path.posix.basename(file)));
    const missing = checked.flatMap((file) =>
      namedFiles(read(file))
        // A user's own files, in examples.
        .filter((name) => !(file.startsWith("docs/") && !name.includes("/")))
        .filter((name) => (name.includes("/") ? !existsSync(path.join(repositoryDir, name)) : !bare.has(name)))
        .map((name) => `${file}: ${name}`),
    );
    assert.deepEqual(missing, []);
    assert.ok(namedFiles(read("CONTRIBUTING.md")).length > 30);
  });

  it("docs/settings.md says what the manifest says", () => {
    execFileSync(process.execPath, [path.join(repositoryDir, "scripts/settingsDocs.mjs"), "--check"], {
      stdio: "pipe",
    });
  });
});

describe("the changelog", () => {
  it("has what is not released first, then versions with their dates, newest first, this one among them", () => {
    const titles = [...read("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, title]) => title!);
    assert.equal(titles[0], "[Unreleased]");
    const versions = titles.slice(1).map((title) => {
      const [, version, date] = /^\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/.exec(title) ?? assert.fail(title);
      assert.equal(new Date(date!).toISOString().slice(0, 10), date);
      return { version, date: date! };
    });
    assert.deepEqual(
      versions.map(({ date }) => date),
      versions
        .map(({ date }) => date)
        .sort()
        .reverse(),
    );
    const { version } = JSON.parse(read("package.json")) as { version: string };
    assert.ok(versions.some((each) => each.version === version));
  });

  it("has the sections of Keep a Changelog alone, each once in a version", () => {
    for (const part of read("CHANGELOG.md").split(/^## /m).slice(1)) {
      const sections = [...part.matchAll(/^### (.+)$/gm)].map(([, title]) => title!);
      const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
      assert.deepEqual(
        sections,
        known.filter((title) => sections.includes(title)),
      );
    }
  });
});

describe("reading Markdown", () => {
  const sample = [
    "# A & `b`: c",
    "## Twice",
    "## Twice",
    '[one](a.md#x) ![two](b.png "title") [![three](c.png)](d.md) `[no](e.md)`',
    "```md",
    "# no",
    "[no](f.md)",
    "```",
    '<img src="g.png"> <!-- [no](h.md) -->',
    "[i]: j.md",
    "",
  ].join("\n");

  it("finds the anchors that a host gives to headings", () => {
    assert.deepEqual(anchorsOf(sample), ["a--b-c", "twice", "twice-1"]);
  });

  it("finds every form of link, and none in code or comments", () => {
    assert.deepEqual(targetsOf(sample).sort(), ["a.md#x", "b.png", "c.png", "d.md", "g.png", "j.md"]);
  });

  it("changes prose and leaves code as it is", () => {
    assert.equal(
      outsideCode("a `a` [a](a)\n\n```\na `a`\n```\n", (prose) => prose.replaceAll("a", "b")),
      "b `a` [b](b)\n\n```\na `a`\n```\n",
    );
    assert.equal("[x](y)".replace(LINK, "$<label>,$<target>"), "x,y");
  });
});
