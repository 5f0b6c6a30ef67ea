/** How TypeScript becomes JavaScript that any supported Node runs; knows nothing of hooks. */

import { createRequire, SourceMap, type SourceMapPayload } from "node:module";
import { Script } from "node:vm";
import type { CannotLower } from "./lowering";
import { CompileError, findProjectCompiler, type Compiled } from "./projectCompiler";
import type { CommonJsName, Syntax } from "./syntax";
import { definesFields, type CompilerOptions } from "./tsconfig";

type Parsers = typeof import("./typescript");

/** JavaScript made of one file of TypeScript. */
export interface Transpiled {
  /** `commonjs` only where the code is made for it, or nothing in it needs to be a module. */
  readonly code: string;
  readonly isModule: boolean;
}

/** What is to be made of a file. */
export interface TranspileRequest {
  readonly source: string;
  /** Absolute; its ending says what may be in it. */
  readonly file: string;
  readonly options: CompilerOptions;
  /** What the file's ending or its package says it is. */
  readonly kind: "module" | "commonjs" | "none";
  /** Whether a `.cts` file: `kind` is "commonjs", and imports become `require`. */
  readonly alwaysCommonJs: boolean;
  /** Told of what is left undone, in one sentence. */
  readonly notice: (message: string) => void;
}

/** What the transpiler throws. */
interface Refusal {
  readonly message: string;
  readonly snippet?: string | undefined;
  readonly startLine?: number | undefined;
  readonly startColumn?: number | undefined;
}

/** A file on its way: what it is now, and what was found in it. */
interface Draft extends Compiled {
  /** undefined for what is no JavaScript that we can read. */
  readonly syntax: Syntax | undefined;
}

/** Nodes without the syntax have its symbols, too, so the syntax is tried. */
let knowsUsing: boolean | undefined;
function hasUsing(): boolean {
  if (knowsUsing !== undefined) return knowsUsing;
  try {
    new Script("{ using x = null; }");
    knowsUsing = true;
  } catch {
    knowsUsing = false;
  }
  return knowsUsing;
}

let parsers: Parsers | undefined;

/** Loads 3 MB of WebAssembly on the first call, hence not at start. */
function loadParsers(): Parsers {
  parsers ??= createRequire(import.meta.url)("./typescript.cjs") as Parsers;
  return parsers;
}

/**
 * Takes the types out, turns enums, namespaces and parameter properties into JavaScript, and leaves out imports that only
 * types use, unless tsconfig.json says otherwise. What our compiler cannot do, one of the project does, if it has one.
 * @throws SyntaxError with file and line for what is no TypeScript, or saying what has to be installed.
 */
export function transpile(request: TranspileRequest): Transpiled {
  const draft = compile(request);
  const { syntax } = draft;
  const isModule = !request.alwaysCommonJs && isModuleBy(request.kind, syntax);
  if (request.alwaysCommonJs && syntax?.hasModuleSyntax) {
    const remedy = `write "import x = require(…)" and "export = …", or rename it to .mts`;
    const what = `a .cts file is CommonJS and cannot use import or export; ${remedy}: they are`;
    return finish(byProject(request, { what, toCommonJs: true }), false, request);
  }
  if (isModule && request.kind !== "module" && syntax?.exportsCommonJs) {
    const what = "import or export beside module.exports is";
    return finish(byProject(request, { what, toCommonJs: true }), false, request);
  }
  return finish(draft, isModule, request);
}

function isModuleBy(kind: TranspileRequest["kind"], syntax: Syntax | undefined): boolean {
  if (kind === "module" || syntax?.hasModuleSyntax || syntax?.hasTopLevelAwait) return true;
  if (kind === "commonjs") return false;
  return !(syntax?.usesThis || (syntax && syntax.commonJsNames.size > 0));
}

/** Types out, and nothing left that no Node knows. */
function compile(request: TranspileRequest): Draft {
  const { source, file, options } = request;
  const { transformSync, readSyntax, mayNeedAll, DecoratorFound, PLAIN_MODULE } = loadParsers();
  const defines = definesFields(options);
  let output: Compiled;
  try {
    const { code, map = "" } = transformSync(source, {
      mode: "transform",
      sourceMap: true,
      filename: file,
      transform: {
        verbatimModuleSyntax: options["verbatimModuleSyntax"] === true || options["preserveValueImports"] === true,
        importNotUsedAsValues: options["importsNotUsedAsValues"] === "preserve" ? "preserve" : "remove",
        nativeClassProperties: defines === true,
        // A module has no `require`: one is made for `import x = require("y")`.
        ...(request.kind === "module" && { importExportAssignConfig: "NodeNext" as const }),
      },
    });
    output = { code, map };
  } catch (error) {
    const refused = refusal(error as Refusal, file);
    return byProject(request, { refused, ...(/\.[jt]sx$/.test(file) && { what: "JSX is" }) });
  }
  let syntax: Syntax | undefined;
  try {
    // Most files say at their top that they are modules: a whole parse would take as long as the types do.
    const all = mayNeedAll(output.code) || (defines === false && output.code.includes("class"));
    syntax = !all && request.kind === "module" ? PLAIN_MODULE : readSyntax(output.code, all);
  } catch (error) {
    if (!(error instanceof DecoratorFound)) throw error;
    return byProject(request, { what: "decorators are", place: placeOf(output, error.at), decorators: true });
  }
  return lowered({ ...output, syntax }, request, defines === false);
}

function lowered(draft: Draft, request: TranspileRequest, assignFields: boolean): Draft {
  const { lower, readSyntax } = loadParsers();
  if (!draft.syntax?.program) return draft;
  const made = lower(draft.code, draft.syntax.program, { using: !hasUsing(), assignFields });
  if (made === undefined) return draft;
  if ("what" in made) return byProject(request, { what: `${nameOf(made)} are`, place: placeOf(draft, made.at) });
  const code = made.code;
  const changed = { code, map: draft.map, syntax: readSyntax(code) };
  return made.helper === "" ? changed : withLine(changed, made.helper);
}

function nameOf({ what }: CannotLower): string {
  return what === "using" ? `"using" beside exports (before Node 24)` : `"accessor" fields with computed names`;
}

/** Why the project's compiler is asked. */
interface Reason {
  /** What ours cannot do, with its verb; none = ours says that it is no TypeScript, which theirs may know better. */
  readonly what?: string;
  readonly place?: Place | undefined;
  /** What ours says. */
  readonly refused?: SyntaxError;
  readonly toCommonJs?: boolean;
  readonly decorators?: boolean;
}

/** A line and a column of the source, from 1. */
interface Place {
  readonly startLine: number;
  readonly startColumn: number;
}

/** @returns where in the source that stood which now stands at an offset. */
function placeOf({ code, map }: Compiled, offset: number): Place | undefined {
  const lines = code.slice(0, offset).split("\n");
  const entry = new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(lines.length - 1, lines.at(-1)!.length);
  if (!("originalLine" in entry)) return undefined;
  return { startLine: entry.originalLine + 1, startColumn: entry.originalColumn + 1 };
}

/**
 * Asks the project's compiler.
 * @throws SyntaxError naming what is needed where the project has no compiler.
 */
function byProject(request: TranspileRequest, reason: Reason): Draft {
  const { source, file, options, notice } = request;
  const { what, place, refused, toCommonJs = false, decorators = false } = reason;
  const metadata = decorators && options["emitDecoratorMetadata"] === true;
  const compiler = findProjectCompiler(file, metadata);
  if (!compiler) {
    if (what === undefined) throw refused!;
    const message = `${what} not supported without "tsx", "esbuild" or "typescript" in the project`;
    if (!refused) throw refusal({ message, ...place, snippet: place && source.split("\n")[place.startLine - 1] }, file);
    refused.message = `${refused.message.replace(/\.$/, "")}; ${message}.`;
    refused.stack = refused.stack!.replace(/^.*/, () => `SyntaxError: ${refused.message}`);
    throw refused;
  }
  if (metadata && compiler.name !== "typescript") {
    notice(`emitDecoratorMetadata of tsconfig.json needs "typescript" in the project; ${file} runs without it.`);
  }
  try {
    const compiled = compiler.compile({ source, file, options, toCommonJs: toCommonJs || request.alwaysCommonJs });
    return { ...compiled, syntax: loadParsers().readSyntax(compiled.code) };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    if (refused && what === undefined) throw refused;
    const { message, line, column, lineText } = error;
    throw refusal({ message, startLine: line, startColumn: column, snippet: lineText }, file);
  }
}

function finish(draft: Draft, isModule: boolean, { kind }: TranspileRequest): Transpiled {
  // "type": "module" means it; elsewhere TypeScript users write imports and mean CommonJS.
  const names = isModule && kind !== "module" ? draft.syntax?.commonJsNames : undefined;
  const { code, map } = names?.size ? withLine(draft, commonJsLine(names)) : draft;
  const base64 = Buffer.from(map, "utf8").toString("base64");
  return { isModule, code: `${code}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${base64}\n` };
}

/** Gives a module the names of CommonJS that it uses. */
function commonJsLine(names: ReadonlySet<CommonJsName>): string {
  const values: Readonly<Record<CommonJsName, string>> = {
    __filename: "import.meta.filename",
    __dirname: "import.meta.dirname",
    module: "__agentContext_module",
    exports: "__agentContext_module.exports",
    require: "__agentContext_module.require",
  };
  const constants = [...names].map((name) => `${name} = ${values[name]}`).join(", ");
  if (!names.has("module") && !names.has("exports") && !names.has("require")) return `const ${constants};`;
  return (
    `import { createRequire as __agentContext_createRequire } from "node:module"; ` +
    `import { realpathSync as __agentContext_realpath } from "node:fs"; ` +
    `const __agentContext_module = { exports: {}, id: import.meta.filename, filename: import.meta.filename, ` +
    `path: import.meta.dirname, loaded: false, children: [], paths: [], ` +
    `require: __agentContext_createRequire(import.meta.filename) }; ` +
    // The script itself is asked for `require.main === module`.
    `try { if (__agentContext_realpath(process.argv[1]) === import.meta.filename) ` +
    `__agentContext_module.require.main = __agentContext_module; } catch {} const ${constants};`
  );
}

/** Puts a line before the code, behind a hash-bang; the map follows. */
function withLine<T extends Compiled>(draft: T, line: string): T {
  const { code, map } = draft;
  const start = code.startsWith("#!") ? code.indexOf("\n") + 1 : 0;
  const parsed = JSON.parse(map) as { mappings: string };
  const at = start === 0 ? 0 : parsed.mappings.indexOf(";") + 1;
  const mappings = `${parsed.mappings.slice(0, at)};${parsed.mappings.slice(at)}`;
  return {
    ...draft,
    code: `${code.slice(0, start)}${line}\n${code.slice(start)}`,
    map: JSON.stringify({ ...parsed, mappings }),
  };
}

function refusal({ message, snippet, startLine, startColumn }: Refusal, file: string): SyntaxError {
  const place = startLine === undefined ? file : `${file}:${startLine}:${startColumn ?? 1}`;
  const text = message.replace(/\.$/, "");
  const error = new SyntaxError(`${place}: ${text}.`);
  const excerpt = snippet === undefined ? "" : `${snippet.trimEnd()}\n`;
  // Without a frame Node would print the error in brackets.
  error.stack = `SyntaxError: ${error.message}\n${excerpt}    at ${place}`;
  return error;
}
