import * as assert from "node:assert/strict";
import { nodesUnderTest } from "./nodes";
import { cleanUp, runToEnd, type RunOptions } from "./scriptRun";

const LIBRARY = `
export enum Color { Red = 1, Green }
export namespace Deep { export const value = 2; }
export interface OnlyAType { a: number }
export class Point { constructor(readonly x: number) {} }
export const x: number = 42;
`;

for (const node of nodesUnderTest()) {
  describe(`loading scripts on ${node.name}`, () => {
    afterEach(cleanUp);

    const outputOf = async (files: RunOptions["files"]): Promise<string> => {
      const { code, stdout, stderr } = await runToEnd({ files, node });
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };

    it("runs a module of TypeScript: enums, namespaces, elided imports, top-level await, x.js meaning x.ts", async () => {
      const output = await outputOf({
        "main.ts": `
          import { x, Color, Deep, OnlyAType, Point } from "./library.js";
          import { found } from "./folder";
          import { x as again } from "./library";
          import { helper } from "./helper.mjs";
          import data from "./data.json" with { type: "json" };
          const typed: OnlyAType = { a: await Promise.resolve(5) };
          console.log(x, Color.Green, Deep.value, typed.a, new Point(7).x, found, again, helper, data.j);`,
        "library.ts": LIBRARY,
        "helper.mts": `export const helper = "mts" as string;`,
        "folder/index.ts": `export const found = "index" satisfies string;`,
        "data.json": `{ "j": 1 }`,
      });
      assert.equal(output, "42 2 2 5 7 index 42 mts 1");
    });

    it("runs CommonJS of TypeScript: require, extensionless and folder requires, require.main, JSON", async () => {
      const output = await outputOf({
        "main.ts": `
          const { helper } = require("./helper") as { helper: (n: number) => number };
          const folder = require("./folder"), data = require("./data.json");
          enum Kind { Three = 3 }
          console.log(helper(1), folder.f, data.j, Kind.Three, require.main === module, __filename.endsWith("main.ts"),
            require.resolve("./helper.js").endsWith("helper.ts"));`,
        "helper.ts": `interface Unused { a: number } exports.helper = (n: number) => n + 1;`,
        "folder/index.ts": `const f: number = 9; exports.f = f;`,
        "data.json": `{ "j": 1 }`,
      });
      assert.equal(output, "2 9 1 3 true true true");
    });

    const KINDS: readonly (readonly [string, string, string, string | undefined])[] = [
      [
        "main.mts",
        `import * as fs from "node:fs"; const n: string = typeof fs.statSync; console.log(n, typeof require)`,
        "function undefined",
        undefined,
      ],
      [
        "main.cts",
        `import fs = require("node:fs"); const n: string = typeof fs.statSync; console.log(n, typeof require); export = n;`,
        "function function",
        undefined,
      ],
      ["main.ts", `const n: string = "module"; console.log(n, typeof require)`, "module undefined", "module"],
      ["main.ts", `const n: string = "commonjs"; console.log(n, typeof require)`, "commonjs function", "commonjs"],
      [
        "main.ts",
        `import { sep } from "node:path"; import fs = require("node:fs"); console.log(typeof sep, typeof fs.statSync)`,
        "string function",
        "commonjs",
      ],
      ["main.mjs", `import { sep } from "node:path"; console.log(typeof sep)`, "string", "commonjs"],
      ["main.cjs", `console.log(typeof require("node:path").sep)`, "string", "module"],
      ["main.js", `import { sep } from "node:path"; console.log(typeof sep)`, "string", "module"],
      ["main.js", `console.log(typeof require("node:path").sep)`, "string", undefined],
    ];
    for (const [file, text, expected, type] of KINDS) {
      it(`takes ${file} with package type ${type ?? "none"} as ${text.includes("import {") ? "what it imports" : "Node does"}: ${expected}`, async () => {
        const manifest = type === undefined ? {} : { type };
        assert.equal(await outputOf({ [file]: text, "package.json": JSON.stringify(manifest) }), expected);
      });
    }

    it("mixes module kinds and languages, and uses the workspace's node_modules", async () => {
      const output = await outputOf({
        "main.mjs": `
          import { e } from "./typed.mjs"; import { dep } from "dep"; import { c } from "./common.cjs";
          import { createRequire } from "node:module";
          const viaRequire = createRequire(import.meta.url)("./common.cjs");
          console.log(e, dep, c, viaRequire.c, (await import("./late.ts")).late);`,
        "typed.mts": `export const e: number = 1;`,
        "common.cts": `const v: string = "cts"; exports.c = v;`,
        "late.ts": `export const late: boolean = true;`,
        "node_modules/dep/package.json": `{ "name": "dep", "main": "i.js" }`,
        "node_modules/dep/i.js": `exports.dep = "dep";`,
      });
      assert.equal(output, "1 dep cts cts true");
    });

    it("follows paths and baseUrl of tsconfig.json, from modules and from CommonJS", async () => {
      const output = await outputOf({
        "main.ts": `
          import { a } from "@app/a"; import { b } from "lib/b"; import { createRequire } from "node:module";
          console.log(a, b, createRequire(import.meta.url)("./common.cts").a);`,
        "common.cts": `module.exports = { a: require("@app/common").a };`,
        "tsconfig.json": `{ // comments are allowed here
          "compilerOptions": { "baseUrl": ".", "paths": { "@app/*": ["src/app/*"] } } }`,
        "src/app/a.ts": `export const a = "A";`,
        "src/app/common.cts": `exports.a = "C";`,
        "lib/b.ts": `export const b = "B";`,
      });
      assert.equal(output, "A B C");
    });

    it("leaves strings, comments and templates with an @ alone", async () => {
      const text = "/** @param x */ const s = '@a'; const t = ` @b `; /* @c */ console.log(s + t + /@d/.source)";
      assert.equal(await outputOf({ "main.ts": text }), "@a @b @d");
    });

    const STACK = `interface Options {\n  readonly a: number;\n}\n\nfunction fail(options: Options): never {\n  throw new Error("boom " + options.a);\n}\n`;
    for (const [file, end] of [
      ["main.ts", "export {};\n"],
      ["main.cts", ""],
    ] as const) {
      it(`names the user's lines in stacks of ${file}`, async () => {
        const { code, stderr, run } = await runToEnd({ files: { [file]: `${STACK}${end}fail({ a: 1 });\n` }, node });
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`at fail \\(.*${file}:6:9\\)`));
        const error = run.lines.find(({ kind }) => kind === "uncaught_error")?.["data"] as Record<string, string>;
        assert.equal(error["message"], "boom 1");
        assert.equal(error["phase"], "run");
        assert.match(error["stack"]!, new RegExp(`${file}:6:9`));
      });
    }

    const REFUSED: readonly (readonly [string, string, string, RegExp])[] = [
      ["a syntax error in TypeScript", "main.ts", "const a = 1;\nlet x: = 3;\n", /main\.ts:2:7: Unexpected token/],
      ["a syntax error in JavaScript", "main.mjs", "const a = 1;\nlet x = ;\n", /Unexpected token ';'/],
      ["a syntax error in CommonJS", "main.cjs", "const a = 1;\nlet x = ;\n", /Unexpected token ';'/],
      [
        "decorators",
        "main.ts",
        "const d = (c: unknown) => c;\n@d\nclass A {}\n",
        /main\.ts:2:1: decorators are not supported/,
      ],
      ["an import of what is not there", "main.ts", `import "./nothere.js";\n`, /Cannot find module .*nothere\.js/],
      [
        "an import of a package that is not there",
        "main.mts",
        `import "no-such-package";\n`,
        /Cannot find package 'no-such-package'/,
      ],
      ["modules in a .cts file", "main.cts", `import "node:fs";\n`, /main\.cts: a \.cts file is CommonJS/],
      [
        "JSX",
        "main.tsx",
        `const a = 1;\nconst b = <i />;\n`,
        /main\.tsx:2:\d+: .*; JSX is not supported without "tsx"/,
      ],
      [
        "import beside module.exports",
        "main.ts",
        `import "node:fs";\nmodule.exports = {};\n`,
        /main\.ts: import or export beside module\.exports is not supported without "tsx"/,
      ],
      [
        "accessor fields with computed names",
        "main.ts",
        `const k = "k";\nclass A {\n  accessor [k] = 1;\n}\n`,
        /main\.ts:3:\d+: "accessor" fields with computed names are not supported without "tsx"/,
      ],
    ];
    for (const [what, file, text, message] of REFUSED) {
      it(`says in one sentence why it cannot load ${what}`, async () => {
        const { code, stderr, run } = await runToEnd({ files: { [file]: text, "package.json": "{}" }, node });
        assert.equal(code, 1, stderr);
        assert.match(stderr, message);
        const errors = run.lines
          .filter(({ kind }) => kind === "uncaught_error")
          .map(({ data }) => data as Record<string, string>);
        assert.equal(errors.length, 1, run.recordingText);
        assert.match(errors[0]!["message"]!, message);
        assert.equal(errors[0]!["phase"], "load", JSON.stringify(errors[0]));
        assert.deepEqual(run.lines.at(-1)?.["data"], { code: 1, signal: null });
      });
    }

    it("gives modules and CommonJS one instance of agent-context", async () => {
      const output = await outputOf({
        "main.mts": `
          import { StateStore, TaskScope, AgentContext } from "agent-context";
          import { createRequire } from "node:module";
          const other = createRequire(import.meta.url)("./common.cts");
          const store = new StateStore();
          const name = await TaskScope.run(new AgentContext("a", store), async () => other.name());
          console.log(other.StateStore === StateStore, name);`,
        "common.cts":
          `
          import { StateStore, TaskScope } = require("agent-context");`.replace("import {", "const {") +
          `module.exports = { StateStore, name: () => TaskScope.agentName() };`,
      });
      assert.equal(output, "true a");
    });

    it("uses an installed agent-context only if it is ours, and says so otherwise", async () => {
      const { code, stdout, stderr, run } = await runToEnd({
        node,
        files: {
          "main.mjs": `import * as runtime from "agent-context"; console.log(typeof runtime.StateStore);`,
          "node_modules/agent-context/package.json": `{ "name": "agent-context", "main": "i.js" }`,
          "node_modules/agent-context/i.js": `exports.stranger = 1;`,
        },
      });
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), "function");
      assert.match(
        stderr,
        /agent-context: .*node_modules.agent-context is not the runtime of this tool, so the bundled/,
      );
      const notice = run.lines.find(({ kind }) => kind === "notice")?.["data"] as { message: string };
      assert.match(notice.message, /is not the runtime of this tool/);
    });

    it("takes an installed agent-context that carries our marker", async () => {
      const { code, stdout, stderr } = await runToEnd({
        node,
        files: {
          "main.mjs": `import { mine } from "agent-context"; console.log(mine);`,
          "node_modules/agent-context/package.json": `{ "name": "agent-context", "main": "i.js", "agentContextProtocol": 1 }`,
          "node_modules/agent-context/i.js": `exports.mine = "installed";`,
        },
      });
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), "installed");
      assert.doesNotMatch(stderr, /not the runtime/);
    });
  });
}
