/** Owns the command line's grammar: what was asked for, or why it cannot be. */

import { parseArgs } from "node:util";
import { RECORDING_SUFFIX } from "../protocol/recording";

/** What `--help` prints. */
export const HELP = `agent-context run SCRIPT [--record FILE${RECORDING_SUFFIX}] [--json] [-- ARGS…]
    Runs an agent script (.ts .mts .cts .js .mjs .cjs) and records it. At its end, prints for each agent
    what a merge of its overlay would change in its parent, and exits with the script's code
    (128 + n for signal n). ARGS go to the script.

    --record FILE   keep the recording; without it, it is deleted after the report
    --json          print the report as JSON on standard output, after the script's own output;
                    without it, the report is a table on standard error

agent-context show FILE${RECORDING_SUFFIX} [--json]
    Prints the same report from a recording, on standard output.

agent-context --help | --version

Exit codes: the script's own for run; 0 for show; 2 for a wrong command line or a file that cannot be used.
`;

/** What the user asked for. */
export type Request =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | {
      readonly command: "run";
      readonly script: string;
      readonly record: string | undefined;
      readonly json: boolean;
      readonly args: readonly string[];
    }
  | { readonly command: "show"; readonly file: string; readonly json: boolean };

/** A command line that cannot be followed; the message is one sentence. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseRequest(argv: readonly string[]): Request {
  const separator = argv.indexOf("--");
  const ours = separator < 0 ? argv : argv.slice(0, separator);
  const args = separator < 0 ? [] : argv.slice(separator + 1);
  const { values, positionals } = parse(ours);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const [command, file, ...rest] = positionals;
  const json = values.json ?? false;
  if (command === undefined) throw new UsageError('Say what to do: "run SCRIPT" or "show FILE"; --help tells more.');
  if (command !== "run" && command !== "show") {
    throw new UsageError(`There is no command "${command}"; there are run and show.`);
  }
  if (file === undefined) {
    throw new UsageError(`Name the ${command === "run" ? "script to run" : "recording to show"}.`);
  }
  if (rest.length > 0) {
    const hint = command === "run" ? `; the script's own arguments stand behind "--"` : "";
    throw new UsageError(`"${rest[0]}" is one argument too many${hint}.`);
  }
  if (command === "show") {
    if (values.record !== undefined) throw new UsageError("--record belongs to run; show reads a recording.");
    return { command, file, json };
  }
  const { record } = values;
  if (record !== undefined && !record.endsWith(RECORDING_SUFFIX)) {
    throw new UsageError(`The name of a recording ends in ${RECORDING_SUFFIX}; "${record}" does not.`);
  }
  return { command, script: file, record, json, args };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        record: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (error) {
    const [first] = (error as Error).message.split(/[.\n]/);
    throw new UsageError(`${first}; the script's own arguments stand behind "--".`);
  }
}
