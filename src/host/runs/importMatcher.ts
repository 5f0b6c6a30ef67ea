/** How a script is recognised: by its file name and its import of `agent-context`. Knows no editor. */

/** Extensions of scripts that can be run, without the dot. */
export const SCRIPT_EXTENSIONS = ["ts", "mts", "cts", "tsx", "js", "mjs", "cjs", "jsx"] as const;

/** @returns whether the path or URI ends like a script that can be run; declaration files do not. */
export function isScriptName(path: string): boolean {
  return /\.([cm]?[jt]s|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** @returns whether an open file is a script that imports `agent-context`. */
export function isAgentScript(document: { readonly uri: { readonly path: string }; getText(): string }): boolean {
  return isScriptName(document.uri.path) && importLine(document.getText()) !== undefined;
}

/** A statement longer than this before its `from` is not looked through. */
const MAX_STATEMENT = 10_000;

/** An import of `agent-context`. */
export interface ScriptImport {
  /** The 0-based line on which the statement begins. */
  readonly line: number;
  /** Where the quote before the module's name stands. */
  readonly offset: number;
}

/** @returns the first import of `agent-context`, or undefined when there is none. */
export function findImport(text: string): ScriptImport | undefined {
  for (const { index } of text.matchAll(/(["'])agent-context\1/g)) {
    const start = statementStart(text, index);
    if (start !== undefined) return { line: text.slice(0, start).split("\n").length - 1, offset: index };
  }
  return undefined;
}

/** @returns the line of {@link findImport}. */
export function importLine(text: string): number | undefined {
  return findImport(text)?.line;
}

/** @returns where the statement begins whose module name stands at `at`, or undefined when it imports nothing. */
function statementStart(text: string, at: number): number | undefined {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const line = text.slice(lineStart, at);
  // Comments are told by how their lines begin; what stands in the middle of a template string is not told at all.
  if (/^\s*(?:\/\/|\/?\*)/.test(line)) return undefined;
  if (/(?:^|;)\s*import\s*$/.test(line)) return lineStart;
  if (/\b(?:require|import)\s*\(\s*$/.test(line)) return /(?:^|\s)\/\//.test(line) ? undefined : lineStart;

  const before = text.slice(Math.max(0, at - MAX_STATEMENT), at);
  if (!/\bfrom\s*$/.test(before)) return undefined;
  const opening = [...before.matchAll(/^[ \t]*(?:import|export)\b/gm)].at(-1);
  if (!opening) return undefined;
  const statement = before.slice(opening.index).trimStart();
  // An `import type` alone runs nothing; a quote or a semicolon means that the statement ended before.
  if (/^\w+\s+type(?:\s*[{*]|\s+(?!from\b)[\w$])/.test(statement) || /["'`;]/.test(statement)) return undefined;
  return at - before.length + opening.index;
}
