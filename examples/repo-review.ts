/**
 * Agents review a real code base in parallel, each in an overlay of its own, and merge what they found.
 *
 *   repo-review.ts [FOLDER]      default: the workspace folder
 *
 * `sizes`, `todos` and `imports` read every source file. `sizes` hands each top-level folder to a nested helper that
 * merges into it. Two of them, `sizes` and `todos`, both say where to start reading (`start_here`): whoever merges
 * last would win in silence, so an agent whose merge would overwrite somebody's answer is left for you to decide.
 */
import { AgentContext, StateStore, TaskScope } from "agent-context";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

interface SourceFile {
  /** Path within the reviewed folder, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

const folder = path.resolve(process.argv[2] ?? ".");
const SOURCE = /(?<!\.d)\.(?:[cm]?[jt]sx?|py|go|rs|java|rb|c|h|cpp|cs|sh)$/;
const SKIPPED = new Set(["node_modules", "dist", "out", "build", "coverage", "target", "vendor"]);

/** Lists the source files below a folder, depth first, hidden and generated folders left out. */
async function* sourceFiles(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(full);
    else if (entry.isFile() && SOURCE.test(entry.name)) yield full;
  }
}

/** Reads the files one after the other, so that agents take turns while they wait for the disk. */
async function* read(names: readonly string[]): AsyncGenerator<SourceFile> {
  for (const name of names) yield { name, text: await readFile(path.join(folder, name), "utf8") };
}

/** The entry with the largest number, or undefined of none. */
function largest<T>(items: Iterable<T>, measure: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of items) if (best === undefined || measure(item) > measure(best)) best = item;
  return best;
}

/** Lines of code by folder: one nested helper for each top-level folder, merged into this agent. */
async function reviewSizes(ctx: AgentContext, names: readonly string[]): Promise<void> {
  const folders = new Map<string, string[]>();
  for (const name of names) {
    const top = name.includes("/") ? name.slice(0, name.indexOf("/")) : "(root)";
    folders.set(top, [...(folders.get(top) ?? []), name]);
  }
  await Promise.all(
    [...folders].map(([top, members]) => {
      const helper = new AgentContext(`sizes of ${top}`, ctx);
      return TaskScope.run(helper, async () => {
        let lines = 0;
        let longest = { file: "", lines: 0 };
        for await (const { name, text } of read(members)) {
          const count = text.split("\n").length;
          lines += count;
          if (count > longest.lines) longest = { file: name, lines: count };
        }
        helper.set(`sizes.${top}`, { files: members.length, lines, longest });
        await helper.mergeToParent();
      });
    }),
  );
  const sizes = [...folders.keys()].map(
    (top) => ctx.get(`sizes.${top}`) as { longest: { file: string; lines: number } },
  );
  const longest = largest(sizes, (size) => size.longest.lines)?.longest;
  if (longest) ctx.set("start_here", { file: longest.file, reason: `the longest file, ${longest.lines} lines` });
}

/** Notes that people left in comments. */
async function reviewTodos(ctx: AgentContext, names: readonly string[]): Promise<void> {
  const found = new Map<string, { line: number; text: string }[]>();
  const commentLines = new Map<string, number>();
  for await (const { name, text } of read(names)) {
    for (const [index, line] of text.split("\n").entries()) {
      if (/^\s*(?:\/\/|\/?\*|#)/.test(line)) commentLines.set(name, (commentLines.get(name) ?? 0) + 1);
      const note = /(?:\/\/|#|\*)\s*((?:TODO|FIXME|HACK|XXX)\b.*)/.exec(line);
      if (note) found.set(name, [...(found.get(name) ?? []), { line: index + 1, text: note[1]!.trim().slice(0, 120) }]);
    }
    ctx.set("todos", Object.fromEntries(found));
  }
  const most = largest(found, ([, notes]) => notes.length);
  const explained = largest(commentLines, ([, count]) => count);
  if (most) {
    ctx.set("start_here", { file: most[0], reason: `${most[1].length} open notes, more than any other` });
  } else if (explained) {
    ctx.set("start_here", { file: explained[0], reason: `the best explained, ${explained[1]} comment lines` });
  }
}

/** What the code leans on: how often each package or module is imported. */
async function reviewImports(ctx: AgentContext, names: readonly string[]): Promise<void> {
  const uses = new Map<string, number>();
  for await (const { text } of read(names)) {
    for (const match of text.matchAll(/\b(?:from|require\(|import\(?)\s*["']([^"'\n]+)["']/g)) {
      const target = match[1]!;
      if (!target.startsWith(".")) uses.set(target, (uses.get(target) ?? 0) + 1);
    }
  }
  const ranked = [...uses].sort((a, b) => b[1] - a[1]);
  ctx.set("imports", Object.fromEntries(ranked));
  ctx.delete("imports.pending");
}

const names: string[] = [];
for await (const file of sourceFiles(folder)) names.push(path.relative(folder, file).split(path.sep).join("/"));

const parent = new StateStore();
parent.set("folder", folder, "setup");
parent.set("files", names.length, "setup");
parent.set("imports.pending", true, "setup");

const agents = { sizes: reviewSizes, todos: reviewTodos, imports: reviewImports };
const contexts = await Promise.all(
  Object.entries(agents).map(async ([name, review]) => {
    const ctx = new AgentContext(name, parent);
    await TaskScope.run(ctx, () => review(ctx, names));
    return ctx;
  }),
);

for (const ctx of contexts) {
  const { counts } = ctx.previewMerge();
  if (counts.conflicts > 0) {
    console.log(`${ctx.agentName}: not merged, it would overwrite ${counts.conflicts} key(s) written by another agent`);
  } else {
    const { merged } = await ctx.mergeToParent();
    console.log(`${ctx.agentName}: merged ${merged} keys`);
  }
}

/** Printed at the very end, so that it tells what was merged by hand, too. */
process.on("exit", () => {
  console.log(`\nReview of ${folder}: ${Number(parent.get("files"))} source files`);
  for (const key of parent.keys()) {
    if (!key.startsWith("sizes.")) continue;
    const { files, lines, longest } = parent.get(key) as { files: number; lines: number; longest: { file: string } };
    console.log(`  ${key.slice("sizes.".length).padEnd(16)} ${files} files, ${lines} lines, longest ${longest.file}`);
  }
  const imports = Object.entries((parent.get("imports") ?? {}) as Record<string, number>).slice(0, 5);
  console.log(`  leans on         ${imports.map(([name, count]) => `${name} (${count})`).join(", ") || "nothing"}`);
  const start = parent.get("start_here") as { file: string; reason: string } | undefined;
  if (start) console.log(`  start with       ${start.file}: ${start.reason}`);
});
