/** The registration of the Findings view, and of what a click in it leads to: the evidence. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { Finding } from "../../model/findings/finding";
import type { Previews } from "../preview/previews";
import type { Run } from "../runs/run";
import { registerCommand } from "../ui/commands";
import { isRunTarget } from "../ui/runTarget";
import { FindingsView, type FindingsViewDeps } from "./findingsView";

/** What findings need of the rest. */
export interface FindingsDeps extends FindingsViewDeps {
  readonly log: vscode.LogOutputChannel;
  readonly previews: Pick<Previews, "open">;
  /** Opens the line that made the value which an event wrote. */
  readonly openWriter: (run: Run, seq: number) => Promise<void>;
}

/** Registers view and command. */
export function registerFindings({ log, previews, openWriter, ...deps }: FindingsDeps): vscode.Disposable {
  const store = new DisposableStore();
  store.add(new FindingsView(deps));
  store.add(
    registerCommand<[unknown]>(log, CommandId.showFinding, async (argument) => {
      if (!isRunTarget(argument)) throw new HumanError(vscode.l10n.t("Choose a finding in the Findings view."));
      const run = deps.runs.get(argument.runId);
      const finding = run?.model.found.findings[argument.finding ?? -1];
      if (run === undefined || finding === undefined) {
        throw new HumanError(vscode.l10n.t("The run of this finding is not on show any more."));
      }
      deps.runs.setCurrent(run.id);
      if (argument.seq === undefined) return showMerge(run, finding, previews);
      run.cursor.moveTo(argument.seq);
      if (argument.seq > run.model.firstSeq) await openWriter(run, argument.seq);
      return undefined;
    }),
  );
  return store;
}

/** The merge as it was about to happen, with the key selected; of work that was never merged, what a merge would do at the end. */
function showMerge(run: Run, { kind, agent, key, seq, planned }: Finding, previews: FindingsDeps["previews"]): void {
  if (kind === "unmergedWork") run.cursor.goLive();
  else run.cursor.moveTo(planned === 0 ? seq - 1 : planned);
  previews.open({ run, layer: agent }).showKey(key);
}
