/** How the process of a run's task is started, so that its command line reads as the script's own; knows nothing of VS Code. */

import { superviseEnvironment, type SuperviseSpec } from "../../protocol/launch";
import type { NodeChoice } from "./nodeChoice";

/** What the command is made of. */
export interface TaskCommandOptions {
  readonly node: Pick<NodeChoice, "execPath" | "env">;
  /** Absolute path of the supervisor's bundle. */
  readonly supervisor: string;
  /** Absolute path. */
  readonly script: string;
  readonly args: readonly string[];
  /** Options of Node itself. */
  readonly runtimeArgs: readonly string[];
  /** `NODE_OPTIONS` as the script is to have it. */
  readonly nodeOptions: string;
}

/** A command line, and what its environment has besides. */
export interface TaskCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** With one of these Node does not ask preloaded code how to begin. */
const BEGINS_OTHERWISE = /(?:^|\s)--(?:experimental-default-type|test|watch|run|entry-url)(?:[=\s]|$)/;

/**
 * VS Code shows the command line of a task that fails, and in a terminal's tooltip: `node race.ts` says what ran. The
 * supervisor comes by `NODE_OPTIONS`, as code that is loaded before the script and takes its place. An Electron reads no
 * such options; there it stands in the command line.
 */
export function taskCommand(options: TaskCommandOptions): TaskCommand {
  const { node, supervisor, script, args, runtimeArgs, nodeOptions } = options;
  const isElectron = Object.hasOwn(node.env, "ELECTRON_RUN_AS_NODE");
  if (isElectron || BEGINS_OTHERWISE.test(nodeOptions)) {
    return { file: node.execPath, args: [supervisor, ...runtimeArgs, "--", script, ...args], env: node.env };
  }
  const spec: SuperviseSpec = { option: `--require ${JSON.stringify(supervisor)}`, runtimeArgs };
  return {
    file: node.execPath,
    args: [script, ...args],
    env: { ...node.env, ...superviseEnvironment(spec), NODE_OPTIONS: `${nodeOptions} ${spec.option}`.trim() },
  };
}
