/** Owns the extension's wiring: what is made, in which order, and that all of it ends. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { reportFailure } from "./host/commands";
import { DisposableStore } from "./host/disposableStore";
import { createLog } from "./host/log";
import type { Runs } from "./host/run";
import { registerRunCommands } from "./host/runCommands";
import { RunListener } from "./host/runListener";
import { registerRunNotifications } from "./host/runNotifications";
import { RunSessions } from "./host/runSessions";
import { registerRunStatusBar } from "./host/runStatusBar";
import { registerScriptCodeLens } from "./host/scriptCodeLens";
import { registerViews } from "./host/views";

let everything: DisposableStore | undefined;

/** What other extensions can reach, as `vscode.extensions.getExtension(…).exports`. */
export interface AgentContextApi {
  readonly runs: Runs;
}

/** Registers, and does nothing else: sockets, processes and files wait for the first run. */
export function activate(context: vscode.ExtensionContext): AgentContextApi {
  const store = (everything = new DisposableStore());
  const log = store.add(createLog());
  try {
    // Code that does not import vscode takes its texts from this bundle.
    if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
    const { extensionUri, globalStorageUri: storage } = context;
    const trace = (line: string): void => {
      if (log.logLevel === vscode.LogLevel.Trace) log.trace(line);
    };
    const listener = store.add(new RunListener({ warn: (text) => log.warn(text), trace }));
    const runs = store.add(new RunSessions({ listener, log, storage, extension: extensionUri }));
    store.add(registerRunStatusBar(runs));
    store.add(registerRunNotifications(runs, log));
    store.add(registerRunCommands({ runs, log, extensionUri }));
    store.add(registerScriptCodeLens());
    store.add(registerViews({ extensionUri, log, runs }));
    return { runs };
  } catch (error) {
    reportFailure(log, "activate", error);
    throw error;
  }
}

/** Ends what was started, processes included, before it returns: the editor does not wait. */
export function deactivate(): void {
  everything?.dispose();
  everything = undefined;
}
