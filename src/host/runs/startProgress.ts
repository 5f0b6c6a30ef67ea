/** What is seen while a run starts: progress in the tree, and soon a notification that can cancel it. */

import * as vscode from "vscode";
import { ViewId } from "../../../contributions/views";
import type { Run } from "./run";

/** A start that takes longer than this is told, and can be cancelled. */
const PATIENCE_MS = 3_000;

/** Shows the progress of `run` until its script has dialled in or ended. @returns `run`. */
export function followStart<R extends Run>(run: R): R {
  if (run.state.kind !== "starting") return run;
  let listener: vscode.Disposable | undefined;
  const started = new Promise<void>((resolve) => {
    listener = run.onDidChange(() => {
      if (run.state.kind !== "starting") resolve();
    });
    void run.over.then(resolve);
  });
  void started.then(() => void listener?.dispose());
  void vscode.window.withProgress({ location: { viewId: ViewId.contexts } }, () => started);
  const timer = setTimeout(() => {
    const location = vscode.ProgressLocation.Notification;
    const title = vscode.l10n.t("Starting {0}…", run.title);
    void vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) => {
      token.onCancellationRequested(() => void run.control?.stop());
      return started;
    });
  }, PATIENCE_MS);
  void started.then(() => clearTimeout(timer));
  return run;
}
