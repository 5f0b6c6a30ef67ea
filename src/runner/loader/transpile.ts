/** How TypeScript becomes JavaScript that any supported Node runs; knows nothing of modules or hooks. */

import { createRequire } from "node:module";

type Parsers = typeof import("./typescript");
type TransformOutput = ReturnType<Parsers["transformSync"]>;
type TransformConfig = NonNullable<NonNullable<Parameters<Parsers["transformSync"]>[1]>["transform"]>;

/** JavaScript made of one TypeScript file, with its source map inside. */
export interface Transpiled {
  readonly code: string;
  /** Whether `import`, `export` or `import.meta` is left after types are gone. */
  readonly hasModuleSyntax: boolean;
}

/** What the transpiler throws. */
interface Refusal {
  readonly message: string;
  readonly snippet?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

let parsers: Parsers | undefined;

/** Loads 3 MB of WebAssembly on the first call, hence not at start. */
function loadParsers(): Parsers {
  parsers ??= createRequire(import.meta.url)("./typescript.cjs") as Parsers;
  return parsers;
}

/**
 * Takes the types out of `source`, turns enums, namespaces and parameter properties into JavaScript, and leaves out
 * imports that only types use, as TypeScript does by default.
 * @throws SyntaxError with file and line for what is no TypeScript or is not supported (decorators, JSX).
 */
export function transpile(source: string, file: string): Transpiled {
  const { transformSync } = loadParsers();
  const transform = (transform?: TransformConfig): TransformOutput => {
    try {
      return transformSync(source, {
        mode: "transform",
        sourceMap: true,
        filename: file,
        ...(transform && { transform }),
      });
    } catch (error) {
      throw refusal(error as Refusal, file);
    }
  };
  let output = transform();
  const decorator = findDecorator(source, file);
  if (decorator !== undefined) throw decorator;
  let isModule = usesModuleSyntax(output.code);
  if ((isModule || file.endsWith(".mts")) && /\bimport\s+[\w$]+\s*=\s*require\s*\(/.test(source)) {
    // `import x = require("y")` in a module: there is no require, so one is made.
    output = transform({ importExportAssignConfig: "NodeNext" });
    isModule = true;
  }
  const map = Buffer.from(output.map ?? "", "utf8").toString("base64");
  return {
    code: `${output.code}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n`,
    hasModuleSyntax: isModule,
  };
}

function usesModuleSyntax(code: string): boolean {
  try {
    return loadParsers().hasModuleSyntax(code);
  } catch {
    return false; // Node's own parser will say what is wrong with it.
  }
}

/**
 * Decorators pass through the transpiler and Node then calls them an "Invalid or unexpected token". An `@` that is
 * doubled stays harmless in strings and comments, and is an error nowhere but in a decorator.
 */
function findDecorator(source: string, file: string): SyntaxError | undefined {
  const doubled = source.replace(/(^|[^\w*@/"'`\\])@(?=[A-Za-z_$(])/gm, "$1@@");
  if (doubled === source) return undefined;
  try {
    loadParsers().transformSync(doubled, { mode: "strip-only", filename: file });
    return undefined;
  } catch (error) {
    const { startLine, startColumn } = error as Refusal;
    const line = startLine === undefined ? undefined : source.split("\n")[startLine - 1];
    if (line === undefined || !line.includes("@")) return undefined;
    const message = "decorators are not supported; take them out or compile the script first";
    return refusal({ message, snippet: line, startLine: startLine ?? 1, startColumn: startColumn ?? 1 }, file);
  }
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
