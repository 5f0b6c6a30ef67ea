/** Owns how a script is recognised: by its file name and its import of `agent-context`. Knows no editor. */

/** Extensions of scripts that can be run, without the dot. */
export const SCRIPT_EXTENSIONS = ["ts", "mts", "cts", "js", "mjs", "cjs"] as const;

const SPECIFIER = String.raw`(?:"agent-context"|'agent-context')`;
// Anchored at a line's start, so that comments and prose do not count; an `import type` alone runs nothing.
const TYPE_ONLY = String.raw`\s+type(?:\s*[{*]|\s+(?!from\b)[\w$])`;
const STATIC_IMPORT = new RegExp(
  String.raw`^[ \t]*(?:(?:import|export)\b(?!${TYPE_ONLY})[^"'\x60;()]*?\bfrom\s*|import\s*)${SPECIFIER}`,
  "m",
);
const CALL = new RegExp(String.raw`^(?:(?!\/\/|^\s*\*).)*?\b(?:require|import)\s*\(\s*${SPECIFIER}\s*[,)]`, "m");

/** @returns whether the path or URI ends like a script that can be run; declaration files do not. */
export function isScriptName(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** @returns the 0-based line on which the first import of `agent-context` begins, or undefined when there is none. */
export function importLine(text: string): number | undefined {
  if (!text.includes("agent-context")) return undefined;
  const starts = [STATIC_IMPORT, CALL]
    .map((pattern) => pattern.exec(text)?.index)
    .filter((index) => index !== undefined);
  if (starts.length === 0) return undefined;
  return text.slice(0, Math.min(...starts)).split("\n").length - 1;
}
