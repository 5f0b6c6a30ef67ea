/** The list of a key's writes, and what choosing one does. */

import * as vscode from "vscode";
import type { Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";
import { keyHistory, type HistoryEntry } from "./keyHistory";
import { openMaker, openWriter } from "./openWriter";
import { plainLabel } from "../ui/plainLabel";

interface WriteItem extends vscode.QuickPickItem {
  readonly entry: HistoryEntry;
}

/**
 * Shows who wrote a key, newest first. Enter moves the views to the event; buttons open the line that made the value, and that of the merge. Ends when the list
 * is closed.
 */
export async function pickHistory(run: Run, layer: number, key: string): Promise<void> {
  const history = keyHistory(run, layer, key);
  const name = key === "" ? vscode.l10n.t("(empty key)") : visibleText(key, 60);
  if (history.entries.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Nobody wrote {0} yet.", name));
    return;
  }
  const pick = vscode.window.createQuickPick<WriteItem | vscode.QuickPickItem>();
  pick.title = vscode.l10n.t("History of {0} in {1}", name, history.owner);
  pick.placeholder = vscode.l10n.t("Choose a write to show the run as it was then");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const goToEvent: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("history"),
    tooltip: vscode.l10n.t("Show the Run at This Event"),
  };
  const goToWriter: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("go-to-file"),
    tooltip: vscode.l10n.t("Go to Writer"),
  };
  const goToMerge: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("git-merge"),
    tooltip: vscode.l10n.t("Go to Merge"),
  };
  pick.items = itemsOf(history.entries, history.older, { goToEvent, goToWriter, goToMerge });
  const shown = pick.items.find((item) => "entry" in item && item.entry.when === "shown");
  if (shown !== undefined) pick.activeItems = [shown];

  await new Promise<void>((resolve, reject) => {
    let after: (() => Promise<void> | void) | undefined;
    const finish = (act: typeof after): void => {
      after = act;
      pick.hide();
    };
    const moveTo = ({ seq }: HistoryEntry): void => {
      // What is older than the log stands in its beginning.
      run.cursor.moveTo(seq);
    };
    pick.onDidTriggerItemButton(({ button, item }) => {
      if (!("entry" in item)) return;
      const { entry } = item;
      finish(() => {
        if (button === goToWriter) return openMaker(run, entry.seq);
        return button === goToMerge ? openWriter(run, entry.mergeSeq ?? entry.seq) : moveTo(entry);
      });
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined && "entry" in item) finish(() => moveTo(item.entry));
    });
    pick.onDidHide(() => {
      pick.dispose();
      Promise.resolve(after?.()).then(resolve, reject);
    });
    pick.show();
  });
}

function itemsOf(
  entries: readonly HistoryEntry[],
  older: number,
  buttons: Readonly<Record<"goToEvent" | "goToWriter" | "goToMerge", vscode.QuickInputButton>>,
): (WriteItem | vscode.QuickPickItem)[] {
  const items: (WriteItem | vscode.QuickPickItem)[] = [];
  const separator = (label: string): void => {
    items.push({ label, kind: vscode.QuickPickItemKind.Separator });
  };
  let when: HistoryEntry["when"] | undefined;
  for (const entry of entries) {
    if (entry.when !== when) {
      if (entry.when === "later") separator(vscode.l10n.t("after the event shown"));
      else if (entry.when === "shown") separator(vscode.l10n.t("shown"));
      else separator(vscode.l10n.t("before"));
      when = entry.when;
    }
    items.push({
      label: plainLabel(entry.value),
      iconPath: new vscode.ThemeIcon(entry.absent ? "trash" : entry.when === "shown" ? "circle-filled" : "edit"),
      description: plainLabel(entry.description),
      detail: plainLabel(entry.detail),
      buttons: [
        buttons.goToEvent,
        ...(entry.mergeSeq === undefined ? [] : [buttons.goToMerge]),
        ...(entry.hasLine ? [buttons.goToWriter] : []),
      ],
      entry,
    });
  }
  if (older > 0) separator(vscode.l10n.t("{0} older writes are not listed; step back to see them", older));
  return items;
}
