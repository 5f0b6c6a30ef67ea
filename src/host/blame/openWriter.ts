/** The way from an event to the line of the script that caused it. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { CallSite } from "../../core/inspector";
import { makerOf } from "../../model/text/valueMaker";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import { gapSentence } from "./siteText";

/**
 * Opens the line that made the value which an event wrote: behind merges that only carried it, the write itself. Says so
 * where no line but a merge, or a person, made it. @throws HumanError when the line is not known, or its file is gone.
 */
export async function openMaker(run: Run, seq: number): Promise<void> {
  const { by, seq: made, merges } = makerOf(run.model, seq);
  const [merge = made] = merges;
  switch (by) {
    case "write":
      await openWriter(run, made);
      if (merges.length > 0) {
        say(vscode.l10n.t("Merged by event {0}; Show Key History leads to that line, too.", run.model.stepSeq(merge)));
      }
      return;
    case "merge":
      await openWriter(run, made);
      say(vscode.l10n.t("The merge decided this value by its policy, choices or resolver."));
      return;
    case "notKept":
      await openWriter(run, made);
      if (merges.length > 0) say(vscode.l10n.t("The write that was merged here is no longer in the log."));
      return;
    case "person": {
      const text = vscode.l10n.t(
        "This value was chosen in the editor, and merged by event {0}.",
        run.model.stepSeq(made),
      );
      if (run.model.callSite(made) === undefined) throw new HumanError(text);
      const goToMerge = vscode.l10n.t("Go to Merge");
      void vscode.window.showInformationMessage(text, goToMerge).then(async (choice) => {
        if (choice === goToMerge) await openWriter(run, made);
      });
    }
  }
}

function say(text: string): void {
  void vscode.window.setStatusBarMessage(text, 8_000);
}

/** Opens the line that caused an event, and selects it. @throws HumanError when it is not known, or its file is gone. */
export async function openWriter(run: Run, seq: number): Promise<void> {
  const blame = run.model.blame(seq);
  if (blame.type !== "line") throw new HumanError(gapSentence(blame, seq));
  const document = await openSource(blame.site);
  // A file may have become shorter since.
  const line = document.lineAt(Math.min(blame.site.line, document.lineCount) - 1);
  const selection = new vscode.Range(
    line.lineNumber,
    line.firstNonWhitespaceCharacterIndex,
    line.lineNumber,
    line.range.end.character,
  );
  await vscode.window.showTextDocument(document, { selection, viewColumn: columnFor(document) });
}

async function openSource({ file }: CallSite): Promise<vscode.TextDocument> {
  if (!path.isAbsolute(file)) {
    throw new HumanError(vscode.l10n.t("The line is in {0}, which is not a file on disk.", file));
  }
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  } catch {
    throw new HumanError(vscode.l10n.t("{0} cannot be opened: it was moved or deleted since the run.", file));
  }
}

/** Where the file already is, else among the other files: never over the merge preview that it was asked from. */
function columnFor(document: vscode.TextDocument): vscode.ViewColumn {
  const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const own = editors.find((editor) => editor.document === document) ?? editors[0];
  if (own?.viewColumn !== undefined) return own.viewColumn;
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab?.input instanceof vscode.TabInputWebview ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
}
