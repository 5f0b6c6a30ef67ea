/** Everything that acts on runs, wired together. It is loaded when the first of it is needed. */

import type * as vscode from "vscode";
import { makerText, openMaker, pickHistory, registerBlame } from "../blame/blameFeature";
import { registerContexts } from "../contexts/contextsFeature";
import type { Branch } from "../contexts/liveTree";
import { DisposableStore } from "../../base/disposableStore";
import { lazy } from "../../base/lazy";
import type { DebugFeature } from "../debug/debugFeature";
import { registerEvents } from "../events/eventsFeature";
import { registerFindings } from "../findings/findingsFeature";
import { setHold } from "../holds/holdModes";
import { registerHolds } from "../holds/holdsFeature";
import { Previews } from "../preview/previews";
import { Recordings } from "../recordingEditor/recordings";
import { RecordingEditor, registerOpenRecording } from "../recordingEditor/recordingsFeature";
import type { RecentRow } from "../recentRuns/recentRunsView";
import type { RecentRuns } from "../recentRuns/recentRuns";
import { registerRecentRuns } from "../recentRuns/recentRunsFeature";
import type { RunRecordStore } from "../records/runRecordStore";
import { keepRecords } from "../runs/keptRecord";
import { KeptOptions } from "../runs/restored/keptOptions";
import { RunAdopter } from "../runs/restored/runAdopter";
import { RunSecrets } from "../runs/restored/runSecrets";
import type { AwaitedRun, RunListener } from "../runs/runListener";
import { RunLauncher } from "../runs/runLauncher";
import type { RunRegistry } from "../runs/runRegistry";
import { RunsWatcher } from "../runs/runsWatcher";
import { StepScope } from "../runs/stepScope";
import type { Types } from "../types/typesFeature";
import { CommandId } from "../../../contributions/commands";
import { LazyFeature } from "../ui/lazyFeature";
import type { LazyTree } from "../ui/lazyTree";
import { traceTo } from "../ui/log";
import { registerRunCommands } from "./runCommands";
import { registerRunNotifications } from "./runNotifications";
import { registerRunStatusBar } from "./runStatusBar";
import { registerStepping } from "./stepping";

/** What is there since activation. */
export interface FeaturesDeps {
  readonly context: Pick<vscode.ExtensionContext, "extensionUri" | "secrets" | "workspaceState">;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly records: RunRecordStore;
  readonly recent: RecentRuns;
  readonly types: Types;
  readonly trees: {
    readonly findings: LazyTree<Branch>;
    readonly contexts: LazyTree<Branch>;
    readonly state: LazyTree<Branch>;
    readonly recentRuns: LazyTree<RecentRow>;
  };
}

/** What VS Code, and other extensions, ask of it. */
export interface Features extends vscode.Disposable {
  readonly launcher: RunLauncher;
  readonly adopter: RunAdopter;
  readonly recordingEditor: RecordingEditor;
  readonly events: vscode.WebviewViewProvider;
  debug(): Promise<DebugFeature>;
}

/** Registers all commands but those of types. Disposing of it lets go of runs, which live on. */
export function createFeatures({ context, log, runs, records, recent, types, trees }: FeaturesDeps): Features {
  const { extensionUri, workspaceState: memory } = context;
  const store = new DisposableStore();
  const later = <T extends vscode.Disposable>(commands: readonly CommandId[], load: () => Promise<() => T>) =>
    store.add(new LazyFeature(log, commands, load));

  const listening = lazy(async () => {
    const { RunListener: Listener } = await import("../runs/runListener");
    return store.add(new Listener({ warn: (text) => log.warn(text), trace: traceTo(log) }));
  });
  const listener: Pick<RunListener, "expect"> = {
    expect: async (run: AwaitedRun) => (await listening()).expect(run),
  };
  store.add(keepRecords(runs, records));
  const secrets = new RunSecrets(context.secrets, log);
  const keptOptions = new KeptOptions(secrets, records, log);
  const launcher = new RunLauncher({ runs, records, listener, secrets, keptOptions, log, extension: extensionUri });
  const adopter = store.add(new RunAdopter({ runs, records, listener, secrets, log }));
  store.add(registerRunStatusBar(runs));
  store.add(registerRunNotifications(runs, log));
  store.add(registerRunCommands({ runs, launcher, log, extensionUri, types }));

  const watcher = store.add(new RunsWatcher(runs));
  const scope = store.add(new StepScope(runs));
  const recordings = new Recordings({ runs, records, log, extensionUri });
  const contexts = registerContexts({ trees, runs, watcher, scope, log }, store);
  const previews = store.add(
    new Previews({
      extensionUri,
      log,
      runs,
      watcher,
      selected: contexts.selected,
      focused: () => contexts.focused(),
      siteText: makerText,
      openWriter: openMaker,
      pickHistory,
      setHold,
    }),
  );
  store.add(registerFindings({ rows: trees.findings, log, runs, watcher, previews, openWriter: openMaker }));
  store.add(registerHolds({ log, runs, watcher, previews }));
  store.add(registerBlame({ log, runs, selected: contexts.selected }));
  const showRun = (runId: string, focus: boolean): Promise<void> => contexts.showRun(runId, focus);
  const events = registerEvents({ extensionUri, log, runs, watcher, scope }, store);
  store.add(registerOpenRecording(log));
  const recordingEditor = store.add(
    new RecordingEditor({
      extensionUri,
      log,
      runs,
      watcher,
      recordings,
      revealRun: (run) => void showRun(run.id, true),
      showEvents: (run, layer) => void events.show(run, layer),
    }),
  );
  store.add(registerStepping({ log, runs, watcher, scope }));
  const recentRuns = store.add(
    registerRecentRuns({ rows: trees.recentRuns, recent, log, runs, records, watcher, memory, showRun }),
  );

  later([CommandId.compareOrders], async () => {
    const { registerOrders } = await import("../orders/orders");
    return () => registerOrders({ extensionUri, log, runs, watcher });
  });
  later([CommandId.exportRun], async () => {
    const { registerExport } = await import("../export/exportFeature");
    return () => registerExport({ log, runs });
  });
  later([CommandId.compareRuns, CommandId.compareWithRun], async () => {
    const { registerCompare } = await import("../compare/compareFeature");
    return () =>
      registerCompare({ log, runs, recorded: () => recentRuns.listed(), open: (uri) => recordings.open(uri) });
  });
  const debugging = later(
    [
      ...[CommandId.debugScript, CommandId.debugScriptAndContexts, CommandId.replayRun, CommandId.addBreakpoint],
      ...[CommandId.breakOnWrite, CommandId.breakOnRead, CommandId.breakOnMerge, CommandId.reverseToWrite],
    ],
    async () => {
      const { registerDebug } = await import("../debug/debugFeature");
      return () => registerDebug({ runs, launcher, recordings, log, extensionUri });
    },
  );
  return { launcher, adopter, recordingEditor, events, debug: debugging.get, dispose: () => store.dispose() };
}
