/**
 * The VS Code task that a run's supervisor runs in: a real terminal, whose output stays readable after the end.
 * It knows the supervisor's command line and its pid, and nothing of sockets or models.
 */

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { launchEnvironment, type LaunchSpec } from "../../protocol/launch";
import { DisposableStore } from "../../base/disposableStore";
import type { NodeChoice } from "./nodeChoice";
import type { RunProcess } from "./runProcess";
import { TASK_TYPE } from "./runTitle";
import { taskCommand } from "./taskCommand";

/**
 * Tells the tasks of this extension host from those of earlier ones. After a reload VS Code would take a task that is the
 * same for one whose terminal it has brought back, and show that terminal instead of starting a process.
 */
const HOST_ID = randomUUID();

/** All that a run's process needs. */
export interface RunTaskOptions {
  /** Unique among the runs shown: two runs of one title would share a terminal. */
  readonly title: string;
  readonly script: vscode.Uri;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly runtimeArgs: readonly string[];
  /** The user's own; never overrides the run's. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: NodeChoice;
  readonly supervisor: vscode.Uri;
  readonly launch: LaunchSpec;
  readonly secret: string;
}

/** One execution of one task. */
export class RunTask implements RunProcess {
  private readonly store = new DisposableStore();
  private readonly started = this.store.add(new vscode.EventEmitter<number>());
  private readonly ended = this.store.add(new vscode.EventEmitter<number | undefined>());
  private execution: Promise<vscode.TaskExecution> | undefined;
  private isOver = false;

  /** Fires once with the supervisor's pid. */
  readonly onDidStart = this.started.event;
  /** Fires once when the supervisor is gone, as far as VS Code knows, with the exit code that it saw: 0 also for what was killed. */
  readonly onDidEnd = this.ended.event;
  /** The supervisor's, once it runs. */
  pid: number | undefined;
  /** Undefined before the start and when the user closed it. */
  terminal: vscode.Terminal | undefined;

  constructor(private readonly options: RunTaskOptions) {
    // Told by identity: VS Code may run a task of the same name on its own. Events can come before `executeTask` resolves.
    const ours = (event: { readonly execution: vscode.TaskExecution }, act: () => void): void => {
      void this.execution?.then(
        (execution) => execution === event.execution && !this.isOver && act(),
        () => undefined,
      );
    };
    const { tasks } = vscode;
    this.store.add(tasks.onDidStartTaskProcess((event) => ours(event, () => this.processStarted(event.processId))));
    this.store.add(tasks.onDidEndTaskProcess((event) => ours(event, () => this.end(event.exitCode))));
    // A task whose process never started ends without the other two events.
    this.store.add(
      tasks.onDidEndTask((event) => ours(event, () => (this.pid === undefined ? this.end(undefined) : undefined))),
    );
    this.store.add(
      vscode.window.onDidCloseTerminal((terminal) => {
        if (terminal === this.terminal) this.terminal = undefined;
      }),
    );
  }

  /** @throws when VS Code refuses the task; the process itself may still fail to start, which is told by `onDidEnd`. */
  async start(): Promise<void> {
    this.execution = Promise.resolve(vscode.tasks.executeTask(this.task()));
    this.execution.catch(() => undefined);
    await this.execution;
  }

  /** Ends the task and its terminal, output included: for when its process cannot be reached otherwise. */
  terminate(): boolean {
    this.execution?.then(
      (execution) => execution.terminate(),
      () => undefined,
    );
    return true;
  }

  isOurs(): boolean {
    return this.pid !== undefined;
  }

  proved(): void {
    // VS Code has told the pid of what it started for us.
  }

  dispose(): void {
    this.store.dispose();
  }

  private task(): vscode.Task {
    const { options } = this;
    const { file, args, env } = taskCommand({
      node: options.node,
      supervisor: options.supervisor.fsPath,
      script: options.script.fsPath,
      args: options.args,
      runtimeArgs: options.runtimeArgs,
      nodeOptions: nodeOptionsOf(options.env),
    });
    const execution = new vscode.ProcessExecution(file, [...args], {
      cwd: options.cwd,
      env: { ...options.env, ...env, ...launchEnvironment(options.launch, options.secret) },
    });
    const task = new vscode.Task(
      { type: TASK_TYPE, run: options.title, host: HOST_ID },
      vscode.workspace.getWorkspaceFolder(options.script) ?? vscode.TaskScope.Workspace,
      options.title,
      "Agent Context",
      execution,
      [],
    );
    // VS Code keeps the terminal of a background task, and what runs in it, when the window is reloaded; that of any other
    // task it ends. test/e2e/launching.test.ts shows it.
    task.isBackground = true;
    task.presentationOptions = {
      reveal: vscode.TaskRevealKind.Always,
      focus: false,
      echo: false,
      panel: vscode.TaskPanelKind.Dedicated,
      // Its text would not outlast a reload, and without one VS Code closes the terminal at the process's end.
      showReuseMessage: false,
      clear: false,
    };
    return task;
  }

  private processStarted(pid: number): void {
    this.pid = pid;
    this.started.fire(pid);
    for (const terminal of vscode.window.terminals) {
      void terminal.processId.then((terminalPid) => {
        if (terminalPid === pid) this.terminal = terminal;
      });
    }
  }

  private end(exitCode: number | undefined): void {
    this.isOver = true;
    this.ended.fire(exitCode);
  }
}

/** What a terminal would have, for the task's own value takes its place. */
function nodeOptionsOf(env: Readonly<Record<string, string>>): string {
  const platform = { win32: "windows", darwin: "osx" }[process.platform as string] ?? "linux";
  const ofTerminals = vscode.workspace
    .getConfiguration("terminal.integrated.env")
    .get<Record<string, unknown>>(platform);
  const value = env["NODE_OPTIONS"] ?? ofTerminals?.["NODE_OPTIONS"];
  if (value === null) return "";
  // An editor that was started from a shell keeps that shell's for terminals.
  return typeof value === "string" ? value : (process.env["NODE_OPTIONS"] ?? process.env["VSCODE_NODE_OPTIONS"] ?? "");
}
