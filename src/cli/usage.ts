/** The command line's grammar: what was asked for, or why it cannot be. */

import { parseArgs } from "node:util";
import { EXPORT_FORMATS, isExportFormat, type ExportFormat } from "../model/export/exportFormat";
import { ASSERTIONS, type Assertion } from "../model/assertions/violations";
import { RECORDING_SUFFIX } from "../recording/recording";
import { patternProblem, type RedactPatterns } from "../recording/redact";

/** What `--help` prints. */
export const HELP = `agent-context run SCRIPT [--assert NAME]… [--record FILE${RECORDING_SUFFIX}] [--json]
                  [--ignore KEY]… [--redact-key PATTERN]… [--redact-value PATTERN]… [--no-redact-common]
                  [--stop-grace SECONDS] [--node-arg OPTION]… [-- ARGS…]
    Runs an agent script (.ts .mts .cts .tsx .js .mjs .cjs .jsx) and records it. At its end, prints for each
    agent what a merge of its overlay would change in its parent, and exits with the script's code
    (128 + n for signal n). ARGS go to the script.

    --assert NAME   judge the merges of the run, too; may be given more than once (see below)
    --ignore KEY    do not name findings of these keys, but count them; * stands for any characters, as in
                    'status/*'; may be given more than once
    --record FILE   keep the recording; without it, it is deleted after the report
    --json          print the report as JSON on standard output, after the script's own output;
                    without it, the report is a table on standard error
    --redact-key PATTERN    mask the values of keys and properties whose names match the regular expression,
                            whatever their case; may be given more than once
    --redact-value PATTERN  mask what matches the regular expression inside strings; likewise
    --no-redact-common      do not mask tokens of well-known shapes, which are masked otherwise
    --node-arg OPTION       an option of Node itself for the script, such as --env-file=.env; may be given
                            more than once
    --stop-grace SECONDS    how long a script may take to end on SIGTERM before it is killed with all its
                            processes; 10 by default. A second SIGTERM kills them at once

agent-context run [OPTIONS] -- COMMAND [ARGS…]
    Runs a command, such as npm run dev or npx tsx --watch src/index.ts, and records every process of
    Node in it that loads agent-context. Loaders, preloads and NODE_OPTIONS are the command's own. OPTIONS
    are those above, but for --node-arg. Exits with the command's code; 127 if there is no such command,
    126 if it cannot be executed.

agent-context check FILE${RECORDING_SUFFIX} --assert NAME [--assert NAME]… [--ignore KEY]… [--json]
    Judges the merges of a recording; prints what broke on standard output.

agent-context show FILE${RECORDING_SUFFIX} [--ignore KEY]… [--json]
    Prints run's report from a recording, on standard output, and the parent states at its end: each key
    with its value, revision and writer. Logs of other tools have nothing else to show.

agent-context export FILE${RECORDING_SUFFIX} [--format jsonl|otlp] [--output FILE]
    Writes a recording to standard output, or to a file that appears when it is whole. Lines that are
    damaged are left out and reported on standard error.

    --format jsonl  the recording itself, or what is whole of it; the default
    --format otlp   an OpenTelemetry trace, as OTLP/JSON Lines: run, agents and scopes are spans,
                    events are span events
    --output FILE   the file to write

agent-context compare FILE FILE [--json]
    Compares two recordings by what their events mean, without times, process and places in the script;
    prints how the runs differ, and the first event that differs, on standard output.

agent-context --help | --version

Assertions. Children and threads of the script, recorded beside it, are judged too, each by itself.
    no-lost-updates          no merge replaced what somebody else had written since the agent read the key
    no-reverted-updates      no merge wrote an unchanged old value again over somebody else's newer one
    no-dropped-updates       no code kept the parent's value where an agent had changed what it read
    no-write-skew            no merges each rested on a value that the other had changed
    no-unmerged-work         no agent's changes were left unmerged when the run ended
    no-conflicts             no merge, applied or refused, was planned with a key that the parent
                             and the agent had both changed, to different values
    no-stale-reads           no merge was applied of an agent that had read another key whose value
                             somebody else had changed by then; write skew counts, too
    no-order-sensitive-keys  no two agents' merges left different values of a key in one parent
                             while the later one's base had not seen the earlier one's

Exit codes
    run    the script's or command's own, unless that is 0 and an assertion broke (3) or could not be judged (4)
    check  0 all hold; 3 one broke; 4 none broke in what is there, but the recording is damaged,
           lacks events or its end, or its script was killed
    show   0
    export 0 exported; 4 exported, but the recording is damaged or lacks events
    compare  0 the runs are the same; 3 they differ
    all    2 for a wrong command line or a file that cannot be used
`;

/** What is to be run. */
export type RunTarget =
  | { readonly script: string; readonly args: readonly string[]; readonly nodeArgs: readonly string[] }
  /** The command's own words. */
  | { readonly script?: undefined; readonly words: readonly [string, ...string[]] };

/** What the user asked for. */
export type Request =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | {
      readonly command: "run";
      readonly target: RunTarget;
      readonly record: string | undefined;
      readonly asserted: readonly Assertion[];
      /** What is masked before it leaves the script's process. */
      readonly redact: RedactPatterns;
      /** Keys whose findings are silenced, as patterns. */
      readonly ignore: readonly string[];
      /** How long the script may take to end on SIGTERM; undefined = as long as usual. */
      readonly stopGraceMs: number | undefined;
      readonly json: boolean;
    }
  | {
      readonly command: "check";
      readonly file: string;
      /** At least one. */
      readonly asserted: readonly Assertion[];
      readonly ignore: readonly string[];
      readonly json: boolean;
    }
  | { readonly command: "show"; readonly file: string; readonly ignore: readonly string[]; readonly json: boolean }
  | {
      readonly command: "export";
      readonly file: string;
      readonly format: ExportFormat;
      /** Undefined = standard output. */
      readonly output: string | undefined;
    }
  | { readonly command: "compare"; readonly files: readonly [string, string]; readonly json: boolean };

/** The exit code of a wrong command line or variable, or of a file that cannot be used. */
export const EXIT_USAGE = 2;

/** A command line or variable that cannot be followed; the message is one sentence. */
export class UsageError extends Error {}

const COMMANDS = {
  run: 'script to run, or a command behind "--"',
  check: "recording to check",
  show: "recording to show",
  export: "recording to export",
  compare: "recordings to compare",
} as const;

/** @throws UsageError */
export function parseRequest(argv: readonly string[]): Request {
  const separator = argv.indexOf("--");
  const ours = separator < 0 ? argv : argv.slice(0, separator);
  const args = separator < 0 ? [] : argv.slice(separator + 1);
  const { values, positionals } = parse(joinNodeArgs(ours));
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const [command, first, ...others] = positionals;
  const json = values.json ?? false;
  if (command === undefined) {
    throw new UsageError(
      'Say what to do: "run SCRIPT", "check FILE", "show FILE", "export FILE" or "compare FILE FILE"; --help says more.',
    );
  }
  if (!isCommand(command)) {
    throw new UsageError(`There is no command "${command}"; there are run, check, show, export and compare.`);
  }
  if (first === undefined && (command !== "run" || separator < 0)) {
    throw new UsageError(`Name the ${COMMANDS[command]}.`);
  }
  const file = first ?? "";
  const [other, ...rest] = command === "compare" ? others : [undefined, ...others];
  if (rest.length > 0) {
    const hint = command === "run" ? `; a script's own arguments, and commands, stand behind "--"` : "";
    throw new UsageError(`"${rest[0]}" is one argument too many${hint}.`);
  }
  const { record } = values;
  if (command !== "run" && record !== undefined) {
    throw new UsageError(`--record belongs to run; ${command} reads a recording.`);
  }
  const { format, output } = values;
  if (command !== "export" && (format !== undefined || output !== undefined)) {
    throw new UsageError(`--${format === undefined ? "output" : "format"} belongs to export.`);
  }
  const redact = readRedact(values);
  if (command !== "run" && redact.given !== undefined) {
    throw new UsageError(`--${redact.given} belongs to run; what is already recorded cannot be masked.`);
  }
  const { ignore = [] } = values;
  if (ignore.length > 0 && (command === "export" || command === "compare")) {
    throw new UsageError(`--ignore belongs to run, check and show; ${command} finds nothing.`);
  }
  if (ignore.includes("")) throw new UsageError("--ignore needs a key, for example --ignore 'status/*'.");
  const graceText = values["stop-grace"];
  if (command !== "run" && graceText !== undefined) {
    throw new UsageError(`--stop-grace belongs to run; ${command} runs no script.`);
  }
  const nodeArgs = values["node-arg"] ?? [];
  if (command !== "run" && nodeArgs.length > 0) {
    throw new UsageError(`--node-arg belongs to run; ${command} runs no script.`);
  }
  const stopGraceMs = readSeconds("--stop-grace", graceText);
  const asserted = readAssertions(values.assert ?? []);
  switch (command) {
    case "compare":
      if (asserted.length > 0) throw new UsageError("--assert belongs to run and check; compare judges nothing.");
      if (other === undefined) throw new UsageError("Name two recordings to compare.");
      return { command, files: [file, other], json };
    case "show":
      if (asserted.length > 0) throw new UsageError("--assert belongs to run and check; show judges nothing.");
      return { command, file, ignore, json };
    case "export":
      if (asserted.length > 0) throw new UsageError("--assert belongs to run and check; export judges nothing.");
      if (json) throw new UsageError("--json belongs to run, check and show; export has --format.");
      return { command, file, format: readFormat(format), output };
    case "check":
      if (asserted.length === 0) throw new UsageError(`Say what to check with --assert: ${NAMES}.`);
      return { command, file, asserted, ignore, json };
    case "run":
      if (record !== undefined && !record.endsWith(RECORDING_SUFFIX)) {
        throw new UsageError(`The name of a recording ends in ${RECORDING_SUFFIX}; "${record}" does not.`);
      }
      return {
        command,
        target:
          first === undefined ? readCommand(args, nodeArgs) : { script: first, args, nodeArgs: checked(nodeArgs) },
        ...{ record, asserted, redact: redact.patterns, ignore, stopGraceMs, json },
      };
  }
}

function readCommand([word, ...more]: readonly string[], nodeArgs: readonly string[]): RunTarget {
  if (word === undefined) {
    throw new UsageError('Name the command behind "--", for example: agent-context run -- npm run dev.');
  }
  if (nodeArgs.length > 0) {
    throw new UsageError(`--node-arg belongs to a script; write the option into the command behind "--".`);
  }
  return { words: [word, ...more] };
}

/** With one of these Node runs no script, or several. */
const NO_SCRIPT = /^(?:-[a-z]*[ep]|--(?:eval|print|test|watch(?:-path)?|run|check))(?:=|$)/;

function checked(nodeArgs: readonly string[]): readonly string[] {
  for (const option of nodeArgs) {
    if (!option.startsWith("-")) {
      throw new UsageError(`--node-arg needs an option of Node, such as --env-file=.env, and "${option}" is none.`);
    }
    if (NO_SCRIPT.test(option)) {
      throw new UsageError(
        `With ${option} Node does not run the script alone; run a command instead: agent-context run -- node ${option} ….`,
      );
    }
  }
  return nodeArgs;
}

/** An option of Node begins with a dash, too, and is meant as the value all the same. */
function joinNodeArgs(argv: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    const isSplit = word === "--node-arg" && argv[at + 1] !== undefined;
    joined.push(isSplit ? `${word}=${argv[++at]}` : word);
  }
  return joined;
}

/** A day. */
const MAX_SECONDS = 86_400;

const NAMES = `${ASSERTIONS.slice(0, -1).join(", ")} or ${ASSERTIONS.at(-1) ?? ""}`;

function isCommand(word: string): word is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, word);
}

function readFormat(word = "jsonl"): ExportFormat {
  if (isExportFormat(word)) return word;
  throw new UsageError(`There is no format "${word}"; there are ${EXPORT_FORMATS.join(" and ")}.`);
}

/** @returns milliseconds */
function readSeconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds <= MAX_SECONDS) return Math.round(seconds * 1_000);
  throw new UsageError(`${option} needs a number of seconds from 0 to ${MAX_SECONDS}, not "${text}".`);
}

/** Each once, in the order in which they are told. */
function readAssertions(names: readonly string[]): readonly Assertion[] {
  const known: readonly string[] = ASSERTIONS;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no assertion "${unknown}"; there are ${ASSERTIONS.join(", ")}.`);
  }
  return ASSERTIONS.filter((name) => names.includes(name));
}

/** What shall be masked, and the first of its options that was given. */
function readRedact(values: ReturnType<typeof parse>["values"]): {
  readonly patterns: RedactPatterns;
  readonly given: string | undefined;
} {
  const patternsOf = (option: "redact-key" | "redact-value"): readonly string[] => {
    const patterns = values[option] ?? [];
    for (const pattern of patterns) {
      const problem = patternProblem(pattern);
      if (problem !== undefined) throw new UsageError(`--${option} "${pattern}" is no regular expression: ${problem}.`);
    }
    return patterns;
  };
  const given = (["redact-key", "redact-value", "no-redact-common"] as const).find(
    (name) => values[name] !== undefined,
  );
  return {
    patterns: {
      keys: patternsOf("redact-key"),
      values: patternsOf("redact-value"),
      commonSecrets: values["no-redact-common"] !== true,
    },
    given,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        assert: { type: "string", multiple: true },
        ignore: { type: "string", multiple: true },
        record: { type: "string" },
        format: { type: "string" },
        output: { type: "string", short: "o" },
        "redact-key": { type: "string", multiple: true },
        "redact-value": { type: "string", multiple: true },
        "no-redact-common": { type: "boolean" },
        "stop-grace": { type: "string" },
        "node-arg": { type: "string", multiple: true },
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
