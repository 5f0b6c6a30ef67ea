/** The wiring of everything that shows runs: the tree, the merge previews, the events and stepping. */

import type * as vscode from "vscode";
import { makerText, openMaker, pickHistory, registerBlame } from "../blame/blameFeature";
import { registerCompare } from "../compare/compareFeature";
import { registerContexts } from "../contexts/contextsFeature";
import { DisposableStore } from "../../base/disposableStore";
import { registerEvents } from "../events/eventsFeature";
import { registerExport } from "../export/exportFeature";
import { registerOrders } from "../orders/orders";
import { setHold } from "../holds/holdModes";
import { registerHolds } from "../holds/holdsFeature";
import { Previews } from "../preview/previews";
import type { RunRegistry } from "../runs/runRegistry";
import { registerRecentRuns } from "../recentRuns/recentRunsFeature";
import type { Recordings } from "../recordingEditor/recordings";
import { registerRecordings } from "../recordingEditor/recordingsFeature";
import type { RunRecordStore } from "../records/runRecordStore";
import { RunsWatcher } from "../runs/runsWatcher";
import { registerStepping } from "./stepping";
import { StepScope } from "../runs/stepScope";

/** What the views need: the runs, what is on disk of them, and where our own files are. */
export interface ViewsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly recordings: Recordings;
  /** What views remember of this workspace. */
  readonly memory: vscode.Memento;
}

/** Registers all views and their commands. Ending what is returned takes them away. */
export function registerViews(deps: ViewsDeps): vscode.Disposable {
  const { extensionUri, log, runs, records, recordings, memory } = deps;
  const disposables = new DisposableStore();
  const watcher = disposables.add(new RunsWatcher(runs));
  const scope = disposables.add(new StepScope(runs));
  const contexts = registerContexts({ runs, watcher, scope, log }, disposables);
  const previews = disposables.add(
    new Previews({
      extensionUri,
      log,
      runs,
      watcher,
      selected: () => contexts.selected,
      focused: () => contexts.focused(),
      siteText: makerText,
      openWriter: openMaker,
      pickHistory,
      setHold,
    }),
  );
  disposables.add(registerHolds({ log, runs, watcher, previews }));
  disposables.add(registerBlame({ log, runs, selected: () => contexts.selected }));
  disposables.add(registerOrders({ extensionUri, log, runs, watcher }));
  const showRun = (runId: string, focus: boolean): Promise<void> => contexts.showRun(runId, focus);
  const events = registerEvents({ extensionUri, log, runs, watcher, scope }, disposables);
  disposables.add(
    registerRecordings({
      extensionUri,
      log,
      runs,
      watcher,
      recordings,
      revealRun: (run) => void showRun(run.id, true),
      showEvents: (run, layer) => void events.show(run, layer),
    }),
  );
  disposables.add(registerExport({ log, runs }));
  disposables.add(registerStepping({ log, runs, watcher, scope }));
  const recentRuns = disposables.add(
    registerRecentRuns({ extensionUri, log, runs, records, watcher, memory, showRun }),
  );
  disposables.add(
    registerCompare({ log, runs, recorded: () => recentRuns.listed(), open: (uri) => recordings.open(uri) }),
  );
  return disposables;
}
