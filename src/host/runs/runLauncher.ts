/** How runs of scripts come about in this window; which are shown is in runRegistry.ts, which are restored after a reload in restored/. */

import { randomBytes, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { LaunchSpec } from "../../protocol/launch";
import type { HoldMode } from "../../core/choices";
import { RECORDING_SUFFIX } from "../../recording/recording";
import { reportFailure } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import { isScriptName } from "./importMatcher";
import { chooseNode, type NodeChoice } from "./nodeChoice";
import type { KeptOptions } from "./restored/keptOptions";
import { readMemoryBounds } from "../settings/memorySettings";
import { MachineNodeProbes } from "./nodeProbes";
import type { Run } from "./run";
import type { RunRegistry } from "./runRegistry";
import type { RunSecrets } from "./restored/runSecrets";
import type { RunListener } from "./runListener";
import type { RunRecordStore } from "../records/runRecordStore";
import { maskedByBoth, type DebuggedAs, type RunOptions } from "../settings/runOptions";
import { LiveRun } from "./liveRun";
import { readRunSettings, type RunSettings } from "../settings/runSettings";
import { isOver } from "./runState";
import { RunTask } from "./runTask";
import { runTitleOf } from "./runTitle";
import { uniqueTitle } from "./uniqueTitle";
import { workspaceName } from "./workspaceName";

/** What one run is started with beside the settings. */
export interface StartOptions {
  /** An ended run whose place, title and terminal the new one takes. */
  readonly replaced?: Run | undefined;
  /** A debugger starts it: the script waits before its first line. */
  readonly debug?: boolean | undefined;
  /** The JavaScript debugger is to be let in, too. */
  readonly inspect?: boolean | undefined;
  /** In place of the settings. */
  readonly args?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly holdMerges?: HoldMode | undefined;
  /** Beside those of the settings. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly runtimeArgs?: readonly string[] | undefined;
  /** The debug configuration that starts it: a restart starts it by that again. */
  readonly debugged?: DebuggedAs | undefined;
  /** In place of the settings and of all that stands beside them: a restart repeats what its run was started with. */
  readonly repeated?: RunSettings | undefined;
}

/** What runs are started with. */
export interface RunLauncherOptions {
  /** Where they are shown. */
  readonly runs: RunRegistry;
  readonly listener: Pick<RunListener, "expect">;
  readonly log: vscode.LogOutputChannel;
  /** The run directories. */
  readonly records: RunRecordStore;
  readonly secrets: RunSecrets;
  readonly keptOptions: KeptOptions;
  /** The extension's own folder. */
  readonly extension: vscode.Uri;
}

/** Starts runs. They live on when it is disposed of. */
export class RunLauncher implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly nodeVersions = new Map<string, string>();
  /** Those of runs that this window started. */
  private readonly runOptions = new WeakMap<Run, RunOptions>();
  /** The id of the run whose place a run took. */
  private readonly replacedIds = new WeakMap<Run, string>();

  constructor(private readonly options: RunLauncherOptions) {}

  /**
   * Starts `script` as a new run, which becomes the current one. Resolves when its task was handed to VS Code; what goes
   * wrong from then on is the run's own problem.
   * @throws HumanError when the script or Node.js cannot be used; nothing was started then.
   */
  async start(script: vscode.Uri, options: StartOptions = {}): Promise<LiveRun> {
    await checkScript(script);
    const { replaced, debug = false, inspect = false, debugged, repeated } = options;
    const settings = repeated ? remasked(repeated, script) : merged(readRunSettings(script), options);
    const node = await this.nodeFor(settings);

    const id = randomUUID();
    const { records, runs, secrets, keptOptions } = this.options;
    const runDir = records.directory(id);
    const name = path.basename(script.fsPath);
    const recording = path.join(runDir, name + RECORDING_SUFFIX);
    const rendezvous = records.rendezvousOf(id);
    const secret = randomBytes(32).toString("base64url");
    const launch: LaunchSpec = {
      runId: id,
      script: script.fsPath,
      runDir,
      recording,
      rendezvous,
      atEnd: settings.atEnd,
      holdMerges: settings.holdMerges,
      graceMs: settings.graceMs,
      stopGraceMs: settings.stopGraceMs,
      // Source breakpoints need the line of every event; whoever steps is not in a hurry.
      callSiteLimit: debug ? NO_LIMIT : settings.callSiteLimit,
      ...(debug && { debug }),
      ...(inspect && { inspect }),
      nodeSource: node.source,
      ...(settings.redact && { redact: { ...settings.redact, salt: randomBytes(32).toString("base64url") } }),
    };
    const title = replaced?.title ?? uniqueTitle(name, new Set(runs.all.map((run) => run.title)));
    await records.create({
      id,
      script: script.fsPath,
      title,
      startedMs: Date.now(),
      recording: path.basename(recording),
      workspace: workspaceName(),
      live: {
        hostPid: process.pid,
        nodeText: node.text,
        nodeSource: node.source,
        holdMerges: settings.holdMerges,
        stopGraceMs: settings.stopGraceMs,
      },
    });
    const supervisor = vscode.Uri.joinPath(this.options.extension, "dist", "runner", "supervisor.cjs");
    const task = new RunTask({ ...settings, title, script, node, supervisor, launch, secret });
    task.onDidStart((pid) => records.noteLive(id, { supervisorPid: pid }));
    const runOptions: RunOptions = { settings, ...(debugged && { debugged }) };
    // The editor's store is slow, and nobody asks it before the window is reloaded.
    const kept = Promise.all([secrets.keep(id, secret), keptOptions.keep(id, runOptions)]);
    const session = new LiveRun({
      id,
      title,
      script,
      recording,
      node,
      holdMerges: settings.holdMerges,
      stopGraceMs: settings.stopGraceMs,
      task,
      debug,
      log: this.options.log,
      memory: readMemoryBounds(),
      detachNoted: () => records.noteLive(id, { detached: true }),
    });
    const awaited = await this.options.listener.expect({ runId: id, secret, rendezvous, receiver: session });
    void session.over.then(async () => {
      awaited.dispose();
      await kept;
      return secrets.forget(id);
    });

    this.runOptions.set(session, runOptions);
    if (replaced !== undefined) this.replacedIds.set(session, replaced.id);
    runs.add(session, replaced);
    await session.launch();
    await kept;
    return session;
  }

  /** Looks meanwhile at what a run will need, while the user chooses a script. */
  prepare(): void {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (folder === undefined) return;
    // What is wrong is said when a script is run.
    void (async () => this.nodeFor(readRunSettings(vscode.Uri.joinPath(folder, "script"))))().catch(() => undefined);
  }

  private nodeFor({ nodePath, env, cwd }: RunSettings): Promise<NodeChoice> {
    return chooseNode(
      {
        setting: nodePath,
        env: { ...process.env, ...env },
        platform: process.platform,
        editor: {
          execPath: process.execPath,
          version: process.versions.node,
          electron: process.versions["electron"] !== undefined,
        },
      },
      new MachineNodeProbes(cwd, this.nodeVersions),
    );
  }

  /**
   * What a run was started with, less what the user has changed of it since: its hold mode.
   * @returns undefined when that is not known any more
   */
  async optionsOf(run: Run): Promise<RunOptions | undefined> {
    const options = this.runOptions.get(run) ?? (await this.options.keptOptions.read(run.id));
    return options && { ...options, settings: { ...options.settings, holdMerges: run.holds.run } };
  }

  /**
   * Ends the run if it lives, and starts its script again in its place, with all that it was started with; one that was
   * debugged is debugged again.
   * @returns undefined when the user does not want it, or VS Code does not start it
   */
  async restart(run: Run): Promise<Run | undefined> {
    await checkScript(run.script);
    const options = await this.optionsOf(run);
    if (options === undefined && !(await agreeToSettings(run))) return undefined;
    await run.control?.stop();
    // Its terminal came back with a reload and cannot be used again: the new one takes its place.
    if (run.restored !== undefined) run.terminal?.dispose();
    const debugged = options?.debugged;
    if (debugged === undefined) return this.start(run.script, { replaced: run, repeated: options?.settings });
    await this.debugAgain(run, debugged);
    return this.options.runs.all.find((each) => this.replacedIds.get(each) === run.id);
  }

  private async debugAgain(run: Run, { folder, noDebug = false, configuration }: DebuggedAs): Promise<void> {
    const again = { ...configuration, restartOf: run.id } as unknown as vscode.DebugConfiguration;
    const at = folder === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(folder));
    await vscode.debug.startDebugging(at, again, { noDebug });
  }

  /** Ends all runs. */
  async stopAll(): Promise<void> {
    await Promise.all(this.options.runs.all.map(async (run) => run.control?.stop()));
  }

  dispose(): void {
    this.store.dispose();
  }

  /**
   * Hears of every task that starts. VS Code's "Rerun Last Task" starts an ended run's process again, with a secret that is
   * worth nothing: it is restarted instead.
   */
  replaceRerun(execution: vscode.TaskExecution): void {
    const title = runTitleOf(execution.task);
    if (title === undefined) return;
    const session = this.options.runs.all.find((each) => each.title === title && each.control !== undefined);
    if (session && !isOver(session.state)) return;
    const ended = vscode.tasks.onDidEndTask((event) => {
      if (event.execution !== execution) return;
      ended.dispose();
      if (!session) return;
      this.restart(session).catch((error: unknown) => reportFailure(this.options.log, "rerun", error));
    });
    this.store.add(ended);
    execution.terminate();
  }
}

const NO_LIMIT = 1_000_000_000;

function merged(settings: RunSettings, { args, cwd, holdMerges, env, runtimeArgs }: StartOptions): RunSettings {
  return {
    ...settings,
    ...(args && { args }),
    ...(cwd !== undefined && { cwd }),
    ...(holdMerges && { holdMerges }),
    env: { ...settings.env, ...env },
    runtimeArgs: [...settings.runtimeArgs, ...(runtimeArgs ?? [])],
  };
}

/** What was set to be masked since is masked too: a restart must not show what the user wants hidden by now. */
function remasked(settings: RunSettings, script: vscode.Uri): RunSettings {
  return { ...settings, redact: maskedByBoth(settings.redact, readRunSettings(script).redact) };
}

async function agreeToSettings({ title }: Run): Promise<boolean> {
  const restart = vscode.l10n.t("Restart with Settings");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("What {0} was started with is no longer known.", title),
    {
      modal: true,
      detail: vscode.l10n.t(
        "Its arguments and environment could not be read from VS Code's secret storage. It can be restarted with those of the settings.",
      ),
    },
    restart,
  );
  return answer === restart;
}

async function checkScript(script: vscode.Uri): Promise<void> {
  if (script.scheme !== "file") {
    throw new HumanError(vscode.l10n.t("'{0}' is not a file on disk. Save it to a folder first.", script.path));
  }
  if (!isScriptName(script.fsPath)) {
    const text = vscode.l10n.t(
      "'{0}' is not a script: agent scripts end in .ts, .mts, .cts, .tsx, .js, .mjs, .cjs or .jsx.",
      script.fsPath,
    );
    throw new HumanError(text);
  }
  if (!(await stat(script.fsPath).catch(() => undefined))?.isFile()) {
    throw new HumanError(vscode.l10n.t("There is no script '{0}'. It may have been moved or deleted.", script.fsPath));
  }
  // VS Code replaces variables in a task's arguments; such a path would name another file, or run a command.
  if (script.fsPath.includes("${")) {
    throw new HumanError(
      vscode.l10n.t("VS Code cannot run '{0}' as a task because of the '${' in its path. Rename it.", script.fsPath),
    );
  }
}
