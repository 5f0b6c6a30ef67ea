/** What a merge of a key loses, if anything: the rules that plans tell beforehand and findings afterwards. */

import { jsonEqual, type JsonValue } from "./jsonValue";

/**
 * lostUpdate: the agent had read the key, another changed it, and the merge leaves the agent's value. revertedUpdate: the
 * merge writes a key again that the agent had not changed since its last merge, over another's newer value. droppedUpdate:
 * the parent's value is kept where the agent had changed what it read.
 */
export const MERGE_PROBLEMS = ["lostUpdate", "revertedUpdate", "droppedUpdate"] as const;
export type MergeProblem = (typeof MERGE_PROBLEMS)[number];

/** A key of a merge, and what it rests on. Of values undefined = absent. */
export interface MergedKey {
  /** The agent's value, as it had left it, and whether it was changed since its last merge. */
  readonly value: JsonValue | undefined;
  readonly pending: boolean;
  /** The agent's newest read of the key since it last merged all that it had changed. */
  readonly read: { readonly value: JsonValue | undefined } | undefined;
  /** What the parent holds before the merge, and whether that is another's work: not the agent's own, and not nothing. */
  readonly theirs: JsonValue | undefined;
  readonly isOfAnother: boolean;
  /** What the merge leaves there. */
  readonly result: JsonValue | undefined;
}

/** Compares two values; of values that are not at hand, whoever has them brings its own. */
export type ValuesEqual = (one: JsonValue | undefined, other: JsonValue | undefined) => boolean;

/** What writing a key loses. Equal values count: nobody can tell a counter from a flag. */
export function problemOfWriting(key: MergedKey, equal: ValuesEqual = jsonEqual): MergeProblem | undefined {
  const { pending, read, theirs, isOfAnother, result } = key;
  if (!isOfAnother) return undefined;
  if (!pending) return equal(result, theirs) || isDecided(key, equal) ? undefined : "revertedUpdate";
  if (read === undefined || equal(read.value, theirs)) return undefined;
  if (!isDecided(key, equal)) return "lostUpdate";
  return equal(result, theirs) ? "droppedUpdate" : undefined;
}

/** What keeping the parent's value loses: a change that rested on a read. One that changed nothing is no loss. */
export function problemOfKeeping(
  { value, pending, read }: MergedKey,
  equal: ValuesEqual = jsonEqual,
): MergeProblem | undefined {
  return pending && read !== undefined && !equal(value, read.value) ? "droppedUpdate" : undefined;
}

/** Whether a choice, a policy or a resolver made something else of it than the agent's value. */
export function isDecided(
  { value, result }: Pick<MergedKey, "value" | "result">,
  equal: ValuesEqual = jsonEqual,
): boolean {
  return !equal(value, result);
}
