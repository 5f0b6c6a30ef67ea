/** Owns the runs of this window: how one is started from a script, which are shown, and which is the current one. */

import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import type { LaunchSpec } from "../protocol/launch";
import { RECORDING_SUFFIX } from "../protocol/recording";
import { reportFailure } from "./commands";
import { DisposableStore } from "./disposableStore";
import { HumanError } from "./humanError";
import { isScriptName } from "./importMatcher";
import { chooseNode } from "./nodeChoice";
import { MachineNodeProbes } from "./nodeProbes";
import type { Runs } from "./run";
import type { RunListener } from "./runListener";
import { RunSession } from "./runSession";
import { readRunSettings } from "./runSettings";
import { RunTask, runTitleOf } from "./runTask";
import { uniqueTitle } from "./uniqueTitle";

/** What runs are started with. */
export interface RunSessionsOptions {
  readonly listener: RunListener;
  readonly log: vscode.LogOutputChannel;
  /** Where the run directories go. */
  readonly storage: vscode.Uri;
  /** The extension's own folder. */
  readonly extension: vscode.Uri;
}

/** See {@link Runs}. Disposing it ends all processes, synchronously. */
export class RunSessions implements Runs, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  /** A run was added, removed, or made current. */
  readonly onDidChange = this.changed.event;
  private readonly added = this.store.add(new vscode.EventEmitter<RunSession>());
  /** A run was added, not yet launched. */
  readonly onDidAdd = this.added.event;

  private readonly sessions: RunSession[] = [];
  private currentId: string | undefined;
  private readonly nodeVersions = new Map<string, string>();

  constructor(private readonly options: RunSessionsOptions) {
    this.store.add(vscode.tasks.onDidStartTask(({ execution }) => this.replaceRerun(execution)));
  }

  get all(): readonly RunSession[] {
    return this.sessions;
  }

  get current(): RunSession | undefined {
    return this.get(this.currentId ?? "") ?? this.sessions[0];
  }

  get(id: string): RunSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  setCurrent(id: string): void {
    if (this.currentId === id || !this.get(id)) return;
    this.currentId = id;
    this.changed.fire();
  }

  /** @throws HumanError while the run's process lives. */
  remove(id: string): void {
    const session = this.get(id);
    if (!session) return;
    if (!session.isOver) throw new HumanError(vscode.l10n.t("{0} is still running. Stop it first.", session.title));
    this.takeOut(session);
  }

  /**
   * Starts `script` as a new run, which becomes the current one. Resolves when its task was handed to VS Code; what goes
   * wrong from then on is the run's own problem.
   * @param replaced an ended run whose place, title and terminal the new one takes.
   * @throws HumanError when the script or Node.js can not be used; nothing was started then.
   */
  async start(script: vscode.Uri, replaced?: RunSession): Promise<RunSession> {
    await checkScript(script);
    const settings = readRunSettings(script);
    const node = await chooseNode(
      {
        setting: settings.nodePath,
        env: { ...process.env, ...settings.env },
        platform: process.platform,
        editor: {
          execPath: process.execPath,
          version: process.versions.node,
          electron: process.versions["electron"] !== undefined,
        },
      },
      new MachineNodeProbes(settings.cwd, this.nodeVersions),
    );

    const id = randomUUID();
    const runDir = vscode.Uri.joinPath(this.options.storage, "runs", id).fsPath;
    await mkdir(runDir, { recursive: true, mode: 0o700 });
    const name = path.basename(script.fsPath);
    const recording = path.join(runDir, name + RECORDING_SUFFIX);
    const rendezvous = path.join(runDir, "rendezvous.json");
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
      callSiteLimit: settings.callSiteLimit,
      nodeSource: node.source,
    };
    const others = this.sessions.filter((session) => session !== replaced);
    const title = replaced?.title ?? uniqueTitle(name, new Set(others.map((session) => session.title)));
    const supervisor = vscode.Uri.joinPath(this.options.extension, "dist", "runner", "supervisor.cjs");
    const task = new RunTask({ ...settings, title, script, node, supervisor, launch, secret });
    const session = new RunSession({
      id,
      title,
      script,
      recording,
      node,
      holdMerges: settings.holdMerges,
      task,
      log: this.options.log,
    });
    const awaited = await this.options.listener.expect({ runId: id, secret, rendezvous, receiver: session });
    void session.over.then(() => awaited.dispose());

    if (replaced) this.takeOut(replaced);
    this.sessions.unshift(session);
    this.currentId = id;
    this.added.fire(session);
    this.changed.fire();
    await session.launch();
    return session;
  }

  /** Ends the run if it lives, and runs the same script again in its place. */
  async restart(session: RunSession): Promise<RunSession> {
    await session.stop();
    return this.start(session.script, session);
  }

  /** Ends all runs. */
  async stopAll(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.stop()));
  }

  dispose(): void {
    for (const session of this.sessions.splice(0)) session.dispose();
    this.store.dispose();
  }

  /** VS Code's "Rerun Last Task" starts an ended run's process again, with a secret that is worth nothing: restart it instead. */
  private replaceRerun(execution: vscode.TaskExecution): void {
    const title = runTitleOf(execution.task);
    if (title === undefined) return;
    const session = this.sessions.find((each) => each.title === title);
    if (session && !session.isOver) return;
    const ended = vscode.tasks.onDidEndTask((event) => {
      if (event.execution !== execution) return;
      ended.dispose();
      if (!session) return;
      this.restart(session).catch((error: unknown) => reportFailure(this.options.log, "rerun", error));
    });
    this.store.add(ended);
    execution.terminate();
  }

  private takeOut(session: RunSession): void {
    const index = this.sessions.indexOf(session);
    if (index < 0) return;
    this.sessions.splice(index, 1);
    if (this.currentId === session.id) this.currentId = undefined;
    this.changed.fire();
    session.dispose();
  }
}

async function checkScript(script: vscode.Uri): Promise<void> {
  if (script.scheme !== "file") {
    throw new HumanError(vscode.l10n.t("'{0}' is not a file on disk. Save it to a folder first.", script.path));
  }
  if (!isScriptName(script.fsPath)) {
    const text = vscode.l10n.t(
      "'{0}' is not a script: agent scripts end in .ts, .mts, .cts, .js, .mjs or .cjs.",
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
