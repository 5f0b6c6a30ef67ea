/** What shall be masked in a run, as it is handed to the runner, and as a recording tells it; knows nothing of how masking is done. */

import * as v from "valibot";

/** What the user wants masked. */
export interface RedactPatterns {
  /** Regular expressions, matched without regard to case against state keys and names of properties. */
  readonly keys: readonly string[];
  /** Regular expressions, matched inside strings. */
  readonly values: readonly string[];
  /** Whether tokens of well-known shapes are masked. */
  readonly commonSecrets: boolean;
}

/** The same for one run. */
export interface RedactSpec extends RedactPatterns {
  /** Key of the masks' hashes: random for each run, and never recorded or sent. */
  readonly salt: string;
}

/** What a recording says of its masking: counts alone, for patterns may tell secrets. */
export interface MaskingFacts {
  /** How many patterns of keys there were. */
  readonly keys: number;
  /** How many patterns of values there were. */
  readonly values: number;
  /** Whether tokens of well-known shapes were masked. */
  readonly commonSecrets: boolean;
}

/** The least characters that a salt may have. */
const MIN_SALT_LENGTH = 16;

/** A pattern of keys, compiled. @throws SyntaxError */
export function compileKeyPattern(pattern: string): RegExp {
  // Strict about escapes: a misspelt one must not run unmasked in silence.
  return new RegExp(pattern, "iu");
}

/** A pattern of values, compiled. @throws SyntaxError */
export function compileValuePattern(pattern: string): RegExp {
  return new RegExp(pattern, "gu");
}

/** @returns what is wrong with a pattern, as a clause ("Unterminated group"), or undefined when it can be used. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === "") return "it is empty";
  try {
    compileValuePattern(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, "").replace(`/${pattern}/gu: `, "");
  }
}

/** Whether anything is masked at all. */
export function masksAnything({ keys, values, commonSecrets }: RedactPatterns): boolean {
  return commonSecrets || keys.length > 0 || values.length > 0;
}

/** The facts that the header of a recording tells. */
export function maskingFacts({ keys, values, commonSecrets }: RedactPatterns): MaskingFacts {
  return { keys: keys.length, values: values.length, commonSecrets };
}

const pattern = v.pipe(
  v.string(),
  v.check((text) => patternProblem(text) === undefined, "it is no regular expression"),
);

/** Schema of {@link RedactSpec}. */
export const redactSpec = v.object({
  keys: v.array(pattern),
  values: v.array(pattern),
  commonSecrets: v.boolean(),
  salt: v.pipe(v.string(), v.minLength(MIN_SALT_LENGTH)),
});
