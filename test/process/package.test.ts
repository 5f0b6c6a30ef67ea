import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { anchorsOf, headingsOf, targetsOf } from "../../scripts/markdown.mjs";
import { repositoryDir } from "../harness/paths";

/** What ships, and nothing else. */
const EXPECTED = `
[Content_Types].xml
extension.vsixmanifest
extension/LICENSE.txt
extension/changelog.md
extension/dist/THIRD-PARTY-NOTICES.txt
extension/dist/agent-context/index.cjs
extension/dist/agent-context/index.d.ts
extension/dist/agent-context/index.mjs
extension/dist/agent-context/package.json
extension/dist/extension/extension.mjs
extension/dist/indexer.cjs
extension/dist/runner/bootstrap.cjs
extension/dist/runner/cli.cjs
extension/dist/runner/hooks.mjs
extension/dist/runner/lookAhead.cjs
extension/dist/runner/preload.cjs
extension/dist/runner/preload.mjs
extension/dist/runner/publisher.cjs
extension/dist/runner/runtimeHooks.mjs
extension/dist/runner/supervisor.cjs
extension/dist/runner/typescript.cjs
extension/dist/runner/typescript.wasm.br
extension/dist/webview/codicon.css
extension/dist/webview/codicon.ttf
extension/dist/webview/events.css
extension/dist/webview/events.js
extension/dist/webview/orders.css
extension/dist/webview/orders.js
extension/dist/webview/preview.css
extension/dist/webview/preview.js
extension/dist/webview/recording.css
extension/dist/webview/recording.js
extension/examples/race.ts
extension/l10n/bundle.l10n.json
extension/media/icon.png
extension/media/icon.svg
extension/media/preview-dark.svg
extension/media/preview-light.svg
extension/node_modules/agent-context-typescript-plugin/index.js
extension/node_modules/agent-context-typescript-plugin/package.json
extension/package.json
extension/package.nls.json
extension/readme.md
`;
const LIMIT_BYTES = 2_000_000;

interface Entry {
  readonly name: string;
  read(): Buffer;
}

/** The entries of a zip file, from its central directory; the VSIX has no archive-wide extras. */
function entriesOf(zip: Buffer): Entry[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06"));
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    entries.push({
      name: zip.toString("utf8", at + 46, at + 46 + nameLength!),
      read: () => {
        const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const bytes = zip.subarray(start, start + size);
        return method === 0 ? bytes : inflateRawSync(bytes);
      },
    });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return entries;
}

function textOf(entries: readonly Entry[], name: string): string {
  return entries
    .find((entry) => entry.name === name)!
    .read()
    .toString("utf8");
}

describe("the packaged extension", () => {
  const file = process.env["AGENT_CONTEXT_VSIX"];
  assert.ok(file, 'AGENT_CONTEXT_VSIX is not set: run this with "npm run test:process", which packs the extension');
  const zip = readFileSync(file);
  const entries = entriesOf(zip);
  const json = (name: string): Record<string, unknown> =>
    JSON.parse(
      entries
        .find((entry) => entry.name === name)!
        .read()
        .toString("utf8"),
    );

  it("holds exactly what is meant to ship, and parts of the extension that are loaded when they are used", () => {
    const isPart = (name: string): boolean => /^extension\/dist\/extension\/\w+-[0-9A-Z]{8}\.mjs$/.test(name);
    assert.ok(entries.some(({ name }) => isPart(name)));
    assert.equal(
      entries
        .map(({ name }) => name)
        .filter((name) => !isPart(name))
        .sort()
        .join("\n"),
      EXPECTED.trim(),
    );
  });

  it("is small", () => {
    assert.ok(zip.length < LIMIT_BYTES, `${zip.length} bytes`);
  });

  it("carries no native code", () => {
    const magic = [Buffer.from("\x7fELF", "latin1"), Buffer.from("MZ"), Buffer.from([0xcf, 0xfa, 0xed, 0xfe])];
    const native = entries.filter((entry) =>
      magic.some((bytes) => entry.read().subarray(0, bytes.length).equals(bytes)),
    );
    assert.deepEqual(
      native.map(({ name }) => name),
      [],
    );
  });

  it("names neither development tools nor this machine", () => {
    const manifest = json("extension/package.json");
    assert.deepEqual([manifest["devDependencies"], manifest["scripts"]], [undefined, undefined]);
    for (const entry of entries.filter(({ name }) => /\.(c?js|mjs|json|md)$/.test(name))) {
      assert.ok(!entry.read().includes(process.cwd()), entry.name);
    }
  });

  it("is universal", () => {
    const manifest = entries
      .find(({ name }) => name === "extension.vsixmanifest")!
      .read()
      .toString("utf8");
    assert.doesNotMatch(manifest, /TargetPlatform=/);
  });

  it("has what a product page shows, and asks no questions there", () => {
    const manifest = json("extension/package.json");
    const icon = entries.find(({ name }) => name === `extension/${manifest["icon"] as string}`)!.read();
    assert.equal(icon.toString("latin1", 1, 4), "PNG");
    assert.ok(icon.readUInt32BE(16) >= 128 && icon.readUInt32BE(20) >= 128, "the icon's width and height");
    assert.equal(manifest["qna"], false);
    assert.deepEqual(Object.keys(manifest["galleryBanner"] as object), ["color", "theme"]);
    assert.deepEqual(manifest["categories"], ["Debuggers", "Visualization", "Testing"]);
  });

  describe("its addresses", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agent-context-package-"));
    const host = "https://example.invalid";
    after(() => rmSync(folder, { recursive: true }));

    /** The same build, packed with these addresses. */
    async function packedWith(
      addresses: object,
    ): Promise<{ readonly packed: readonly Entry[]; readonly said: string }> {
      for (const { name, read } of entries.filter(({ name }) => /^extension\/(dist|node_modules)\//.test(name))) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), read());
      }
      const publish = path.join(folder, "publish.json");
      writeFileSync(publish, JSON.stringify(addresses));
      const vsix = path.join(folder, "packed.vsix");
      const script = path.join(repositoryDir, "scripts/package.mjs");
      const args = [script, vsix, "--publish", publish, "--dist", path.join(folder, "extension")];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repositoryDir });
      return { packed: entriesOf(readFileSync(vsix)), said: stdout };
    }

    it("are left out while there are none: it begins with what an installer does, and nothing in it breaks", async () => {
      const { packed, said } = await packedWith({ repository: "", bugs: "", homepage: "" });
      assert.match(said, /Left out of the manifest, .*: repository, bugs, homepage\./);
      assert.match(said, /Links and pictures left out .*media\/tour\.png/);
      const manifest = JSON.parse(textOf(packed, "extension/package.json")) as Record<string, unknown>;
      assert.deepEqual(
        [manifest["repository"], manifest["bugs"], manifest["homepage"]],
        [undefined, undefined, undefined],
      );
      const [, , , , first] = textOf(packed, "extension/readme.md").split("\n");
      assert.equal(first, "1. Install the extension and open a folder.");
      for (const name of ["extension/readme.md", "extension/changelog.md"]) {
        assert.doesNotMatch(textOf(packed, name), /npm start|<!--/);
        const headings = anchorsOf(textOf(packed, name)).map((anchor) => `#${anchor}`);
        assert.deepEqual(
          targetsOf(textOf(packed, name)).filter(
            (target) => !target.startsWith("https://") && !headings.includes(target),
          ),
          [],
        );
      }
      assert.doesNotMatch(textOf(packed, "extension.vsixmanifest"), /Services\.Links\./);
      // The pages of docs/ have no other way to who installed it.
      const chapters = headingsOf(textOf(packed, "extension/readme.md")).map(({ text }) => text);
      for (const page of readdirSync(path.join(repositoryDir, "docs"))) {
        const [title] = headingsOf(readFileSync(path.join(repositoryDir, "docs", page), "utf8"));
        assert.ok(title !== undefined && chapters.includes(title.text), page);
      }
    });

    it("stand in manifest and README once there are some", async () => {
      const { packed, said } = await packedWith({
        repository: `${host}/team/inspector`,
        bugs: `${host}/bugs`,
        homepage: `${host}/home`,
        baseContentUrl: `${host}/files`,
        baseImagesUrl: `${host}/raw`,
      });
      assert.doesNotMatch(said, /[Ll]eft out/);
      const manifest = JSON.parse(textOf(packed, "extension/package.json")) as Record<string, unknown>;
      assert.deepEqual(
        [manifest["repository"], manifest["bugs"], manifest["homepage"]],
        [{ type: "git", url: `${host}/team/inspector` }, { url: `${host}/bugs` }, `${host}/home`],
      );
      const told = targetsOf(readFileSync(path.join(repositoryDir, "README.md"), "utf8"));
      assert.ok(told.includes("media/tour.png") && told.includes("docs/merging.md") && told.includes("LICENSE"));
      assert.deepEqual(
        targetsOf(textOf(packed, "extension/readme.md")),
        told.map((target) => `${host}/${target.startsWith("media/") ? "raw" : "files"}/${target}`),
      );
      // Its texts apart, it is the same package.
      assert.deepEqual(packed.map(({ name }) => name).sort(), entries.map(({ name }) => name).sort());
    });
  });

  it("marks its runtime module with the protocol that the runner looks for", () => {
    assert.equal(json("extension/dist/agent-context/package.json")["agentContextProtocol"], 1);
  });
});
