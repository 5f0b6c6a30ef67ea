/** The registration of Recent Runs: the view, its commands, and when the run directories are tidied. */

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
import { indexerThread } from "../recordingEditor/recordings";
import { RecentRuns } from "./recentRuns";
import { RecentRunsView } from "./recentRunsView";
import { readRetention } from "../settings/retentionSettings";
import type { RunRecordStore } from "../records/runRecordStore";

/** After activation the editor has other things to do first. */
const FIRST_TIDY_MS = 5_000;

/** What Recent Runs need of the rest. */
export interface RecentRunsFeatureDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly watcher: RunsWatcher;
  readonly memory: vscode.Memento;
  /** Brings a run that is on show into sight, in the Contexts view. */
  readonly showRun: (runId: string, focus: boolean) => Promise<void>;
}

/** What others may know of Recent Runs. */
export interface RecentRunsFeature extends vscode.Disposable {
  /** The runs that the view lists, or would list; newest first. */
  listed(): Promise<readonly RecentRun[]>;
}

/** Registers the view "Recent Runs" and its commands, and tidies from now on. */
export function registerRecentRuns(deps: RecentRunsFeatureDeps): RecentRunsFeature {
  const { extensionUri, log, runs, records, watcher, memory, showRun } = deps;
  const store = new DisposableStore();
  const failed = (error: unknown): void => reportFailure(log, "recent runs", error);
  const recent = store.add(
    new RecentRuns({ runs, records, limits: readRetention, thread: indexerThread(extensionUri), log }),
  );
  const view = store.add(
    new RecentRunsView({ recent, records, watcher, memory, workspace: workspaceName, limits: readRetention, failed }),
  );
  const picker = new RecentRunPicker(recent, view);
  const actions = { runs, records, showRun };
  const on = (id: CommandId, handler: (argument: unknown, rows: unknown) => unknown): void => {
    store.add(registerCommand<[unknown, unknown]>(log, id, handler));
  };

  on(CommandId.openRecentRun, async (argument, rows) => {
    for (const run of await picker.several(argument, rows, vscode.l10n.t("Open which run?"), "one")) {
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
  on(CommandId.copyRecentRunPath, async (argument, rows) => {
    const chosen = await picker.several(argument, rows, vscode.l10n.t("Copy the path of which recording?"), "one");
    if (chosen.length > 0) await vscode.env.clipboard.writeText(chosen.map(({ recording }) => recording).join("\n"));
  });
  on(CommandId.exportRecentRun, async (argument) => {
    const run = await picker.one(argument, vscode.l10n.t("Export which run?"));
    if (run) await exportRun(run);
  });
  on(CommandId.compareRecentRuns, async (argument, rows) => {
    const [first, second] = await picker.pair(argument, rows);
    if (first && second) await compareRuns(first, second, actions);
  });
  on(CommandId.deleteRecentRuns, async (argument, rows) => {
    const chosen = await picker.several(argument, rows, vscode.l10n.t("Delete which runs?"), "many");
    if (chosen.length > 0) await deleteRuns(chosen, actions);
  });
  on(CommandId.deleteAllRecentRuns, async () => deleteAllRuns(view.listed(await recent.list()), actions));
  on(CommandId.showAllWorkspaceRuns, () => view.setListsAll(true));
  on(CommandId.showThisWorkspaceRuns, () => view.setListsAll(false));

  const tidy = (): void => void recent.tidy().catch(failed);
  const timer = setTimeout(() => {
    tidy();
    void recent.catchUp().catch(failed);
  }, FIRST_TIDY_MS);
  store.add({ dispose: () => clearTimeout(timer) });
  // Not when a limit is changed: while one types 50, the limit is 5 for a moment.
  store.add(runs.onDidAdd((run) => void (run.origin === "started" && run.over.then(tidy))));
  return { dispose: () => store.dispose(), listed: async () => view.listed(await recent.list()) };
}
