/** The program that a command's first word means, looked up before anything is started; a shell has no part in it. */

import { accessSync, constants, existsSync, statSync } from "node:fs";
import * as path from "node:path";
import type { Program } from "../runner/supervisor/supervise";
import { UsageError } from "./usage";

/** What shells exit with for a command that is not there, and for one that cannot be executed. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const isWindows = process.platform === "win32";

/** A command that cannot be started; the message is one sentence. */
export class CommandError extends UsageError {
  constructor(
    message: string,
    readonly exitCode: typeof NOT_FOUND | typeof NOT_EXECUTABLE,
  ) {
    super(message);
  }
}

/** @throws CommandError */
export function programOf([word, ...args]: readonly [string, ...string[]]): Program {
  const file = isPath(word) ? executable(path.resolve(word), word) : find(word);
  // Windows runs these in a shell, whose rules of quoting are its own.
  if (!isWindows || !/\.(?:cmd|bat)$/i.test(file)) return { file, args };
  const line = [file, ...args].map(quoted).join(" ");
  return { file: process.env["comspec"] ?? "cmd.exe", args: ["/d", "/s", "/c", `"${line}"`], isQuoted: true };
}

function isPath(word: string): boolean {
  return word.includes("/") || (isWindows && word.includes("\\"));
}

/** In the folders of PATH, as a shell looks; then where the project has its programs, as npx does. */
function find(word: string): string {
  const inPath = (process.env["PATH"] ?? "").split(path.delimiter).map((folder) => folder || ".");
  let refused: string | undefined;
  for (const folder of [...inPath, ...projectFolders(process.cwd())]) {
    for (const file of word === "" ? [] : candidates(path.resolve(folder, word))) {
      if (problemOf(file) === undefined) return file;
      if (existsSync(file) && !statSync(file).isDirectory()) refused ??= file;
    }
  }
  if (refused !== undefined) return executable(refused, refused);
  throw new CommandError(
    `There is no command "${word}" in PATH or in a node_modules/.bin here: check its name, or install it.`,
    NOT_FOUND,
  );
}

function projectFolders(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return [path.join(folder, "node_modules", ".bin"), ...(parent === folder ? [] : projectFolders(parent))];
}

/** A name may leave its ending out on Windows. */
function candidates(file: string): readonly string[] {
  if (!isWindows) return [file];
  const endings = (process.env["PATHEXT"] ?? ".COM;.EXE;.BAT;.CMD").split(";");
  return path.extname(file) === "" ? endings.map((ending) => file + ending.toLowerCase()) : [file];
}

function executable(file: string, word: string): string {
  const found = candidates(file).find((each) => existsSync(each)) ?? file;
  const problem = problemOf(found);
  if (problem === undefined) return found;
  switch (problem) {
    case "missing":
      throw new CommandError(`There is no command ${word}: check the path, or name a program of PATH.`, NOT_FOUND);
    case "folder":
      throw new CommandError(`${word} is a folder: name a program in it.`, NOT_EXECUTABLE);
    case "denied":
      throw new CommandError(
        `${word} is not executable: make it so (chmod +x), or name the program that runs it.`,
        NOT_EXECUTABLE,
      );
  }
}

function problemOf(file: string): "missing" | "folder" | "denied" | undefined {
  try {
    if (statSync(file).isDirectory()) return "folder";
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "denied" : "missing";
  }
}

/** One word of a command line of `cmd.exe` that becomes one argument of the program: twice, for the batch file reads it again. */
function quoted(word: string): string {
  const inQuotes = `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`;
  const escape = (text: string): string => text.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&");
  return escape(escape(inQuotes));
}
