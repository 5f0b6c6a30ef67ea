/** Owns where the secrets of live runs are kept, so that a reloaded window can let their runners in again. */

import type * as vscode from "vscode";

/** One secret a run, from its start to its end, in the editor's own store of secrets. */
export class RunSecrets {
  constructor(
    private readonly storage: vscode.SecretStorage,
    private readonly log: Pick<vscode.LogOutputChannel, "warn">,
  ) {}

  /** A run whose secret can not be kept runs all the same; it can not be commanded after a reload. */
  async keep(runId: string, secret: string): Promise<void> {
    await this.attempt("kept", () => this.storage.store(keyOf(runId), secret));
  }

  /** @returns undefined when the editor does not have it any more. */
  async read(runId: string): Promise<string | undefined> {
    return this.attempt("read", () => this.storage.get(keyOf(runId)));
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

function keyOf(runId: string): string {
  return `run-secret:${runId}`;
}
