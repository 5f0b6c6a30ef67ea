/** Features whose code is loaded when one of their commands is first given, or somebody asks for them. */

import * as vscode from "vscode";
import type { CommandId } from "../../../contributions/commands";
import { registerCommand } from "./commands";
import { DisposableStore, type DisposableLike } from "../../base/disposableStore";
import { lazy } from "../../base/lazy";

/**
 * Stands in for the commands of a feature. When one is given it loads the feature, makes room for the commands that the
 * feature registers, and gives the command again.
 */
export class LazyFeature<T extends DisposableLike> implements vscode.Disposable {
  private readonly store = new DisposableStore();

  /** @param load imports the feature's code. What it returns registers every one of `commands`, and runs without a wait. */
  constructor(
    log: vscode.LogOutputChannel,
    commands: readonly CommandId[],
    private readonly load: () => Promise<() => T>,
  ) {
    for (const id of commands) {
      this.standIns.add(
        registerCommand(log, id, async (...args) => {
          await this.get();
          return vscode.commands.executeCommand(id, ...args);
        }),
      );
    }
  }

  /** The feature, loaded by now. Rejects with why it cannot be loaded; the next call tries again. */
  readonly get = lazy(async () => {
    const register = await this.load();
    this.standIns.dispose();
    return this.store.add(register());
  });

  dispose(): void {
    this.standIns.dispose();
    this.store.dispose();
  }

  private readonly standIns = new DisposableStore();
}
