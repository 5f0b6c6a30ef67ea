/** The registration of Recent Runs: the view, its commands, and that run directories are tidied when a run ends. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand, reportFailure } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { workspaceName } from "../runs/workspaceName";
import { deleteAllRuns, deleteRuns } from "./deleteRuns";
import { compareRuns, exportRun, openRun, renameRun, revealRun } from "./recentRunActions";
import type { RecentRun } from "./recentRun";
import { RecentRunPicker } from "./pickRecentRun";
import type { LazyTree } from "../ui/lazyTree";
import type { RecentRuns } from "./recentRuns";
import { RecentRunsView, type RecentRow } from "./recentRunsView";
import { readRetention } from "../settings/retentionSettings";
import type { RunRecordStore } from "../records/runRecordStore";

/** What Recent Runs need of the rest. */
export interface RecentRunsFeatureDeps {
  readonly rows: LazyTree<RecentRow>;
  readonly recent: RecentRuns;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly watcher: RunsWatcher;
  readonly memory: vscode.Memento;
  /** Brings a run that is on show into sight, in the Agents view. */
  readonly showRun: (runId: string, focus: boolean) => Promise<void>;
}

/** What others may know of Recent Runs. */
export interface RecentRunsFeature extends vscode.Disposable {
  /** The runs that the view lists, or would list; newest first. */
  listed(): Promise<readonly RecentRun[]>;
}

/** Registers the view "Recent Runs" and its commands, and tidies after each run. */
export function registerRecentRuns(deps: RecentRunsFeatureDeps): RecentRunsFeature {
  const { rows, recent, log, runs, records, watcher, memory, showRun } = deps;
  const store = new DisposableStore();
  const failed = (error: unknown): void => reportFailure(log, "recent runs", error);
  const view = store.add(
    new RecentRunsView({
      rows,
      recent,
      records,
      watcher,
      memory,
      workspace: workspaceName,
      limits: readRetention,
      failed,
    }),
  );
  const picker = new RecentRunPicker(recent, view);
  const actions = { runs, records, showRun };
  const on = (id: CommandId, handler: (argument: unknown, selection: unknown) => unknown): void => {
    store.add(registerCommand<[unknown, unknown]>(log, id, handler));
  };

  on(CommandId.openRecentRun, async (argument, selection) => {
    for (const run of await picker.several(argument, selection, vscode.l10n.t("Open which run?"), "one")) {
      await openRun(run, actions, argument === undefined);
    }
  });
  on(CommandId.renameRecentRun, async (argument) => {
    const run = await picker.one(argument, vscode.l10n.t("Rename which run?"));
    if (run) await renameRun(run, actions);
  });
  on(CommandId.revealRecentRun, async (argument) => {
    const run = await picker.one(argument, vscode.l10n.t("Reveal the recording of which run?"));
    if (run) await revealRun(run);
  });
  on(CommandId.copyRecentRunPath, async (argument, selection) => {
    const chosen = await picker.several(argument, selection, vscode.l10n.t("Copy the path of which recording?"), "one");
    if (chosen.length > 0) await vscode.env.clipboard.writeText(chosen.map(({ recording }) => recording).join("\n"));
  });
  on(CommandId.exportRecentRun, async (argument) => {
    const run = await picker.one(argument, vscode.l10n.t("Export which run?"));
    if (run) await exportRun(run);
  });
  on(CommandId.compareRecentRuns, async (argument, selection) => {
    const [first, second] = await picker.pair(argument, selection);
    if (first && second) await compareRuns(first, second, actions);
  });
  on(CommandId.deleteRecentRuns, async (argument, selection) => {
    const chosen = await picker.several(argument, selection, vscode.l10n.t("Delete which runs?"), "many");
    if (chosen.length > 0) await deleteRuns(chosen, actions);
  });
  on(CommandId.deleteAllRecentRuns, async () => deleteAllRuns(view.listed(await recent.list()), actions));
  on(CommandId.showAllWorkspaceRuns, () => view.setListsAll(true));
  on(CommandId.showThisWorkspaceRuns, () => view.setListsAll(false));

  const tidy = (): void => void recent.tidy().catch(failed);
  // Not when a limit is changed: while one types 50, the limit is 5 for a moment.
  store.add(runs.onDidAdd((run) => void (run.control !== undefined && run.over.then(tidy))));
  return { dispose: () => store.dispose(), listed: async () => view.listed(await recent.list()) };
}
