/** The compiler of the user's own project, for what the bundled one cannot do: `esbuild` (also that of `tsx`) or `typescript`. */

import { createRequire } from "node:module";
import * as path from "node:path";
import { definesFields, type CompilerOptions } from "./tsconfig";

/** What is to be compiled. */
export interface CompileRequest {
  readonly source: string;
  readonly file: string;
  readonly options: CompilerOptions;
  /** Whether imports and exports become those of CommonJS. */
  readonly toCommonJs: boolean;
}

/** JavaScript and its source map (JSON). */
export interface Compiled {
  readonly code: string;
  readonly map: string;
}

/** What a compiler says is wrong. */
export class CompileError extends Error {
  constructor(
    message: string,
    readonly line?: number,
    readonly column?: number,
    readonly lineText?: string,
  ) {
    super(message);
  }
}

/** One of them. @throws CompileError */
export interface ProjectCompiler {
  readonly name: "esbuild" | "typescript";
  compile(request: CompileRequest): Compiled;
}

/** The parts that we use. */
interface Esbuild {
  transformSync(source: string, options: object): { code: string; map: string };
}
interface EsbuildFailure {
  readonly errors?: readonly {
    readonly text: string;
    readonly location: { readonly line: number; readonly column: number; readonly lineText: string } | null;
  }[];
}
type TypeScript = typeof import("typescript");

const found = new Map<string, ProjectCompiler | undefined>();

/**
 * Looks where the file's own imports would look, then in the working directory.
 * @param metadata whether `emitDecoratorMetadata` is wanted, which `typescript` alone does.
 */
export function findProjectCompiler(file: string, metadata: boolean): ProjectCompiler | undefined {
  const folder = path.dirname(file);
  const key = `${metadata} ${folder}`;
  if (!found.has(key)) found.set(key, find([folder, process.cwd()], metadata));
  return found.get(key);
}

function find(folders: readonly string[], metadata: boolean): ProjectCompiler | undefined {
  for (const folder of folders) {
    const require = createRequire(path.join(folder, "_"));
    const viaEsbuild = (): ProjectCompiler | undefined => {
      // What `tsx` depends on may lie where only `tsx` finds it.
      const asked = load(require, "esbuild") ?? load(requireOf(require, "tsx"), "esbuild");
      return typeof (asked as Partial<Esbuild>)?.transformSync === "function" ? esbuildOf(asked as Esbuild) : undefined;
    };
    const viaTypeScript = (): ProjectCompiler | undefined => {
      const asked = load(require, "typescript") as Partial<TypeScript> | undefined;
      // TypeScript 7 has no such function.
      return typeof asked?.transpileModule === "function" ? typescriptOf(asked as TypeScript) : undefined;
    };
    const compiler = metadata ? (viaTypeScript() ?? viaEsbuild()) : (viaEsbuild() ?? viaTypeScript());
    if (compiler) return compiler;
  }
  return undefined;
}

function requireOf(require: NodeJS.Require, name: string): NodeJS.Require | undefined {
  try {
    return createRequire(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function load(require: NodeJS.Require | undefined, name: string): unknown {
  try {
    return require?.(name);
  } catch {
    return undefined; // not installed, or for another platform
  }
}

const RAW_OPTIONS = [
  ...["alwaysStrict", "experimentalDecorators", "importsNotUsedAsValues", "jsx", "jsxFactory", "jsxFragmentFactory"],
  ...["jsxImportSource", "preserveValueImports", "strict", "target", "useDefineForClassFields", "verbatimModuleSyntax"],
];

/** Nothing that comes later would make JavaScript of JSX, so to keep it is no choice. */
function withoutKeptJsx(options: CompilerOptions): CompilerOptions {
  const { jsx, ...rest } = options;
  const isKept = jsx === undefined || (typeof jsx === "string" && /^(preserve|react-native)$/i.test(jsx));
  return isKept ? rest : { ...rest, jsx };
}

function esbuildOf({ transformSync }: Esbuild): ProjectCompiler {
  const loaders: Readonly<Record<string, string>> = { ".tsx": "tsx", ".jsx": "jsx" };
  return {
    name: "esbuild",
    compile({ source, file, options, toCommonJs }) {
      const known = Object.entries(withoutKeptJsx(options)).filter(([name]) => RAW_OPTIONS.includes(name));
      try {
        return transformSync(source, {
          loader: loaders[path.extname(file)] ?? "ts",
          sourcefile: file,
          sourcemap: "external",
          target: `node${process.versions.node}`,
          tsconfigRaw: { compilerOptions: Object.fromEntries(known) },
          // Where a class is made anew, its name would be another.
          keepNames: true,
          logLevel: "silent",
          ...(toCommonJs && { format: "cjs", platform: "node" }),
        });
      } catch (error) {
        const first = (error as EsbuildFailure).errors?.[0];
        if (!first) throw error;
        const { line, column = 0, lineText } = first.location ?? {};
        throw new CompileError(first.text, line, column + 1, lineText);
      }
    },
  };
}

function typescriptOf(ts: TypeScript): ProjectCompiler {
  return {
    name: "typescript",
    compile({ source, file, options, toCommonJs }) {
      const wanted = [...RAW_OPTIONS, "emitDecoratorMetadata"];
      const known = Object.entries(options).filter(([name]) => wanted.includes(name) && name !== "target");
      const { options: read } = ts.convertCompilerOptionsFromJson(Object.fromEntries(known), path.dirname(file));
      const { jsx = ts.JsxEmit.React } = read;
      const kept = jsx === ts.JsxEmit.Preserve || jsx === ts.JsxEmit.ReactNative;
      const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
        fileName: file,
        reportDiagnostics: true,
        compilerOptions: {
          ...read,
          jsx: kept ? ts.JsxEmit.React : jsx,
          // Lowers what no supported Node has: decorators, accessor fields, `using`.
          target: ts.ScriptTarget.ES2022,
          module: toCommonJs ? ts.ModuleKind.CommonJS : (ts.ModuleKind.Preserve ?? ts.ModuleKind.ESNext),
          // CommonJS cannot be verbatim; that would be an error.
          ...(toCommonJs && { verbatimModuleSyntax: false, esModuleInterop: true }),
          useDefineForClassFields: definesFields(options) ?? true,
          sourceMap: true,
          isolatedModules: true,
        },
      });
      const [wrong] =
        diagnostics?.filter(({ category, code }) => category === ts.DiagnosticCategory.Error && code < 2000) ?? [];
      if (wrong) {
        const { line, character } = ts.getLineAndCharacterOfPosition(wrong.file!, wrong.start ?? 0);
        const text = ts.flattenDiagnosticMessageText(wrong.messageText, " ");
        throw new CompileError(text, line + 1, character + 1, source.split("\n")[line]);
      }
      const code = outputText.replace(/\n\/\/# sourceMappingURL=[^\n]*\s*$/, "\n");
      return { code, map: JSON.stringify({ ...(JSON.parse(sourceMapText!) as object), sources: [file] }) };
    },
  };
}
