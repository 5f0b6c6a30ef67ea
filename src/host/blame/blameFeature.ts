/** The commands that tell who wrote a key, and where. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunTarget } from "../ui/runTarget";
import { visibleText } from "../../base/visibleText";
import { chooseKey } from "./chooseKey";
import { openMaker } from "./openWriter";
import { pickHistory } from "./pickHistory";

export { openMaker, pickHistory };
export { makerText } from "./siteText";

/** What blame needs of the rest. */
export interface BlameDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  /** What is selected in the Agents or the State view. */
  readonly selected: () => RunTarget | undefined;
}

/** Registers Show Key History and Go to Writer. */
export function registerBlame({ log, runs, selected }: BlameDeps): vscode.Disposable {
  const disposables = new DisposableStore();
  disposables.add(
    registerCommand<[unknown]>(log, CommandId.showKeyHistory, async (argument) => {
      const question = vscode.l10n.t("Show the history of which key?");
      const choice = await chooseKey(runs, argument, selected(), question);
      if (choice !== undefined) await pickHistory(choice.run, choice.layer, choice.key);
    }),
  );
  disposables.add(
    registerCommand<[unknown]>(log, CommandId.goToWriter, async (argument) => {
      const choice = await chooseKey(runs, argument, selected(), vscode.l10n.t("Go to the last writer of which key?"));
      if (choice === undefined) return;
      const { run, layer, key } = choice;
      const { seq } = run.model.effectiveValue(layer, key, run.cursor.seq);
      if (seq === undefined) {
        throw new HumanError(
          vscode.l10n.t(
            "Nobody wrote {0} up to the event shown. Go live to see what came later.",
            visibleText(key, 60),
          ),
        );
      }
      await openMaker(run, seq);
    }),
  );
  return disposables;
}
