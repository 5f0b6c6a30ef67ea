/** The status bar's item and the context keys that say which runs there are. */

import * as vscode from "vscode";
import { ContextKeys } from "../ui/contextKeys";
import { hasEndedRuns, hasLiveRuns, hasRuns, hasWaitingRuns } from "../../../contributions/contextKeys";
import { ViewId } from "../../../contributions/views";
import { CommandId } from "../../../contributions/commands";
import { heldText } from "../contexts/heldNodes";
import { DisposableStore } from "../../base/disposableStore";
import { visibleText } from "../../base/visibleText";
import { problemsText } from "../ui/findingsText";
import { plainLabel } from "../ui/plainLabel";
import type { RunRegistry } from "../runs/runRegistry";
import { countRuns } from "../runs/runCounts";

/**
 * Shows how many runs are alive or wait for the user; without any, what the run that was looked at last has lost, if
 * something. Clicking it goes to where that is shown.
 */
export function registerRunStatusBar(runs: RunRegistry): vscode.Disposable {
  const store = new DisposableStore();
  const item = store.add(vscode.window.createStatusBarItem("agentContext.runs", vscode.StatusBarAlignment.Left));
  item.name = vscode.l10n.t("Agent Runs");

  const keys = new ContextKeys();
  const show = (shown: string, text: string, tooltip: string): void => {
    if (item.tooltip !== tooltip) item.tooltip = tooltip;
    if (item.text !== shown) {
      item.text = shown;
      item.accessibilityInformation = { label: vscode.l10n.t("Agent runs: {0}", text) };
    }
    item.show();
  };
  const update = (): void => {
    const { live, waiting, paused, restoring, over, held } = countRuns(runs.all);
    keys.set(hasRuns, runs.all.length > 0);
    keys.set(hasLiveRuns, live + restoring > 0);
    keys.set(hasWaitingRuns, waiting > 0);
    keys.set(hasEndedRuns, over > 0);
    const lost = live + restoring === 0 ? lostIn(runs) : undefined;
    if (lost !== undefined) {
      item.command = `${ViewId.findings}.focus`;
      item.backgroundColor = undefined;
      return show(`$(warning) ${lost}`, lost, lost);
    }
    if (live + restoring === 0) return item.hide();
    const [icon, text] =
      held > 0
        ? ["$(debug-pause)", heldText(held)]
        : waiting > 0
          ? ["$(git-merge)", vscode.l10n.t("{0} finished, unmerged", waiting)]
          : paused > 0
            ? ["$(debug-alt)", vscode.l10n.t("{0} paused in the debugger", paused)]
            : live > 0
              ? ["$(sync~spin)", vscode.l10n.t("{0} running", live)]
              : ["$(loading~spin)", vscode.l10n.t("looking for runs…")];
    // What is held is one click away; without it the click leads to the tree.
    item.command = held > 0 ? CommandId.previewHeldMerge : `${ViewId.contexts}.focus`;
    item.backgroundColor = held > 0 ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    const facts = vscode.l10n.t("Agent runs: {0} active, {1} waiting for you; held merges: {2}", live, waiting, held);
    const tooltip =
      restoring === 0 ? facts : `${facts}; ${vscode.l10n.t("looking for {0} from before the reload", restoring)}`;
    return show(`${icon} ${text}`, text, tooltip);
  };
  store.add(runs.onDidChange(update));
  store.add(runs.onDidAdd((run) => run.onDidChange(update)));
  return store;
}

/** "race.ts: 2 lost updates"; undefined where the current run lost nothing. */
function lostIn({ current }: RunRegistry): string | undefined {
  const problems = current && problemsText(current.model.found.totals);
  return problems === undefined ? undefined : `${plainLabel(visibleText(current?.title ?? "", 40))}: ${problems}`;
}
