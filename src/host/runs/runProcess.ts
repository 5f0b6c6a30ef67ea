/** What a run needs of the process that its supervisor is, whoever started it. */

import type * as vscode from "vscode";

/** A supervisor in its terminal. */
export interface RunProcess extends vscode.Disposable {
  /** Fires once with the supervisor's pid, when this window started it. */
  readonly onDidStart: vscode.Event<number>;
  /** Fires once when the supervisor is gone, with its exit code where that is known. */
  readonly onDidEnd: vscode.Event<number | undefined>;
  /** The supervisor's, once it is known. */
  readonly pid: number | undefined;
  /** Undefined while it is not there, and when the user closed it. */
  readonly terminal: vscode.Terminal | undefined;
  /** Starts it, or begins to watch it. @throws when the editor refuses */
  start(): Promise<void>;
  /** Ends it by its terminal, output included: for when it cannot be reached otherwise. @returns false without one */
  terminate(): boolean;
  /** Whether `pid` is proven to be the run's own: only then may it be sent a signal. */
  isOurs(): boolean;
  /** The script's process has shown the run's secret. */
  proved(scriptPid: number): void;
}
