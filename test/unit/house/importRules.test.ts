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
    ["src/base/coalescer.ts", 'import "../core/jsonValue";', [PATHS]],
    ["src/core/jsonValue.ts", 'import "../protocol/wire";', [PATHS]],
    ["src/core/jsonValue.ts", 'import "../runtime/eventLog";', [PATHS]],
    ["src/runtime/eventLog.ts", 'import "../core/jsonValue";', []],
    ["src/runtime/eventLog.ts", 'import "../recording/recording";', [PATHS]],
    ["src/recording/recording.ts", 'import "../runtime/eventLog";', [PATHS]],
    ["src/recording/recordingReader.ts", 'import "../model/runInfo";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../model/runModel";', [PATHS]],
    ["src/protocol/wire.ts", 'import "../core/jsonValue";', []],
    ["src/model/runModel.ts", 'import "../host/run";', [PATHS]],
    ["src/model/runModel.ts", 'import "../runtime/eventLog";', [PATHS]],
    ["src/model/runModel.ts", 'import "node:fs";', [IMPORTS]],
    ["src/model/runModel.ts", 'import type { Uri } from "vscode"; export type A = Uri;', [IMPORTS]],
    ["src/model/runModel.ts", 'export * from "../runner/preload";', [PATHS]],
    ["src/model/storage/pages.ts", 'import "../history/stateHistory";', [PATHS]],
    ["src/model/history/stateHistory.ts", 'import "../storage/pages";', []],
    ["src/model/runModel.ts", 'import "./history/stateHistory";', []],
    ["src/model/runModel.ts", 'import "./compare/runComparison";', [PATHS]],
    ["src/model/unheardOf/a.ts", 'import "../runModel";', [PATHS]],
    ["src/disk/pageFile.ts", 'import "node:fs"; import "../model/storage/pages";', []],
    ["src/disk/pageFile.ts", 'import "../host/run";', [PATHS]],
    ["src/model/runModel.ts", 'import "../disk/pageFile";', [PATHS]],
    ["src/runner/script/preload.ts", 'import "../../model/runModel";', [PATHS]],
    ["src/runner/script/preload.ts", 'import "../../protocol/wire";', []],
    ["src/runner/script/preload.ts", 'import "../supervisor/supervise";', [PATHS]],
    ["src/runner/script/preload.ts", 'import "vscode";', [IMPORTS]],
    ["src/host/runs/run.ts", 'import "../../runner/script/preload";', [PATHS]],
    ["src/host/runs/run.ts", 'import "vscode"; import "../../model/runModel";', []],
    ["src/host/runs/run.ts", 'import "../records/runRecord";', []],
    ["src/host/runs/opened/recordingRun.ts", 'import "../run";', []],
    ["src/host/records/runRecord.ts", 'import type { Run } from "../runs/run"; export type A = Run;', [PATHS]],
    ["src/host/preview/previewPanel.ts", 'import "../commands/stepping";', [PATHS]],
    ["src/host/runs/run.ts", 'import "../../../test/harness/paths";', [PATHS]],
    ["src/host/runs/run.ts", 'import "../../../webview/preview/main";', [PATHS]],
    ["src/protocol/wire.ts", 'void import("../host/run");', [PATHS]],
    ["src/extension.ts", 'import { a } from "./host/commands/features"; a();', [PATHS]],
    ["src/extension.ts", 'import type { A } from "./host/commands/features"; export type B = A;', []],
    ["src/extension.ts", 'void import("./host/commands/features");', []],
    ["src/host/commands/features.ts", 'export { registerCompare } from "../compare/compareFeature";', [PATHS]],
    ["src/host/runs/run.ts", 'import "../../../contributions/commands";', []],
    ["src/model/runModel.ts", 'import "../../contributions/commands";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../contributions/commands";', [PATHS]],
    ["contributions/commands.ts", 'import "./views";', []],
    ["contributions/commands.ts", 'import type { A } from "../src/core/a"; export type B = A;', []],
    ["contributions/commands.ts", 'import "../src/core/jsonValue";', [PATHS]],
    ["contributions/commands.ts", 'import type { A } from "../src/host/a"; export type B = A;', [PATHS]],
    ["contributions/commands.ts", 'import "vscode";', [IMPORTS]],
    ["webview/preview/main.ts", 'import "../../src/host/runs/run";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../src/core/jsonValue";', [PATHS]],
    ["webview/preview/main.ts", 'import type { A } from "../../src/core/a"; export type B = A;', []],
    ["webview/preview/main.ts", 'import "../ui/toolkit";', []],
    ["webview/ui/toolkit.ts", 'import "../preview/main";', [PATHS]],
    ["webview/preview/main.ts", 'import "../../src/protocol/wire";', []],
  ] as const) {
    it(`${expected.length === 0 ? "allows" : "refuses"} ${text} in ${file}`, async () => {
      assert.deepEqual(await ruleBreaches(file, text), expected);
    });
  }
});
