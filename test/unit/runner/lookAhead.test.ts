/** Which programs are taken for such as may import the runtime: those that do must be among them. */

import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { mayImportRuntime } from "../../../src/runner/script/lookAhead";

/** What a program is: its files, the first one being run; and whether it may import the runtime. */
const PROGRAMS: readonly (readonly [string, boolean, Readonly<Record<string, string>>])[] = [
  ["nothing", false, { "a.mjs": "" }],
  [
    "modules of Node and packages",
    false,
    {
      "a.mjs": `import fs from "node:fs"; import p from "path"; import z from "zod";`,
      "node_modules/zod/index.js": "",
    },
  ],
  ["itself", true, { "a.mjs": `import { StateStore } from "agent-context";` }],
  ["a subpath", true, { "a.mjs": `export * from 'agent-context/more'` }],
  ["by import()", true, { "a.cjs": `import("agent-context")` }],
  [
    "by a file",
    true,
    { "a.mjs": `import "./b.mjs"`, "b.mjs": `import "../c/d.mjs"`, "../c/d.mjs": `import"agent-context"` },
  ],
  ["by a file without its ending", true, { "a.cjs": `require("./b")`, "b.ts": `import x from "agent-context"` }],
  ["by a file that is TypeScript", true, { "a.ts": `import "./b.js"`, "b.ts": `import x from "agent-context"` }],
  ["by a folder", true, { "a.cjs": `require("./b")`, "b/index.js": `import("agent-context")` }],
  [
    "by a worker",
    true,
    { "a.mjs": `new Worker(new URL("./w.mjs", import.meta.url))`, "w.mjs": `import "agent-context"` },
  ],
  ["in a circle", false, { "a.mjs": `import "./b.mjs"`, "b.mjs": `import "./a.mjs"` }],
  [
    "files alone",
    false,
    { "a.mjs": `import "./b.mjs"; readFile("./c.txt"); open("./gone.mjs")`, "b.mjs": "", "c.txt": "agent-context" },
  ],
  ["what is computed", true, { "a.mjs": `import(name)` }],
  ["what is computed by a template", true, { "a.mjs": "import(`./${name}.mjs`)" }],
  ["what is put together", true, { "a.mjs": `import("./" + name)` }],
  ["what is required by a variable", true, { "a.cjs": `require(name)` }],
  ["a method of that name", false, { "a.mjs": `class A { import() {} }` }],
  ["an alias", true, { "a.mjs": `import "@app/agents"` }],
  ["an import of the package's own", true, { "a.mjs": `import "#agents"` }],
  ["a tool beside sources that do", true, { "node_modules/tool/a.mjs": "", "src/x.ts": `import "agent-context"` }],
  ["a tool beside sources that do not", false, { "node_modules/tool/a.mjs": "", "src/x.ts": "" }],
  ["a launcher", false, { "node_modules/tsx/a.mjs": "", "src/x.ts": `import "agent-context"` }],
  [
    "too many files",
    true,
    Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}.mjs`, `import "./f${n + 1}.mjs"`])),
  ],
];

describe("looking ahead", () => {
  let root = "";
  const { argv } = process;
  const cwd = process.cwd();
  beforeEach(() => (root = realpathSync(mkdtempSync(path.join(tmpdir(), "agent-context-test-")))));
  afterEach(() => {
    process.argv = argv;
    process.chdir(cwd);
    rmSync(root, { recursive: true });
  });

  const ask = (files: Readonly<Record<string, string>>, argumentsOf: (entry: string) => string[]): boolean => {
    const folder = path.join(root, "app");
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    process.chdir(folder);
    process.argv = argumentsOf(path.join(folder, Object.keys(files)[0]!));
    return mayImportRuntime(Infinity);
  };

  for (const [what, expected, files] of PROGRAMS) {
    it(`${expected ? "sees" : "rules out"} that the runtime is imported: ${what}`, () => {
      assert.equal(
        ask(files, (entry) => [process.execPath, entry]),
        expected,
      );
    });
  }

  it("sees it in a package that is linked, and in what has no file", () => {
    mkdirSync(path.join(root, "app/node_modules"), { recursive: true });
    mkdirSync(path.join(root, "linked"));
    symlinkSync(path.join(root, "linked"), path.join(root, "app/node_modules/linked"));
    assert.equal(
      ask({ "a.mjs": `import "linked"` }, (entry) => [process.execPath, entry]),
      true,
    );
    assert.equal(
      ask({ "a.mjs": "" }, () => [process.execPath]),
      true,
    );
    assert.equal(
      ask({ "a.mjs": "" }, () => [process.execPath, path.join(root, "gone.mjs")]),
      true,
    );
  });
});
