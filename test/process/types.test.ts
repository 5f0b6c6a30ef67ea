/** What Add Types for agent-context writes, under the compilers that people have: none of them loads an editor's plugins. */

import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import * as path from "node:path";
import { addTypes } from "../../src/host/types/addTypes";
import { isLong } from "../harness/long";
import { distDir, examplesDir } from "../harness/paths";
import { nodesUnderTest } from "./nodes";
import { cleanUp, newFolder, runToEnd } from "./scriptRun";

const MAJORS = ["5", "6", "7"];
const moduleFolder = path.join(distDir, "agent-context");
const addTo = (folder: string): void => void addTypes({ folder, root: folder, moduleFolder });

/** An error that is expected tells that the types are there: of `any`, nothing is an error. */
const NOT_ANY = "// @ts-expect-error: there is no such member\nvoid new StateStore().none;\n";
const SCRIPTS = {
  "module.mts": `import { StateStore, type MergePlan } from "agent-context";\nexport type Plan = MergePlan;\n${NOT_ANY}`,
  "common.cts": `import runtime = require("agent-context");\nconst { StateStore } = runtime;\n${NOT_ANY}`,
  "module.mjs": `// @ts-check\nimport { StateStore } from "agent-context";\n${NOT_ANY}`,
  "common.cjs": `// @ts-check\nconst { StateStore } = require("agent-context");\n${NOT_ANY}`,
};
/** No types of Node, as in a folder where nothing is installed; everything is checked, declarations too. */
const STRICTEST = {
  target: "ES2022",
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  allowJs: true,
  skipLibCheck: false,
  types: [],
};

// The oldest is for the long tests.
for (const major of isLong ? MAJORS : MAJORS.slice(1)) {
  describe(`types under TypeScript ${major}`, () => {
    afterEach(cleanUp);

    const compile = (files: Readonly<Record<string, string>>): string => {
      const folder = newFolder({ ...SCRIPTS, ...files });
      copyFileSync(path.join(examplesDir, "race.ts"), path.join(folder, "race.ts"));
      addTo(folder);
      const tsc = process.env[`AGENT_CONTEXT_TSC_${major}`];
      assert.ok(tsc, `AGENT_CONTEXT_TSC_${major} does not name a compiler: run "npm run test:process", which does`);
      const { stdout, stderr } = spawnSync(process.execPath, [tsc, "--noEmit"], { cwd: folder, encoding: "utf8" });
      return stdout + stderr;
    };

    it("the sample and scripts of each kind have no error in a folder without anything", () => {
      assert.equal(compile({}), "");
    });

    it("they have none in a package that is checked strictly", () => {
      const manifest = { name: "mine", type: "module" };
      const config = { compilerOptions: STRICTEST };
      assert.equal(compile({ "package.json": JSON.stringify(manifest), "tsconfig.json": JSON.stringify(config) }), "");
    });
  });
}

for (const node of nodesUnderTest()) {
  describe(`running scripts of a workspace that has the types, on ${node.name}`, () => {
    afterEach(cleanUp);

    const SCRIPT = `
      import { StateStore } from "agent-context"; import { dep } from "dep"; import { createRequire } from "node:module";
      const other = createRequire(import.meta.url)("./common.cts");
      console.log(new StateStore().revision, other.StateStore === StateStore, dep);`;
    const FILES = {
      "common.cts": `module.exports = require("agent-context");`,
      "types/dep.d.ts": `export declare const dep: string;`,
      "node_modules/dep/package.json": `{ "name": "dep", "main": "i.js" }`,
      "node_modules/dep/i.js": `exports.dep = "dep";`,
      "tsconfig.json": `{ "compilerOptions": { "paths": { "dep": ["./types/dep.d.ts"] } } }`,
    };
    for (const [what, files] of [
      ["by an entry of paths", FILES],
      ["by a development dependency", { ...FILES, "package.json": `{ "type": "module" }` }],
    ] as const) {
      it(`gives them the runtime and says nothing, ${what}`, async () => {
        const { code, stdout, stderr } = await runToEnd({
          files: { "main.mts": SCRIPT, ...files },
          node,
          prepare: addTo,
        });
        assert.equal(stderr, "agent-context: main.mts: exit code 0\n");
        assert.equal(code, 0);
        assert.equal(stdout.trim(), "0 true dep");
      });
    }
  });
}
