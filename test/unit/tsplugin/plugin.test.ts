import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import ts from "typescript";
import { distDir, repositoryDir } from "../../harness/paths";

const PLUGIN = "node_modules/agent-context-typescript-plugin";

/** An installed extension whose module has two subpaths, and a folder of scripts. */
describe("the TypeScript plugin", () => {
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "agent-context-test-")));
    cpSync(path.join(repositoryDir, PLUGIN), path.join(folder, PLUGIN), { recursive: true });
    const module = path.join(folder, "dist/agent-context");
    cpSync(path.join(distDir, "agent-context"), module, { recursive: true });
    const manifest = JSON.parse(readFileSync(path.join(module, "package.json"), "utf8"));
    manifest.exports["./more"] = { types: "./more.d.ts", default: "./more.cjs" };
    manifest.exports["./all/*"] = { types: "./more.d.ts", default: "./more.cjs" };
    writeFileSync(path.join(module, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(module, "more.d.ts"), "export declare const more: 1;\n");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What TypeScript's language service says of a script, as `line: message`. */
  const problemsOf = (name: string, text: string, options: ts.CompilerOptions): string[] => {
    const file = path.join(folder, name);
    const settings = { ...options, strict: true, allowJs: true, checkJs: true, types: [], noLib: true };
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => settings,
      getScriptFileNames: () => [file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (each) => {
        const content = each === file ? text : ts.sys.readFile(each);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (each) => each === file || ts.sys.fileExists(each),
      readFile: (each) => ts.sys.readFile(each),
      resolveModuleNameLiterals: (literals, containing, _redirect, its, source) =>
        literals.map((literal) => {
          const mode = ts.getModeForUsageLocation(source, literal, its);
          return ts.resolveModuleName(literal.text, containing, its, ts.sys, undefined, undefined, mode);
        }),
    };
    const service = ts.createLanguageService(host);
    const init = createRequire(path.join(folder, "index.js"))(path.join(folder, PLUGIN, "index.js"));
    init({ typescript: ts }).create({ languageService: service, languageServiceHost: host });
    const problems = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)];
    service.dispose();
    return problems.map(({ file: source, start, messageText }) => {
      const line = source ? source.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0;
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  };

  const SCRIPT = [
    'import { StateStore } from "agent-context";',
    'import { more } from "agent-context/more";',
    'import { more as same } from "agent-context/all/of/it";',
    "export const revision: number = new StateStore().revision + more + same;",
    "",
  ].join("\n");
  const { ModuleKind, ModuleResolutionKind, ScriptTarget } = ts;
  const ALL = [
    [
      "as a folder without a tsconfig.json",
      { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
    ],
    ["under NodeNext", { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext }],
    ["under CommonJS", { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10 }],
  ] as const;
  for (const [what, options] of ALL) {
    it(`answers the module and every subpath of it, ${what}`, () => {
      const its = { ...options, target: ScriptTarget.ES2022, ignoreDeprecations: "6.0" };
      for (const name of ["a.ts", "a.mts", "a.cts"]) assert.deepEqual(problemsOf(name, SCRIPT, its), [], name);
      const script = 'const { StateStore } = require("agent-context");\nnew StateStore().none;\n';
      assert.deepEqual(problemsOf("a.cjs", script, its), ["2: Property 'none' does not exist on type 'StateStore'."]);
    });
  }

  it("answers nothing that the module has not, and no other module", () => {
    const script = 'import "agent-context/none";\nimport "agent-contexts";\nexport * from "agent-context/none";\n';
    const its = { ...ALL[0][1], target: ScriptTarget.ES2022, noUncheckedSideEffectImports: true };
    assert.deepEqual(
      problemsOf("a.ts", script, its).map((each) => each.slice(0, 2)),
      ["1:", "2:", "3:"],
    );
  });
});
