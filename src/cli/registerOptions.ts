/** What `agent-context/register` is told by environment variables: what was asked for, or why it cannot be. */

import * as path from "node:path";
import { didYouMean } from "../base/didYouMean";
import { RECORDING_SUFFIX } from "../recording/recording";
import { patternProblem, type RedactPatterns } from "../recording/redact";
import { UsageError } from "./usage";

const RECORD = "AGENT_CONTEXT_RECORD";
const REDACT_KEY = "AGENT_CONTEXT_REDACT_KEY";
const REDACT_VALUE = "AGENT_CONTEXT_REDACT_VALUE";
const REDACT_COMMON = "AGENT_CONTEXT_REDACT_COMMON";
const QUIET = "AGENT_CONTEXT_QUIET";
const NAMES = [RECORD, REDACT_KEY, REDACT_VALUE, REDACT_COMMON, QUIET];
/** A misspelt name must not be passed over in silence: something would be recorded unmasked, or lost. */
const OURS = /^AGENT_CONTEXT_(?:RECORD|REDACT|QUIET)/;

type Environment = Readonly<Record<string, string | undefined>>;

/** How a script is recorded that was started without the command. */
export interface RegisterOptions {
  /** Absolute; undefined = in a temporary folder. */
  readonly record: string | undefined;
  /** What is masked before it leaves the script's process. */
  readonly redact: RedactPatterns;
  /** Whether to keep to oneself where the recording is. */
  readonly quiet: boolean;
}

/** @throws UsageError naming the variable */
export function readRegisterOptions(env: Environment): RegisterOptions {
  for (const name of Object.keys(env)) {
    if (!OURS.test(name) || NAMES.includes(name)) continue;
    const meant = didYouMean(name, NAMES);
    const remedy = meant === undefined ? `There are ${NAMES.join(", ")}.` : `Did you mean ${meant}?`;
    throw new UsageError(`There is no variable ${name}. ${remedy}`);
  }
  return {
    record: readRecord(env),
    redact: {
      keys: readPattern(env, REDACT_KEY),
      values: readPattern(env, REDACT_VALUE),
      commonSecrets: readSwitch(env, REDACT_COMMON, true),
    },
    quiet: readSwitch(env, QUIET, false),
  };
}

function readRecord({ [RECORD]: file }: Environment): string | undefined {
  if (file === undefined) return undefined;
  if (file.endsWith(RECORDING_SUFFIX)) return path.resolve(file);
  throw new UsageError(`${RECORD}: the name of a recording ends in ${RECORDING_SUFFIX}; "${file}" does not.`);
}

function readPattern(env: Environment, name: string): readonly string[] {
  const pattern = env[name];
  if (pattern === undefined) return [];
  const problem = patternProblem(pattern);
  if (problem === undefined) return [pattern];
  throw new UsageError(`${name}: "${pattern}" is no regular expression: ${problem}.`);
}

function readSwitch(env: Environment, name: string, usual: boolean): boolean {
  const word = env[name];
  if (word === undefined) return usual;
  if (word === "0" || word === "1") return word === "1";
  throw new UsageError(`${name} is 0 or 1; "${word}" is neither.`);
}
