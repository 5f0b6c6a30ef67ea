/** How commands are registered and how their failures reach the user; knows none of them. */

import * as vscode from "vscode";
import type { CommandId } from "../../../contributions/commands";
import { HumanError, messageOf, stackOf } from "../../base/humanError";

/**
 * Registers a command that reports its failures: a {@link HumanError} as its message, anything else as an internal
 * error whose stack is in the log. Cancellation is silent. The command's result is undefined after a failure.
 */
export function registerCommand<Arguments extends readonly unknown[]>(
  log: vscode.LogOutputChannel,
  id: CommandId,
  handler: (...args: Partial<Arguments>) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await handler(...(args as unknown as Partial<Arguments>));
    } catch (error) {
      reportFailure(log, id, error);
      return undefined;
    }
  });
}

/** Shows a failure as a notification with "Show Log", and logs it; does not wait for the user. */
export function reportFailure(log: vscode.LogOutputChannel, during: string, error: unknown): void {
  if (error instanceof vscode.CancellationError) return;
  const human = error instanceof HumanError;
  log.error(`${during}: ${human ? error.message : stackOf(error)}`);
  const showLog = vscode.l10n.t("Show Log");
  const text = human ? error.message : vscode.l10n.t("Agent Context failed: {0}", messageOf(error));
  void vscode.window.showErrorMessage(text, showLog).then((choice) => {
    if (choice === showLog) log.show();
  });
}
