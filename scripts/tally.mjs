/** What a suite's result is worth: its counts, and everything about it that is odd, which is a failure too. */

/**
 * @typedef {object} SuiteResult as test/harness/runMocha.ts writes it
 * @property {number} tests
 * @property {number} passes
 * @property {number} failures
 * @property {number} pending
 * @property {readonly { title: string, message?: string }[]} failed
 * @property {readonly { title: string }[]} [secondTries] tests that passed only when they were tried again
 */

/**
 * @param {object} outcome
 * @param {SuiteResult | undefined} outcome.result undefined where the suite did not write one
 * @param {string | undefined} outcome.problem how its process ended, if not well
 * @param {number} outcome.minimum tests that it must have run
 * @returns {{ passed: number, failed: number, problems: string[], notes: string[] }}
 */
export function tally({ result, problem, minimum }) {
  if (result === undefined) {
    return { passed: 0, failed: 1, problems: [`the suite did not run to its end. ${problem ?? ""}`.trim()], notes: [] };
  }
  const { tests, passes, failures, pending, failed, secondTries = [] } = result;
  const problems = failed.map(({ title, message = "" }) => [`failed: ${title}`, ...beginOf(message)].join("\n    "));
  const notes = secondTries.map(({ title }) => `passed on a second try only: ${title}`);
  const odd = [];
  if (failures === 0 && problem !== undefined) {
    odd.push(problem);
  }
  if (pending > 0) {
    odd.push(`${pending} tests were skipped.`);
  }
  if (tests < Math.max(1, minimum)) {
    odd.push(`${tests} tests ran, and test/minimums.json asks for ${Math.max(1, minimum)}.`);
  }
  return { passed: passes, failed: failures + odd.length, problems: [...problems, ...odd], notes };
}

/** The lines that say what is wrong, without the stack. */
function beginOf(message) {
  return message
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s+at /.test(line))
    .slice(0, 6);
}
