/** One expression that tells of a long text, fast, that no redacted name is in it. */

/** Letters, classes and choices: what takes a time that grows with the text alone. */
const PLAIN = /^(?:[\w-]|\[\^?[\w-]+\]|\\[wdWD.-]|[.|?()]|\?:)*$/;

/**
 * @param patterns of names, of which some may be anchored
 * @returns an expression that finds something in every text that one of them finds in a name in it; undefined where a
 * pattern is too rich for that.
 */
export function keyHint(patterns: readonly string[]): RegExp | undefined {
  const sources: string[] = [];
  for (const pattern of patterns) {
    // Without an anchor it finds more.
    const source = pattern.replace(/^\^|\$$/g, "").replace(/\\b/g, "");
    if (!PLAIN.test(source)) return undefined;
    sources.push(`(?:${source})`);
  }
  try {
    return new RegExp(sources.join("|"), "iu");
  } catch {
    return undefined;
  }
}
