import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packagedText } from "../../../scripts/packagedText.mjs";
import { readPublishAddresses } from "../../../scripts/publishAddresses.mjs";
import { repositoryDir } from "../../harness/paths";

const UNKNOWN = { baseContentUrl: "", baseImagesUrl: "" };
const KNOWN = { baseContentUrl: "https://example.invalid/files", baseImagesUrl: "https://example.invalid/raw" };
const packaged = (text: string, bases = UNKNOWN): string => packagedText(text, bases, "README.md").text;

describe("texts of the package", () => {
  for (const [title, text, expected] of [
    ["a relative link becomes its text", "See [the map](docs/MAP.md#top).\n", "See the map.\n"],
    ["a relative picture goes, with its paragraph", "One.\n\n![Shown](media/a.png)\n\nTwo.\n", "One.\n\nTwo.\n"],
    ["a list of nothing but broken links goes", "One.\n\n[A](A.md) · [B](B.md)\n", "One.\n"],
    ["a link around a picture goes with it", "One [![x](a.png)](https://example.invalid/b) two.\n", "One  two.\n"],
    [
      "other addresses and anchors stay",
      "[a](https://example.invalid/a) [b](#b)\n",
      "[a](https://example.invalid/a) [b](#b)\n",
    ],
    [
      "code stays as it is",
      "`[a](b)`\n\n```ts\nx = [1](2);\n\n![y](z)\n```\n",
      "`[a](b)`\n\n```ts\nx = [1](2);\n\n![y](z)\n```\n",
    ],
    [
      "installers read their own words",
      "A <!-- clone -->`npm start`<!-- /clone --><!-- package Install --> b.\n\n<!-- clone -->\n\nX\n\n<!-- /clone -->\n\n<!-- package\n1. One.\n2. Two.\n-->\n",
      "A Install b.\n\n1. One.\n2. Two.\n",
    ],
  ] as const) {
    it(title, () => assert.equal(packaged(text), expected));
  }

  it("leaves links and pictures alone where it is known what they begin with, and says what it left out", () => {
    const text = "[a](A.md) and ![b](b.png)\n";
    assert.deepEqual(packagedText(text, KNOWN, "README.md"), { text, leftOut: [] });
    assert.deepEqual(packagedText(text, UNKNOWN, "README.md").leftOut, ["A.md", "b.png"]);
  });

  it("makes chapters of the pages that a text links to, and anchors of the links, where links cannot stay", () => {
    const text = "# Top\n\nSee [one](docs/one.md), [its end](docs/one.md#the-end) and [the map](MAP.md).\n";
    const pages = {
      "docs/one.md":
        "<!-- Made by a script. -->\n\n# Page `one`\n\n<!-- clone -->Cloned.<!-- /clone -->[Two](two.md#b) [up](../MAP.md#x) `[no](two.md)`\n\n```sh\n# no heading\n```\n\n## The end\n",
      "docs/other.md": "# Not linked to\n",
      "docs/two.md": "# Two\n\n## B\n",
    };
    assert.deepEqual(packagedText(`${text}\n[two](docs/two.md)\n`, UNKNOWN, "README.md", pages), {
      text:
        "# Top\n\nSee [one](#page-one), [its end](#the-end) and the map.\n\n[two](#two)\n\n" +
        "## Page `one`\n\n[Two](#b) up `[no](two.md)`\n\n```sh\n# no heading\n```\n\n### The end\n\n## Two\n\n### B\n",
      leftOut: ["MAP.md", "MAP.md#x"],
    });
    assert.equal(packagedText(text, KNOWN, "README.md", pages).text, text);
  });

  it("refuses chapters that one anchor would lead to, and links to headings that are not there", () => {
    const links = "[a](a.md) [b](b.md)\n";
    const pack = (a: string, b: string): unknown => packagedText(links, UNKNOWN, "README.md", { "a.md": a, "b.md": b });
    assert.equal(packaged("## Same\n\n## Same\n"), "## Same\n\n## Same\n", "a text without chapters may repeat itself");
    assert.throws(() => pack("# Same\n", "# Same\n"), { message: /Two chapters have the heading "Same"/ });
    assert.throws(() => pack("# A\n\n[x](b.md#gone)\n", "# B\n"), { message: /b\.md#gone leads to no heading/ });
  });

  for (const [text, message] of [
    ["<!-- clone -->\nx\n", /README\.md has "<!-- clone -->" without its other half/],
    ['<img src="media/a.png">\n', /README\.md leads to media\/a\.png in a form that the package cannot hold/],
    ["[a]: docs/A.md\n", /leads to docs\/A\.md/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => packaged(text), { message }));
  }
});

describe("publish.json", () => {
  let folder: string;
  const read = (content: unknown): ReturnType<typeof readPublishAddresses> => {
    const file = path.join(folder, "publish.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return readPublishAddresses(file);
  };
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "agent-context-publish-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("can be read in the repository, whether or not it is filled", () => {
    const { repository } = readPublishAddresses(path.join(repositoryDir, "publish.json"));
    assert.match(repository, /^(https:\/\/.+)?$/);
  });

  it("gives what links begin with where the host's rule is known, else only what it says", () => {
    const addresses = { repository: "", bugs: "", homepage: "" };
    const bases = (repository: string, more = {}): readonly string[] => {
      const { baseContentUrl, baseImagesUrl } = read({ ...addresses, repository, ...more });
      return [baseContentUrl, baseImagesUrl];
    };
    assert.deepEqual(bases("https://github.com/example/x.git"), [
      "https://github.com/example/x/blob/HEAD",
      "https://github.com/example/x/raw/HEAD",
    ]);
    assert.deepEqual(bases("https://example.invalid/team/x"), ["", ""]);
    assert.deepEqual(bases("https://example.invalid/team/x", KNOWN), [KNOWN.baseContentUrl, KNOWN.baseImagesUrl]);
  });

  for (const [content, message] of [
    ["{", /publish\.json cannot be read/],
    ["null", /cannot be used: it is no object/],
    [{ bugs: "", homepage: "" }, /repository is missing/],
    [{ repository: "http://example.invalid", bugs: "", homepage: "" }, /repository is "http:.*Write an https address/],
    [{ repository: "", bugs: "javascript:alert(1)", homepage: "" }, /bugs is "javascript/],
    [{ repository: "", bugs: "", homepage: "https://name:word@example.invalid" }, /homepage is /],
    [{ repository: "", bugs: 7, homepage: "" }, /bugs is no text/],
    [{ repository: "", bugs: "", homepage: "", repo: "" }, /repo is not a field of it.*Its fields are repository/],
  ] as const) {
    it(`refuses ${JSON.stringify(content)}, and says why`, () => {
      assert.throws(() => read(content), { message });
    });
  }
});
