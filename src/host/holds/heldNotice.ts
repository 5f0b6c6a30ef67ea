/** Owns the one notification about held merges: it follows their number and goes when none but the shown one is left. */

import * as vscode from "vscode";

/**
 * A progress notification, the only kind whose text VS Code lets one change. It begins with the second held merge, for
 * the first one opens the preview; once the user has closed it, it stays away until nothing was held.
 */
export class HeldNotice implements vscode.Disposable {
  private report: ((message: string) => void) | undefined;
  private end: (() => void) | undefined;
  private closed = false;
  private shown = 0;

  update(count: number): void {
    if (count === 0) this.closed = false;
    if (count < 2) return this.dispose();
    if (count === this.shown) return;
    this.shown = count;
    if (this.end === undefined && !this.closed) this.begin();
    this.report?.(textOf(count));
  }

  dispose(): void {
    this.shown = 0;
    this.end?.();
    this.end = undefined;
    this.report = undefined;
  }

  private begin(): void {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Agent Context"),
      cancellable: true,
    };
    void vscode.window.withProgress(options, (progress, cancelled) => {
      this.report = (message) => progress.report({ message });
      this.report(textOf(this.shown));
      return new Promise<void>((resolve) => {
        this.end = resolve;
        cancelled.onCancellationRequested(() => {
          this.closed = true;
          this.dispose();
        });
      });
    });
  }
}

function textOf(count: number): string {
  return vscode.l10n.t("{0} merges held", count);
}
