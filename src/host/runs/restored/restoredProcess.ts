/** The process of a run that another extension host started: whether it is there, and which terminal is its. It never starts one. */

import * as vscode from "vscode";
import { DisposableStore } from "../../../base/disposableStore";
import { isAlive } from "../../../base/processTree";
import type { RunProcess } from "../runProcess";
import { isProcess } from "./processIdentity";

const WATCH_MS = 250;
/** Without a known pid the script has so long to dial in. */
const UNKNOWN_MS = 20_000;

/** What is known of the process. */
export interface RestoredProcessOptions {
  /** The supervisor's; undefined when its window went away before it was told. */
  readonly pid: number | undefined;
  /** Texts of the supervisor's command line and environment. */
  readonly marks: readonly string[];
}

/** See {@link RunProcess}. */
export class RestoredProcess implements RunProcess {
  private readonly store = new DisposableStore();
  private readonly started = this.store.add(new vscode.EventEmitter<number>());
  private readonly ended = this.store.add(new vscode.EventEmitter<number | undefined>());
  readonly onDidStart = this.started.event;
  readonly onDidEnd = this.ended.event;
  terminal: vscode.Terminal | undefined;
  private isProved = false;
  private scriptPid: number | undefined;

  constructor(private readonly options: RestoredProcessOptions) {
    for (const terminal of vscode.window.terminals) this.look(terminal);
    // VS Code brings terminals back when it comes to them.
    this.store.add(vscode.window.onDidOpenTerminal((terminal) => this.look(terminal)));
    this.store.add(
      vscode.window.onDidCloseTerminal((terminal) => {
        if (terminal === this.terminal) this.terminal = undefined;
      }),
    );
  }

  get pid(): number | undefined {
    return this.options.pid ?? this.scriptPid;
  }

  start(): Promise<void> {
    const untilMs = performance.now() + UNKNOWN_MS;
    const timer = setInterval(() => {
      const { pid } = this;
      if (pid === undefined ? performance.now() < untilMs : isAlive(pid)) return;
      clearInterval(timer);
      this.ended.fire(undefined);
    }, WATCH_MS);
    this.store.add({ dispose: () => clearInterval(timer) });
    return Promise.resolve();
  }

  terminate(): boolean {
    this.terminal?.dispose();
    return this.terminal !== undefined;
  }

  isOurs(): boolean {
    const { pid } = this;
    return pid !== undefined && isAlive(pid) && (this.isProved || isProcess(pid, this.options.marks));
  }

  proved(scriptPid: number): void {
    this.isProved = true;
    this.scriptPid = scriptPid;
  }

  dispose(): void {
    this.store.dispose();
  }

  private look(terminal: vscode.Terminal): void {
    void terminal.processId.then((pid) => {
      if (pid !== undefined && pid === this.options.pid) this.terminal = terminal;
    });
  }
}
