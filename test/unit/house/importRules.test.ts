import * as assert from "node:assert/strict";
import * as path from "node:path";
import { ESLint } from "eslint";
import { repositoryDir } from "../../harness/paths";

const PATHS = "house/import-direction";
const IMPORTS = "@typescript-eslint/no-restricted-imports";
const RULES = [PATHS, IMPORTS];

/** The repository's own configuration; the rules that need types are left out, for they take seconds a file. */
const eslint = new ESLint({
  cwd: repositoryDir,
  ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** Lints a file as if it held this text; the file itself need not hold it. */
async function ruleBreaches(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path.join(repositoryDir, file) });
  return (result?.messages ?? [])
    .map(({ ruleId }) => ruleId ?? "")
    .filter((rule) => RULES.includes(rule))
    .sort();
}

describe("the direction of imports", () => {
  for (const [file, text, expected] of [
    ["src/core/jsonValue.ts", 'import "../protocol/wire";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../model/runModel";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../runtime/jsonValue";', []],
    ["src/model/runModel.ts", 'import "../host/run";', [PATHS]],
    ["src/model/runModel.ts", 'import "node:fs";', [IMPORTS]],
    ["src/model/runModel.ts", 'import type { Uri } from "vscode"; export type A = Uri;', [IMPORTS]],
    ["src/runner/script/preload.ts", 'import "../model/runModel";', [PATHS]],
    ["src/runner/script/preload.ts", 'import "../protocol/wire";', []],
    ["src/host/runs/run.ts", 'import "../runner/preload";', [PATHS]],
    ["src/host/runs/run.ts", 'import "vscode"; import "../model/runModel";', []],
    ["src/runner/script/preload.ts", 'import "vscode";', [IMPORTS]],
    ["webview/preview/main.ts", 'import "../../src/host/run";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../src/runtime/jsonValue";', [PATHS]],
    ["webview/preview/main.ts", 'import type { A } from "../../src/runtime/a"; export type B = A;', []],
    ["webview/preview/main.ts", 'import "../toolkit";', []],
    ["src/model/runModel.ts", 'export * from "../runner/preload";', [PATHS]],
    ["src/protocol/wire.ts", 'void import("../host/run");', [PATHS]],
    ["src/host/runs/run.ts", 'import "../../test/harness/paths";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../src/protocol/wire";', []],
    ["src/host/runs/run.ts", 'import "../../webview/preview/main";', [PATHS]],
  ] as const) {
    it(`${expected.length === 0 ? "allows" : "refuses"} ${text} in ${file}`, async () => {
      assert.deepEqual(await ruleBreaches(file, text), expected);
    });
  }
});
