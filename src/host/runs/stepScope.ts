/** Whose events a step goes through: one agent's, as last chosen in tree or events view, or all of a run's. */

import * as vscode from "vscode";
import type { Run } from "./run";
import type { RunRegistry } from "./runRegistry";

/** The last choice of the user, wherever it was made. */
export class StepScope implements vscode.Disposable {
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changeEmitter.event;
  private runId: string | undefined;
  private agentLayer: number | undefined;

  constructor(private readonly runs: RunRegistry) {}

  /** @param layer the agent whose log is stepped through; undefined = every event */
  choose(runId: string, layer: number | undefined): void {
    if (runId === this.runId && layer === this.agentLayer) return;
    this.runId = runId;
    this.agentLayer = layer;
    this.changeEmitter.fire();
  }

  dispose(): void {
    this.changeEmitter.dispose();
  }

  /** The run that a step without a target moves; the current one. */
  get run(): Run | undefined {
    return this.runs.current;
  }

  /** The agent chosen in that run, if any. */
  layerFor(run: Pick<Run, "id">): number | undefined {
    return run.id === this.runId ? this.agentLayer : undefined;
  }
}
