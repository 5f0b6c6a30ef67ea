import * as assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { freshVsix, installOnce, stampOf } from "../../scripts/freshVsix.mjs";

describe("packing only what changed", () => {
  let root: string;
  let vsix: string;
  let packed: number;
  const write = (name: string, content: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  };
  const pack = async (): Promise<void> => writeFileSync(vsix, `package ${++packed}`);
  const fresh = (how = pack): ReturnType<typeof freshVsix> => freshVsix({ root, vsix, pack: how });

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), "agent-context-fresh-"));
    vsix = path.join(root, ".vscode-test/start.vsix");
    packed = 0;
    write(".vscode-test/x", "");
    write("src/a.ts", "a");
    write("package.json", "{}");
    write("examples/race.ts", "race");
    write("node_modules/.package-lock.json", "{}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("packs at first, and not again while nothing changes", async () => {
    const first = await fresh();
    assert.deepEqual([packed, first.isNew], [1, true]);
    // A file that is written anew with what was in it has not changed; other folders do not matter.
    write("src/a.ts", "a");
    utimesSync(path.join(root, "src/a.ts"), 1, 1);
    write("examples/mine.ts", "mine");
    write("test/x.ts", "x");
    write("out/x.cjs", "x");
    assert.deepEqual(await fresh(), { hash: first.hash, isNew: false });
    assert.equal(packed, 1);
  });

  for (const [title, change] of [
    ["a source", () => write("src/a.ts", "b")],
    ["a new file", () => write("src/deep/b.ts", "b")],
    ["a new folder", () => write("more/b.ts", "b")],
    ["a file that is gone", () => rmSync(path.join(root, "src/a.ts"))],
    ["the sample", () => write("examples/race.ts", "other")],
    ["what is installed", () => write("node_modules/.package-lock.json", "[]")],
    ["the package itself", () => writeFileSync(vsix, "package")],
    ["no package", () => rmSync(vsix)],
    ["a note that is torn", () => writeFileSync(stampOf(vsix), '{"inputs":')],
  ] as const) {
    it(`packs again after a change: ${title}`, async () => {
      await fresh();
      change();
      assert.equal((await fresh()).isNew, true);
      assert.equal((await fresh()).isNew, false);
      assert.equal(packed, 2);
    });
  }

  it("packs again after it was interrupted, even if the sources are back at what they were", async () => {
    await fresh();
    write("src/a.ts", "b");
    const interrupted = async (): Promise<void> => {
      writeFileSync(vsix, "half a pack");
      throw new Error("interrupted");
    };
    await assert.rejects(fresh(interrupted), /interrupted/);
    write("src/a.ts", "a");
    assert.equal((await fresh()).isNew, true);
  });

  it("installs a package once in a profile, and again when it, or the extension, is another", async () => {
    const profileDir = path.join(root, "profile");
    const extensionsDir = path.join(profileDir, "extensions");
    let installed = 0;
    const install = async (): Promise<void> => {
      installed++;
      write("profile/extensions/ours-1/package.json", "{}");
      write("profile/extensions/extensions.json", JSON.stringify([{ relativeLocation: "ours-1" }]));
    };
    const once = (hash: string, how = install): Promise<boolean> =>
      installOnce({ profileDir, extensionsDir, hash, install: how });
    mkdirSync(profileDir);
    assert.deepEqual([await once("a"), await once("a"), installed], [true, false, 1]);
    assert.deepEqual([await once("b"), await once("b"), installed], [true, false, 2]);
    rmSync(path.join(extensionsDir, "ours-1"), { recursive: true });
    assert.deepEqual([await once("b"), installed], [true, 3]);
    await assert.rejects(
      once("c", async () => {
        throw new Error("interrupted");
      }),
    );
    assert.ok(!existsSync(path.join(profileDir, "installed.json")));
    assert.deepEqual([await once("b"), installed], [true, 4]);
  });
});
