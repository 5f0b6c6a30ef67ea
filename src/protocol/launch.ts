/** Owns how a supervisor tells the runner in the script's process what to do: two environment variables. */

/** JSON of {@link LaunchSpec}. Holds no secret; children of the script inherit it and become sub-runs. */
export const LAUNCH_VARIABLE = "AGENT_CONTEXT_LAUNCH";
/** The run's secret; taken out of `process.env` before user code runs. */
export const SECRET_VARIABLE = "AGENT_CONTEXT_SECRET";

export interface LaunchSpec {
  readonly runId: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** The run's directory (created with mode 0700 where missing); recordings of sub-runs go there. */
  readonly runDir: string;
  /** Absolute path of the recording of the main process. */
  readonly recording: string;
  /** File that holds `{ "port": number }` of the extension's listener (mode 0600); absent when headless. */
  readonly rendezvous?: string;
  readonly atEnd: "exit" | "waitWhenUnmerged";
  /** Where Node came from, shown in the run's tooltip. */
  readonly nodeSource: "setting" | "path" | "editor" | "self";
  /** pid of the script's main process is not known here; the supervisor's own is. */
  readonly supervisorPid?: number;
}
