/** A real terminal, with a program in it that a test types to; whatever it started is ended by `endTerminals`. */

import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { isAlive } from "../../src/base/processTree";
import { killTree } from "../../src/runner/supervisor/processTable";
import { waitFor } from "../harness/waitFor";

/** What is used of `node-pty`. */
interface Pty {
  readonly pid: number;
  onData(listener: (text: string) => void): void;
  onExit(listener: (end: { readonly exitCode: number; readonly signal?: number }) => void): void;
  write(text: string): void;
}

interface NodePty {
  spawn(
    file: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly cols: number; readonly rows: number },
  ): Pty;
}

/** What a key sends. */
export const KEYS = { "Ctrl+C": "\x03", "Ctrl+\\": "\x1c", "Ctrl+Z": "\x1a" } as const;

const open = new Set<Terminal>();

/** One terminal; its program leads the terminal's session. */
export class Terminal {
  output = "";
  readonly pid: number;
  /** The program's exit code, or 128 + n for signal n; the rest of the output may still come. */
  readonly ended: Promise<number>;
  private hasEnded = false;
  /** In the environment of all that it starts. */
  private readonly mark = `terminal-${randomUUID()}`;
  private readonly pty: Pty;

  /** @throws when there are no terminals, naming the remedy */
  constructor(folder: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const place = process.env["AGENT_CONTEXT_PTY"];
    if (place === undefined) {
      throw new Error('AGENT_CONTEXT_PTY is not set: run this with "npm run test:process", which installs node-pty.');
    }
    const { spawn } = createRequire(__filename)(place) as NodePty;
    // Wide, so that no line is broken.
    this.pty = spawn(file, args, {
      cwd: folder,
      env: { ...process.env, ...env, AGENT_CONTEXT_TEST: this.mark },
      cols: 500,
      rows: 50,
    });
    this.pid = this.pty.pid;
    this.pty.onData((text) => (this.output += text));
    open.add(this);
    this.ended = new Promise((resolve) =>
      this.pty.onExit(({ exitCode, signal = 0 }) => {
        this.hasEnded = true;
        resolve(signal === 0 ? exitCode : 128 + signal);
      }),
    );
  }

  /** Waits for a text. @returns what matched */
  async saw(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      return await waitFor(`${pattern} on the terminal`, () => pattern.exec(this.output));
    } catch (error) {
      throw new Error(`${(error as Error).message} It shows:\n${this.output}`, { cause: error });
    }
  }

  press(key: keyof typeof KEYS): void {
    this.type(KEYS[key]);
  }

  type(text: string): void {
    this.pty.write(text);
  }

  /** Ends everything in it. */
  async close(): Promise<void> {
    killTree(this.hasEnded ? undefined : this.pid, this.mark);
    await this.ended;
    open.delete(this);
  }
}

const pids = new Set<number>();

/** Ends the process at the test's end, if it is still there. */
export function endLater(pid: number): number {
  pids.add(pid);
  return pid;
}

/** For `afterEach`. */
export async function endTerminals(): Promise<void> {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  pids.clear();
  for (const terminal of [...open]) await terminal.close();
}
