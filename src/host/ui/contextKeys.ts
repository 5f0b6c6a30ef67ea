/** Sets context keys, for the conditions of menus and keys; each only when its value changes. */

import * as vscode from "vscode";
import type { ContextKey } from "../../../contributions/contextKeys";

/** The context keys that one part of the extension keeps. */
export class ContextKeys {
  private readonly values = new Map<string, boolean>();

  set({ id }: ContextKey, value: boolean): void {
    if (this.values.get(id) === value) return;
    this.values.set(id, value);
    void vscode.commands.executeCommand("setContext", id, value);
  }
}
