/** The extension's wiring: what is there from the start, what is loaded when it is needed, and that all of it ends. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { lazy } from "./base/lazy";
import { DisposableStore } from "./base/disposableStore";
import { followActiveScript } from "./host/activation/activeScript";
import { registerDebugType } from "./host/activation/lazyDebug";
import { registerPages } from "./host/activation/lazyPages";
import { registerScriptCodeLens } from "./host/activation/scriptCodeLens";
import { tidyLater } from "./host/activation/tidyLater";
import type { Features } from "./host/commands/features";
import type { Branch } from "./host/contexts/liveTree";
import type { RecentRow } from "./host/recentRuns/recentRunsView";
import { RunRecordStore } from "./host/records/runRecordStore";
import { indexerThread } from "./host/runs/opened/threadFile";
import { RestoredRuns } from "./host/runs/restored/restoredRuns";
import type { Run } from "./host/runs/run";
import { RunRegistry } from "./host/runs/runRegistry";
import { runTitleOf } from "./host/runs/runTitle";
import { readRetention } from "./host/settings/retentionSettings";
import { registerTypes } from "./host/types/typesFeature";
import { CommandId } from "../contributions/commands";
import { reportFailure } from "./host/ui/commands";
import { LazyFeature } from "./host/ui/lazyFeature";
import { LazyTree } from "./host/ui/lazyTree";
import { createLog } from "./host/ui/log";
import { ViewId } from "../contributions/views";

let everything: DisposableStore | undefined;

/** What other extensions can reach, as `vscode.extensions.getExtension(…).exports`. */
export interface AgentContextApi {
  readonly runs: RunRegistry;
  /** Runs a script as Run Agent Script… would, but for the dialogs. Rejects with why it cannot be run. */
  start(script: vscode.Uri): Promise<Run>;
}

/**
 * Registers what VS Code must know, and loads the rest when it is used: by a command, a view that is looked at, the
 * debugger, or a run of before a reload. The records of such runs are read in an idle moment.
 */
export function activate(context: vscode.ExtensionContext): AgentContextApi {
  const store = (everything = new DisposableStore());
  const log = store.add(createLog());
  try {
    // Code that does not import vscode takes its texts from this bundle.
    if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
    const { extensionUri, globalStorageUri: storage } = context;
    const runs = store.add(new RunRegistry());
    const records = new RunRecordStore(vscode.Uri.joinPath(storage, "runs").fsPath);
    const types = store.add(registerTypes({ log, extensionUri }));
    store.add(registerScriptCodeLens(types.unresolved));
    store.add(followActiveScript());

    const load = (): Promise<Features> => features.get();
    const trees = {
      findings: store.add(new LazyTree<Branch>(ViewId.findings, { showCollapseAll: true }, load)),
      contexts: store.add(new LazyTree<Branch>(ViewId.contexts, { showCollapseAll: true }, load)),
      state: store.add(new LazyTree<Branch>(ViewId.state, { showCollapseAll: true }, load)),
      recentRuns: store.add(new LazyTree<RecentRow>(ViewId.recentRuns, { canSelectMany: true }, load)),
    };
    const recent = lazy(async () => {
      const { RecentRuns } = await import("./host/recentRuns/recentRuns");
      const thread = indexerThread(extensionUri);
      return store.add(new RecentRuns({ runs, records, limits: readRetention, thread, log }));
    });
    const commands = Object.values(CommandId).filter((id) => id !== CommandId.addTypes);
    const features = store.add(
      new LazyFeature(log, commands, async () => {
        const [{ createFeatures }, recentRuns] = await Promise.all([import("./host/commands/features"), recent()]);
        return () => createFeatures({ context, log, runs, records, recent: recentRuns, types, trees });
      }),
    );
    store.add(registerDebugType(async () => (await load()).debug()));
    store.add(registerPages(load));
    store.add(
      vscode.tasks.onDidStartTask(({ execution }) => {
        if (runTitleOf(execution.task) !== undefined) {
          load().then(
            ({ launcher }) => launcher.replaceRerun(execution),
            (error: unknown) => reportFailure(log, "rerun", error),
          );
        }
      }),
    );
    store.add(new RestoredRuns({ runs, records, log, adopt: async (...run) => (await load()).adopter.adopt(...run) }));
    store.add(tidyLater(records, recent, (error) => reportFailure(log, "recent runs", error)));
    return { runs, start: async (script) => (await load()).launcher.start(script) };
  } catch (error) {
    reportFailure(log, "activate", error);
    throw error;
  }
}

/**
 * Lets go of everything before it returns, for the editor does not wait. Runs live on: when the window is only reloaded it
 * finds them again, and when it is closed the editor ends their terminals.
 */
export function deactivate(): void {
  everything?.dispose();
  everything = undefined;
}
