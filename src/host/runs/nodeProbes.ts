/** How this machine answers the questions of nodeChoice.ts; each answer is asked for once. */

import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import type { NodeProbes } from "./nodeChoice";

const VERSION_TIMEOUT_MS = 10_000;

/** Remembers versions by path, folder and time of change: starting a Node.js to ask for its version takes 50 ms. */
export class MachineNodeProbes implements NodeProbes {
  /** @param cwd the folder that scripts run in: version managers choose by it. */
  constructor(
    private readonly cwd: string,
    private readonly known: Map<string, string>,
  ) {}

  async isFile(path: string): Promise<boolean> {
    return (await stat(path).catch(() => undefined))?.isFile() ?? false;
  }

  async version(path: string): Promise<string | undefined> {
    const changedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
    const key = JSON.stringify([path, this.cwd, changedMs]);
    const version = this.known.get(key) ?? (await askForVersion(path, this.cwd));
    if (version !== undefined) this.known.set(key, version);
    return version;
  }
}

function askForVersion(path: string, cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ["--version"], { cwd, timeout: VERSION_TIMEOUT_MS, windowsHide: true }, (error, stdout) => {
      resolve(error ? undefined : /^v\d+\.\d+\.\d+\S*/.exec(stdout.trim())?.[0]);
    });
  });
}
