/** Owns the reading of the launch variable; knows nothing of what is done with it. */

import { LAUNCH_VARIABLE, type LaunchSpec } from "../protocol/launch";

/** @returns the spec of the run that this process belongs to, or undefined when it belongs to none. @throws Error in one sentence when it is damaged. */
export function readLaunchSpec(env: NodeJS.ProcessEnv): LaunchSpec | undefined {
  const text = env[LAUNCH_VARIABLE];
  if (text === undefined) return undefined;
  let spec: Partial<LaunchSpec> | undefined;
  try {
    spec = JSON.parse(text) as Partial<LaunchSpec>;
  } catch {
    spec = undefined;
  }
  const { runId, script, runDir, recording } = spec ?? {};
  if ([runId, script, runDir, recording].every((field) => typeof field === "string" && field !== "")) {
    return spec as LaunchSpec;
  }
  throw new Error(
    `${LAUNCH_VARIABLE} is not the description of a run; start scripts with "agent-context run" or from the editor.`,
  );
}
