/** The wiring of the debug type `agent-context`: adapter, configurations and commands. */

import * as path from "node:path";
import * as vscode from "vscode";
import { DEBUG_TYPE } from "../../../contributions/debuggers";
import { CommandId } from "../../../contributions/commands";
import { registerCommand, reportFailure } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { Run } from "../runs/run";
import { isOver } from "../runs/runState";
import type { RunRegistry } from "../runs/runRegistry";
import { pickRun } from "../runs/pickRun";
import { RecordingRun } from "../runs/opened/recordingRun";
import type { Recordings } from "../recordingEditor/recordings";
import type { DebuggedAs } from "../settings/runOptions";
import type { RunLauncher } from "../runs/runLauncher";
import { saveScript } from "../runs/saveScript";
import { findScripts, pickScript } from "../runs/scriptFinder";
import { followStart } from "../runs/startProgress";
import { requireTrust } from "../ui/workspaceTrust";
import { AgentDebugSession } from "./agentDebugSession";
import { registerBreakpointCommands } from "./breakpointCommands";
import { ScriptDebugger } from "./scriptDebugger";
import { DebugConfigurations, type AgentDebugConfiguration } from "./debugConfiguration";
import { configurationOf } from "./debugType";

/** Scripts that are offered without a launch.json, at most. */
const MAX_OFFERED = 20;
const SEARCH_MS = 3_000;

/** What debugging needs of the rest. */
export interface DebugFeatureDeps {
  readonly runs: RunRegistry;
  readonly launcher: RunLauncher;
  readonly recordings: Recordings;
  readonly log: vscode.LogOutputChannel;
  /** The extension's own folder. */
  readonly extensionUri: vscode.Uri;
}

/** What VS Code asks of a debugger. */
export interface DebugFeature extends vscode.Disposable {
  /** The adapter of a session that begins. */
  adapter(session: vscode.DebugSession): vscode.DebugAdapterDescriptor;
  /** Completes and checks configurations. */
  readonly configurations: Required<Pick<vscode.DebugConfigurationProvider, ResolveMethod>>;
  /** What there is to debug without a launch.json. */
  offered(token?: vscode.CancellationToken): Promise<vscode.DebugConfiguration[]>;
}

type ResolveMethod = "resolveDebugConfiguration" | "resolveDebugConfigurationWithSubstitutedVariables";

/** Registers the commands of debugging. */
export function registerDebug(deps: DebugFeatureDeps): DebugFeature {
  const { runs, recordings, log } = deps;
  const store = new DisposableStore();
  const debug = async (argument: unknown, more: Partial<AgentDebugConfiguration> = {}): Promise<void> => {
    requireTrust();
    const script =
      argument instanceof vscode.Uri ? argument : await pickScript(log, vscode.l10n.t("Debug Agent Script"));
    if (script) await start(script, { ...configurationOf(script.fsPath), ...more });
  };
  store.add(registerCommand<[unknown]>(log, CommandId.debugScript, (argument) => debug(argument)));
  store.add(
    registerCommand<[unknown]>(log, CommandId.debugScriptAndContexts, (argument) =>
      debug(argument, { debugScript: true }),
    ),
  );
  store.add(
    registerCommand<[unknown]>(log, CommandId.replayRun, async (argument) => {
      if (argument instanceof vscode.Uri) return startReplay(recordings.open(argument));
      const run = await pickRun(
        runs,
        argument,
        (each) => isOver(each.state),
        vscode.l10n.t("There is no run that has ended, and no open recording."),
        vscode.l10n.t("Step through which run?"),
      );
      return run && startReplay(run);
    }),
  );
  store.add(registerBreakpointCommands(deps));
  return {
    adapter: (session) =>
      new vscode.DebugAdapterInlineImplementation(
        new AgentDebugSession({
          log,
          report: (error) => reportFailure(log, "debug", error),
          begin: (configuration) => begin(deps, configuration, session.workspaceFolder),
          debugScript: (run) => ScriptDebugger.start(run, session, deps.extensionUri),
        }),
      ),
    configurations: new DebugConfigurations((error) => reportFailure(log, "debug configuration", error)),
    offered,
    dispose: () => store.dispose(),
  };
}

/** A run that a debug session is to debug. */
async function begin(
  deps: DebugFeatureDeps,
  configuration: AgentDebugConfiguration,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<Run> {
  const { runs, launcher, recordings } = deps;
  const { runId, recording, program = "", noDebug = false, restartOf } = configuration;
  if (runId !== undefined) {
    const run = runs.get(runId);
    if (run === undefined) throw new HumanError(vscode.l10n.t("The run is no longer shown. Open its recording."));
    return whole(deps, run);
  }
  if (recording !== undefined) return whole(deps, recordings.open(vscode.Uri.file(recording)));
  requireTrust();
  const script = vscode.Uri.file(program);
  await saveScript(script);
  const restarted = restartOf === undefined ? undefined : runs.get(restartOf);
  // Restarted, or started again: the same place in the tree.
  const replaced =
    restarted ??
    runs.all.find((run) => run.control !== undefined && isOver(run.state) && run.script.fsPath === script.fsPath);
  // Restarted by the debugger's own button then, it is what took the place of the run that was.
  const repeated = restartOf === undefined || !replaced ? undefined : (await launcher.optionsOf(replaced))?.settings;
  const { args, cwd, env, holdMerges, debugScript } = configuration;
  const inspect = debugScript === true && !noDebug;
  const debugged = debuggedAs(configuration, folder);
  const more = { args, cwd, env, holdMerges, debugged, repeated };
  return followStart(await launcher.start(script, { replaced, debug: !noDebug, inspect, ...more }));
}

/** Less what is of one session: VS Code's own notes, and which run it restarts. */
function debuggedAs(
  { noDebug, restartOf: _restartOf, ...configuration }: AgentDebugConfiguration,
  folder: vscode.WorkspaceFolder | undefined,
): DebuggedAs {
  const own = Object.entries(configuration).filter(([name]) => !name.startsWith("__"));
  return {
    ...(folder && { folder: folder.uri.toString() }),
    ...(noDebug === true && { noDebug }),
    configuration: Object.fromEntries(own),
  };
}

/** A run that can be stepped through: one that is being read, once it is. */
async function whole({ runs }: DebugFeatureDeps, run: Run): Promise<Run> {
  if (run instanceof RecordingRun) await read(run);
  if (run.model.eventCount === 0 && run.problem !== undefined) throw new HumanError(run.problem);
  runs.setCurrent(run.id);
  return run;
}

/** Waits until a recording is read, with progress that can be cancelled: what was read then is replayed. */
async function read(run: RecordingRun): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t("Reading {0}", run.title);
  const done = run.whenRead;
  const isQuick = await Promise.race([
    done.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
  ]);
  if (isQuick) return;
  await vscode.window.withProgress({ location, title, cancellable: true }, (_progress, token) => {
    token.onCancellationRequested(() => run.stopReading());
    return done;
  });
}

/** Starts stepping through a run that has ended. */
export async function startReplay(run: Run): Promise<void> {
  const name = vscode.l10n.t("Replay {0}", run.title);
  await requireStart(undefined, { type: DEBUG_TYPE, request: "launch", name, runId: run.id });
}

async function start(script: vscode.Uri, configuration: AgentDebugConfiguration): Promise<void> {
  await requireStart(vscode.workspace.getWorkspaceFolder(script), configuration);
}

async function requireStart(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: AgentDebugConfiguration,
): Promise<void> {
  // What went wrong has been told by whoever found it.
  await vscode.debug.startDebugging(folder, configuration);
}

/** The scripts of the workspace, newest edited first. */
async function offered(token?: vscode.CancellationToken): Promise<vscode.DebugConfiguration[]> {
  const found: { readonly uri: vscode.Uri; readonly changedMs: number }[] = [];
  const cancellation = new vscode.CancellationTokenSource();
  const listener = token?.onCancellationRequested(() => cancellation.cancel());
  const timer = setTimeout(() => cancellation.cancel(), SEARCH_MS);
  try {
    await findScripts((script) => found.push(script), cancellation.token);
  } finally {
    clearTimeout(timer);
    listener?.dispose();
    cancellation.dispose();
  }
  return found
    .sort((a, b) => b.changedMs - a.changedMs)
    .slice(0, MAX_OFFERED)
    .map(({ uri }) => ({
      ...configurationOf(uri.fsPath),
      name: vscode.l10n.t("Debug {0}", path.basename(uri.fsPath)),
      program: vscode.workspace.getWorkspaceFolder(uri)
        ? `\${workspaceFolder}/${vscode.workspace.asRelativePath(uri, false)}`
        : uri.fsPath,
    }));
}
