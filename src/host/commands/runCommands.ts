/** The commands that start and end runs; how that is done is the runs' own. */

import * as vscode from "vscode";
import { ViewId } from "../../../contributions/views";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import { pickRun } from "../runs/pickRun";
import { controlOf, type Run } from "../runs/run";
import { isOver, isWaiting } from "../runs/runState";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunLauncher } from "../runs/runLauncher";
import { createSample } from "../runs/sampleScript";
import { saveScript } from "../runs/saveScript";
import { pickScript } from "../runs/scriptFinder";
import { followStart } from "../runs/startProgress";
import type { Types } from "../types/typesFeature";
import { requireTrust } from "../ui/workspaceTrust";

/** What the commands act on. */
export interface RunCommandsDeps {
  readonly runs: RunRegistry;
  readonly launcher: RunLauncher;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  readonly types: Types;
}

/** Registers them all. */
export function registerRunCommands({ runs, launcher, log, extensionUri, types }: RunCommandsDeps): vscode.Disposable {
  const store = new DisposableStore();
  const register = (id: CommandId, handler: (argument: unknown) => unknown): void => {
    store.add(registerCommand<[unknown]>(log, id, handler));
  };
  const start = async (script: vscode.Uri): Promise<string> => {
    requireTrust();
    await saveScript(script);
    return followStart(await showingProgress(() => launcher.start(script))).id;
  };
  const isLive = (run: Run): boolean => !isOver(run.state);

  register(CommandId.runScript, async (argument) => {
    requireTrust();
    if (!(argument instanceof vscode.Uri)) launcher.prepare();
    const script = argument instanceof vscode.Uri ? argument : await pickScript(log);
    return script && start(script);
  });
  register(CommandId.runActiveFile, (argument) => {
    requireTrust();
    const script = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    if (!script) throw new HumanError(vscode.l10n.t("No file is open. Open an agent script, or use Run Agent Script…"));
    return start(script);
  });
  register(CommandId.createSample, async () => types.offerFor(await createSample(extensionUri)));
  register(CommandId.stopRun, async (argument) => {
    const run = await pickRun(
      runs,
      argument,
      isLive,
      vscode.l10n.t("No run is active."),
      vscode.l10n.t("Stop which run?"),
    );
    await run?.control?.stop();
  });
  register(CommandId.stopAllRuns, () => launcher.stopAll());
  register(CommandId.restartRun, async (argument) => {
    requireTrust();
    const ask = vscode.l10n.t("Restart which run?");
    const none = vscode.l10n.t("There is no run to restart. A recording cannot be restarted: run its script again.");
    const run = await pickRun(runs, argument, ({ control }) => control !== undefined, none, ask);
    if (!run) return undefined;
    await saveScript(run.script);
    const again = await showingProgress(() => launcher.restart(run));
    return again && followStart(again).id;
  });
  register(CommandId.endRun, async (argument) => {
    const ask = vscode.l10n.t("End which run?");
    const run = await pickRun(
      runs,
      argument,
      (each) => isWaiting(each.state),
      vscode.l10n.t("No run is waiting."),
      ask,
    );
    await (run && controlOf(run).end());
  });
  register(CommandId.removeRun, async (argument) => {
    const ask = vscode.l10n.t("Remove which run?");
    const run = await pickRun(runs, argument, (each) => isOver(each.state), vscode.l10n.t("No run has ended."), ask);
    if (run) runs.remove(run.id);
  });
  register(CommandId.showTerminal, async (argument) => {
    const ask = vscode.l10n.t("Show the terminal of which run?");
    const run = await pickRun(runs, argument, () => true, vscode.l10n.t("There is no run."), ask);
    if (run) showTerminal(run);
  });
  register(CommandId.showLog, () => log.show());
  return store;
}

/** @throws HumanError when the terminal is gone. */
export function showTerminal(run: Run): void {
  if (!run.terminal) {
    throw new HumanError(vscode.l10n.t("The terminal of {0} was closed. Restart the run for a new one.", run.title));
  }
  run.terminal.show();
}

function showingProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: ViewId.contexts } }, work);
}
