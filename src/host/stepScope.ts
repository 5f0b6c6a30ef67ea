/** Owns whose events a step goes through: one agent's, as last chosen in tree or events view, or all of a run's. */

import type { Run, Runs } from "./run";

/** The last choice of the user, wherever it was made. */
export class StepScope {
  private runId: string | undefined;
  private agentLayer: number | undefined;

  constructor(private readonly runs: Runs) {}

  /** @param layer the agent whose log is stepped through; undefined = every event */
  choose(runId: string, layer: number | undefined): void {
    this.runId = runId;
    this.agentLayer = layer;
  }

  /** The run that a step without a target moves; the current one unless another was chosen and is still there. */
  get run(): Run | undefined {
    return this.runs.current;
  }

  /** The agent chosen in that run, if any. */
  layerFor(run: Run): number | undefined {
    return run.id === this.runId ? this.agentLayer : undefined;
  }
}
