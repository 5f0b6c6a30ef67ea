/** How a supervisor tells the runner in the script's process what to do: two environment variables. */

import * as v from "valibot";
import type { HoldMode } from "../core/choices";
import { redactSpec, type RedactSpec } from "../recording/redact";
import { holdMode } from "./choices";

/** JSON of {@link LaunchSpec}. Holds no secret but the salt of masks; children of the script inherit it and become sub-runs. */
export const LAUNCH_VARIABLE = "AGENT_CONTEXT_LAUNCH";
/** How long a script that is asked to end may take, unless told otherwise. */
export const DEFAULT_STOP_GRACE_MS = 10_000;
/** The run's secret; taken out of `process.env` before user code runs. */
export const SECRET_VARIABLE = "AGENT_CONTEXT_SECRET";

export interface LaunchSpec {
  readonly runId: string;
  /** Absolute path of the script; the command's first word where `command` says so. */
  readonly script: string;
  /** No script but a command: whatever of it uses the runtime is a sub-run, and TypeScript is its own affair. */
  readonly command?: true;
  /** A file that goes with the run: a process of a command that does not find it is of no run any more. */
  readonly lock?: string;
  /** The run's directory (created with mode 0700 where missing); recordings of sub-runs go there. */
  readonly runDir: string;
  /** What the paths of their recordings begin with instead, absolute; process, thread and the ending follow. */
  readonly subRuns?: string;
  /** Absolute path of the recording of the main process. */
  readonly recording: string;
  /** File that holds `{ "port": number }` of the extension's listener (mode 0600); absent when headless. */
  readonly rendezvous?: string;
  readonly atEnd: "exit" | "waitWhenUnmerged";
  /** Which merges wait for the user; default "never". Needs a rendezvous. */
  readonly holdMerges?: HoldMode;
  /** How long what waits for the user waits after an unexplained disconnect, milliseconds; default 60,000. */
  readonly graceMs?: number;
  /** How long a script that is asked to end may take before SIGKILL, milliseconds; default {@link DEFAULT_STOP_GRACE_MS}. */
  readonly stopGraceMs?: number;
  /** Where Node came from, shown in the run's tooltip. */
  readonly nodeSource: "setting" | "path" | "editor" | "self";
  /** Take the call sites of events, until more than so many a second come; 0 or absent = take none. */
  readonly callSiteLimit?: number;
  /** A debugger starts it: the thread is held before the script's first line until it is told to go on. Needs a rendezvous. */
  readonly debug?: boolean;
  /** The script's JavaScript inspector is opened, on 127.0.0.1, for another debugger beside. */
  readonly inspect?: boolean;
  /** What is masked, in the recordings of children and threads too, by one salt: equal values are masked alike in all of them. */
  readonly redact?: RedactSpec;
  /** pid of the script's main process is not known here; the supervisor's own is. */
  readonly supervisorPid?: number;
  /**
   * Set by the script's main process once it runs: whoever finds it is a child or a thread of the script, hence a sub-run. A
   * command has no such process: there it is set from the start.
   */
  readonly mainPid?: number;
}

/** What a timer can take. */
const timerMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 31 - 1));

const launchSpec = v.object({
  runId: v.pipe(v.string(), v.minLength(1)),
  script: v.pipe(v.string(), v.minLength(1)),
  command: v.exactOptional(v.literal(true)),
  lock: v.exactOptional(v.string()),
  runDir: v.pipe(v.string(), v.minLength(1)),
  subRuns: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
  recording: v.pipe(v.string(), v.minLength(1)),
  rendezvous: v.exactOptional(v.string()),
  atEnd: v.picklist(["exit", "waitWhenUnmerged"]),
  holdMerges: v.exactOptional(holdMode),
  graceMs: v.exactOptional(timerMs),
  stopGraceMs: v.exactOptional(timerMs),
  nodeSource: v.picklist(["setting", "path", "editor", "self"]),
  callSiteLimit: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  debug: v.exactOptional(v.boolean()),
  inspect: v.exactOptional(v.boolean()),
  redact: v.exactOptional(redactSpec),
  supervisorPid: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  mainPid: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** What a process was told by the environment that it was started in. */
export interface Launch {
  readonly spec: LaunchSpec;
  /** The run's secret; undefined when headless, or in a process that did not inherit it. */
  readonly secret: string | undefined;
}

/**
 * Reads both variables; the caller takes the secret out of the environment afterwards.
 * @returns undefined when this process was not started by us.
 * @throws Error naming the variable and what is wrong with it.
 */
export function parseLaunchSpec(env: { readonly [name: string]: string | undefined }): Launch | undefined {
  const json = env[LAUNCH_VARIABLE];
  if (json === undefined || json === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(`${LAUNCH_VARIABLE} is not JSON. Unset it, or start the script with "agent-context run".`);
  }
  const result = v.safeParse(launchSpec, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const where = v.getDotPath(issue) ?? "the value";
    throw new Error(
      `${LAUNCH_VARIABLE} is not a launch description: ${where}: ${issue.message}. ` +
        'Unset it, or start the script with "agent-context run".',
    );
  }
  const secret = env[SECRET_VARIABLE];
  return { spec: result.output, secret: secret === undefined || secret === "" ? undefined : secret };
}

/** The variables to start a process with; without a secret only the description. */
export function launchEnvironment(spec: LaunchSpec, secret: string | undefined): Record<string, string> {
  return { [LAUNCH_VARIABLE]: JSON.stringify(spec), ...(secret === undefined ? {} : { [SECRET_VARIABLE]: secret }) };
}

/** JSON of {@link SuperviseSpec}: the process that finds it is the supervisor, whatever its command line says. */
export const SUPERVISE_VARIABLE = "AGENT_CONTEXT_SUPERVISE";

/** What a supervisor is told that came by `NODE_OPTIONS`. */
export interface SuperviseSpec {
  /** Its own part of `NODE_OPTIONS`, which nobody is to inherit. */
  readonly option: string;
  /** Options of Node itself for the script. */
  readonly runtimeArgs: readonly string[];
}

const superviseSpec = v.object({ option: v.string(), runtimeArgs: v.array(v.string()) });

/** The variable to start such a supervisor with. */
export function superviseEnvironment(spec: SuperviseSpec): Record<string, string> {
  return { [SUPERVISE_VARIABLE]: JSON.stringify(spec) };
}

/** Takes the variable, and the supervisor's part of `NODE_OPTIONS`, out of an environment. @returns undefined without it */
export function takeSuperviseSpec(env: Record<string, string | undefined>): SuperviseSpec | undefined {
  const json = env[SUPERVISE_VARIABLE];
  if (json === undefined) return undefined;
  delete env[SUPERVISE_VARIABLE];
  const spec = v.parse(superviseSpec, JSON.parse(json));
  // Whatever else stands there, other extensions' options too, is the script's.
  const rest = (env["NODE_OPTIONS"] ?? "").replace(spec.option, "").trim();
  if (rest === "") delete env["NODE_OPTIONS"];
  else env["NODE_OPTIONS"] = rest;
  return spec;
}
