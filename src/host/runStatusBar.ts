/** Owns the status bar's item and the context keys that say which runs there are. */

import * as vscode from "vscode";
import { DisposableStore } from "./disposableStore";
import type { RunSessions } from "./runSessions";

/** Shows how many runs are alive or wait for the user; hidden without any. Clicking it goes to the tree. */
export function registerRunStatusBar(runs: RunSessions): vscode.Disposable {
  const store = new DisposableStore();
  const item = store.add(vscode.window.createStatusBarItem("agentContext.runs", vscode.StatusBarAlignment.Left));
  item.name = vscode.l10n.t("Agent Runs");
  item.command = "agentContext.contexts.focus";

  const keys = new Map<string, boolean>();
  const setKey = (name: string, value: boolean): void => {
    if ((keys.get(name) ?? false) === value) return;
    keys.set(name, value);
    void vscode.commands.executeCommand("setContext", `agentContext.${name}`, value);
  };
  const update = (): void => {
    const live = runs.all.filter((run) => !run.isOver).length;
    const waiting = runs.all.filter((run) => run.state === "waiting").length;
    setKey("hasRuns", runs.all.length > 0);
    setKey("hasLiveRuns", live > 0);
    setKey("hasWaitingRuns", waiting > 0);
    setKey("hasEndedRuns", runs.all.length > live);
    if (live === 0) return item.hide();
    const text = waiting > 0 ? vscode.l10n.t("{0} finished, unmerged", waiting) : vscode.l10n.t("{0} running", live);
    const shown = `${waiting > 0 ? "$(git-merge)" : "$(sync~spin)"} ${text}`;
    if (item.text !== shown) {
      item.text = shown;
      item.tooltip = vscode.l10n.t("Agent runs: {0} alive, {1} waiting for you", live, waiting);
      item.accessibilityInformation = { label: vscode.l10n.t("Agent runs: {0}", text) };
    }
    return item.show();
  };
  store.add(runs.onDidChange(update));
  store.add(runs.onDidAdd((run) => run.onDidChange(update)));
  return store;
}
