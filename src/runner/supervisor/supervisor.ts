/**
 * The task's process of a run that the editor starts: environment and arguments in, exit code out.
 *
 * `node SCRIPT [ARGS…]` with this file preloaded by `NODE_OPTIONS` and {@link SUPERVISE_VARIABLE} set, so that whoever
 * sees the command line sees the script's; or `supervisor.cjs [NODE_OPTIONS…] -- SCRIPT [ARGS…]`.
 */

import { statSync } from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { LAUNCH_VARIABLE, parseLaunchSpec, SECRET_VARIABLE, takeSuperviseSpec } from "../../protocol/launch";
import { exitText, scriptProblem, supervise } from "./supervise";

/** What shells use for "cannot be executed". */
const CANNOT_RUN = 126;

/** What the command line asks for. */
interface Command {
  readonly runtimeArgs: readonly string[];
  readonly script: string | undefined;
  readonly args: readonly string[];
}

if (require.main === module) {
  void main(commandOfArguments);
} else {
  const spec = takeSuperviseSpec(process.env);
  if (spec !== undefined) {
    const { runtimeArgs } = spec;
    // Node keeps this open to preloaded code: it begins with what stands here, not with the script.
    Module.runMain = () => void main(() => ({ runtimeArgs, script: process.argv[1], args: process.argv.slice(2) }));
  }
}

function commandOfArguments(): Command {
  const argv = process.argv.slice(2);
  const separator = argv.indexOf("--");
  if (separator < 0) throw new Error('Usage: supervisor.cjs [NODE_OPTIONS…] -- SCRIPT [ARGS…]; there is no "--".');
  const [script, ...args] = argv.slice(separator + 1);
  return { runtimeArgs: argv.slice(0, separator), script, args };
}

async function main(readCommand: () => Command): Promise<void> {
  // The terminal may be closed already.
  process.stderr.on("error", () => {});
  try {
    const spec = parseLaunchSpec(process.env)?.spec;
    if (spec === undefined) {
      throw new Error(`${LAUNCH_VARIABLE} is not set; the editor sets it, and "agent-context run" needs none.`);
    }
    const { runtimeArgs, script: named = spec.script, args } = readCommand();
    const script = path.resolve(named);
    const problem = scriptProblem(script);
    if (problem !== undefined) throw new Error(problem);
    // An editor that restores its terminals, or repeats a task, starts the same command line again.
    if (isRecorded(spec.recording)) {
      throw new Error(`This run of ${path.basename(script)} is over. Run the script again from "Agent Contexts".`);
    }
    const secret = process.env[SECRET_VARIABLE];
    delete process.env[SECRET_VARIABLE];
    const end = await supervise({
      spec: { ...spec, script },
      secret,
      args,
      runtimeArgs,
      runnerFolder: __dirname,
      // The editor closes a terminal by SIGHUP.
      stopSignals: ["SIGTERM", "SIGHUP"],
    });
    if (end.problem !== undefined) say(end.problem);
    say(`${path.basename(script)}: ${exitText(end)}`);
    process.exitCode = end.exitCode;
  } catch (error) {
    say((error as Error).message);
    process.exitCode = CANNOT_RUN;
  }
}

/** Whatever else stands there, or cannot be looked at, does not keep the script from running. */
function isRecorded(file: string): boolean {
  try {
    const found = statSync(file);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/** Dim on a terminal: it is no output of the script. */
function say(text: string): void {
  const line = `agent-context: ${text}`;
  process.stderr.write(process.stderr.isTTY ? `\x1b[2m${line}\x1b[0m\n` : `${line}\n`);
}
