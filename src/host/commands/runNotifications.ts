/** What a run says unasked: that something went wrong, and that it waits for the user. Once each. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import type { Run } from "../runs/run";
import { isWaiting, statusText } from "../runs/runState";
import type { RunRegistry } from "../runs/runRegistry";

/** Follows every run of a script that is added from now on; a recording has nothing to say unasked. */
export function registerRunNotifications(runs: RunRegistry, log: vscode.LogOutputChannel): vscode.Disposable {
  return runs.onDidAdd((run) => {
    // What an earlier window said is not said again.
    if (run.control === undefined || run.restored === "ended") return;
    let told = run.restored === "live";
    const listener = run.onDidChange(() => {
      if (isWaiting(run.state) && !told) {
        told = true;
        tellWaiting(run);
      }
    });
    void run.over.then(() => {
      listener.dispose();
      if (run.problem !== undefined) tellProblem(run, log);
    });
  });
}

function tellWaiting(run: Run): void {
  const preview = vscode.l10n.t("Preview Merge");
  const text = vscode.l10n.t("{0} has finished with unmerged changes and waits for you.", run.title);
  void vscode.window.showInformationMessage(text, preview).then((choice) => {
    if (choice === preview) void vscode.commands.executeCommand(CommandId.previewMerge, pendingTarget(run));
  });
}

function tellProblem(run: Run, log: vscode.LogOutputChannel): void {
  const showTerminal = vscode.l10n.t("Show Terminal");
  const showLog = vscode.l10n.t("Show Log");
  const buttons = run.terminal ? [showTerminal, showLog] : [showLog];
  void vscode.window.showErrorMessage(run.problem ?? statusText(run.state), ...buttons).then((choice) => {
    if (choice === showTerminal) run.terminal?.show();
    if (choice === showLog) log.show();
  });
}

/** The run's first pending agent, as the tree names it. */
function pendingTarget(run: Run): object {
  const { model } = run;
  const agent = model.agents().find(({ layer }) => model.isPending(layer, model.lastSeq));
  return { runId: run.id, layer: agent?.layer, key: undefined, path: [] };
}
