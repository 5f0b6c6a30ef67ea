/** The tarball of `agent-context`, installed into an empty folder as a stranger does it, and what is run there. */

import * as assert from "node:assert/strict";
import { spawn, type StdioOptions } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { LAUNCH_VARIABLE } from "../../src/protocol/launch";
import type { NodeUnderTest } from "./nodes";
import { linesOf, newFolder, type RunEnd } from "./scriptRun";

/** @throws when nothing is packed, naming the remedy. */
export function tarballUnderTest(): string {
  const file = process.env["AGENT_CONTEXT_TARBALL"];
  assert.ok(file, 'AGENT_CONTEXT_TARBALL is not set: run this with "npm run test:process", which packs the package');
  return file;
}

/** One line of a recording. */
export type Line = Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any

/** A folder with nothing but the package in it, and the Node that runs there. */
export class InstalledPackage {
  /** Where recordings go that nobody has given a place. */
  private readonly temporary: string;

  private constructor(
    readonly folder: string,
    private readonly nodePath: string,
  ) {
    this.temporary = path.join(folder, "temporary");
    mkdirSync(this.temporary);
  }

  /** Asks no registry, and has no cache of what one said before. */
  static async install({ execPath }: NodeUnderTest): Promise<InstalledPackage> {
    const installed = new InstalledPackage(newFolder(), execPath);
    const cache = path.join(installed.folder, ".npm");
    const end = await installed.npm("npm", ["install", tarballUnderTest(), "--offline", "--cache", cache]);
    assert.equal(end.code, 0, end.stdout + end.stderr);
    return installed;
  }

  /** Path → text. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
      writeFileSync(path.join(this.folder, name), text);
    }
  }

  /** Runs Node. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdio?: StdioOptions): Promise<RunEnd> {
    return this.run(this.nodePath, args, env, stdio);
  }

  /** Runs a script by `node --import agent-context/register`. */
  register(script: string, env: NodeJS.ProcessEnv = {}): Promise<RunEnd> {
    return this.node(["--import", "agent-context/register", ...script.split(" ")], env);
  }

  /** Runs the command by its file, without npm. */
  command(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunEnd> {
    return this.node([path.join(this.folder, "node_modules/agent-context/dist/runner/cli.cjs"), ...args], env);
  }

  /** Runs the command. */
  npx(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunEnd> {
    return this.npm("npx", ["--offline", "agent-context", ...args], env);
  }

  /** What such a script's recording holds that has a place of its own of ours. */
  linesOf(end: RunEnd): readonly Line[] {
    return linesOf(this.recordingOf(end));
  }

  /** Where that recording is, from what was said of it. */
  recordingOf({ stderr }: RunEnd): string {
    const file = /^agent-context: recording to (.*)$/m.exec(stderr)?.[1];
    assert.ok(file !== undefined && file.startsWith(this.temporary), stderr);
    return file;
  }

  /** Names in a folder of it, sorted. */
  names(folder = "."): readonly string[] {
    return readdirSync(path.join(this.folder, folder)).sort();
  }

  /** npm runs on the Node under test, and starts programs with it. */
  private npm(name: "npm" | "npx", args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunEnd> {
    const running = process.env["npm_execpath"];
    return running?.endsWith("npm-cli.js")
      ? this.run(this.nodePath, [path.join(path.dirname(running), `${name}-cli.js`), ...args], env)
      : this.run(process.platform === "win32" ? `${name}.cmd` : name, args, env);
  }

  private run(
    file: string,
    args: readonly string[],
    more: NodeJS.ProcessEnv,
    stdio: StdioOptions = "pipe",
  ): Promise<RunEnd> {
    const env: NodeJS.ProcessEnv = {};
    for (const [name, value] of Object.entries(process.env)) {
      // The npm that runs the tests describes itself to its children.
      if (!/^npm_(package|lifecycle|command|config_(local_)?prefix)/.test(name)) env[name] = value;
    }
    delete env[LAUNCH_VARIABLE];
    const PATH = [path.dirname(this.nodePath), process.env["PATH"]].join(path.delimiter);
    const temporary = { TMPDIR: this.temporary, TEMP: this.temporary, TMP: this.temporary };
    const child = spawn(file, args, {
      cwd: this.folder,
      env: { ...env, NODE_OPTIONS: "", PATH, ...temporary, ...more },
      stdio,
      shell: file.endsWith(".cmd"),
    });
    const said = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.stdin?.end();
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("message", (message) => (said.stdout += `${JSON.stringify(message)}\n`));
      child.on("close", (code, signal) => resolve({ code, signal, ...said }));
    });
  }
}
