/** Owns the task's process of a run that the editor starts: environment and arguments in, exit code out. `supervisor.cjs [NODE_OPTIONS…] -- SCRIPT [ARGS…]` */

import { statSync } from "node:fs";
import * as path from "node:path";
import { LAUNCH_VARIABLE, parseLaunchSpec, SECRET_VARIABLE } from "../protocol/launch";
import { exitText, scriptProblem, supervise } from "./supervise";

/** What shells use for "cannot be executed". */
const CANNOT_RUN = 126;

// The terminal may be closed already.
process.stderr.on("error", () => {});
void main();

async function main(): Promise<void> {
  try {
    const spec = parseLaunchSpec(process.env)?.spec;
    if (spec === undefined) {
      throw new Error(`${LAUNCH_VARIABLE} is not set; the editor sets it, and "agent-context run" needs none.`);
    }
    const argv = process.argv.slice(2);
    const separator = argv.indexOf("--");
    if (separator < 0) throw new Error('Usage: supervisor.cjs [NODE_OPTIONS…] -- SCRIPT [ARGS…]; there is no "--".');
    const [named = spec.script, ...args] = argv.slice(separator + 1);
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
      runtimeArgs: argv.slice(0, separator),
      runnerFolder: __dirname,
    });
    if (end.problem !== undefined) say(end.problem);
    say(`${path.basename(script)}: ${exitText(end)}`);
    process.exitCode = end.exitCode;
  } catch (error) {
    say((error as Error).message);
    process.exitCode = CANNOT_RUN;
  }
}

/** Whatever else stands there, or can not be looked at, does not keep the script from running. */
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
