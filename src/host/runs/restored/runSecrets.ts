/** Where the secrets of live runs are kept, so that a reloaded window can let their runners in again, and the key of runs' options. */

import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";

/** One secret a run, from its start to its end, in the editor's own store of secrets. */
export class RunSecrets {
  private key: Promise<Buffer | undefined> | undefined;

  constructor(
    private readonly storage: vscode.SecretStorage,
    private readonly log: Pick<vscode.LogOutputChannel, "warn">,
  ) {}

  /** A run whose secret cannot be kept runs all the same; it cannot be commanded after a reload. */
  async keep(runId: string, secret: string): Promise<void> {
    await this.attempt("kept", () => this.storage.store(keyOf(runId), secret));
  }

  /** @returns undefined when the editor does not have it any more. */
  async read(runId: string): Promise<string | undefined> {
    return this.attempt("read", () => this.storage.get(keyOf(runId)));
  }

  /**
   * The key that the options of all runs are sealed by; made when there is none.
   * @returns undefined when the editor keeps no secrets
   */
  async optionsKey(bytes: number): Promise<Buffer | undefined> {
    // Asked for by several runs at once, it is made once.
    this.key ??= this.attempt("read", async () => {
      const kept = Buffer.from((await this.storage.get(OPTIONS_KEY)) ?? "", "base64");
      if (kept.length === bytes) return kept;
      await this.storage.store(OPTIONS_KEY, randomBytes(bytes).toString("base64"));
      // Another window may have stored one at the same time: all go by what stands there.
      return Buffer.from((await this.storage.get(OPTIONS_KEY)) ?? "", "base64");
    });
    const key = await this.key;
    if (key?.length === bytes) return key;
    this.key = undefined;
    return undefined;
  }

  /** The run has ended. */
  async forget(runId: string): Promise<void> {
    await this.attempt("deleted", () => this.storage.delete(keyOf(runId)));
  }

  private async attempt<T>(what: string, action: () => Thenable<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.log.warn(
        `The secret of a run could not be ${what}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }
}

const OPTIONS_KEY = "run-options-key";

function keyOf(runId: string): string {
  return `run-secret:${runId}`;
}
