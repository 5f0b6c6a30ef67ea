/** The extension's wiring: what is made, in which order, and that all of it ends. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { reportFailure } from "./host/ui/commands";
import { registerDebug } from "./host/debug/debugFeature";
import { DisposableStore } from "./base/disposableStore";
import { RestoredRuns } from "./host/runs/restored/restoredRuns";
import { KeptOptions } from "./host/runs/restored/keptOptions";
import { RunSecrets } from "./host/runs/restored/runSecrets";
import { createLog, traceTo } from "./host/ui/log";
import type { Run } from "./host/runs/run";
import { RunRegistry } from "./host/runs/runRegistry";
import { keepRecords } from "./host/runs/keptRecord";
import { Recordings } from "./host/recordingEditor/recordings";
import { RunRecordStore } from "./host/records/runRecordStore";
import { registerRunCommands } from "./host/commands/runCommands";
import { RunListener } from "./host/runs/runListener";
import { registerRunNotifications } from "./host/commands/runNotifications";
import { RunLauncher } from "./host/runs/runLauncher";
import { registerRunStatusBar } from "./host/commands/runStatusBar";
import { registerScriptCodeLens } from "./host/commands/scriptCodeLens";
import { registerTypes } from "./host/types/typesFeature";
import { registerViews } from "./host/commands/views";

let everything: DisposableStore | undefined;

/** What other extensions can reach, as `vscode.extensions.getExtension(…).exports`. */
export interface AgentContextApi {
  readonly runs: RunRegistry;
  /** Runs a script as Run Agent Script… would, but for the dialogs. Rejects with why it cannot be run. */
  start(script: vscode.Uri): Promise<Run>;
}

/** Registers, and does nothing else: sockets and processes wait for the first run, the records of earlier ones for an idle moment. */
export function activate(context: vscode.ExtensionContext): AgentContextApi {
  const store = (everything = new DisposableStore());
  const log = store.add(createLog());
  try {
    // Code that does not import vscode takes its texts from this bundle.
    if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
    const { extensionUri, globalStorageUri: storage } = context;
    const listener = store.add(new RunListener({ warn: (text) => log.warn(text), trace: traceTo(log) }));
    const runs = store.add(new RunRegistry());
    const records = new RunRecordStore(vscode.Uri.joinPath(storage, "runs").fsPath);
    store.add(keepRecords(runs, records));
    const secrets = new RunSecrets(context.secrets, log);
    const keptOptions = new KeptOptions(secrets, records, log);
    const launcher = store.add(
      new RunLauncher({ runs, records, listener, secrets, keptOptions, log, extension: extensionUri }),
    );
    store.add(registerRunStatusBar(runs));
    store.add(registerRunNotifications(runs, log));
    const types = store.add(registerTypes({ log, extensionUri }));
    store.add(registerRunCommands({ runs, launcher, log, extensionUri, types }));
    store.add(registerScriptCodeLens(types.unresolved));
    const recordings = new Recordings({ runs, records, log, extensionUri });
    store.add(registerDebug({ runs, launcher, recordings, log, extensionUri }));
    store.add(registerViews({ extensionUri, log, runs, records, recordings, memory: context.workspaceState }));
    store.add(new RestoredRuns({ runs, records, listener, secrets, log }));
    return { runs, start: (script) => launcher.start(script) };
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
