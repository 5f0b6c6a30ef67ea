import * as assert from "node:assert/strict";
import * as path from "node:path";
import { ESLint } from "eslint";
import { repositoryDir } from "../../harness/paths";

/** The repository's own configuration; the rules that need types are left out, for they take seconds a file. */
const eslint = new ESLint({
  cwd: repositoryDir,
  ruleFilter: ({ ruleId }) => ruleId.includes("no-restricted"),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** Lints a file as if it held this text; the file itself need not hold it. */
async function ruleBreaches(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path.join(repositoryDir, file) });
  return (result?.messages ?? [])
    .map(({ ruleId }) => ruleId ?? "")
    .filter((rule) => rule.includes("no-restricted"))
    .sort();
}

const PATHS = "import-x/no-restricted-paths";
const IMPORTS = "@typescript-eslint/no-restricted-imports";

describe("the direction of imports", () => {
  for (const [file, text, expected] of [
    ["src/runtime/jsonValue.ts", 'import "../protocol/wire";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../model/runModel";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../runtime/jsonValue";', []],
    ["src/model/runModel.ts", 'import "../host/run";', [PATHS]],
    ["src/model/runModel.ts", 'import "node:fs";', [IMPORTS]],
    ["src/model/runModel.ts", 'import type { Uri } from "vscode"; export type A = Uri;', [IMPORTS]],
    ["src/runner/preload.ts", 'import "../model/runModel";', [PATHS]],
    ["src/runner/preload.ts", 'import "../protocol/wire";', []],
    ["src/host/run.ts", 'import "../runner/preload";', [PATHS]],
    ["src/host/run.ts", 'import "vscode"; import "../model/runModel";', []],
    ["src/runner/preload.ts", 'import "vscode";', [IMPORTS]],
    ["webview/preview/main.ts", 'import "../../src/host/run";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../src/runtime/jsonValue";', [IMPORTS]],
    ["webview/preview/main.ts", 'import "../../src/protocol/wire";', []],
    ["src/host/run.ts", 'import "../../webview/preview/main";', [PATHS]],
  ] as const) {
    it(`${expected.length === 0 ? "allows" : "refuses"} ${text} in ${file}`, async () => {
      assert.deepEqual(await ruleBreaches(file, text), expected);
    });
  }
});
