/** Owns the one notification about held merges: it follows their number and goes when none but the shown one is left. */

import * as vscode from "vscode";
import { CommandId } from "../commandIds";
import { heldText } from "../contexts/heldNodes";

/**
 * A progress notification, the only kind whose text VS Code lets one change. It begins with the second held merge, for
 * the first one opens the preview; once the user has closed it, it stays away until nothing was held.
 */
export class HeldNotice implements vscode.Disposable {
  private shown: ShownNotice | undefined;
  private closed = false;

  update(count: number): void {
    if (count === 0) this.closed = false;
    if (count < 2) return this.dispose();
    if (this.closed) return;
    this.shown ??= new ShownNotice(() => {
      this.closed = true;
      this.shown = undefined;
    });
    this.shown.say(textOf(count));
  }

  dispose(): void {
    this.shown?.end();
    this.shown = undefined;
  }
}

/** One notification. VS Code may begin it later than asked, even after its end. */
class ShownNotice {
  private text = "";
  private report: ((text: string) => void) | undefined;
  readonly end: () => void;

  constructor(closed: () => void) {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.end = end;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Agent Context"),
      cancellable: true,
    };
    void vscode.window.withProgress(options, (progress, cancelled) => {
      this.report = (message) => progress.report({ message });
      if (this.text !== "") this.report(this.text);
      cancelled.onCancellationRequested(() => {
        closed();
        end();
      });
      return ended;
    });
  }

  say(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.report?.(text);
  }
}

function textOf(count: number): string {
  return `${heldText(count)}. [${vscode.l10n.t("Show")}](command:${CommandId.previewHeldMerge})`;
}
