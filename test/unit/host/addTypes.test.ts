import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { addTypes, type AddedTypes } from "../../../src/host/types/addTypes";
import { distDir } from "../../harness/paths";

const MODULE = path.join(distDir, "agent-context");
const TYPES = ".agent-context/types";
const ENTRY = `./${TYPES}/index.d.ts`;

describe("adding types", () => {
  let outside: string;
  let root: string;

  beforeEach(() => {
    outside = realpathSync(mkdtempSync(path.join(tmpdir(), "agent-context-test-")));
    root = path.join(outside, "workspace");
    mkdirSync(root);
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  const at = (name: string): string => path.join(root, name);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const read = (name: string): string => readFileSync(at(name), "utf8");
  const add = (folder = ".", moduleFolder = MODULE): AddedTypes => addTypes({ folder: at(folder), root, moduleFolder });
  const everything = (): string[] =>
    readdirSync(outside, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll(path.sep, "/"));

  it("gives a folder without anything a tsconfig.json and the types", () => {
    assert.deepEqual(add(), { file: at("tsconfig.json"), isNew: true });
    const { compilerOptions } = JSON.parse(read("tsconfig.json"));
    assert.deepEqual(compilerOptions.paths, { "agent-context": [ENTRY] });
    assert.match(read(`${TYPES}/index.d.ts`), /class AgentContext/);
    assert.deepEqual(JSON.parse(read(`${TYPES}/package.json`)).exports["."], { types: "./index.d.ts" });
  });

  it("goes on with what a tsconfig.json above the workspace says", () => {
    const above = { compilerOptions: { strict: false, paths: { "@app/*": ["./app/*"] } } };
    writeFileSync(path.join(outside, "tsconfig.json"), JSON.stringify(above));
    add();
    const { extends: base, compilerOptions } = JSON.parse(read("tsconfig.json"));
    assert.equal(base, "../tsconfig.json");
    assert.deepEqual(compilerOptions, { paths: { "@app/*": ["../app/*"], "agent-context": [ENTRY] } });
    assert.deepEqual(JSON.parse(readFileSync(path.join(outside, "tsconfig.json"), "utf8")), above);
  });

  it("changes one place of a tsconfig.json: comments, order, indentation, line ends and a byte order mark stay", () => {
    const before =
      '\ufeff// Ours.\r\n{\r\n\t"compilerOptions": {\r\n\t\t"strict": true, // always\r\n\t\t/* by hand */ "target": "ES2022",\r\n\t},\r\n}\r\n';
    write("tsconfig.json", before);
    add();
    const after = read("tsconfig.json");
    assert.equal(
      after,
      before.replace(
        '"ES2022"',
        `"ES2022",\r\n\t\t"paths": {\r\n\t\t\t"agent-context": [\r\n\t\t\t\t"${ENTRY}"\r\n\t\t\t]\r\n\t\t}`,
      ),
    );
    add();
    assert.equal(read("tsconfig.json"), after);
  });

  it("takes the nearest tsconfig.json or jsconfig.json", () => {
    write("tsconfig.json", "{}");
    write("agents/jsconfig.json", "{}");
    mkdirSync(at("agents/deep"));
    assert.equal(add("agents/deep").file, at("agents/jsconfig.json"));
    assert.equal(read("tsconfig.json"), "{}");
    assert.ok(existsSync(at(`agents/${TYPES}/index.d.ts`)));
  });

  it("reckons from baseUrl, an extended one too", () => {
    write("base.json", '{ "compilerOptions": { "baseUrl": "./src" } }');
    write("tsconfig.json", '{ "extends": "./base" }');
    add();
    assert.deepEqual(JSON.parse(read("tsconfig.json")).compilerOptions.paths, {
      "agent-context": [`../${TYPES}/index.d.ts`],
    });
  });

  it("adds to the paths of the workspace's own base, and copies those of a package", () => {
    write("config/base.json", '{ "compilerOptions": { "paths": { "lib": ["../lib"] } } }');
    write("tsconfig.json", '{ "extends": ["./config/base.json"] }');
    assert.equal(add().file, at("config/base.json"));
    assert.equal(read("tsconfig.json"), '{ "extends": ["./config/base.json"] }');
    assert.deepEqual(JSON.parse(read("config/base.json")).compilerOptions.paths, {
      lib: ["../lib"],
      "agent-context": [ENTRY],
    });

    write(
      "other/node_modules/shared/tsconfig.json",
      '{ "compilerOptions": { "paths": { "lib": ["./lib", "/abs"] } } }',
    );
    write("other/tsconfig.json", '{ "extends": "shared" }');
    add("other");
    assert.deepEqual(JSON.parse(read("other/tsconfig.json")).compilerOptions.paths, {
      lib: ["./node_modules/shared/lib", "/abs"],
      "agent-context": [ENTRY],
    });
  });

  it("copies paths that a configuration below has given another base", () => {
    write("base.json", '{ "compilerOptions": { "paths": { "lib": ["./lib"] } } }');
    write("app/tsconfig.json", '{ "extends": "../base.json", "compilerOptions": { "baseUrl": "src" } }');
    add("app");
    assert.deepEqual(JSON.parse(read("app/tsconfig.json")).compilerOptions.paths, {
      lib: ["./lib"],
      "agent-context": [`../${TYPES}/index.d.ts`],
    });
    assert.doesNotMatch(read("base.json"), /agent-context/);
  });

  it("changes the projects of a solution that has no files of its own", () => {
    write("tsconfig.json", '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tools" }] }');
    write("tsconfig.app.json", "{}");
    write("tools/tsconfig.json", "{}");
    add();
    assert.doesNotMatch(read("tsconfig.json"), /agent-context/);
    for (const name of ["tsconfig.app.json", "tools/tsconfig.json"]) assert.match(read(name), /agent-context/);
    for (const name of ["", "tools/"]) assert.ok(existsSync(at(`${name}${TYPES}/index.d.ts`)));
  });

  it("keeps what somebody mapped the module to, before its own", () => {
    write("tsconfig.json", '{ "compilerOptions": { "paths": { "agent-context": ["./mine.ts"] } } }');
    add();
    assert.deepEqual(JSON.parse(read("tsconfig.json")).compilerOptions.paths["agent-context"], ["./mine.ts", ENTRY]);
  });

  it("gives a package a development dependency on the folder, in its place, and links it", () => {
    write(
      "package.json",
      '{\n    "name": "mine",\n    "devDependencies": {\n        "a": "1",\n        "b": "1"\n    }\n}\n',
    );
    mkdirSync(at("src"));
    assert.deepEqual(add("src"), { file: at("package.json"), isNew: false });
    assert.equal(
      read("package.json"),
      `{\n    "name": "mine",\n    "devDependencies": {\n        "a": "1",\n        "agent-context": "file:${TYPES}",\n        "b": "1"\n    }\n}\n`,
    );
    assert.ok(lstatSync(at("node_modules/agent-context")).isSymbolicLink());
    assert.equal(realpathSync(at("node_modules/agent-context")), realpathSync(at(TYPES)));
    assert.ok(!existsSync(at("tsconfig.json")));
  });

  it("names the lock file that does not know of it yet, and once only", () => {
    for (const [name, manager] of [
      ["package-lock.json", "npm"],
      ["pnpm-lock.yaml", "pnpm"],
      ["yarn.lock", "yarn"],
      ["bun.lock", "bun"],
    ] as const) {
      write(name, "");
      write(`in-${manager}/package.json`, "{}");
      assert.deepEqual(add(`in-${manager}`).staleLock, { file: at(name), manager });
      assert.equal(add(`in-${manager}`).staleLock, undefined);
      rmSync(at(name));
    }
  });

  it("renews the types, in place of a copy that a package manager made, too", () => {
    const newer = path.join(outside, "newer");
    cpSync(MODULE, newer, { recursive: true });
    write("package.json", "{}");
    add();
    rmSync(at("node_modules/agent-context"), { recursive: true });
    cpSync(at(TYPES), at("node_modules/agent-context"), { recursive: true });
    write(`${TYPES}/older.d.ts`, "export {};");
    write(`${TYPES}/index.d.ts`, "export {};");
    const manifest = JSON.parse(readFileSync(path.join(newer, "package.json"), "utf8"));
    manifest.exports["./more"] = { import: { types: "./more.d.mts", default: "./more.mjs" } };
    writeFileSync(path.join(newer, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(newer, "more.d.mts"), "export declare const more: 1;");

    add(".", newer);
    assert.deepEqual(readdirSync(at("node_modules/agent-context")).sort(), [
      "index.d.ts",
      "more.d.mts",
      "package.json",
    ]);
    assert.match(read(`${TYPES}/index.d.ts`), /class AgentContext/);
    assert.deepEqual(JSON.parse(read(`${TYPES}/package.json`)).exports["./more"], {
      import: { types: "./more.d.mts" },
    });

    rmSync(at("package.json"));
    add(".", newer);
    assert.deepEqual(JSON.parse(read("tsconfig.json")).compilerOptions.paths, {
      "agent-context": [ENTRY],
      "agent-context/more": [`./${TYPES}/more.d.mts`],
    });
  });

  const REFUSED: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      "a package.json that is no JSON",
      { "package.json": '{\n  "name": ]\n}' },
      /package\.json is not valid JSON: .* in line 2/,
    ],
    ["a tsconfig.json that is no object", { "tsconfig.json": "[]" }, /tsconfig\.json does not contain a JSON object/],
    [
      "a base that is not there",
      { "tsconfig.json": '{ "extends": "./gone.json" }' },
      /tsconfig\.json extends \.\/gone\.json, which cannot be found/,
    ],
    [
      "a package that asks for another agent-context",
      { "package.json": '{ "dependencies": { "agent-context": "^1.0.0" } }' },
      /package\.json depends on agent-context "\^1\.0\.0"/,
    ],
    [
      "another package of that name",
      { "package.json": "{}", "node_modules/agent-context/package.json": "{}" },
      /node_modules.agent-context is another package/,
    ],
    ["something else in the folder", { [`${TYPES}/mine.txt`]: "mine" }, /types contains something other/],
  ];
  for (const [what, files, message] of REFUSED) {
    it(`refuses ${what}, and writes nothing`, () => {
      for (const [name, text] of Object.entries(files)) write(name, text);
      const before = everything();
      assert.throws(() => add(), { name: "HumanError", message });
      assert.deepEqual(everything(), before);
      for (const [name, text] of Object.entries(files)) assert.equal(read(name), text);
    });
  }

  it("writes nothing through a link that leads out of the workspace", () => {
    mkdirSync(path.join(outside, "other"));
    symlinkSync(path.join(outside, "other"), at(".agent-context"));
    assert.throws(() => add(), { name: "HumanError", message: /leads out of .* through a link/ });
    assert.deepEqual(everything(), ["other", "workspace", "workspace/.agent-context"]);
  });

  it("asks before it writes", () => {
    write("package.json", "{}");
    const before = (files: readonly string[]): never => {
      throw new Error(files.join());
    };
    assert.throws(() => addTypes({ folder: root, root, moduleFolder: MODULE, before }), {
      message: at("package.json"),
    });
    assert.equal(read("package.json"), "{}");
    assert.ok(!existsSync(at(".agent-context")));
  });
});
