/**
 * Whether a program may come to import `agent-context`, by the texts of its files. For Nodes where being ready for it takes a
 * thread, which costs every program much of the time that Node needs to start. Whatever cannot be told, or not soon, counts as yes.
 */

import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { RUNTIME_SPECIFIER } from "../loader/agentContextModule";

/** What looking may take. */
const BUDGET_MS = 8;
const MAX_FILES = 300;
const MAX_BYTES = 1_000_000;

/** Tools that start programs, or only read them: none of the user's modules is loaded into them. */
const LAUNCHERS = new Set(
  "tsx nodemon concurrently npm-run-all npm-run-all2 cross-env dotenv-cli env-cmd typescript prettier esbuild rimraf".split(
    " ",
  ),
);

const SOURCE = /\.[cm]?[jt]sx?$/;
const ENDINGS = [
  "",
  ".js",
  ".ts",
  ".mjs",
  ".cjs",
  ".mts",
  ".cts",
  ".tsx",
  ".jsx",
  "/index.js",
  "/index.ts",
  "/index.mjs",
];
/** Words in quotes: any of them that is a path to a file may be a module, a worker or a child. */
const QUOTED = /(["'`])((?:\.{0,2}\/|file:|agent-context)[^"'`\n]*)\1/g;
const BARE = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["'`]([^."'`/\s][^"'`\n]*)["'`]/g;
/** What is imported, or run, is said by no word alone. */
const COMPUTED =
  /\b(?:import|require|Worker)\s*\(\s*(?!(?:new\s+URL\s*\(\s*)?(?:(["'])[^"'\n]*\1|`[^`$]*`)\s*[,)]|\)|[^()]*\)\s*\{)/;

/** Looking would take too long. */
class OutOfBudget extends Error {}

/** Looks at this process's own program. */
export function mayImportRuntime(budgetMs = BUDGET_MS): boolean {
  const search = new Search(performance.now() + budgetMs);
  try {
    const entry = process.argv[1];
    const code = (process as { _eval?: unknown })._eval;
    const tool =
      entry === undefined
        ? undefined
        : /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(realpathSync(entry))?.[1];
    for (const preload of preloads()) if (search.follow(preload)) return true;
    if (typeof code === "string") return search.looksAt(code, process.cwd());
    // A prompt, standard input, a thread: it may be anything.
    if (entry === undefined) return true;
    if (tool !== undefined) return !LAUNCHERS.has(tool) && search.folder(process.cwd());
    return search.follow(realpathSync(entry));
  } catch {
    return true;
  }
}

/** Files that are loaded before the program. */
function preloads(): readonly string[] {
  const words = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  return words.flatMap((word, index) => {
    const [, option, value = words[index + 1] ?? ""] =
      /^(--import|--require|-r|--(?:experimental-)?loader)(?:=(.*))?$/s.exec(word) ?? [];
    if (option === undefined || !/^(?:\.{0,2}\/|file:)/.test(value)) return [];
    const file = value.startsWith("file:") ? fileURLToPath(value) : path.resolve(value);
    return path.dirname(file) === __dirname || file.includes(`${path.sep}node_modules${path.sep}`) ? [] : [file];
  });
}

class Search {
  private readonly seen = new Set<string>();
  private bytes = 0;

  constructor(private readonly until: number) {}

  /** @throws OutOfBudget */
  follow(file: string): boolean {
    if (this.seen.has(file) || !SOURCE.test(file)) return false;
    return this.looksAt(this.read(file), path.dirname(file));
  }

  looksAt(text: string, folder: string): boolean {
    if (COMPUTED.test(text)) return true;
    for (const [, word = ""] of text.matchAll(BARE)) if (this.isOpen(word, folder)) return true;
    for (const [, , word = ""] of text.matchAll(QUOTED)) {
      if (word === RUNTIME_SPECIFIER || word.startsWith(`${RUNTIME_SPECIFIER}/`)) return true;
      const target = word.startsWith("file:") ? fileURLToPath(word) : path.resolve(folder, word.replace(/[?#].*$/, ""));
      const found = fileAt(target);
      if (found !== undefined && this.follow(found)) return true;
    }
    return false;
  }

  /** Whether any source below mentions the runtime, what is installed aside. */
  folder(folder: string): boolean {
    this.spend(0);
    return readdirSync(folder, { withFileTypes: true }).some((entry) => {
      if (entry.name === "node_modules" || entry.name.startsWith(".")) return false;
      const each = path.join(folder, entry.name);
      if (entry.isDirectory()) return this.folder(each);
      return SOURCE.test(entry.name) && this.read(each).includes(RUNTIME_SPECIFIER);
    });
  }

  private read(file: string): string {
    this.seen.add(file);
    const text = readFileSync(file, "utf8");
    this.spend(text.length);
    return text;
  }

  private spend(bytes: number): void {
    this.bytes += bytes;
    if (this.seen.size > MAX_FILES || this.bytes > MAX_BYTES || performance.now() > this.until) throw new OutOfBudget();
  }

  /** Whether a package may lead to the user's own files: what is installed has installed what it imports. */
  private isOpen(word: string, folder: string): boolean {
    if (isBuiltin(word) || /^(?:data|https?):/.test(word)) return false;
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(word)?.[0] ?? word;
    for (let at = folder; ; at = path.dirname(at)) {
      const found = lstatSync(path.join(at, "node_modules", name), { throwIfNoEntry: false });
      if (found !== undefined) {
        return (
          found.isSymbolicLink() &&
          !realpathSync(path.join(at, "node_modules", name)).includes(`${path.sep}node_modules${path.sep}`)
        );
      }
      if (path.dirname(at) === at) return true;
    }
  }
}

function fileAt(target: string): string | undefined {
  const plain = target.replace(/\.([cm]?)jsx?$/, ".$1ts");
  const candidates = [...ENDINGS.map((ending) => target + ending), plain, `${plain}x`];
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}
