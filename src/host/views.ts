/** Owns the wiring of everything that shows runs: the tree, the merge previews, the events and stepping. */

import type * as vscode from "vscode";
import { openWriter, pickHistory, registerBlame, siteText } from "./blame/blameFeature";
import { registerContexts } from "./contexts/contextsFeature";
import { DisposableStore } from "./disposableStore";
import { registerEvents } from "./events/eventsFeature";
import { registerOrders } from "./orders/orders";
import { setHold } from "./holds/holdModes";
import { registerHolds } from "./holds/holdsFeature";
import { Previews } from "./preview/previews";
import type { Runs } from "./run";
import { RunsWatcher } from "./runsWatcher";
import { registerStepping } from "./stepping";
import { StepScope } from "./stepScope";

/** What the views need: the runs, and where our own files are. */
export interface ViewsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
}

/** Registers all views and their commands. Ending what is returned takes them away. */
export function registerViews({ extensionUri, log, runs }: ViewsDeps): vscode.Disposable {
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
      siteText,
      openWriter,
      pickHistory,
      setHold,
    }),
  );
  disposables.add(registerHolds({ log, runs, watcher, previews }));
  disposables.add(registerBlame({ log, runs, selected: () => contexts.selected }));
  disposables.add(registerOrders({ extensionUri, log, runs, watcher }));
  registerEvents({ extensionUri, log, runs, watcher, scope }, disposables);
  disposables.add(registerStepping({ log, runs, watcher, scope }));
  return disposables;
}
