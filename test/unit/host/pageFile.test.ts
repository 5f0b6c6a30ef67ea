/** Holds the file of an index's pages to keeping them, and to leaving nothing behind. */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PageFile } from "../../../src/disk/pageFile";

describe("page file", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "page-file-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("gives back what it was given, and makes no file before", () => {
    const file = new PageFile(assert.fail, folder);
    const pages = [1, 2, 3].map((number) => new Uint8Array(100_000).fill(number));
    const places = pages.map((page) => file.write(page));
    const into = new Uint8Array(100_000);
    for (const index of [2, 0, 1]) {
      file.read(places[index] as number, into);
      assert.deepEqual(into, pages[index]);
    }
    file.dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("leaves no file behind that a killed process could not delete", function () {
    if (process.platform === "win32") this.skip();
    const file = new PageFile(assert.fail, folder);
    file.write(new Uint8Array(10));
    assert.deepEqual(readdirSync(folder), []);
    file.dispose();
  });

  it("says what to do once its run was taken away, or what it held is not there", () => {
    const file = new PageFile(assert.fail, folder);
    file.write(new Uint8Array(10));
    assert.throws(() => file.read(5, new Uint8Array(10)), /Open its recording again/);
    file.dispose();
    assert.throws(() => file.read(0, new Uint8Array(10)), /Open its recording to look at it again/);
    file.dispose();
  });

  it("passes on that the disk refuses, for the index to stay in memory", () => {
    const said: string[] = [];
    const file = new PageFile((message) => said.push(message), path.join(folder, "missing"));
    assert.throws(() => file.write(new Uint8Array(10)), /ENOENT/);
    assert.match(said.join(), /^The index of events stays in memory, for .*missing cannot be written: ENOENT/);
    file.dispose();
  });
});
